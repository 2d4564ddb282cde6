"""Close each visit once everything that it brought is accounted for: validators last.

Visits and the outcomes of their entries meet in a CoGroupByKey, which fires when the window is
complete. Saved any earlier, a validator would hide the entries that a crash had lost. Dead letters
are filed, sightings and the ledger's row written, and only then is anything remembered; what is
found again after a crash finds its rows written.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import apache_beam as beam

from newsbeam.schemas.account import Account, added
from newsbeam.schemas.article import Sighting
from newsbeam.schemas.ids import digest, shard_of
from newsbeam.schemas.journey import Outcome, Visit
from newsbeam.schemas.ledger import READABLE, Poll
from newsbeam.schemas.memory import FeedMemory
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.trouble import Trouble, in_words
from newsbeam.transforms import metrics
from newsbeam.transforms.feed.conditional import MISNAMED
from newsbeam.transforms.feed.memory import AGAIN_AFTER, DamagedMemory, change
from newsbeam.transforms.feed.visit import UNREAD, after_visit, unaccounted
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.letters import DOCUMENTS, file_letters
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, side_by_side
from newsbeam.transforms.lake.tables import day_of, stem_of

POLLS, SIGHTINGS = TABLES["polls"], TABLES["sightings"]

Closed = tuple[Visit, list[Outcome]]


def account_of(visit: Visit, outcomes: Sequence[Outcome]) -> Account:
    """What a visit adds to the account of its run; its entries are counted by its first slice."""
    if visit.is_put_off:
        return Account(left={visit.feed.feed_id: 0})
    if visit.waits_until:
        return Account(feeds_waiting=1, next_due_at=visit.waits_until)
    # An outcome may come twice after a retry: each entry counts once.
    by_entry = {(o.origin.entry_key, o.origin.entry_hash): o.result for o in outcomes}
    results: dict[str, Any] = dict(Counter(by_entry.values()))
    refused = {
        o.origin.entry_key: o.failure.error
        for o in outcomes
        if o.failure and o.failure.step == DOCUMENTS
    }
    left = visit.left + results.pop("waiting", 0)
    lacking = {o.origin.entry_key for o in outcomes if o.result == "written" and o.failure}
    account = Account(
        **results,
        incomplete=len(lacking),
        missing=unaccounted(visit, outcomes),
        left={visit.feed.feed_id: left} if left else {},
        began_at=visit.poll.polled_at,
        document_fields=visit.document_fields,
        refused=dict(Counter(refused.values())),
    )
    if visit.is_counted:
        return account
    new, known, rejected = len(visit.new) + visit.left, len(visit.known), visit.rejected
    account = replace(
        account,
        feeds=int(bool(visit.feed.feed_id)),
        entries=new + known + rejected,
        known=known,
        new=new,
        rejected=rejected,
        put_off=visit.waiting,
    )
    return account if visit.poll.status in READABLE else added(account, failure_of(visit))


def failure_of(visit: Visit) -> Account:
    """What a feed that could not be read adds to the account: that it failed, how, and in words."""
    poll, is_new = visit.poll, visit.memory.failures == 0
    words = in_words(poll.status, poll.http_status, poll.detail)
    trouble = Trouble(visit.feed.name or visit.feed.url, poll.status, words, is_new)
    return Account(
        feeds_failed=1,
        failed_anew=int(is_new),
        failed_as={poll.status: 1},
        troubles=(trouble,),
    )


def sightings_of(visit: Visit, outcomes: Iterable[Outcome]) -> list[Sighting]:
    """The rows that say which articles the feed carried, each with its wording.

    Of a live blog's entries, which are one article, the upper one is the sighting. A page that was
    asked for again in vain is no new sighting.
    """
    rows: dict[str, Sighting] = {}
    for outcome in sorted(outcomes, key=lambda outcome: outcome.origin.entry_key):
        sighting, seen = outcome.origin.sighting, visit.new[outcome.origin.entry_key]
        in_vain = outcome.origin.page_missing and 0 < seen.tries < len(AGAIN_AFTER)
        if sighting is None or outcome.result in ("failed", "waiting"):
            continue
        if outcome.result == "unchanged" and (in_vain or not outcome.revision):
            continue  # without a wording it was forgotten
        upper = rows.get(sighting.article_id)
        if upper is None or sighting.position < upper.position:
            rows[sighting.article_id] = replace(sighting, revision=outcome.revision)
    return list(rows.values())


class _Close(beam.DoFn):
    """Closes the visits of one shard side by side."""

    def __init__(self, step: "CloseVisits") -> None:
        self.lake, self.run_id, self.every_seconds = step.lake, step.run_id, step.every_seconds

    def process(self, met: tuple[str, Mapping[str, Iterable[Any]]]) -> Iterator[Account]:
        metrics.begin("closing")
        outcomes: dict[str, list[Outcome]] = defaultdict(list)
        told = list(met[1]["outcomes"])
        for outcome in told:
            outcomes[outcome.origin.visit_id].append(outcome)
        visits = [(visit, outcomes[visit.visit_id]) for visit in met[1]["visits"]]
        failed = [outcome for outcome in told if outcome.result == "failed"]
        file_letters(self.lake, claims_of(self.lake), failed)
        metrics.count("dead_letters", len({o.failure.failure_id for o in failed if o.failure}))
        yield from (account_of(*closed) for closed in visits)
        # Documents come from no feed: there is nothing to remember of them. Of a visit of which
        # something is missing nothing is remembered either: the next run finishes it.
        done = [
            closed
            for closed in visits
            if closed[0].feed.feed_id and not is_untouched(*closed) and not unaccounted(*closed)
        ]
        quiet: dict[str, list[Poll]] = defaultdict(list)  # rows, by day
        for visit, of_visit in done:
            if not may_close_again(visit):
                quiet[day_of(visit.poll.polled_at)].append(self._row(visit, of_visit))
        for day, polls in quiet.items():
            add_rows(self.lake, POLLS, day, stem_of(POLLS, polls), polls)
        side_by_side(self._write_rows, [closed for closed in done if may_close_again(closed[0])])
        side_by_side(self._remember, [closed for closed in done if not closed[0].is_lost])

    def _row(self, visit: Visit, outcomes: list[Outcome]) -> Poll:
        """The visit's row of the ledger, which says when the feed is due again after all of it."""
        done = {o.origin.entry_key for o in outcomes if o.result != "waiting"}
        new = {key: seen for key, seen in visit.new.items() if key in done}
        after = self._after(visit.memory, replace(visit, new=new, left=0), outcomes)
        is_misnamed = after.misnamed_at == visit.poll.polled_at
        detail = visit.poll.detail or (MISNAMED if is_misnamed else after.why_due) or None
        return replace(visit.poll, next_due_at=after.next_due_at, detail=detail)

    def _write_rows(self, closed: Closed) -> None:
        """Sightings and row of a visit with news: files named by the visit, put where none is."""
        visit, outcomes = closed
        stem, day = digest(visit.visit_id), day_of(visit.poll.polled_at)
        add_rows(self.lake, SIGHTINGS, day, stem, sightings_of(visit, outcomes))
        if not visit.has_row:
            add_rows(self.lake, POLLS, day, stem, [self._row(visit, outcomes)])

    def _remember(self, closed: Closed) -> None:
        visit, outcomes = closed
        with suppress(DamagedMemory):  # since this visit began: the next one says so
            change(self.lake, visit.feed, lambda memory: self._after(memory, visit, outcomes))

    def _after(self, memory: FeedMemory, visit: Visit, outcomes: list[Outcome]) -> FeedMemory:
        now = datetime.now(UTC)
        return after_visit(memory, visit, outcomes, self.every_seconds, self.run_id, now)


