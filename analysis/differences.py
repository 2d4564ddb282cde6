"""What changed: between two wordings of an article, and between two versions of annotations."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

from newsbeam.analysis.query import Answer, Record, as_answer

COLUMNS = ("what", "change", "before", "after")
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?…։][”\"’»)]*(?=\s)|(?=\n)|$)")
_WORDINGS = """
    SELECT revision FROM articles_all WHERE article_id = $article
    GROUP BY revision ORDER BY min(fetched_at), revision
"""
_TEXT = """
    SELECT title, text FROM articles_all WHERE article_id = $article AND revision = $revision
    ORDER BY fetched_at LIMIT 1
"""
# Of each kind of row: its table, what names a row in an article, and what is told of it.
_KINDS = {
    "actor": (
        "actors", "actor_id", "name || coalesce(', ' || role, '') || ' (' || actor_id || ')'",
    ),
    "topic": ("topics", "scheme || ' ' || code", "label || ' (' || code || ')'"),
    "quotation": (
        "quotes", "quote", "coalesce(speaker_name, speaker_text, '?') || ': ' || quote",
    ),
}  # fmt: skip
# Where a row stands in its article, and whom it means: the same place with another id is re-linked.
_PLACES = {
    "actors": ("mentions[1].field || mentions[1].start_char", "actor_id", "kb_version"),
    "topics": ("scheme || code", "scheme || code", "model"),
    "quotes": ("field || start_char", "coalesce(actor_id, speaker_text, '')", "model"),
}


def wordings(record: Record, article: str) -> list[str]:
    """The revisions of an article, the one that was seen first first."""
    return [row["revision"] for row in record.rows(_WORDINGS, {"article": article})]


def between_wordings(record: Record, article: str, before: str, after: str) -> Answer:
    """Sentences, actors, topics and quotations that one wording has and the other has not."""
    rows = [*_of_texts(record, article, before, after)]
    for what in _KINDS:
        one, other = (_told(record, what, article, revision) for revision in (before, after))
        rows += [_row(what, "lost", told, "") for key, told in one.items() if key not in other]
        rows += [_row(what, "added", "", told) for key, told in other.items() if key not in one]
        both = [key for key in one if key in other]
        rows += [_row(what, "changed", one[k], other[k]) for k in both if one[k] != other[k]]
    return as_answer(rows, COLUMNS)


def _row(what: str, change: str, before: str, after: str) -> dict[str, Any]:
    return dict(zip(COLUMNS, (what, change, before, after), strict=True))


def _of_texts(record: Record, article: str, before: str, after: str) -> Iterator[dict[str, Any]]:
    (one,), (other,) = (
        record.rows(_TEXT, {"article": article, "revision": revision})
        for revision in (before, after)
    )
    if one["title"] != other["title"]:
        yield _row("title", "changed", one["title"], other["title"])
    old, new = (_SENTENCE.findall(text["text"]) for text in (one, other))
    for change, i, j, k, m in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if change != "equal":
            word = {"delete": "lost", "insert": "added"}.get(change, "changed")
            yield _row("text", word, " ".join(old[i:j]), " ".join(new[k:m]))


def _told(record: Record, what: str, article: str, revision: str) -> dict[str, str]:
    """What is told of each row of a kind, by its name: as read last."""
    table, key, told = _KINDS[what]
    found = record.rows(
        f"""SELECT {key} AS key, {told} AS told FROM {table}_all
        WHERE article_id = $article AND revision = $revision
        QUALIFY annotated_at IS NULL OR annotated_at = max(annotated_at) OVER ()
        ORDER BY key""",
        {"article": article, "revision": revision},
    )
    return {row["key"]: row["told"] for row in found}


def versions(record: Record) -> list[str]:
    """The versions of newsbeam, models and knowledge that the record's annotations name."""
    found: set[str] = set()
    for table, (_, _, extra) in _PLACES.items():
        for column in {"pipeline_version", "model", extra}:
            rows = record.rows(f"SELECT DISTINCT {column} AS named FROM {table}_all")
            found |= {row["named"] for row in rows if row["named"]}
    return sorted(found)


def between_versions(record: Record, before: str, after: str) -> Answer:
    """By table, source and month, of wordings that both versions read: how many rows are the same,
    added, lost, and re-linked (the same place means another actor)."""
    parts = []
    for table, (place, id, extra) in _PLACES.items():
        parts.append(f"""
    SELECT '{table}' AS "table", source, month, count(*) FILTER (how = 'same') AS same,
           count(*) FILTER (how = 'added') AS added, count(*) FILTER (how = 'lost') AS lost,
           count(*) FILTER (how = 'relinked') AS relinked
    FROM (
        WITH said AS (
            SELECT DISTINCT article_id, revision, source,
                   strftime(published_at, '%Y-%m') AS month, {place} AS place, {id} AS id,
                   list_contains([pipeline_version, model, {extra}], $before) AS is_before,
                   list_contains([pipeline_version, model, {extra}], $after) AS is_after
            FROM {table}_all),
        reread AS (
            SELECT article_id, revision FROM said GROUP BY article_id, revision
            HAVING bool_or(is_before) AND bool_or(is_after)),
        one AS (SELECT * FROM said SEMI JOIN reread USING (article_id, revision) WHERE is_before),
        other AS (SELECT * FROM said SEMI JOIN reread USING (article_id, revision) WHERE is_after)
        SELECT coalesce(one.source, other.source) AS source,
               coalesce(one.month, other.month) AS month,
               CASE WHEN one.place IS NULL THEN 'added' WHEN other.place IS NULL THEN 'lost'
                    WHEN one.id = other.id THEN 'same' ELSE 'relinked' END AS how
        FROM one FULL JOIN other ON one.article_id = other.article_id
             AND one.revision = other.revision AND one.place = other.place)
    GROUP BY source, month""")
    sql = " UNION ALL ".join(parts) + ' ORDER BY "table", source, month'
    return record.answer(sql, {"before": before, "after": after})
