"""Visit each feed: ask it when it is due, keep the answer as it came, and tell what is new in it.

A visit that an earlier run, or an earlier slice of this one, left unfinished is not asked for again
but finished, from its kept bytes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import shard_of
from newsbeam.schemas.journey import NewEntry, Origin, Outcome, Visit
from newsbeam.schemas.ledger import READABLE
from newsbeam.schemas.slices import Slice
from newsbeam.transforms import metrics
from newsbeam.transforms.feed.selection import Visited, select, size_of, without_entries
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.feed.visitor import Visitor
from newsbeam.transforms.http.fetch import fetcher
from newsbeam.transforms.http.hosts import host_of
from newsbeam.transforms.http.request import FEED_LIMITS, Courtesy, Request
from newsbeam.transforms.lake.batches import is_there, visit_mark
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.letters import withdraw_letters
from newsbeam.transforms.lake.storage import AT_ONCE, Lake, side_by_side
from newsbeam.transforms.page.urls import source_of

HELD = 16  # slices' worth of characters that are held until it is known which entries are taken


def shards_of(feeds: Iterable[Feed], shards: int) -> list[tuple[Feed, ...]]:
    """The feeds in so many parts or fewer: all of a host in one, whose worker keeps its pace.

    >>> feeds = [Feed("1", "https://a.example/1"), Feed("2", "https://www.a.example/2")]
    >>> shards_of(feeds, 8) == [tuple(feeds)]
    True
    """
    parts: dict[int, list[Feed]] = defaultdict(list)
    for feed in feeds:
        parts[shard_of(host_of(feed.url), shards)].append(feed)
    return [tuple(parts[shard]) for shard in sorted(parts)]


def written_before(lake: Lake, entries: Sequence[NewEntry]) -> dict[Origin, Outcome]:
    """Of entries of visits that are taken up again, what became of those that are written.

    Letters about them, which a death may have left open, are closed.
    """
    claims = claims_of(lake)
    found = claims.read({entry.article_id for entry in entries})
    done = {}
    for entry in entries:
        claim, mark = found[entry.article_id], visit_mark(entry.origin)
        for revision, wording in claim.wordings.items():
            if mark in wording.visits and is_there(lake, claim, (entry.article_id, revision)):
                done[entry.origin] = Outcome(entry.origin, entry.article_id, "unchanged", revision)
    withdraw_letters(lake, claims, found, done.values())
    return done


def count_visit(one: Visited) -> Visited:
    """The visit as it is, once it is counted: those of earlier slices are already."""
    visit = one.visit
    metrics.count("feeds_not_due", visit.waits_until is not None)
    if visit.is_made and not visit.is_counted:
        metrics.count("feeds_polled")
        metrics.count("feeds_failed", visit.poll.status not in READABLE)
        metrics.count("entries_new", len(one.entries) + visit.left)
        metrics.count("entries_known", len(visit.known))
    return one


def taken(
    visits: Iterable[Visited],
    shard: tuple[Feed, ...],
    part: Slice,
    is_slow: Callable[[NewEntry], bool],
) -> Iterator[Visited]:
    """The visits with those of their entries that a slice takes."""
    place = {feed.feed_id: n for n, feed in enumerate(shard)}
    held: dict[int, Visited] = {}  # by the feed's place
    room = HELD * part.characters
    for one in visits:
        held[place[one.visit.feed.feed_id]] = one
        room -= size_of(one.entries)
        # The last feeds wait for another slice; the first one, however large, does not.
        while room < 0 and len(full := [n for n, other in held.items() if other.entries]) > 1:
            last = held.pop(max(full))
            room += size_of(last.entries)
            yield without_entries(last)
    yield from select([held[n] for n in sorted(held)], part, is_slow)


class _Poll(beam.DoFn):
    """Visits the feeds of one shard, many side by side."""

    def __init__(self, step: "PollFeeds") -> None:
        self.step = step

    def setup(self) -> None:
        self.fetcher = fetcher(self.step.courtesy)
        source_of("http://a.example")  # loads a list of domains: thirty-two threads would, at once

    def process(self, shard: tuple[Feed, ...]) -> Iterator[Any]:
        metrics.begin("polling")
        step, part = self.step, self.step.slice
        patient = step.every_seconds is None
        visitor = Visitor(
            step.lake, step.run_id, step.max_items, patient, step.goes_on, step.counted, step.back
        )
        visits = map(count_visit, self._visits(visitor, shard))
        if part is None:
            for one in visits:
                yield from self._outputs([one])
        else:
            yield from self._outputs(taken(visits, shard, part, self._is_slow))

    def _visits(self, visitor: Visitor, feeds: tuple[Feed, ...]) -> Iterator[Visited]:
        """Each visit as it is made: those that were left unfinished, then those that are due."""
        todos = visitor.spare_hosts(side_by_side(visitor.plan, feeds))
        if not self.step.goes_on:
            metrics.count("feeds_not_due", todos.count(None))
        yield from (todo for todo in todos if isinstance(todo, Visited))
        requests = [todo for todo in todos if isinstance(todo, Request)]
        unfinished = [todo for todo in todos if isinstance(todo, Feed)]
        part, entries, self.has_news = self.step.slice, 0, False
        while unfinished and (part is None or entries < part.articles):
            now, unfinished = unfinished[:AT_ONCE], unfinished[AT_ONCE:]
            for found in side_by_side(visitor.resume, now):
                if isinstance(found, Request):
                    requests.append(found)
                else:
                    entries += len(found.entries)
                    self.has_news |= bool(found.entries)
                    yield found
        yield from map(visitor.put_off, unfinished)
        # Feeds that are slow do not hold up the news of others: the next slice gets their answers.
        for request, answer in self.fetcher.fetch_all(
            requests,
            FEED_LIMITS,
            lambda response: (visitor.receive(response),),
            may_leave=lambda: part is not None and part.is_local and self.has_news,
            run=self.step.run_id,
        ):
            if answer is None:
                yield visitor.put_off(visitor.asked[request.key][0])
            elif visited := answer[0]:
                self.has_news |= bool(visited.entries)
                yield visited

    def _is_slow(self, new: NewEntry) -> bool:
        """Whether the entry's page was asked for in an earlier slice and is still under way."""
        return self.fetcher.is_left(self.step.run_id, new.entry.url)

    def _outputs(self, visited: Iterable[Visited]) -> Iterator[Any]:
        visited = list(visited)
        resumed = [entry for one in visited if one.is_resumed for entry in one.entries]
        done = written_before(self.step.lake, resumed)
        metrics.count("entries_read", len(done))
        metrics.count("articles_unchanged", len(done))
        for one in visited:
            yield beam.pvalue.TaggedOutput("visits", one.visit)
            for entry in one.entries:
                outcome = done.get(entry.origin)
                yield beam.pvalue.TaggedOutput("outcomes", outcome) if outcome else entry


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
    counted: frozenset[str] = frozenset()  # feeds whose entries earlier slices have counted
    back: int | None = None  # of a back-fill: 0 asks the feeds, more asks a page of older entries

    def expand(self, shards: beam.PCollection[tuple[Feed, ...]]) -> beam.pvalue.DoOutputsTuple:
        return (
            shards
            | "Spread" >> beam.Reshuffle()
            | "Poll"
            >> beam.ParDo(_Poll(self))
            .with_output_types(NewEntry, visits=Visit, outcomes=Outcome)
            .with_outputs("visits", "outcomes", main="new")
        )