def is_untouched(visit: Visit, outcomes: Iterable[Outcome]) -> bool:
    """Whether nothing of the visit is closed: there was none, or its new entries are all left."""
    is_left = visit.left > 0 or bool(visit.new)
    return not visit.is_made or (is_left and all(o.result == "waiting" for o in outcomes))


def may_close_again(visit: Visit) -> bool:
    """Whether another slice, or another run after a crash, may close the same visit: its row then
    needs a file of its own, where those that are closed once share one."""
    return bool(visit.new or visit.left or visit.is_counted) or visit.poll.status in UNREAD


def visit_by_shard(visit: Visit, shards: int) -> tuple[int, Visit]:
    """The visit under its shard."""
    return shard_of(visit.visit_id, shards), visit


def outcome_by_shard(outcome: Outcome, shards: int) -> tuple[int, Outcome]:
    """The outcome under its visit's shard."""
    return shard_of(outcome.origin.visit_id, shards), outcome


def total(accounts: Iterable[Account]) -> Account:
    """The accounts of all visits as one."""
    return reduce(added, accounts, Account())


@dataclass
class CloseVisits(beam.PTransform):
    """Visits and the outcomes of their entries → one account of all, for the pass or the window."""

    lake: Lake
    run_id: str
    every_seconds: float | None = None
    shards: int = 1

    def expand(
        self, met: tuple[beam.PCollection[Visit], beam.PCollection[Outcome]]
    ) -> beam.PCollection[Account]:
        visits, outcomes = met
        return (
            {
                "visits": visits | "VisitsByShard" >> beam.Map(visit_by_shard, self.shards),
                "outcomes": outcomes | "OutcomesByShard" >> beam.Map(outcome_by_shard, self.shards),
            }
            | "Meet" >> beam.CoGroupByKey()
            | "Close" >> beam.ParDo(_Close(self))
            | "Add" >> beam.CombineGlobally(total).without_defaults()
        )
