"""Take an article or a source out of every place of a lake, and keep it out.

The tombstone comes first, so nothing is brought back while this is at work. Then goes what is found
by way of the articles' rows, and these rows last: who is killed finds all of it again. The run lock
is held; a writer that was paused meanwhile finds the names of its files taken.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.memory import FeedMemory
from newsbeam.schemas.tables import TABLES, Table, annotation_tables
from newsbeam.schemas.wire import iso
from newsbeam.transforms.feed import memory
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.batches import seal
from newsbeam.transforms.lake.claims import Claim, Claims
from newsbeam.transforms.lake.forgotten import keep_out, take_out
from newsbeam.transforms.lake.storage import Lake, side_by_side
from newsbeam.transforms.lake.tables import day_of, days_of, files_of, read_columns
from newsbeam.transforms.page.urls import source_of
from newsbeam.transforms.read_lake import rows_of_day

ARTICLES, POLLS, SIGHTINGS = TABLES["articles"], TABLES["polls"], TABLES["sightings"]
FAILURES = TABLES["failures"]
PART = 500  # articles whose claims are changed at once
LOOKED_AT = ("article_id", "source", "feed_id", "raw_sha256", "fetched_at")


@dataclass
class _Gone:
    """What is to go: articles with their days, the bytes of their pages, the feeds they came by."""

    source: str
    articles: set[str]
    days: set[str] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    carriers: set[str] = field(default_factory=set)  # feeds that showed them
    feeds: set[str] = field(default_factory=set)  # feeds of the source itself


def forget(lake: Lake, articles: Collection[str], source: str = "") -> Counter[str]:
    """Forget articles by their ids, or all of a source; what was removed, counted by place.

    The caller holds the lake. Run again after a kill it goes on. Raises DamagedFile for a file that
    cannot be read: what is in it nobody knows.
    """
    now, removed = iso(datetime.now(UTC)), Counter[str]()
    for article in articles:
        keep_out(lake, "article", article, now)
    if source:
        keep_out(lake, "source", source, now)
    claims, gone = Claims(lake), _Gone(source, set(articles))
    _find(lake, claims, gone)
    _seal(lake, claims, gone)

    def is_gone(row: Any) -> bool:
        return row.article_id in gone.articles or bool(source and row.source == source)

    # Each is found by way of those that go after it.
    removed["failures"] = _letters(lake, claims, gone)
    removed["feed memory"] = sum(side_by_side(partial(_memory, lake, gone), sorted(gone.carriers)))
    removed["raw bytes"] = _bytes(lake, gone)
    if source:
        removed["polls"] = _rows(lake, POLLS, (), lambda row: row.source == source)
    removed["sightings"] = _rows(lake, SIGHTINGS, (), lambda row: row.article_id in gone.articles)
    for name in (*annotation_tables(), "nothing_found"):
        removed[name] = _rows(lake, TABLES[name], () if source else gone.days, is_gone)
    removed["claims"] = _claims(claims, gone)
    removed["articles"] = _rows(lake, ARTICLES, gone.days, is_gone)
    return removed


def _in_parts(articles: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(articles)
    return (ordered[start : start + PART] for start in range(0, len(ordered), PART))


def _seal(lake: Lake, claims: Claims, gone: _Gone) -> None:
    """Take the names of files that somebody was to write, who may only be paused."""
    for part in _in_parts(gone.articles):
        for claim in claims.read(part).values():
            for wording in claim.wordings.values():
                if claim.date and wording.batch:
                    seal(lake, day_of(claim.date), wording.batch)


def _find(lake: Lake, claims: Claims, gone: _Gone) -> None:
    """Find the articles' rows: of an article under its claim's day, else on every day."""
    dates = [claim.date for claim in claims.read(gone.articles).values()]
    gone.days |= {day_of(date) for date in dates if date}
    days = days_of(lake, ARTICLES) if gone.source or None in dates else sorted(gone.days)
    for day, row in _columns(lake, ARTICLES, days, LOOKED_AT):
        article, source, feed, sha256, fetched_at = row
        if article in gone.articles or (gone.source and source == gone.source):
            gone.articles.add(article)
            gone.days.add(day)
            gone.carriers |= {feed} if feed else set()
            if sha256:
                gone.pages.add(raw.name_of(sha256, fetched_at))
    days = days_of(lake, SIGHTINGS)
    for _, (article, feed) in _columns(lake, SIGHTINGS, days, ("article_id", "feed_id")):
        gone.carriers |= {feed} if article in gone.articles else set()
    if gone.source:
        for _, (source, feed) in _columns(lake, POLLS, days_of(lake, POLLS), ("source", "feed_id")):
            gone.feeds |= {feed} if source == gone.source else set()
        gone.carriers |= gone.feeds


def _columns(
    lake: Lake, table: Table, days: Iterable[str], columns: Sequence[str]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Each row of these days, as its day and the values of the columns."""
    for day in days:
        for name in files_of(lake, table, day):
            for row in read_columns(lake, name, columns):
                yield day, row


