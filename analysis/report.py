"""The report: one page that shows what the record holds, and says what it cannot."""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from newsbeam.analysis import change, coverage, findings
from newsbeam.analysis.choice import FLOOR, Choice, Chosen
from newsbeam.analysis.days import Days, days_of
from newsbeam.analysis.page import between, templates
from newsbeam.analysis.query import Record
from newsbeam.analysis.views import SURE
from newsbeam.schemas.ledger import HEARD, READABLE

EVERYTHING = Choice()

# An actor of one article alone may be a slip of the reader: it is told apart.
_FIGURES = """
    WITH named AS (SELECT count(DISTINCT article_id) AS articles FROM actors GROUP BY actor_id)
    SELECT (SELECT count(DISTINCT article_id) FROM articles) AS articles,
           (SELECT count(DISTINCT source) FROM articles) AS sources,
           (SELECT count(DISTINCT feed_id) FROM polls) AS feeds,
           (SELECT count(DISTINCT language) FROM articles) AS languages,
           (SELECT count(*) FROM named WHERE articles > 1) AS actors,
           (SELECT count(*) FROM named WHERE articles = 1) AS once,
           (SELECT count(*) FROM quotes WHERE kind = 'direct') AS quotations
"""


def write_report(
    record: Record, out: Path, choice: Choice = EVERYTHING, title: str | None = None
) -> None:
    """Writes the page to `out`, whole or not at all; OSError where that cannot be written.

    A device or a pipe, as /dev/stdout, is written to and stays what it is.
    """
    text = report_page(record, datetime.now(UTC), choice, title)
    if out.exists() and not out.is_file():
        out.write_text(text, encoding="utf-8", errors="replace")
        return
    out = out.resolve()  # a link goes on leading to it
    half = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8", errors="replace")  # lone surrogates become "?"
        os.replace(half, out)
    finally:
        half.unlink(missing_ok=True)


def report_page(
    record: Record, made_at: datetime, choice: Choice = EVERYTHING, title: str | None = None
) -> str:
    """The page as HTML: of the choice alone, and under a title of one's own."""
    chosen = Chosen(record, choice)
    days = days_of(record, choice)
    parts: dict[str, Any] = {"before": None, **coverage.coverage(chosen)}
    if days:
        (parts["figures"],) = chosen.rows(_FIGURES)
        parts |= findings.found(chosen)
        parts["before"] = before = change.before(record, choice, days, made_at)
        if before and before.is_held:
            (parts["figures_before"],) = Chosen(record, before.choice).rows(_FIGURES)
            parts = change.with_change(record, before, parts)
    return templates.get_template("report.html.jinja").render(
        parts, days=days, period=_period(choice, days), choice=choice,
        chosen=choice != EVERYTHING, title=title,
        made_at=made_at, lake=record.lake, feeds_shown=coverage.FEEDS_SHOWN,
        heard=HEARD, readable=READABLE, sure=SURE, floor=FLOOR,
    )  # fmt: skip


def _period(choice: Choice, days: Days | None) -> str:
    """The period in words: what was chosen, and of what was not, the days of the page."""
    since, until = choice.since, choice.until
    if days:
        since = since or datetime.combine(days.first, time(), UTC)
        until = until or datetime.combine(days.last, time(), UTC) + timedelta(1)
    return between(since, until)
