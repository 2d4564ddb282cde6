"""The report: one page that shows what the record holds, and says what it cannot."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsbeam.analysis import coverage, findings
from newsbeam.analysis.page import templates
from newsbeam.analysis.query import Record

_FIGURES = """
    SELECT (SELECT count(DISTINCT article_id) FROM articles) AS articles,
           (SELECT count(DISTINCT source) FROM articles) AS sources,
           (SELECT count(DISTINCT feed_id) FROM polls) AS feeds,
           (SELECT count(DISTINCT language) FROM articles) AS languages,
           (SELECT count(DISTINCT actor_id) FROM actors) AS actors,
           (SELECT count(*) FROM quotes) AS quotations
"""
_PERIOD = "SELECT min(published_date) AS first, max(published_date) AS last FROM articles"


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
    (period,) = record.rows(_PERIOD)
    parts: dict[str, Any] = {name: record.rows(sql) for name, sql in coverage.TRUST.items()}
    if period["first"]:
        (figures,) = record.rows(_FIGURES)
        parts |= {"figures": figures, "days": coverage.days(record), **findings.found(record)}
    return templates.get_template("report.html.jinja").render(
        parts, **period, made_at=made_at, heard=coverage.HEARD, feeds_shown=coverage.FEEDS_SHOWN
    )
