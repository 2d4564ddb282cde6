"""The questions asked every day, as SQL: who, what and where, over articles counted once."""

from datetime import date, datetime
from functools import partial

from newsbeam.analysis.choice import Chosen
from newsbeam.analysis.query import Answer, Record

# Columns of the answers that a narrow table can do without, the first one first.
SPARE = ("actor_id", "scheme", "code", "last", "first")
LIMIT = 20  # rows of an answer, unless told otherwise

# The latest revision of an article is one row however many feeds carried it; DISTINCT keeps the
# counts right while a merge of files shows some rows twice.
WITHIN = """
    ($since IS NULL OR published_at >= $since) AND ($until IS NULL OR published_at < $until)
    AND ($source IS NULL OR source = $source) AND ($language IS NULL OR language = $language)
"""
_SPAN = 'min(published_date) AS "first", max(published_date) AS "last"'


def _sure(column: str) -> str:
    return f"({column} >= $min_confidence OR $min_confidence IS NULL)"


def commonest(column: str) -> str:
    """SQL for a column's commonest value in a group, of several the first in the alphabet."""
    return f"mode({column} ORDER BY {column})"


_TOP_ACTORS = f"""
    SELECT {commonest("name")} AS name, {commonest("type")} AS type, actor_id,
           count(DISTINCT article_id) AS articles, sum(n_mentions)::BIGINT AS mentions,
           count(DISTINCT source) AS sources, {_SPAN}
    FROM (SELECT DISTINCT ON (article_id, actor_id) * FROM actors
          WHERE {WITHIN} AND {_sure("confidence")})
    GROUP BY actor_id
    ORDER BY articles DESC, mentions DESC, actor_id LIMIT $limit
"""
_TOP_TOPICS = f"""
    SELECT {commonest("label")} AS label, scheme, code, count(DISTINCT article_id) AS articles,
           count(DISTINCT source) AS sources, {_SPAN}
    FROM topics WHERE {WITHIN} AND {_sure("score")}
    GROUP BY scheme, code
    ORDER BY articles DESC, scheme, code LIMIT $limit
"""
_TOP_SOURCES = f"""
    SELECT source, {commonest("source_name")} AS name, count(DISTINCT article_id) AS articles,
           count(DISTINCT feed_id) AS feeds,
           list_sort(array_agg(DISTINCT language) FILTER (language IS NOT NULL)) AS languages,
           {_SPAN}
    FROM articles WHERE {WITHIN}
    GROUP BY source
    ORDER BY articles DESC, source LIMIT $limit
"""
_CALLED = """
    SELECT DISTINCT source FROM articles_all
    WHERE lower(source) = lower($words) OR lower(source_name) = lower($words)
"""


def _top(
    sql: str,
    record: Record | Chosen,
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    source: str | None = None,
    language: str | None = None,
    limit: int = LIMIT,
    min_confidence: float | None = None,
) -> Answer:
    """The answer over what was published from `since` to before `until` (UTC), at most `limit`.

    `min_confidence` is the least confidence of an actor, and the least score of a topic.
    """
    asked = {
        "since": since, "until": until, "source": source, "language": language, "limit": limit,
        "min_confidence": min_confidence,
    }  # fmt: skip
    return record.answer(sql, {name: value for name, value in asked.items() if f"${name}" in sql})


def source_called(record: Record, words: str) -> str:
    """The source of that domain, else the one that has that name; `words` where that is not one."""
    rows = record.rows(_CALLED, {"words": words})
    sources = [row["source"] for row in rows]
    return sources[0] if len(sources) == 1 else words


top_actors = partial(_top, _TOP_ACTORS)  # who was named in the most articles
top_topics = partial(_top, _TOP_TOPICS)  # what the most articles were about
top_sources = partial(_top, _TOP_SOURCES)  # who published the most articles
