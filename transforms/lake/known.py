"""Drop the entries that a feed has said before, and note a poll with new ones as unfinished.

The note is made before any work is done. Should the run die, the next one finishes that very poll
from its kept bytes, so every entry keeps the time at which it was first seen, and none is lost.
What the dead run had written already is not fetched again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import apache_beam as beam

from newsbeam.schemas.article import ParsedFeed
from newsbeam.schemas.journey import Listened, NewEntry, Outcome, Parsed, Polled
from newsbeam.schemas.memory import Seen, Unfinished
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms import metrics
from newsbeam.transforms.feed.memory import in_flight, recall, store
from newsbeam.transforms.feed.sorting import MAX_NEW, SortedEntries, sort_entries
from newsbeam.transforms.lake.claims import date_of
from newsbeam.transforms.lake.index import rows_of_day
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of

ARTICLES = TABLES["articles"]
COLUMNS = ("article_id", "revision", "feed_id", "fetched_at", "page_problem")


def written_before(lake: Lake, polled: Polled, new: Iterable[NewEntry]) -> dict[str, Outcome]:
    """Of a poll that is taken up again, what became of the entries that were written, by key.

    An entry that shares its address with others is not looked for: their rows look alike.
    """
    days: dict[str, list[tuple[NewEntry, datetime]]] = defaultdict(list)
    for entry in new:
        date = date_of(lake, entry.article_id)
        if date and entry.carried.entry_key == entry.article_id:
            days[day_of(date)].append((entry, date))
    outcomes = {}
    for day, entries in days.items():
        there = {
            article: revision
            for article, revision, feed, fetched_at, problem in rows_of_day(
                lake, ARTICLES, day, COLUMNS
            )
            if feed == polled.feed.feed_id and fetched_at >= polled.poll.polled_at and not problem
        }
        for entry, date in entries:
            if revision := there.get(entry.article_id):
                outcomes[entry.carried.entry_key] = Outcome(
                    entry.carried, entry.article_id, "unchanged", revision, date
                )
    return outcomes


class _Drop(beam.DoFn):
    """Wires `sort_entries` to the memory in the lake."""

    def __init__(self, lake: Lake, run_id: str, max_items: int) -> None:
        self.lake = lake
        self.run_id = run_id
        self.max_items = max_items

    def process(self, element: Parsed) -> Iterator[NewEntry]:
        polled, parsed = element.polled, element.parsed or ParsedFeed()
        entries, resumed = self._take_up(polled, parsed)
        if entries is None:
            return  # nothing is remembered of this answer: the feed will be asked again
        poll = replace(
            polled.poll,
            items=max(parsed.n_items, len(parsed.entries)),
            new_items=len(entries.new),
            known_items=len(entries.known),
            rejected_items=entries.rejected,
            gap_suspected=entries.nothing_in_common,
            detail=polled.poll.detail or entries.detail,
        )
        metrics.count("entries_new", poll.new_items)
        metrics.count("entries_known", poll.known_items)
        new = {
            entry.carried.entry_key: Seen(
                entry.carried.entry_hash,
                entry.first_seen_at,
                entry.published_at,
                entry.carried.tries,
            )
            for entry in entries.new
        }
        yield beam.pvalue.TaggedOutput(
            "polls",
            Listened(
                polled.poll_id,
                polled.feed,
                poll,
                polled.headers,
                parsed.ttl_minutes,
                new,
                entries.known,
                entries.waiting,
            ),
        )
        done = written_before(self.lake, polled, entries.new) if resumed else {}
        for entry in entries.new:
            outcome = done.get(entry.carried.entry_key)
            yield beam.pvalue.TaggedOutput("done", outcome) if outcome else entry

    def _take_up(self, polled: Polled, parsed: ParsedFeed) -> tuple[SortedEntries | None, bool]:
        """Sort the entries and note the poll as unfinished if any is new, and whether it was
        before. None where this run is at work on another poll of the feed, whose entries would be
        counted twice.
        """
        while True:  # a turn that fails means that another writer got through
            memory, version = recall(self.lake, polled.feed)
            entries = sort_entries(polled, parsed, memory, self.max_items)
            now = datetime.now(UTC)
            other = memory.unfinished
            resumed = bool(other and other.poll.polled_at == polled.poll.polled_at)
            if entries.new and not resumed and in_flight(other, self.run_id, now):
                return None, False
            note = Unfinished(polled.poll, polled.headers, polled.raw_sha256, self.run_id, now)
            if not entries.new or store(self.lake, replace(memory, unfinished=note), version):
                return entries, resumed


@dataclass
class DropKnown(beam.PTransform):
    """Keep the entries that are new or changed (`new`).

    Every poll goes on to `polls`; entries that an interrupted run had written are `done`.
    """

    lake: Lake
    run_id: str
    max_items: int = MAX_NEW  # new entries that are taken of one poll

    def expand(self, parsed: beam.PCollection[Parsed]) -> beam.pvalue.DoOutputsTuple:
        return parsed | beam.ParDo(_Drop(self.lake, self.run_id, self.max_items)).with_outputs(
            "polls", "done", main="new"
        )
