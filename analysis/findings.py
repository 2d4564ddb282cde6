"""What the news says: who and what is in it and who spoke, each with the words that it rests on."""

import re
from collections import defaultdict
from typing import Any

from newsbeam.analysis.choice import Chosen
from newsbeam.analysis.questions import commonest, top_actors, top_sources
from newsbeam.analysis.views import SURE

TOP = 15  # rows of a ranking: what is read at a glance
VOICES = 12
LATEST = 20  # articles: a screen
TRIED = 5  # articles an actor: the words around its name may be no sentence, but a heading
TELLING = 20  # characters beside a name: fewer say nothing of it
REACH = 160  # characters either side of a name: a sentence of a news text has about 130
_CLOSING = '”»“)"'
# Where a sentence ends. A full stop after one or two letters is an initial or a title, not an end.
_STOP = rf"(?:(?:(?<=\w{{3}})|(?<=[{_CLOSING}]))\.|[!?…։])"

# The role in which an actor is named most often, and the articles that name it most prominently.
_EXAMPLES = """
    WITH named AS (
        SELECT *, list_filter(mentions, lambda m: m.field = 'text')[1] AS place
        FROM actors WHERE list_contains($actors, actor_id)),
    best AS (
        SELECT actor_id, article_id, revision, place, row_number() OVER (
            PARTITION BY actor_id
            ORDER BY place IS NULL, salience DESC, published_at DESC, article_id DESC) AS turn
        FROM named QUALIFY turn <= $tried)
    SELECT actor_id, (
            SELECT role FROM named WHERE named.actor_id = best.actor_id AND role IS NOT NULL
            GROUP BY role ORDER BY count(*) DESC, role LIMIT 1) AS role,
           place.start_char AS start_char, place.end_char AS end_char, text,
           url, title, coalesce(source_name, source) AS source, published_date
    FROM best LEFT JOIN articles USING (article_id, revision) ORDER BY actor_id, turn
"""
# The topmost level of a scheme, and all below it: an article is on a finer topic in the place of
# the one above that, so few of a topic's articles are counted again by a part of it.
_TOPICS = f"""
    SELECT code AS key, {commonest("label")} AS label, level,
           count(DISTINCT article_id) AS articles
    FROM topics GROUP BY scheme, code, level
    QUALIFY row_number() OVER (
        PARTITION BY level = 1 ORDER BY articles DESC, scheme, code) <= $limit
    ORDER BY articles DESC, scheme, code
"""
# People only, and one quotation a person and an article, so that the sample shows many voices; what
# is shorter says little without its article. What several articles have alike is shown from the
# first: the others are copies.
_VOICES = r"""
    WITH said AS (
        SELECT quotes.*, role FROM quotes JOIN actors USING (article_id, revision, actor_id)
        WHERE type = 'person' AND kind = 'direct' AND polarity = 'said'
            AND length(quote) BETWEEN 30 AND 300 AND quotes.confidence >= $sure
        QUALIFY row_number() OVER (
            PARTITION BY article_id ORDER BY quotes.confidence DESC, start_char, actor_id) = 1),
    firsts AS (
        SELECT * FROM said
        QUALIFY row_number() OVER (
            PARTITION BY lower(regexp_replace(quote, '[^\p{L}\p{N}]+', ' ', 'g'))
            ORDER BY published_at, article_id) = 1)
    SELECT quote, speaker_name, role, url, title, coalesce(source_name, firsts.source) AS source,
           firsts.published_date
    FROM firsts JOIN articles USING (article_id, revision)
    QUALIFY row_number() OVER (
        PARTITION BY actor_id ORDER BY firsts.published_at DESC, article_id) = 1
    ORDER BY firsts.published_at DESC, article_id LIMIT $limit
"""
_LATEST = """
    SELECT published_at, url, title, coalesce(source_name, source) AS source, language,
           CASE WHEN text_kind <> 'full' THEN 'text: ' || text_kind END AS less,
           coalesce(named, []) AS named
    FROM articles LEFT JOIN (
        SELECT article_id, list(name ORDER BY salience DESC, name)[:4] AS named
        FROM actors GROUP BY article_id) USING (article_id)
    WHERE published_at <= fetched_at
    ORDER BY published_at DESC, article_id LIMIT $limit
"""


def found(record: Chosen) -> dict[str, list[dict[str, Any]]]:
    """The rows of each section."""
    topics = record.rows(_TOPICS, {"limit": TOP})
    sources = top_sources(record, limit=TOP).to_pylist()
    return {
        "actors": actors(record),
        "topics": [row for row in topics if row["level"] == 1],
        "finer": [row for row in topics if row["level"] > 1],
        "quotations": record.rows(_VOICES, {"limit": VOICES, "sure": SURE}),
        "sources": [
            row | {"key": row["source"], "label": row["name"] or row["source"]} for row in sources
        ],
        "latest": record.rows(_LATEST, {"limit": LATEST}),
    }


def actors(record: Chosen) -> list[dict[str, Any]]:
    """Who is named most, each with a sentence that shows it."""
    rows = top_actors(record, limit=TOP).to_pylist()
    asked = {"actors": [row["actor_id"] for row in rows], "tried": TRIED}
    passages = defaultdict(list)
    for example in record.rows(_EXAMPLES, asked):
        passages[example["actor_id"]].append(_passage(example))
    best = {key: next(filter(_is_telling, tried), tried[0]) for key, tried in passages.items()}
    return [row | {"key": row["actor_id"], "example": best[row["actor_id"]]} for row in rows]


def _passage(example: dict[str, Any]) -> dict[str, Any]:
    """The example with its sentence in three parts; `named` is None where only titles name it."""
    text, start, end = example["text"], example["start_char"], example["end_char"]
    if start is None:
        return example | {"named": None}
    before, after = around(text, start, end)
    return example | {"before": before, "named": text[start:end], "after": after}


def _is_telling(passage: dict[str, Any]) -> bool:
    return passage["named"] and len(passage["before"]) + len(passage["after"]) >= TELLING


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
