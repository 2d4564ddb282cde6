"""How far the record can be trusted: what it cannot say, which feeds are silent, what was lost."""

import json
from typing import Any

from newsbeam.analysis.choice import Chosen
from newsbeam.analysis.query import Record
from newsbeam.schemas.ledger import HEARD, READABLE

FEEDS_SHOWN = 500  # those in trouble first
LETTERS_SHOWN = 20  # the newest: more are no reading but a matter for SQL

_READ = f"status IN {READABLE}"
_FEEDS = f"""
    WITH ends AS (
        SELECT arg_max(polls, polled_at) AS now, max(polled_at) FILTER ({_READ}) AS last_success,
               sum(new_items)::BIGINT AS new_items, count(*) AS polls,
               count(*) FILTER (NOT {_READ}) AS failed
        FROM polls GROUP BY feed_id)
    SELECT now.source AS source, now.feed_url AS url, now.status AS status,
           now.http_status AS http_status, now.detail AS detail,
           last_success, new_items, polls, failed
    FROM ends ORDER BY {_READ}, status IN {HEARD}, last_success NULLS FIRST, source, url
"""
_LETTERS = """
    SELECT step, error, message, element, url, failed_at, attempts, failure_id,
           count(*) OVER () AS letters
    FROM failures ORDER BY failed_at DESC, failure_id LIMIT $limit
"""
# Each is a share of the whole: what is missing is only of weight beside what is there.
_LIMITS = f"""
    SELECT count(*) FILTER (NOT {_READ}) AS part, count(*) AS whole, 'polls' AS what,
        'failed: nothing seen then does not mean nothing published' AS why FROM polls
    UNION ALL SELECT count(*) FILTER (status = 'truncated'), count(*), 'polls',
        'broke off: of what came after, nothing is here' FROM polls
    UNION ALL SELECT count(*) FILTER (gap_suspected), count(*), 'polls',
        'had nothing in common with the one before: items may be lost' FROM polls
    UNION ALL SELECT sum(rejected_items)::BIGINT, sum(items)::BIGINT, 'entries',
        'were left out: nothing to keep in them, or over the limit' FROM polls
    UNION ALL SELECT count(*) FILTER (text_kind <> 'full'), count(*), 'articles',
        'have less than their full text' FROM articles
    UNION ALL SELECT count(*) FILTER (published_from = 'fetch'), count(*), 'articles',
        'state no date and stand at the time they were first seen' FROM articles
    UNION ALL SELECT count(*) FILTER (published_date > fetched_at::DATE), count(*), 'articles',
        'are dated after the day on which they were read' FROM articles
    UNION ALL SELECT count(DISTINCT actor_id) FILTER (link = 'none'), count(DISTINCT actor_id),
        'actors', 'are not in the knowledge base: one may be there twice' FROM actors
    UNION ALL SELECT count(*) FILTER (speaker_name IS NULL), count(*),
        'quotations', 'have no speaker whose name is known' FROM quotes WHERE kind = 'direct'
"""
# What a step could not do, and what a person can do about it.
_STEPS = {
    "ReadDocuments": ("could not be read", "Mend it, and run its file again"),
    "ReadArticles": ("could not be read", "newsbeam replay reads it again"),
    "EnrichArticles": (
        "could not be searched in full",
        "newsbeam replay tries again; else please report it",
    ),
}
_OTHER_STEP = ("could not be processed", "Please report it: the letter says more")
# Where the articles came from: feeds carry what they like, documents are what was handed over.
_CARRIED = """
    SELECT count(*) FILTER (text_from = 'document') AS documents,
           count(*) FILTER (text_from <> 'document') AS carried FROM articles
"""


def letters_of(record: Record | Chosen, limit: int) -> list[dict[str, Any]]:
    """The newest open dead letters, each with what happened, to what, and what to do."""
    return [_told(letter) for letter in record.rows(_LETTERS, {"limit": limit})]


def coverage(record: Chosen) -> dict[str, Any]:
    """What a page says of its own limits."""
    return {
        "limits": record.rows(_LIMITS),
        "carried": record.rows(_CARRIED)[0],
        "feeds": record.rows(_FEEDS),
        "dead_letters": letters_of(record, LETTERS_SHOWN),
    }


def _told(letter: dict[str, Any]) -> dict[str, Any]:
    happened, to_do = _STEPS.get(letter["step"], _OTHER_STEP)
    return letter | {"title": title_of(letter["element"]), "happened": happened, "to_do": to_do}


def title_of(element: str) -> str | None:
    """The title of what a dead letter could not process: an article, an entry or a document.

    >>> title_of('{"entry": {"title": "Rain"}}'), title_of('{"line": "{"}')
    ('Rain', None)
    """
    try:
        said = json.loads(element)
        for part in (said, said.get("entry"), json.loads(said.get("line") or "null")):
            if isinstance(part, dict) and isinstance(part.get("title"), str):
                return part["title"] or None
    except (ValueError, AttributeError, RecursionError):  # the line is the fault of somebody else
        pass
    return None
