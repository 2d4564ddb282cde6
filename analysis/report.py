"""The report: one page that shows what the record holds, and says what it cannot."""

import os
from datetime import UTC, datetime
from pathlib import Path

from newsbeam.analysis import coverage, findings
from newsbeam.analysis.page import Markup, element, joined, moment, note, page, period
from newsbeam.analysis.query import Record

_HEADLINE = """
    SELECT (SELECT count(DISTINCT article_id) FROM articles) AS articles,
           (SELECT count(DISTINCT source) FROM articles) AS sources,
           (SELECT count(DISTINCT feed_id) FROM polls) AS feeds,
           (SELECT count(DISTINCT language) FROM articles) AS languages,
           (SELECT count(DISTINCT actor_id) FROM actors) AS actors,
           (SELECT count(*) FROM quotes) AS quotations
"""
_PERIOD = "SELECT min(published_date), max(published_date) FROM articles"
_FOUND = (
    coverage.day_by_day, findings.actors, findings.topics, findings.quotations, findings.sources,
    findings.latest,
)  # fmt: skip
_TRUST = (coverage.limits, coverage.feeds, coverage.dead_letters)


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
    first, last = record.rows(_PERIOD)[1][0]
    if first is None:
        title, words = "The record is empty so far", "No article has been written to this lake yet."
        parts = [part(record) for part in _TRUST]
    else:
        title, words = "The news record", f"Articles published {period(first, last)}."
        parts = [_headline(record), *(part(record) for part in _FOUND + _TRUST)]
    header = element("header", element("h1", title), note(words))
    made = joined("Made by newsbeam on ", moment(made_at), ". All days and times are UTC.")
    return page(title, header, *parts, element("footer", made))


def _headline(record: Record) -> Markup:
    """How much there is of everything."""
    names, (figures,) = record.rows(_HEADLINE)
    boxes = (
        element("div", element("dt", name), element("dd", f"{value:,}"))
        for name, value in zip(names, figures, strict=True)
    )
    return element("dl", *boxes, class_="figures")
