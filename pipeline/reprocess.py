"""Annotate again what is in the lake, from its stored text, day by day and in parts.

The rows of a part go into files named by who reads and what is read: a name that is taken is a part
that is done. So a run that was killed goes on where it stopped, and two at once add nothing twice.
Where nothing is found, a row of `nothing_found` says so: the views would show older ones.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsbeam.pipeline.news import Plan
from newsbeam.schemas.annotations import NothingFound
from newsbeam.schemas.article import Article
from newsbeam.schemas.ids import digest
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.slices import in_parts
from newsbeam.schemas.tables import TABLES, Table, usual_annotations
from newsbeam.transforms import metrics
from newsbeam.transforms.enrich_articles import enrich
from newsbeam.transforms.lake.batches import ARTICLES, KEY
from newsbeam.transforms.lake.forgotten import take_out
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import (
    day_of,
    days_of,
    file_name,
    files_of,
    read_columns,
    to_parquet,
    values,
)
from newsbeam.transforms.read_lake import rows_of_day
from newsbeam.transforms.text.reading import columns_of

PART = 64  # articles whose rows become visible together: some 5 s of work are lost by a kill
CHARACTERS = 4_000_000  # of a part: 64 usual articles have 260,000
HALF = 16  # hex digits of each half of a file's name: who read, and what
NOTHING = TABLES["nothing_found"]
Key = tuple[str, ...]  # article_id, revision
Readings = dict[str, dict[Key, datetime]]  # by annotation table: what this reader read, and when
ASKED = ("published_at", "source", "language")  # of an article, to tell whether it is read again


@dataclass(frozen=True)
class Span:
    """Which articles are read again."""

    since: datetime | None = None
    until: datetime | None = None  # not included
    source: str | None = None
    language: str | None = None

    def has(self, published_at: datetime, source: str, language: str | None) -> bool:
        """Whether an article of these is one of them."""
        return (
            (self.since is None or published_at >= self.since)
            and (self.until is None or published_at < self.until)
            and self.source in (None, source)
            and self.language in (None, language)
        )

    def days(self, lake: Lake) -> list[str]:
        """The days on which they are, as YYYY-MM-DD."""
        first = day_of(self.since) if self.since else ""
        last = day_of(self.until) if self.until else "9999-12-31"
        return days_of(lake, ARTICLES, first, last)

    def articles(self, lake: Lake, day: str) -> Iterator[Article]:
        """Those of a day, file by file."""
        for article in rows_of_day(day, lake, ARTICLES):
            if self.has(article.published_at, article.source, article.language):
                yield article

    def keys(self, lake: Lake, day: str) -> Iterator[Key]:
        """Which those of a day are; their texts are not read."""
        for file in files_of(lake, ARTICLES, day):
            for *key, published_at, source, language in read_columns(lake, file, (*KEY, *ASKED)):
                if self.has(published_at, source, language):
                    yield tuple(key)


def reader_of(plan: Plan) -> str:
    """Who reads, as the first half of the names of files: version, model, knowledge, own topics."""
    layers = [part for one in plan.layers for part in (one.of, one.text)]
    run = plan.run
    return digest("reprocess", run.pipeline_version, run.model, run.kb_version, *layers)[:HALF]


def reprocess(plan: Plan, span: Span, replaces: bool, stop: threading.Event) -> Counter[str]:
    """Read the articles of the span again until `stop` is set; what was done, counted."""
    done: Counter[str] = Counter()
    for day in span.days(plan.lake):
        there = _read_at(plan, day)
        for part in in_parts(
            span.articles(plan.lake, day), PART, lambda a: len(a.text), CHARACTERS
        ):
            if stop.is_set():
                return done
            done += _read_part(plan, day, part, there)
        if replaces:
            done["replaced"] += _take_out_older(plan, span, day)
    return done


def _tables(plan: Plan) -> tuple[str, ...]:
    return plan.tables or usual_annotations()


def _files(plan: Plan, table: Table, day: str) -> list[str]:
    """The files of this reader."""
    begins = file_name(table, day, reader_of(plan)).removesuffix(".parquet")
    return [name for name in files_of(plan.lake, table, day) if name.startswith(begins)]


def _read_part(plan: Plan, day: str, part: Sequence[Article], there: Readings) -> Counter[str]:
    """Read what of a part is not read yet, and make its rows visible, table by table."""
    lacking = [a for a in part if any(_key(a) not in keys for keys in there.values())]
    asked = (AnnotatedArticle(article, ()) for article in lacking)
    read = list(enrich(asked, plan.model, plan.layers, plan.tables))
    for name, keys in there.items():
        new = [one for one in read if name not in one.problems and _key(one.article) not in keys]
        found = [row for one in new for row in one.annotations[name]]
        nothing = [_nothing(plan, one.article, name) for one in new if not one.annotations[name]]
        _put(plan, TABLES[name], day, name, found)
        _put(plan, NOTHING, day, name, nothing)
    metrics.count("entries_enriched", len(part))
    failed = sum(bool(one.problems) for one in read)
    return Counter(articles=len(part), read=len(read) - failed, failed=failed)


def _key(row: Any) -> Key:
    return values(row, KEY)


def _put(plan: Plan, table: Table, day: str, found_for: str, rows: Sequence[Any]) -> None:
    """Make the rows of whole articles visible, unless they are."""
    keys = sorted({" ".join(_key(row)) for row in rows})
    what = digest(found_for, *keys)[:HALF]
    if rows:
        name = file_name(table, day, reader_of(plan) + what)
        plan.lake.put_new(name, to_parquet(table, rows))


def _nothing(plan: Plan, article: Article, table: str) -> NothingFound:
    """The row that says that nothing was found in an article."""
    return NothingFound(
        **columns_of(article),
        looked_for=table,
        model=plan.run.model,
        pipeline_version=plan.run.pipeline_version,
        annotated_at=datetime.now(UTC),
        kb_version=plan.run.kb_version,
    )


def _take_out_older(plan: Plan, span: Span, day: str) -> int:
    """Take the rows out that are older than this reader's, of what it has read; how many went."""
    asked, gone = set(span.keys(plan.lake, day)), 0
    since = _read_at(plan, day)
    for name in _tables(plan):
        for table, of in ((TABLES[name], None), (NOTHING, name)):
            is_gone = _older({key: since[name][key] for key in since[name].keys() & asked}, of)
            files = set(files_of(plan.lake, table, day)) - set(_files(plan, table, day))
            gone += sum(take_out(plan.lake, table, file, is_gone) for file in sorted(files))
    return gone


def _read_at(plan: Plan, day: str) -> Readings:
    """When this reader has read each article of a day, by table."""
    at: Readings = {name: {} for name in _tables(plan)}
    for name, times in at.items():
        for file in _files(plan, TABLES[name], day):
            for *key, time in read_columns(plan.lake, file, (*KEY, "annotated_at")):
                times[tuple(key)] = time
    for file in _files(plan, NOTHING, day):
        for *key, name, time in read_columns(plan.lake, file, (*KEY, "looked_for", "annotated_at")):
            at.get(name, {})[tuple(key)] = time
    return at


def _older(times: dict[Key, datetime], looked_for: str | None) -> Callable[[Any], bool]:
    """Whether a row was made before its article was read at these times."""

    def is_older(row: Any) -> bool:
        time = times.get(_key(row))
        is_of_table = looked_for is None or row.looked_for == looked_for
        is_before = time is not None and (row.annotated_at is None or row.annotated_at < time)
        return is_of_table and is_before

    return is_older
