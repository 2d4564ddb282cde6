"""What the news says: who and what is in it and who spoke, each with the words that it rests on."""

import re
from typing import Any

from newsbeam.analysis.query import Record
from newsbeam.analysis.questions import top_actors, top_sources, top_topics

TOP = 15  # rows of a ranking: what is read at a glance
VOICES = 12
LATEST = 40  # articles: two screens
REACH = 160  # characters either side of a name: a sentence of a news text has about 130
_CLOSING = '”»“)"'
# Where a sentence ends. A full stop after one or two letters is an initial or a title, not an end.
_STOP = rf"(?:(?:(?<=\w{{3}})|(?<=[{_CLOSING}]))\.|[!?…։])"

# The role in which an actor is named most often, and the article that names it most prominently.
_EXAMPLES = """
    WITH named AS (
        SELECT *, list_filter(mentions, lambda m: m.field = 'text')[1] AS place
        FROM actors WHERE list_contains($actors, actor_id)),
    best AS (
        SELECT actor_id, arg_max(struct_pack(article_id, revision, place),
                       (salience, published_at, article_id)) FILTER (place IS NOT NULL) AS found
        FROM named GROUP BY actor_id)
    SELECT actor_id, (
            SELECT role FROM named WHERE named.actor_id = best.actor_id AND role IS NOT NULL
            GROUP BY role ORDER BY count(*) DESC, role LIMIT 1) AS role,
           found.place.start AS start, found.place."end" AS "end", text,
           url, title, coalesce(source_name, source) AS source, published_date
    FROM best LEFT JOIN articles
        ON article_id = found.article_id AND revision = found.revision
"""
# People only, one quotation a person and an article, so that the sample shows many voices; what is
# shorter says little without its article.
_VOICES = """
    WITH said AS (
        SELECT quotes.*, role FROM quotes JOIN actors USING (article_id, revision, actor_id)
        WHERE type = 'person' AND kind = 'direct' AND length(quote) BETWEEN 30 AND 300
        QUALIFY row_number() OVER (
            PARTITION BY article_id ORDER BY quotes.confidence DESC, start, actor_id) = 1)
    SELECT quote, speaker_name, role, url, title, coalesce(source_name, said.source) AS source,
           said.published_date
    FROM said JOIN articles USING (article_id, revision)
    QUALIFY row_number() OVER (
        PARTITION BY actor_id ORDER BY said.published_at DESC, article_id) = 1
    ORDER BY said.published_at DESC, article_id LIMIT $limit
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


def found(record: Record) -> dict[str, list[dict[str, Any]]]:
    """The rows of each section."""
    sources = top_sources(record, limit=TOP).to_pylist()
    return {
        "actors": actors(record),
        "topics": top_topics(record, limit=TOP).to_pylist(),
        "quotations": record.rows(_VOICES, {"limit": VOICES}),
        "sources": [row | {"label": row["name"] or row["source"]} for row in sources],
        "latest": record.rows(_LATEST, {"limit": LATEST}),
    }


def actors(record: Record) -> list[dict[str, Any]]:
    """Who is named most, each with a sentence that shows it."""
    rows = top_actors(record, limit=TOP).to_pylist()
    examples = record.rows(_EXAMPLES, {"actors": [row["actor_id"] for row in rows]})
    of = {example["actor_id"]: _passage(example) for example in examples}
    return [row | {"example": of[row["actor_id"]]} for row in rows]


def _passage(example: dict[str, Any]) -> dict[str, Any]:
    """The example with its sentence in three parts; `named` is None where only titles name it."""
    text, start, end = example["text"], example["start"], example["end"]
    if start is None:
        return example | {"named": None}
    before, after = around(text, start, end)
    return example | {"before": before, "named": text[start:end], "after": after}


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