def _rows(lake: Lake, table: Table, days: Collection[str], is_gone: Callable[[Any], bool]) -> int:
    """Take rows out of a table's files of these days, or of all; how many went."""
    within = sorted(days) or days_of(lake, table)
    files = [name for day in within for name in files_of(lake, table, day)]
    return sum(side_by_side(lambda name: take_out(lake, table, name, is_gone), files))


def _letters(lake: Lake, claims: Claims, gone: _Gone) -> int:
    """Delete the open letters of these articles and of the source's feeds; first in the claims."""
    names, articles = [], set()
    for day in days_of(lake, FAILURES):
        for row in rows_of_day(day, lake, FAILURES):
            of_source = gone.source and (
                row.feed_id in gone.feeds or (row.url and source_of(row.url) == gone.source)
            )
            if row.article_id in gone.articles or of_source:
                articles |= {row.article_id} if row.article_id else set()
                names.append(f"{FAILURES.name}/{FAILURES.key}={day}/{row.failure_id}.parquet")
    for part in _in_parts(articles):
        claims.change(part, lambda _, claim: replace(claim, letters={}))
    side_by_side(lake.delete, names)
    return len(names)


def _memory(lake: Lake, gone: _Gone, feed_id: str) -> int:
    """Forget what is remembered of a feed of the source, or by which address of an article; that an
    entry was seen stays, or it would be read at each visit."""
    if feed_id in gone.feeds:
        is_there = lake.read_versioned(memory.name_of(feed_id))[0] is not None
        lake.delete(memory.name_of(feed_id))
        return int(is_there)
    found = 0

    def after(known: FeedMemory) -> FeedMemory:
        nonlocal found
        ours = {k for k, seen in known.entries.items() if article_id(seen.url) in gone.articles}
        found = len(ours)
        entries = {
            key: replace(seen, name="", url="") if key in ours else seen
            for key, seen in known.entries.items()
        }
        return replace(known, entries=entries)

    if lake.read_versioned(memory.name_of(feed_id))[0] is not None:
        memory.change(lake, Feed(feed_id, ""), after)
    return found


def _bytes(lake: Lake, gone: _Gone) -> int:
    """Delete the kept bytes of the pages, and of every answer of a feed that showed the article."""
    names = set(gone.pages)
    polled = ("feed_id", "raw_sha256", "polled_at")
    for _, (feed, sha256, at) in _columns(lake, POLLS, days_of(lake, POLLS), polled):
        if sha256 and feed in gone.carriers:
            names.add(raw.name_of(sha256, at))
    kept = {name for folder in lake.folders("raw") for name in lake.list(folder)}
    side_by_side(lake.delete, sorted(names & kept))
    return len(names & kept)


def _claims(claims: Claims, gone: _Gone) -> int:
    """Empty the articles' claims: no date, no wording, no letter."""
    changed = 0
    for part in _in_parts(gone.articles):
        before = claims.read(part)
        known = [article for article in part if before[article] != Claim()]
        claims.change(known, lambda _, __: Claim())
        changed += len(known)
    return changed
