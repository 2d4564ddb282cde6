"""The barrier and the balance: nothing is remembered before it is written and accounted for."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from hypothesis import given
from hypothesis import strategies as st

import made
from graphs import expect, graph
from lake_rows import doubled, rows
from newsbeam.schemas.account import Account, added, balanced
from newsbeam.schemas.journey import Outcome, Visit
from newsbeam.schemas.ledger import READABLE, Run
from newsbeam.schemas.memory import FeedMemory
from newsbeam.schemas.trouble import Trouble
from newsbeam.transforms.close_visits import CloseVisits, account_of, sightings_of
from newsbeam.transforms.feed.memory import change, name_of, recall
from newsbeam.transforms.lake.storage import Lake
from racers import StagedLake, dies_at


def run_of(*closed: tuple[Visit, list[Outcome]]) -> Run:
    """The row of a run that closed these visits."""
    account = Account()
    for visit, outcomes in closed:
        account = added(account, account_of(visit, outcomes))
    return balanced(made.run(), account)


def close(lake: Lake, *visits: Visit, outcomes: list[Outcome], **said: Any) -> None:
    """Visits and outcomes through the step."""
    with graph() as p:
        met = (p | "v" >> beam.Create(visits), p | "o" >> beam.Create(outcomes))
        _ = met | CloseVisits(lake, "r", 0.0, **said)


def test_the_balance_holds_when_every_entry_has_one_outcome():
    brought = [made.read(n) for n in range(3)]
    results = ("written", "unchanged", "failed")
    told = [o for a, r in zip(brought, results, strict=True) for o in made.outcomes(a, r)]
    run = run_of((made.visit(*brought, known=("k",), rejected=2), told))
    assert run.balanced
    assert (run.feeds, run.entries, run.known, run.rejected, run.new) == (1, 6, 1, 2, 3)
    assert (run.written, run.unchanged, run.failed, run.merged) == (1, 1, 1, 0)


@pytest.mark.parametrize("lost", [0, 1])
def test_the_balance_does_not_hold_when_an_entry_is_lost(lost: int):
    brought = [made.read(1), made.read(2)]
    assert not run_of((made.visit(*brought), made.outcomes(brought[1 - lost]))).balanced


def test_an_outcome_told_twice_counts_once():
    one = made.read(1)
    run = run_of((made.visit(one), made.outcomes(one) * 2))
    assert (run.balanced, run.written) == (True, 1)


def test_entries_that_are_left_for_the_next_run_count_as_rejected_in_this_one():
    one, waits = made.read(1), made.read(2)
    told = made.outcomes(one) + made.outcomes(waits, "waiting")
    run = run_of((made.visit(one, waits, left=5), told))
    assert (run.balanced, run.entries, run.new, run.rejected, run.written) == (True, 7, 1, 6, 1)
    assert run.put_off == 6


def test_entries_over_the_limit_count_as_rejected_and_as_put_off():
    one = made.read(1)
    run = run_of((made.visit(one, rejected=3, waiting=2), made.outcomes(one)))
    assert (run.balanced, run.entries, run.new, run.rejected, run.put_off) == (True, 4, 1, 3, 2)


def test_entries_are_counted_by_the_first_slice_alone():
    one, two = made.read(1), made.read(2)
    first = made.visit(one, left=1), made.outcomes(one)
    second = made.visit(two, is_counted=True, known=("k",)), made.outcomes(two)
    account = added(account_of(*first), account_of(*second))
    account = replace(account, left={})  # as run_pass leaves out who is not left any more
    run = balanced(made.run(), account)
    assert (run.balanced, run.feeds, run.entries, run.new, run.written) == (True, 1, 2, 2, 2)


def test_a_feed_that_was_not_read_counts_as_failed():
    assert run_of((made.visit(poll=made.poll(status="timeout")), [])).feeds_failed == 1
    for status in READABLE:  # also one that broke off: its entries are there
        assert run_of((made.visit(poll=made.poll(status=status)), [])).feeds_failed == 0


def test_a_visit_that_was_put_off_counts_nothing_and_is_left():
    account = account_of(made.visit(is_put_off=True), [])
    assert account == Account(left={made.FEED.feed_id: 0})


def test_a_feed_that_is_left_alone_after_failures_is_counted_and_nothing_else(local_lake: Lake):
    alone = made.visit(waits_until=made.NOON)
    assert account_of(alone, []) == Account(feeds_waiting=1, next_due_at=made.NOON)
    close(local_lake, alone, outcomes=[])
    assert local_lake.list("") == []


def test_the_account_names_a_feed_that_failed_and_says_whether_that_is_new():
    poll = made.poll(status="dns", detail="there is no host of the name n.example")
    (told,) = account_of(made.visit(poll=poll), []).troubles
    assert (told.name, told.status, told.is_new) == (made.FEED.name or made.URL, "dns", True)
    assert told.words.startswith("there is no host of the name n.example. Is the address right")
    before = account_of(
        made.visit(poll=poll, memory=FeedMemory(made.FEED.feed_id, made.URL, failures=1)), []
    )
    assert (before.troubles[0].is_new, before.failed_anew, before.failed_as) == (
        False,
        0,
        {"dns": 1},
    )


@given(st.permutations(range(8)), st.integers(0, 8))
def test_of_many_troubles_the_same_five_are_told_however_they_are_added_up(
    order: list[int], cut: int
):
    every = [
        Account(feeds_failed=1, troubles=(Trouble(f"feed {n}", "dns", "w", is_new=n > 5),))
        for n in order
    ]
    one = added(reduce(added, every[:cut], Account()), reduce(added, every[cut:], Account()))
    assert [told.name for told in one.troubles] == [f"feed {n}" for n in (6, 7, 0, 1, 2)]
    assert one.feeds_failed == 8


def test_a_visit_that_is_accounted_for_is_remembered_and_one_that_is_not_is_not(local_lake: Lake):
    done, lost = made.read(1, visit="done"), made.read(2, visit="lost")
    visits = (
        made.visit(done, visit_id="done"),
        made.visit(lost, visit_id="lost", feed=made.OTHER_FEED),
    )
    with graph() as p:
        met = (p | "v" >> beam.Create(visits), p | "o" >> beam.Create(made.outcomes(done)))
        accounts = met | CloseVisits(local_lake, "r", 0.0, shards=3)
        expect(
            accounts | beam.Map(lambda a: balanced(made.run(), a)),
            lambda them: [(run.new, run.written, run.balanced) for run in them],
            [(2, 1, False)],
        )
    assert accounts.element_type is Account
    assert list(recall(local_lake, made.FEED)[0].entries) == [done.article.article_id]
    assert recall(local_lake, made.OTHER_FEED)[0].entries == {}
    for table in ("polls", "sightings"):
        assert [row["feed_id"] for row in rows(local_lake.url, table)] == [made.FEED.feed_id]


# Everything that closing writes, in its order.
@pytest.mark.parametrize("file", ["state/claims", "failures/", "sightings/", "polls/", "state/f"])
def test_what_a_death_kept_from_being_closed_is_closed_by_the_next(local_lake: Lake, file: str):
    one, bad = made.read(1), made.read(2)
    told = made.outcomes(one) + [
        replace(outcome, failure=made.failure("2")) for outcome in made.outcomes(bad, "failed")
    ]
    with pytest.raises(Exception, match=file):
        close(StagedLake(local_lake.url, before=dies_at(file)), made.visit(one, bad), outcomes=told)
    assert local_lake.list("state/feeds") == []  # memory comes last
    close(local_lake, made.visit(one, bad), outcomes=told)
    assert len(recall(local_lake, made.FEED)[0].entries) == 2
    assert [len(rows(local_lake.url, table)) for table in ("sightings", "polls")] == [1, 1]
    assert [row["failure_id"] for row in rows(local_lake.url, "failures")]
    assert doubled(local_lake.url) == {}


def test_the_parts_of_a_visit_are_one_row_of_the_ledger_with_the_counts_of_the_first(
    local_lake: Lake,
):
    one, two = made.read(1), made.read(2)
    poll = made.poll(items=2, new_items=2)
    note = made.unfinished(poll=poll, held_by="r")
    change(local_lake, made.FEED, lambda memory: replace(memory, unfinished=note))
    close(local_lake, made.visit(one, poll=poll, left=1), outcomes=made.outcomes(one))
    second = made.visit(two, poll=poll, known=(one.article.article_id,), is_counted=True)
    close(local_lake, second, outcomes=made.outcomes(two))
    (row,) = rows(local_lake.url, "polls")
    assert (row["items"], row["new_items"], row["known_items"]) == (2, 2, 0)
    assert row["next_due_at"] == made.NOON
    assert len(rows(local_lake.url, "sightings")) == 2
    assert recall(local_lake, made.FEED)[0].unfinished is None


def test_visits_without_news_of_one_pass_share_a_file_of_the_ledger(local_lake: Lake):
    feeds = [replace(made.FEED, feed_id=f"feed-{n}") for n in range(5)]
    visits = [made.visit(visit_id=f"v-{feed.feed_id}", feed=feed) for feed in feeds]
    close(local_lake, *visits, outcomes=[])
    assert len(rows(local_lake.url, "polls")) == 5
    assert len(local_lake.list("polls")) == 1
    assert len(local_lake.list("state/feeds")) == 5


def test_a_visit_whose_memory_is_damaged_has_its_row_and_is_not_remembered(local_lake: Lake):
    path = Path(local_lake.url, name_of(made.FEED.feed_id))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    lost = made.visit(poll=made.poll(status="parse_error", detail="is damaged"), is_lost=True)
    fine = made.visit(visit_id="w", feed=made.OTHER_FEED)
    close(local_lake, lost, fine, outcomes=[])
    statuses = {row["feed_id"]: row["status"] for row in rows(local_lake.url, "polls")}
    assert statuses == {made.FEED.feed_id: "parse_error", made.OTHER_FEED.feed_id: "ok"}
    assert path.read_bytes() == b"damaged"
    assert recall(local_lake, made.OTHER_FEED)[0].last_success_at == made.NOON


def test_documents_are_accounted_for_but_not_remembered(local_lake: Lake):
    one = made.read(1)
    feed = replace(made.FEED, feed_id="", url="")
    close(local_lake, made.visit(one, feed=feed), outcomes=made.outcomes(one))
    assert local_lake.list("") == []


def test_of_a_live_blogs_entries_the_upper_one_is_the_sighting():
    (lower,), (upper,) = made.read(1).origins, made.read(1).origins
    assert lower.sighting
    lower = replace(lower, entry_key="a", sighting=replace(lower.sighting, position=9))
    upper = replace(upper, entry_key="b")
    two = made.visit(replace(made.read(1), origins=(lower, upper)))
    told = [
        Outcome(origin, made.article(1).article_id, "written", "r") for origin in (lower, upper)
    ]
    assert [row.position for row in sightings_of(two, told)] == [1]


def test_what_failed_or_waits_was_not_sighted():
    articles = [made.read(n) for n in range(4)]
    results = ("written", "merged", "failed", "waiting")
    told = [o for a, r in zip(articles, results, strict=True) for o in made.outcomes(a, r)]
    assert [row.position for row in sightings_of(made.visit(*articles), told)] == [0, 1]


@pytest.mark.parametrize(("tries", "result", "sighted"), [
    (0, "unchanged", 1), (1, "unchanged", 0), (4, "unchanged", 1), (1, "written", 1),
])  # fmt: skip
def test_a_page_that_was_asked_for_again_in_vain_is_no_new_sighting(
    tries: int, result: Any, sighted: int
):
    one = made.read(1)
    visit = made.visit(one)
    visit = replace(visit, new={k: replace(s, tries=tries) for k, s in visit.new.items()})
    told = [
        replace(o, origin=replace(o.origin, page_missing=True)) for o in made.outcomes(one, result)
    ]
    assert len(sightings_of(visit, told)) == sighted


def test_the_run_began_with_its_first_visit():
    early = made.NOON - timedelta(hours=1)
    visits = [made.visit(), made.visit(poll=made.poll(polled_at=early))]
    assert added(*(account_of(visit, []) for visit in visits)).began_at == early
