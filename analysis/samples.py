"""What stands behind the figures: the very words, with the article that holds them."""

import re
from typing import Any, NamedTuple

from newsbeam.analysis.query import Record

REACH = 160  # characters either side of a name: a sentence of a news text has about 130
_CLOSING = '”»“)"'
# Where a sentence ends. A full stop after one or two letters is an initial or a title, not an end.
_STOP = rf"(?:(?:(?<=\w{{3}})|(?<=[{_CLOSING}]))\.|[!?…։])"

_MENTIONS = """
    SELECT actor_id, mention.start, mention."end", article.text,
           article.title, article.url, article.source, article.published_date
    FROM (
        SELECT article_id, revision, actor_id, salience, published_at,
               list_filter(mentions, lambda m: m.field = 'text')[1] AS mention
        FROM actors WHERE list_contains($actors, actor_id)
        QUALIFY row_number() OVER (
            PARTITION BY actor_id
            ORDER BY mention IS NULL, salience DESC, published_at DESC, article_id) = 1)
    JOIN articles AS article USING (article_id, revision)
    WHERE mention IS NOT NULL
"""
_ROLES = """
    SELECT actor_id, arg_max(role, (times, role)) FROM (
        SELECT actor_id, role, count(*) AS times FROM actors
        WHERE role IS NOT NULL AND list_contains($actors, actor_id) GROUP BY ALL)
    GROUP BY actor_id
"""
# One quotation a speaker, so that the sample shows many voices.
_QUOTES = """
    SELECT coalesce(speaker_name, speaker_text), quote, title, url, source, published_date
    FROM (
        FROM quotes WHERE kind = 'direct' AND length(quote) BETWEEN 20 AND 400
            AND coalesce(speaker_name, speaker_text) IS NOT NULL
        QUALIFY row_number() OVER (
            PARTITION BY coalesce(actor_id, speaker_text)
            ORDER BY confidence DESC, published_at DESC, article_id, start) = 1)
    JOIN (SELECT article_id, revision, title, url FROM articles) USING (article_id, revision)
    ORDER BY published_at DESC, article_id LIMIT $limit
"""
_LATEST = """
    SELECT published_at, title, url, source, language, text_kind, coalesce(named, [])
    FROM articles LEFT JOIN (
        SELECT article_id, list(name ORDER BY salience DESC, name)[:4] AS named
        FROM actors GROUP BY article_id) USING (article_id)
    WHERE published_at <= fetched_at
    ORDER BY published_at DESC, article_id LIMIT $limit
"""


class Source(NamedTuple):
    """The article that something was read in."""

    title: str
    url: str | None
    source: str
    day: Any


class Passage(NamedTuple):
    """A sentence in three parts, the middle one being what matters."""

    before: str
    words: str
    after: str
    article: Source


class Quotation(NamedTuple):
    """Who said what."""

    speaker: str
    words: str
    article: Source


def passages(record: Record, actors: list[str]) -> dict[str, Passage]:
    """For each of these actors the sentence of an article that names it most prominently."""
    found = {}
    for actor, start, end, text, *article in record.rows(_MENTIONS, {"actors": actors})[1]:
        before, after = around(text, start, end)
        found[actor] = Passage(before, text[start:end], after, Source(*article))
    return found


def roles(record: Record, actors: list[str]) -> dict[str, str]:
    """The role in which each of these actors appears most often."""
    return dict(record.rows(_ROLES, {"actors": actors})[1])


def quotations(record: Record, limit: int = 12) -> list[Quotation]:
    """The latest quotations, one a speaker."""
    rows = record.rows(_QUOTES, {"limit": limit})[1]
    return [Quotation(speaker, words, Source(*article)) for speaker, words, *article in rows]


def latest_articles(record: Record, limit: int = 40) -> list[tuple[Any, ...]]:
    """The articles published last: when, title, url, source, language, kind of text, actors."""
    return record.rows(_LATEST, {"limit": limit})[1]


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """The rest of the sentence before and after a place of a text, cut where it is long.

    >>> around("It rained. Mr Gray spoke! Then", 11, 18)
    ('', ' spoke!')
    """
    before, after = text[max(0, start - REACH) : start], text[end : end + REACH]
    cuts = list(re.finditer(rf"{_STOP}[{_CLOSING}\s]+|\n", before))
    if cuts:
        before = before[cuts[-1].end() :]
    elif start > REACH:
        before = "…" + before.partition(" ")[2]
    stop = re.search(rf"{_STOP}[{_CLOSING}]*(?=\s|$)|\n", after)
    if stop:
        after = after[: stop.end()].rstrip("\n")
    elif end + REACH < len(text):
        after = after.rpartition(" ")[0] + "…"
    return before, after
