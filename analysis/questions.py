"""The questions asked every day, as SQL: who, what and where, over articles counted once."""

from functools import partial
from typing import Any

from newsbeam.analysis.choice import Chosen
from newsbeam.analysis.query import Answer, Record

# Columns of the answers that a narrow table can do without, the first one first.
SPARE = ("actor_id", "scheme", "code", "last", "first")
LIMIT = 20  # rows of an answer, unless told otherwise

# The latest revision of an article is one row however many feeds carried it; DISTINCT keeps the
# counts right while a merge of files shows some rows twice.
_SPAN = 'min(published_date) AS "first", max(published_date) AS "last"'


def commonest(column: str) -> str:
    """SQL for a column's commonest value in a group, of several the first in the alphabet."""
    return f"mode({column} ORDER BY {column})"


_TOP_ACTORS = f"""
    SELECT {commonest("name")} AS name, {commonest("type")} AS type, actor_id,
           count(DISTINCT article_id) AS articles, sum(n_mentions)::BIGINT AS mentions,
           count(DISTINCT source) AS sources, {_SPAN}
    FROM (SELECT DISTINCT ON (article_id, actor_id) * FROM actors)
    GROUP BY actor_id
    ORDER BY articles DESC, mentions DESC, actor_id LIMIT $limit
"""
_TOP_TOPICS = f"""
    SELECT {commonest("label")} AS label, scheme, code, count(DISTINCT article_id) AS articles,
           count(DISTINCT source) AS sources, {_SPAN}
    FROM topics
    GROUP BY scheme, code
    ORDER BY articles DESC, scheme, code LIMIT $limit
"""
_TOP_SOURCES = f"""
    SELECT source, {commonest("source_name")} AS name, count(DISTINCT article_id) AS articles,
           count(DISTINCT feed_id) AS feeds,
           list_sort(array_agg(DISTINCT language) FILTER (language IS NOT NULL)) AS languages,
           {_SPAN}
    FROM articles
    GROUP BY source
    ORDER BY articles DESC, source LIMIT $limit
"""
_TIMELINE = """
    SELECT published_date AS day, count(DISTINCT article_id) AS articles,
           sum(n_mentions)::BIGINT AS mentions, count(DISTINCT source) AS sources
    FROM (SELECT DISTINCT ON (article_id, actor_id) * FROM actors WHERE actor_id = $actor)
    GROUP BY day ORDER BY day
"""
_TOGETHER = f"""
    SELECT {commonest("name")} AS name, {commonest("type")} AS type, actor_id,
           count(DISTINCT article_id) AS articles,
           round(articles / (SELECT count(DISTINCT article_id) FROM actors
                             WHERE actor_id = $actor), 3) AS share,
           count(DISTINCT source) AS sources, {_SPAN}
    FROM actors
    WHERE actor_id <> $actor
      AND article_id IN (SELECT article_id FROM actors WHERE actor_id = $actor)
    GROUP BY actor_id
    ORDER BY articles DESC, actor_id LIMIT $limit
"""
_ACTORS_CALLED = f"""
    SELECT actor_id, {commonest("name")} AS name, count(DISTINCT article_id) AS articles
    FROM actors
    WHERE lower(actor_id) = lower($words) OR lower(name) = lower($words)
       OR ($within AND contains(lower(name), lower($words)))
    GROUP BY actor_id ORDER BY articles DESC, actor_id LIMIT $limit
"""
_CALLED = """
    SELECT DISTINCT source FROM articles_all
    WHERE lower(source) = lower($words) OR lower(source_name) = lower($words)
"""


def _top(sql: str, record: Record | Chosen, limit: int = LIMIT) -> Answer:
    """The answer over the record, or over what was chosen of it: at most `limit` rows."""
    return record.answer(sql, {"limit": limit})


def source_called(record: Record, words: str) -> str:
    """The source of that domain, else the one that has that name; `words` where that is not one."""
    rows = record.rows(_CALLED, {"words": words})
    sources = [row["source"] for row in rows]
    return sources[0] if len(sources) == 1 else words


def actors_called(record: Record | Chosen, words: str, limit: int = LIMIT) -> list[dict[str, Any]]:
    """The actors of that id or name, else those whose name has these words in it: the one of the
    most articles first, each with `actor_id`, `name`, `articles`."""
    asked = {"words": words, "limit": limit}
    exact = record.rows(_ACTORS_CALLED, asked | {"within": False})
    return exact or record.rows(_ACTORS_CALLED, asked | {"within": True})


def timeline(record: Record | Chosen, actor_id: str) -> Answer:
    """On which days how many articles name an actor: a row a day that has any."""
    return record.answer(_TIMELINE, {"actor": actor_id})


def cooccurring(record: Record | Chosen, actor_id: str, limit: int = LIMIT) -> Answer:
    """Who is named in the articles that name an actor; `share` is of those articles."""
    return record.answer(_TOGETHER, {"actor": actor_id, "limit": limit})


top_actors = partial(_top, _TOP_ACTORS)  # who was named in the most articles
top_topics = partial(_top, _TOP_TOPICS)  # what the most articles were about
top_sources = partial(_top, _TOP_SOURCES)  # who published the most articles
