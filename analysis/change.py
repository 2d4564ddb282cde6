"""What changed against the period before, which is as long and ends where the chosen one begins."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.days import Days
from newsbeam.analysis.query import Record

# What the feeds carried since they were first polled, or what the documents hold.
_BEGUN = """
    SELECT (SELECT min(polled_at) FROM polls) AS polled,
           (SELECT min(published_at) FROM articles WHERE text_from = 'document') AS documents
"""
# What a row of each ranking is counted by.
_COUNTED = {
    name: f"SELECT {key} AS key, count(DISTINCT article_id) AS articles FROM {table}"
    f" WHERE list_contains($keys, {key}) GROUP BY {key}"
    for name, table, key in (
        ("actors", "actors", "actor_id"), ("topics", "topics", "code"), ("finer", "topics", "code"),
        ("sources", "articles", "source"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Before:
    """The period before; `is_held` says whether the record reaches back to its beginning."""

    choice: Choice
    is_held: bool


def before(record: Record, choice: Choice, days: Days, made_at: datetime) -> Before | None:
    """The period before the chosen one; None where the choice names no beginning."""
    if not choice.since:
        return None
    until = choice.until
    if not until:
        until = min(made_at, datetime.combine(days.last, time(), UTC) + timedelta(1))
    if until <= choice.since:  # all that there is is dated in the future
        return None
    length = until - choice.since
    try:
        earlier = replace(choice, since=choice.since - length, until=choice.since)
    except OverflowError:  # before the calendar begins
        return None
    always = Chosen(record, replace(choice, since=None, until=None, min_confidence=None))
    ((polled, documents),) = (row.values() for row in always.rows(_BEGUN))
    begun = polled if polled and polled < until else documents
    return Before(earlier, begun is not None and begun <= earlier.since)


def with_change(record: Record, before: Before, found: dict[str, Any]) -> dict[str, Any]:
    """The rankings, each row with the articles that it had in the period before."""
    earlier = Chosen(record, before.choice)
    compared = {}
    for name, sql in _COUNTED.items():
        keys = [row["key"] for row in found[name]]
        had = {row["key"]: row["articles"] for row in earlier.rows(sql, {"keys": keys})}
        compared[name] = [row | {"before": had.get(row["key"], 0)} for row in found[name]]
    return found | compared
