"""Visit each feed: ask it when it is due, keep the answer as it came, and tell what is new in it.

A visit that an earlier run, or an earlier slice of this one, left unfinished is not asked for again
but finished, from its kept bytes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import digest
from newsbeam.schemas.journey import NewEntry, Outcome, Visit
from newsbeam.schemas.ledger import Poll
from newsbeam.schemas.memory import FeedMemory, Seen, Unfinished
from newsbeam.schemas.slices import Slice
from newsbeam.transforms import metrics
from newsbeam.transforms.feed.memory import DamagedMemory, change, is_held, recall
from newsbeam.transforms.feed.schedule import READABLE, is_due, validators
from newsbeam.transforms.feed.sorting import MAX_NEW, sort_entries, visit_id
from newsbeam.transforms.feed.visit import (
    UNREAD,
    counted,
    headers_of,
    ledger_row,
    lost_visit,
    read_entries,
    without_validators,
)
from newsbeam.transforms.http.fetch import FEED_LIMITS, Courtesy, Request, Response, fetcher
from newsbeam.transforms.http.hosts import host_of
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.batches import is_there, visit_mark
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.storage import AT_ONCE, Lake, NotThere, side_by_side
from newsbeam.transforms.page.urls import source_of

Visited = tuple[Visit, tuple[NewEntry, ...]]  # a visit with all of its new entries


def shards_of(feeds: Iterable[Feed], shards: int) -> list[tuple[Feed, ...]]:
    """The feeds in so many parts or fewer: all of a host in one, whose worker keeps its pace.

    >>> feeds = [Feed("1", "https://a.example/1"), Feed("2", "https://www.a.example/2")]
    >>> shards_of(feeds, 8) == [tuple(feeds)]
    True
    """
    parts: dict[int, list[Feed]] = defaultdict(list)
    for feed in feeds:
        parts[int(digest(host_of(feed.url), length=8), 16) % shards].append(feed)
    return [tuple(parts[shard]) for shard in sorted(parts)]


def taken(visited: Visited, most: int, characters: int) -> Visited:
    """The visit with those of its new entries that there is room for; the others are left."""
    visit, entries = visited
    kept: list[NewEntry] = []
    for entry in entries[:most]:
        characters -= len(entry.entry.content) + len(entry.entry.summary)
        if kept and characters < 0:
            break
        kept.append(entry)
    new = {entry.origin.entry_key: visit.new[entry.origin.entry_key] for entry in kept}
    return replace(visit, new=new, left=len(entries) - len(kept)), tuple(kept)


def written_before(lake: Lake, entries: Iterable[NewEntry]) -> dict[str, Outcome]:
    """Of entries of a visit that is taken up again, what became of those that are written."""
    claims = claims_of(lake).read({entry.article_id for entry in entries})
    done = {}
    for entry in entries:
        claim, mark = claims[entry.article_id], visit_mark(entry.origin)
        for revision, wording in claim.wordings.items():
            if mark in wording.visits and is_there(lake, claim, (entry.article_id, revision)):
                done[entry.origin.entry_key] = Outcome(
                    entry.origin, entry.article_id, "unchanged", revision
                )
    return done


class _Poll(beam.DoFn):
    """Visits the feeds of one shard, many side by side."""

    def __init__(self, step: "PollFeeds") -> None:
        self.lake, self.courtesy, self.run_id = step.lake, step.courtesy, step.run_id
        self.max_items, self.patient = step.max_items, step.every_seconds is None
        self.slice, self.goes_on = step.slice, step.goes_on

    def setup(self) -> None:
        self.fetcher = fetcher(self.courtesy)
        source_of("http://a.example")  # loads a list of domains: sixteen threads would, at once

    def start_bundle(self) -> None:
        if self.slice:
            self.articles, self.characters = self.slice.articles, self.slice.characters

    def process(self, shard: tuple[Feed, ...]) -> Iterator[Any]:
        self.now = datetime.now(UTC)
        self.feeds = {feed.feed_id: feed for feed in shard}
        self.memories: dict[str, FeedMemory] = {}  # of feeds to be asked, without their entries
        unfinished: list[Feed] = []
        requests: list[Request] = []
        for feed, todo in zip(
            self.feeds.values(), side_by_side(self._todo, self.feeds.values()), strict=True
        ):
            if isinstance(todo, Visit):
                yield from self._outputs((todo, ()))
            elif isinstance(todo, Request):
                requests.append(todo)
            elif todo:
                unfinished.append(feed)
        for n in range(0, len(unfinished), AT_ONCE):
            if self.slice and self.articles <= 0:
                yield from map(self._put_off, unfinished[n:])
                break
            for resumed in side_by_side(self._resume, unfinished[n : n + AT_ONCE]):
                if isinstance(resumed, Request):
                    requests.append(resumed)
                else:
                    yield from self._outputs(resumed, is_resumed=True)
        for _, visited in self.fetcher.fetch_all(requests, FEED_LIMITS, self._receive):
            if visited:
                yield from self._outputs(visited)

    def _todo(self, feed: Feed) -> Visit | Request | bool:
        """What is to be done about a feed: nothing (False), ask it, finish a visit (True), or say
        that its memory is damaged."""
        try:
            memory, _ = recall(self.lake, feed)
        except DamagedMemory as error:
            return lost_visit(feed, self.now, self.run_id, str(error))
        if memory.unfinished:
            return self.goes_on or not is_held(memory.unfinished, self.run_id, self.now)
        if self.goes_on or not is_due(memory, self.now, self.patient):
            return False
        self.memories[feed.feed_id] = replace(memory, entries={}, unfinished=None)
        return self._request(feed, memory)

    def _request(self, feed: Feed, memory: FeedMemory) -> Request:
        etag, last_modified = validators(memory, self.now)
        return Request(feed.feed_id, feed.url, etag, last_modified, obey_robots=False)

    def _receive(self, response: Response) -> Visited | None:
        """Keep the answer, note the visit, read and sort its entries; called where it arrives."""
        feed = self.feeds[response.request.key]
        poll = ledger_row(feed, response, self.now, self.run_id)
        headers = headers_of(feed, response)
        memory = self.memories.get(feed.feed_id) or FeedMemory(feed.feed_id, feed.url)
        if response.body and response.status in ("ok", "truncated"):
            sha256 = raw.keep(self.lake, response.body)
            poll = replace(poll, raw_sha256=sha256)
            note = Unfinished(poll, headers, sha256, self.run_id, datetime.now(UTC))

            def noted(memory: FeedMemory) -> FeedMemory:
                other = memory.unfinished
                # Another visit of this very run is still on its way: its entries are not counted
                # twice, and nothing is remembered of this answer.
                held = is_held(other, self.run_id, self.now) and other != note
                return memory if held else replace(memory, unfinished=note)

            memory = change(self.lake, feed, noted)
            if memory.unfinished != note:
                return None
        return self._sorted(feed, poll, headers, response.body, memory, is_counted=False)

    def _resume(self, feed: Feed) -> Visited | Request:
        """A visit that was left unfinished, or the request for a new one: where its bytes are gone,
        or it brought no news and only its row may be missing."""
        memory, _ = recall(self.lake, feed)
        note = memory.unfinished
        if note is None:
            return self._request(feed, memory)
        with suppress(NotThere):  # somebody tidied up
            body = raw.fetch(self.lake, note.raw_sha256)
            is_counted = note.is_counted and note.held_by == self.run_id
            visit, entries = self._sorted(feed, note.poll, note.headers, body, memory, is_counted)
            if note.is_counted:
                return replace(visit, poll=note.poll), entries
            if entries or visit.poll.status in UNREAD:
                return visit, entries
        change(self.lake, feed, lambda memory: replace(memory, unfinished=None))
        return self._request(feed, memory)

    def _sorted(
        self,
        feed: Feed,
        poll: Poll,
        headers: dict[str, str],
        body: bytes,
        memory: FeedMemory,
        is_counted: bool,
    ) -> Visited:
        poll, parsed = read_entries(poll, headers, body, feed)
        entries = sort_entries(feed, poll.polled_at, parsed, memory, self.max_items)
        new = {}
        for entry in entries.new:
            before = memory.entries.get(entry.origin.entry_key)
            tries = before.tries if before else 0
            new[entry.origin.entry_key] = Seen(entry.origin.entry_hash, entry.first_seen_at, tries)
        if entries.waiting or any(memory.entries[key].again_at for key in entries.known
                                  if key in memory.entries):  # fmt: skip
            headers = without_validators(headers)
        visit = Visit(
            visit_id(feed.feed_id, poll.polled_at),
            feed,
            counted(poll, parsed, entries),
            replace(memory, entries={}, unfinished=None),
            headers,
            parsed.ttl_minutes,
            new,
            entries.known,
            entries.rejected,
            is_counted=is_counted,
        )
        return visit, entries.new

    def _outputs(self, visited: Visited, is_resumed: bool = False) -> Iterator[Any]:
        """The visit and its entries as the step's outputs, as many as the slice has room for."""
        visit, entries = visited
        if not visit.is_counted:
            metrics.count("feeds_polled", not is_resumed)
            metrics.count("feeds_failed", visit.poll.status not in READABLE)
            metrics.count("entries_new", len(entries))
            metrics.count("entries_known", len(visit.known))
        if self.slice:
            share = min(self.slice.share(len(self.feeds)), max(self.articles, 0))
            visit, entries = taken(visited, share, self.characters)
            self.articles -= len(entries)
            self.characters -= sum(len(entry.entry.content) for entry in entries)
        done = written_before(self.lake, entries) if is_resumed else {}
        yield beam.pvalue.TaggedOutput("visits", visit)
        for entry in entries:
            outcome = done.get(entry.origin.entry_key)
            yield beam.pvalue.TaggedOutput("outcomes", outcome) if outcome else entry

    def _put_off(self, feed: Feed) -> Any:
        """A visit that is left unfinished as it is: another slice looks at it."""
        visit = replace(lost_visit(feed, self.now, self.run_id, ""), is_put_off=True)
        return beam.pvalue.TaggedOutput("visits", visit)


@dataclass
class PollFeeds(beam.PTransform):
    """Shards of feeds → their new entries, the `visits` made, and `outcomes` of entries that were
    written before."""

    lake: Lake
    courtesy: Courtesy
    run_id: str
    max_items: int = MAX_NEW  # new entries that are taken of one visit
    every_seconds: float | None = 0.0  # None: each feed's own interval is waited for
    slice: Slice | None = None  # None: all at once, where a runner holds no more than it must
    goes_on: bool = False  # only with what earlier slices of this run have begun

    def expand(self, shards: beam.PCollection[tuple[Feed, ...]]) -> beam.pvalue.DoOutputsTuple:
        return (
            shards
            | "Spread" >> beam.Reshuffle()
            | "Poll" >> beam.ParDo(_Poll(self)).with_outputs("visits", "outcomes", main="new")
        )
