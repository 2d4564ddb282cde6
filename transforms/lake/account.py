"""Keep the account of a pass: every entry read is known, new or rejected, and every new one is
written, merged, unchanged or a dead letter. A pass that does not balance says so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import apache_beam as beam

from newsbeam.schemas.journey import Listened, Outcome
from newsbeam.schemas.ledger import Poll, Run
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.close_visits import unaccounted
from newsbeam.transforms.feed.schedule import READABLE
from newsbeam.transforms.lake.publish import publish
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of

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


def close_accounts(
    lake: Lake, run: Run, windowed: bool, _: str, accounts: Iterable[Account]
) -> Run:
    """Make the row of a pass visible; in a stream each window is one, begun with its first poll."""
    told = list(accounts)
    run = replace(balance(run, told), finished_at=datetime.now(UTC))
    if windowed:
        run = replace(run, started_at=min(listened.poll.polled_at for listened, _ in told))
    publish(lake, TABLES["runs"], day_of(run.started_at), [run])
    return run


def one_account(account: Account) -> str:
    """All polls of a pass, or of a window, are one account."""
    return "run"


@dataclass
class RecordRun(beam.PTransform):
    """Accounts of polls → one row of `runs` for the pass, or for each window of a stream."""

    lake: Lake
    run: Run
    windowed: bool = False

    def expand(self, accounts: beam.PCollection[Account]) -> beam.PCollection[Run]:
        return (
            accounts
            | "Together" >> beam.GroupBy(one_account)
            | "Publish"
            >> beam.MapTuple(partial(close_accounts, self.lake, self.run, self.windowed))
        )


def day_of_poll(poll: Poll) -> str:
    """The day under which a poll is filed."""
    return day_of(poll.polled_at)


def record_day(lake: Lake, day: str, polls: Iterable[Poll]) -> list[Poll]:
    """Make the polls of one day visible; those that were not there yet."""
    return publish(lake, TABLES["polls"], day, list(polls))


@dataclass
class RecordPolls(beam.PTransform):
    """Finished polls → rows of the coverage ledger."""

    lake: Lake

    def expand(self, polls: beam.PCollection[Poll]) -> beam.PCollection[Poll]:
        return (
            polls
            | "ByDay" >> beam.GroupBy(day_of_poll)
            | "Publish" >> beam.FlatMapTuple(partial(record_day, self.lake))
        )
