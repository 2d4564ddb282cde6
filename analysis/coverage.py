"""How far the record can be trusted: when it listened, which feeds are silent, what was lost."""

from datetime import date, timedelta
from typing import NamedTuple

from newsbeam.analysis.query import Record

FEEDS_SHOWN = 500  # those in trouble first
CHART_DAYS = 60  # days drawn: more would be thinner than a letter
# The whole feed was received: nothing new is then news. What else went wrong the ledger says.
HEARD = {"ok": "read", "not_modified": "read, nothing new", "empty": "read, it lists nothing"}

_HEARD = f"status IN {tuple(HEARD)}"
_NEWS = """
    SELECT published_date AS day, count(DISTINCT article_id) AS articles,
           bool_or(published_date <= fetched_at::DATE) AS possible
    FROM articles GROUP BY published_date
"""
_POLLED = f"SELECT polled_date AS day, bool_or({_HEARD}) AS heard FROM polls GROUP BY polled_date"
_FEEDS = f"""
    WITH ends AS (
        SELECT max(polled_at) FILTER ({_HEARD}) AS last_success,
               arg_max(struct_pack(source, url := feed_url, status, detail), polled_at) AS now,
               sum(new_items)::BIGINT AS new_items, count(*) AS polls,
               count(*) FILTER (NOT {_HEARD}) AS failed
        FROM polls GROUP BY feed_id)
    SELECT now.source AS source, now.url AS url, now.status AS status, now.detail AS detail,
           last_success, new_items, polls, failed
    FROM ends ORDER BY {_HEARD}, last_success NULLS FIRST, source, url
"""
_LETTERS = """
    SELECT step, error, count(DISTINCT failure_id) AS letters, max(failed_at) AS last,
           arg_max(message, failed_at) AS example
    FROM failures GROUP BY step, error ORDER BY letters DESC, step, error
"""
# Each is a share of the whole: what is missing is only of weight beside what is there.
_LIMITS = f"""
    SELECT count(*) FILTER (NOT {_HEARD}) AS part, count(*) AS whole, 'polls' AS what,
        'failed: nothing seen then does not mean nothing published' AS why FROM polls
    UNION ALL SELECT count(*) FILTER (gap_suspected), count(*), 'polls',
        'had nothing in common with the one before: items may be lost' FROM polls
    UNION ALL SELECT sum(rejected_items)::BIGINT, sum(items)::BIGINT, 'entries',
        'were left out: nothing to keep in them, or over the limit' FROM polls
    UNION ALL SELECT count(*) FILTER (text_kind <> 'full'), count(*), 'articles',
        'have less than their full text' FROM articles
    UNION ALL SELECT count(*) FILTER (published_from = 'fetch'), count(*), 'articles',
        'state no date and stand at the time they were first seen' FROM articles
    UNION ALL SELECT count(DISTINCT actor_id) FILTER (link = 'none'), count(DISTINCT actor_id),
        'actors', 'are not in the knowledge base: one may be there twice' FROM actors
    UNION ALL SELECT count(*) FILTER (coalesce(actor_id, speaker_text) IS NULL), count(*),
        'quotations', 'have no speaker' FROM quotes
"""
TRUST = {"limits": _LIMITS, "feeds": _FEEDS, "dead_letters": _LETTERS}


class Day(NamedTuple):
    """A day of the record; `heard` is false where no feed could be read on it."""

    day: date
    articles: int
    heard: bool


def days(record: Record, last: int = CHART_DAYS) -> list[Day]:
    """The record's last days without a hole, each with its articles and whether a feed was read.

    A lake that never polled (documents only) has no blind days.
    """
    news = record.rows(_NEWS)
    heard = {row["day"]: row["heard"] for row in record.rows(_POLLED)}
    articles = {row["day"]: row["articles"] for row in news}
    end = max(heard, default=None)
    dated = [row["day"] for row in news if row["possible"] and row["day"] <= (end or row["day"])]
    # To the last poll, unless all news is older than the days drawn.
    if dated and (end is None or max(dated) <= end - timedelta(days=last)):
        end = max(dated)
    if end is None:
        return []
    span = [end - timedelta(days=ago) for ago in reversed(range(last))]
    known = [day in articles or day in heard for day in span]
    span = span[known.index(True) :]
    return [Day(day, articles.get(day, 0), heard.get(day, not heard)) for day in span]
