"""The report: one page that shows what the record holds, and says what it cannot."""

import os
from datetime import UTC, datetime
from pathlib import Path

from newsbeam.analysis import sections
from newsbeam.analysis.page import Markup, element, page
from newsbeam.analysis.query import Record

_HEADLINE = """
    SELECT (SELECT count(DISTINCT article_id) FROM articles),
           (SELECT count(DISTINCT source) FROM articles),
           (SELECT count(DISTINCT feed_id) FROM polls),
           (SELECT count(DISTINCT language) FROM articles),
           (SELECT count(DISTINCT actor_id) FROM actors),
           (SELECT count(*) FROM quotes)
"""
_HEADS = ("articles", "sources", "feeds", "languages", "actors", "quotations")


def write_report(record: Record, out: Path) -> None:
    """Writes the page to `out`, whole or not at all; OSError where that cannot be written."""
    text = report_page(record, datetime.now(UTC))
    half = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8", errors="replace")  # lone surrogates become "?"
        os.replace(half, out)
    finally:
        half.unlink(missing_ok=True)


def report_page(record: Record, made_at: datetime) -> str:
    """The page as HTML."""
    figures = record.rows(_HEADLINE)[1][0]
    first, last = record.rows("SELECT min(published_date), max(published_date) FROM articles")[1][0]
    ledger = [sections.feeds(record), sections.dead_letters(record), sections.limits(record)]
    if first is None:
        title = "The record is empty so far"
        found: tuple[Markup, ...] = ()
        words = "No article has been written to this lake yet."
    else:
        title = "The news record"
        words = f"Articles published {sections.period(first, last)}."
        found = (
            _headline(figures),
            sections.day_by_day(record),
            sections.actors(record),
            sections.topics(record),
            sections.quotations(record),
            sections.sources(record),
        )
        ledger.append(sections.latest(record))
    header = element("header", element("h1", title), element("p", words, class_="soft"))
    made = f"Made by newsbeam on {sections.moment(made_at)}. All days and times are UTC."
    return page(title, header, *found, *ledger, element("footer", made))


def _headline(figures: tuple[int, ...]) -> Markup:
    boxes = (
        element("div", element("dt", name), element("dd", f"{value:,}"))
        for name, value in zip(_HEADS, figures, strict=True)
    )
    return element("dl", *boxes, class_="figures")
