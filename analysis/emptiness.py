"""Why an answer has no row, in a sentence: what the lake holds instead."""

import difflib
import re
from typing import Any

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.page import period
from newsbeam.analysis.query import Record
from newsbeam.analysis.questions import commonest
from newsbeam.analysis.views import READY, tables_behind
from newsbeam.schemas.tables import TABLES

SHOWN = 5  # names of a list: what a line has room for

_HELD = f"""
    SELECT source, {commonest("source_name")} AS name, language,
           count(DISTINCT article_id) AS articles
    FROM articles GROUP BY source, language ORDER BY articles DESC, source, language
"""


def why_no_row(record: Record, sql: str) -> str:
    """Why a query has no row: how many rows the views have that it names."""
    said = []
    for view in dict.fromkeys(word.lower() for word in re.findall(r"\w+", sql)):
        if tables_behind(view) and view in READY and view not in TABLES:
            ((n,),) = (row.values() for row in record.rows(f"SELECT count(*) AS n FROM {view}"))
            said.append(f"{view} has {n or 'none'}")
        elif tables_behind(view):
            key = TABLES[view.removesuffix("_all")].key
            spans = f"SELECT count(*) AS n, min({key}) AS a, max({key}) AS z FROM {view}"
            ((n, first, last),) = (row.values() for row in record.rows(spans))
            said.append(f"{view} has {n:,}, {period(first, last)}" if n else f"{view} has none")
    return "; ".join(["no row", *said])


def why_no_answer(record: Record, what: str, asked: dict[str, Any]) -> str:
    """Why a question about `what` (actors, topics, sources) has no answer; `asked` as there."""
    span = record.span("articles")
    within = {name: asked[name] for name in ("since", "until")}
    held = Chosen(record, Choice(**within)).rows(_HELD)
    if not span or not (held or any(within.values())):
        return _why_no_article(record)
    if not held:
        return f"nothing in that period: the lake holds articles {period(*span)}"
    when = " in that period" if any(within.values()) else ""
    source, language = asked["source"], asked["language"]
    of_source = [row for row in held if row["source"] == source or not source]
    if not of_source:
        return f'no source "{source}"{when}: {_nearest(source, held)}'
    found = [row for row in of_source if row["language"] == language or not language]
    if not found:
        there = sorted({row["language"] for row in of_source if row["language"]})
        whose = source or "the lake"
        return f'no article in "{language}"{when}: {whose} has {", ".join(there)} (ISO 639-1)'
    articles = sum(row["articles"] for row in found)
    sure = asked["min_confidence"]
    so_sure = f" that are so sure ({sure:g} or more)" if sure else ""
    return f"no {what}{so_sure} in {articles:,} article{'s' * (articles != 1)}{when}"


def _why_no_article(record: Record) -> str:
    polled = record.span("polls")
    if not polled:
        return "no article yet, and no feed was asked for any: newsbeam run does that"
    return (
        f"no article yet, though feeds were polled {period(*polled)}: newsbeam query"
        ' "SELECT source, status, detail FROM polls" says what they answered'
    )


def _nearest(source: str, held: list[dict[str, Any]]) -> str:
    """The source whose domain or name is nearest to a word, else some that there are."""
    slugs = list(dict.fromkeys(row["source"] for row in held))
    names = {row["source"]: row["name"] for row in held}
    alike = [slug for slug in slugs if (names[slug] or "").lower() == source.lower()]
    if len(alike) > 1:
        return f"{len(alike)} sources have that name: {', '.join(alike[:SHOWN])}"
    spelt = {word.lower(): slug for slug in slugs for word in (slug, names[slug]) if word}
    within = [slug for word, slug in spelt.items() if source.lower() in word]
    near = difflib.get_close_matches(source.lower(), spelt, n=1)
    if within or near:
        slug = spelt[near[0]] if near else within[0]
        name = f" ({names[slug]})" if names[slug] else ""
        return f"the nearest is {slug}{name}"
    return f"there are {len(slugs):,}, e.g. {', '.join(slugs[:SHOWN])}"
