"""Keep the account of a pass: every entry read is known, new or rejected, and every new one is
written, merged, unchanged or a dead letter. A pass that does not balance says so."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import apache_beam as beam

from newsbeam.schemas.journey import Listened, Outcome
from newsbeam.schemas.ledger import Poll, Run
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.collect.decide import READABLE
from newsbeam.transforms.keep.publish import publish
from newsbeam.transforms.keep.remember import unaccounted
from newsbeam.transforms.keep.storage import Lake
from newsbeam.transforms.keep.tables import day_of

Account = tuple[Listened, tuple[Outcome, ...]]


def balance(run: Run, accounts: Iterable[Account]) -> Run:
    """The run with its counters, `balanced` only if nothing is missing from any poll."""
    polls: list[Poll] = []
    results: Counter[str] = Counter()
    missing = 0
    for listened, outcomes in accounts:
        polls.append(listened.poll)
        missing += unaccounted(listened, outcomes)
        once = {(o.carried.entry_key, o.carried.entry_hash): o.result for o in outcomes}
        results.update(once.values())
    counted = replace(
        run,
        feeds=sum(bool(poll.feed_id) for poll in polls),
        feeds_failed=sum(poll.status not in READABLE for poll in polls),
        entries=sum(poll.items for poll in polls),
        known=sum(poll.known_items for poll in polls),
        rejected=sum(poll.rejected_items for poll in polls),
        new=sum(poll.new_items for poll in polls),
        written=results["written"],
        merged=results["merged"],
        unchanged=results["unchanged"],
        failed=results["failed"],
    )
    read = counted.known + counted.new + counted.rejected == counted.entries
    done = counted.written + counted.merged + counted.unchanged + counted.failed == counted.new
    return replace(counted, balanced=read and done and not missing)


class _Account(beam.DoFn):
    def __init__(self, lake: Lake, run: Run, windowed: bool) -> None:
        self.lake = lake
        self.run = run
        self.windowed = windowed

    def process(self, group: tuple[str, Iterable[Account]]) -> Iterator[Run]:
        accounts = list(group[1])
        run = replace(balance(self.run, accounts), finished_at=datetime.now(UTC))
        if self.windowed:
            run = replace(run, started_at=min(it.poll.polled_at for it, _ in accounts))
        publish(self.lake, TABLES["runs"], day_of(run.started_at), [run])
        yield run


@dataclass
class RecordRun(beam.PTransform):
    """Accounts of polls → one row of `runs` for the pass, or for each window of a stream."""

    lake: Lake
    run: Run
    windowed: bool = False

    def expand(self, accounts: beam.PCollection[Account]) -> beam.PCollection[Run]:
        return (
            accounts
            | "AllOfThem"
            >> beam.Map(lambda account: ("run", account)).with_output_types(tuple[str, Account])
            | "Together" >> beam.GroupByKey()
            | "Publish" >> beam.ParDo(_Account(self.lake, self.run, self.windowed))
        )


class _Publish(beam.DoFn):
    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def process(self, group: tuple[str, Iterable[Poll]]) -> None:
        publish(self.lake, TABLES["polls"], group[0], list(group[1]))


@dataclass
class RecordPolls(beam.PTransform):
    """Finished polls → rows of the coverage ledger."""

    lake: Lake

    def expand(self, polls: beam.PCollection[Poll]) -> beam.PCollection[None]:
        return (
            polls
            | "ByDay"
            >> beam.Map(lambda poll: (day_of(poll.polled_at), poll)).with_output_types(
                tuple[str, Poll]
            )
            | "Together" >> beam.GroupByKey()
            | "Publish" >> beam.ParDo(_Publish(self.lake))
        )
