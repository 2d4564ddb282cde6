"""Remember a poll once everything it brought is accounted for: validators last.

Polls and the outcomes of their entries meet in a CoGroupByKey, which fires when the window is
complete. Saved any earlier, a validator would hide the entries that a crash had lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from newsbeam.schemas.journey import Listened, Outcome
from newsbeam.schemas.ledger import Poll
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.feed.memory import AGAIN_AFTER, recall, store, with_entries
from newsbeam.transforms.feed.schedule import remember_poll
from newsbeam.transforms.lake.index import keys_of_day
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of, values

# A poll that was read once, before its run died, and then could not be read again.
UNREAD = ("parse_timeout", "worker_crash", "parse_error", "not_a_feed")
ATTEMPTS = 3
VALIDATORS = ("etag", "last-modified")


def unaccounted(listened: Listened, outcomes: Iterable[Outcome]) -> int:
    """How many of a poll's new entries nothing is known of yet."""
    done = {(outcome.carried.entry_key, outcome.carried.entry_hash) for outcome in outcomes}
    return sum((key, seen.hash) not in done for key, seen in listened.new.items())


def remembered(
    memory: FeedMemory,
    listened: Listened,
    outcomes: Iterable[Outcome],
    every_seconds: float | None,
    recorded: set[Any],
) -> FeedMemory:
    """The feed's memory after a poll; `recorded` are polls whose rows are in the lake already.

    A poll with new entries that cannot be read when it is resumed stays unfinished for a few runs:
    its reader may have been killed by something else.
    """
    note, poll = memory.unfinished, listened.poll
    resumed = note and note.poll.polled_at == poll.polled_at
    if note and resumed and poll.status in UNREAD and note.attempts + 1 < ATTEMPTS:
        return replace(memory, unfinished=replace(note, attempts=note.attempts + 1))
    told = {outcome.carried.entry_key: outcome for outcome in outcomes}
    entries = {key: _seen(seen, told.get(key), poll) for key, seen in listened.new.items()}
    still = {key: memory.entries[key] for key in listened.still if key in memory.entries}
    # Something is left for a later poll: then that must bring the whole feed again.
    late = any(seen.again_at for seen in (*entries.values(), *still.values()))
    left = late or listened.waiting
    headers = {k: v for k, v in listened.headers.items() if not left or k not in VALIDATORS}
    after = remember_poll(
        with_entries(memory, {**still, **entries}),
        poll.status,
        headers,
        listened.ttl_minutes,
        poll.new_items,
        poll.items,
        poll.polled_at,
        every_seconds,
    )
    owed = tuple(old for old in memory.unrecorded if _name(old) not in {*recorded, _name(poll)})
    row = replace(poll, next_due_at=after.next_due_at)
    other = note and note.held_by == poll.run_id and not resumed
    unfinished = note if other else None
    return replace(after, unfinished=unfinished, unrecorded=(*owed, row))


def _seen(seen: Seen, outcome: Outcome | None, poll: Poll) -> Seen:
    """What is remembered of an entry of this poll, and when its page is asked for again, if so."""
    date = (outcome and outcome.published_at) or seen.published_at
    if outcome and outcome.carried.again:
        later = poll.polled_at + AGAIN_AFTER[seen.tries]
        return replace(seen, published_at=date, tries=seen.tries + 1, again_at=later)
    return replace(seen, published_at=date, tries=0, again_at=None)


def _name(poll: Poll) -> tuple[Any, ...]:
    return values(poll, TABLES["polls"].identity)


class _Commit(beam.DoFn):
    def __init__(self, lake: Lake, every_seconds: float | None) -> None:
        self.lake = lake
        self.every_seconds = every_seconds

    def process(self, met: tuple[str, Mapping[str, Iterable[Any]]]) -> Iterator[Poll]:
        outcomes = list(met[1]["outcomes"])
        for listened in met[1]["polls"]:
            yield beam.pvalue.TaggedOutput("accounts", (listened, tuple(outcomes)))
            # Documents come from no feed: there is nothing to remember of them.
            if listened.feed.feed_id and not unaccounted(listened, outcomes):
                yield from self._save(listened, outcomes)

    def _save(self, listened: Listened, outcomes: list[Outcome]) -> Iterator[Poll]:
        """Save the memory; the row that is then owed to the ledger."""
        while True:  # a turn that fails means that another writer got through
            memory, version = recall(self.lake, listened.feed)
            days = {day_of(poll.polled_at) for poll in memory.unrecorded}
            recorded = {key for day in days for key in keys_of_day(self.lake, TABLES["polls"], day)}
            after = remembered(memory, listened, outcomes, self.every_seconds, recorded)
            if store(self.lake, after, version):
                return (row for row in after.unrecorded if _name(row) == _name(listened.poll))


@dataclass
class CommitPolls(beam.PTransform):
    """Polls whose new entries are all accounted for → saved, and their rows (`polls`).

    What became of each poll's entries goes to `accounts`, complete or not.
    """

    lake: Lake
    every_seconds: float | None = None

    def expand(
        self, met: tuple[beam.PCollection[Listened], beam.PCollection[Outcome]]
    ) -> beam.pvalue.DoOutputsTuple:
        polls, outcomes = met
        by_poll = {
            "polls": polls
            | "PollsById"
            >> beam.Map(lambda listened: (listened.poll_id, listened)).with_output_types(
                tuple[str, Listened]
            ),
            "outcomes": outcomes
            | "OutcomesById"
            >> beam.Map(lambda outcome: (outcome.carried.poll_id, outcome)).with_output_types(
                tuple[str, Outcome]
            ),
        }
        return (
            by_poll
            | "Meet" >> beam.CoGroupByKey()
            | "Commit"
            >> beam.ParDo(_Commit(self.lake, self.every_seconds)).with_outputs(
                "accounts", main="polls"
            )
        )
