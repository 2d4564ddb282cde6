"""Known entries, the barrier and the balance: nothing is remembered before it is accounted for."""

from dataclasses import replace
from datetime import timedelta

import pytest

import made
from newsbeam.schemas.article import ParsedFeed
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.journey import Carried, Listened, Outcome
from newsbeam.schemas.memory import FeedMemory, Seen, Unfinished
from newsbeam.transforms.close_visits import remembered, unaccounted
from newsbeam.transforms.feed.memory import (
    AGAIN_AFTER,
    HELD,
    REMEMBERED,
    in_flight,
    recall,
    store,
    with_entries,
)
from newsbeam.transforms.feed.sorting import entry_hash, sort_entries
from newsbeam.transforms.lake.account import balance
from newsbeam.transforms.lake.storage import open_lake

EMPTY = FeedMemory(made.FEED.feed_id, made.URL)


def parsed(*entries, n_items=None):
    return ParsedFeed(entries=entries, n_items=n_items or len(entries))


def remembering(*entries, **changes):
    seen = {article_id(e.url): Seen(entry_hash(e), made.NOON) for e in entries}
    return replace(EMPTY, entries=seen, **changes)


def test_all_entries_of_a_feed_never_polled_are_new():
    found = sort_entries(made.polled(), parsed(made.entry(1), made.entry(2)), EMPTY)
    assert [e.carried.sighting.position for e in found.new] == [0, 1]
    assert (found.known, found.rejected, found.nothing_in_common) == ((), 0, False)


def test_entries_said_before_are_known_and_edited_ones_are_new():
    memory = remembering(made.entry(1), made.entry(2))
    edited = made.entry(2, title="Another title")
    found = sort_entries(made.polled(), parsed(made.entry(1), edited), memory)
    assert [e.entry.title for e in found.new] == ["Another title"]
    assert len(found.known) == 1


def test_another_date_of_publication_is_no_news():
    moved = made.entry(1, published=made.NOON + timedelta(days=1))
    assert sort_entries(made.polled(), parsed(moved), remembering(made.entry(1))).known


def test_an_edited_entry_keeps_the_date_of_its_first_revision():
    key = article_id(made.entry(1).url)
    long_ago = made.NOON - timedelta(days=3)
    memory = replace(EMPTY, entries={key: Seen("old", long_ago, published_at=long_ago)})
    (new,) = sort_entries(made.polled(), parsed(made.entry(1)), memory).new
    assert (new.first_seen_at, new.published_at) == (long_ago, long_ago)


def test_an_article_listed_twice_counts_once_and_an_empty_entry_is_rejected():
    twice = made.entry(1, summary="Again.")
    empty = made.entry(3, url="", title="", summary="", entry_id="x")
    found = sort_entries(made.polled(), parsed(made.entry(1), twice, empty, n_items=9), EMPTY)
    assert (len(found.new), len(found.known), found.rejected) == (1, 1, 7)


def test_new_entries_were_first_seen_when_the_feed_was_polled():
    (new,) = sort_entries(made.polled(polled_at=made.NOON), parsed(made.entry(1)), EMPTY).new
    assert new.first_seen_at == new.carried.sighting.seen_at == made.NOON


def test_a_feed_with_nothing_in_common_may_have_lost_entries():
    assert sort_entries(
        made.polled(), parsed(made.entry(9)), remembering(made.entry(1))
    ).nothing_in_common


def listened(*entries):
    found = sort_entries(made.polled(), parsed(*entries), EMPTY)
    new = {e.article_id: Seen(e.carried.entry_hash, e.first_seen_at) for e in found.new}
    poll = made.poll(items=len(entries), new_items=len(new))
    return Listened("p", made.FEED, poll, {"etag": '"1"'}, None, new)


def outcome(entry, result="written"):
    key = article_id(entry.url)
    return Outcome(Carried("p", key, entry_hash(entry)), key, result, "rev", made.NOON)


def test_a_poll_is_not_accounted_for_until_every_new_entry_is():
    poll = listened(made.entry(1), made.entry(2))
    assert unaccounted(poll, []) == 2
    assert unaccounted(poll, [outcome(made.entry(1))]) == 1
    assert unaccounted(poll, [outcome(made.entry(1)), outcome(made.entry(2), "failed")]) == 0


def test_what_happened_to_an_older_wording_does_not_account_for_a_newer_one():
    assert unaccounted(listened(made.entry(1, title="New")), [outcome(made.entry(1))]) == 1


def test_after_a_poll_its_entries_validators_and_row_are_remembered():
    held = Unfinished(made.poll(), {}, "0" * 64, "r", made.NOON)
    memory = replace(EMPTY, unfinished=held)
    after = remembered(memory, listened(made.entry(1)), [outcome(made.entry(1))], 0.0, set())
    assert after.unfinished is None
    assert after.etag == '"1"'
    assert after.entries[article_id(made.entry(1).url)].published_at == made.NOON
    assert len(after.unrecorded) == 1


def test_the_end_of_one_poll_does_not_let_go_of_another_that_is_unfinished():
    held = Unfinished(made.poll(polled_at=made.NOON + timedelta(seconds=5)), {}, "", "", made.NOON)
    memory = replace(EMPTY, unfinished=held)
    assert remembered(memory, listened(), [], 0.0, set()).unfinished == held


def test_a_row_that_a_crash_kept_back_is_owed_until_it_is_in_the_ledger():
    owed = made.poll(polled_at=made.NOON - timedelta(hours=1))
    memory = replace(EMPTY, unrecorded=(owed,))
    name = (owed.feed_id, owed.polled_at)
    assert owed in remembered(memory, listened(), [], 0.0, set()).unrecorded
    assert owed not in remembered(memory, listened(), [], 0.0, {name}).unrecorded


def test_a_memory_forgets_the_oldest_entries_but_none_that_the_feed_shows():
    many = {str(n): Seen("h", made.NOON) for n in range(REMEMBERED + 50)}
    after = with_entries(replace(EMPTY, entries=many), {"new": Seen("h", made.NOON)})
    assert len(after.entries) == REMEMBERED + 1
    assert "0" not in after.entries
    assert "new" in after.entries


def test_two_writers_of_one_memory_do_not_overwrite_each_other(tmp_path):
    lake = open_lake(str(tmp_path))
    memory, version = recall(lake, made.FEED)
    assert store(lake, replace(memory, etag='"mine"'), version)
    assert not store(lake, replace(memory, etag='"yours"'), version)
    assert recall(lake, made.FEED)[0].etag == '"mine"'


def test_only_the_run_that_holds_a_poll_waits_for_it_and_not_for_ever():
    held = Unfinished(made.poll(), {}, "", "mine", made.NOON)
    assert in_flight(held, "mine", made.NOON + timedelta(minutes=1))
    assert not in_flight(held, "other", made.NOON + timedelta(minutes=1))
    assert not in_flight(held, "mine", made.NOON + HELD)
    assert not in_flight(None, "mine", made.NOON)


def test_the_balance_holds_when_every_entry_has_one_outcome():
    entries = made.entry(1), made.entry(2), made.entry(3)
    results = ("written", "unchanged", "failed")
    outcomes = tuple(outcome(e, r) for e, r in zip(entries, results, strict=True))
    run = balance(made.run(), [(listened(*entries), outcomes)])
    assert run.balanced
    assert (run.feeds, run.entries, run.new) == (1, 3, 3)
    assert (run.written, run.unchanged, run.failed, run.merged) == (1, 1, 1, 0)


@pytest.mark.parametrize("lost", [0, 1])
def test_the_balance_does_not_hold_when_an_entry_is_lost(lost):
    entries = made.entry(1), made.entry(2)
    outcomes = tuple(outcome(e) for e in entries if e is not entries[lost])
    assert not balance(made.run(), [(listened(*entries), outcomes)]).balanced


def test_an_outcome_told_twice_counts_once():
    told = outcome(made.entry(1))
    assert balance(made.run(), [(listened(made.entry(1)), (told, told))]).balanced


def test_entries_of_one_address_with_names_of_their_own_are_each_accounted_for():
    notes = [made.entry(1, entry_id=f"note-{n}", title=f"Note {n}") for n in range(3)]
    found = sort_entries(made.polled(), parsed(*notes), EMPTY)
    assert len(found.new) == 3
    assert len({new.article_id for new in found.new}) == 1
    seen = {n.carried.entry_key: Seen(n.carried.entry_hash, made.NOON) for n in found.new}
    again = sort_entries(made.polled(), parsed(*reversed(notes)), replace(EMPTY, entries=seen))
    assert (again.new, len(again.known)) == ((), 3)


def test_an_entry_that_the_feed_still_shows_is_not_forgotten():
    old = made.entry(1)
    newer = {str(n): Seen("h", made.NOON) for n in range(REMEMBERED)}
    memory = replace(remembering(old), entries={**remembering(old).entries, **newer})
    told = replace(listened(made.entry(2)), still=(article_id(old.url),))
    after = remembered(memory, told, [outcome(made.entry(2))], 0.0, set())
    assert article_id(old.url) in after.entries


def test_a_poll_that_cannot_be_read_again_stays_unfinished_for_a_while():
    held = Unfinished(made.poll(), {}, "0" * 64, "dead", made.NOON)
    memory = replace(EMPTY, unfinished=held)
    told = replace(listened(), poll=made.poll(status="worker_crash"))
    for attempt in (1, 2):
        memory = remembered(memory, told, [], 0.0, set())
        assert memory.unfinished == replace(held, attempts=attempt)
        assert memory.unrecorded == ()
    assert remembered(memory, told, [], 0.0, set()).unfinished is None


def test_more_new_entries_than_are_taken_at_once_wait_for_the_next_poll():
    entries = [made.entry(n) for n in range(5)]
    found = sort_entries(made.polled(), parsed(*entries), EMPTY, max_items=2)
    assert (len(found.new), found.waiting, found.rejected) == (2, 3, 3)
    assert found.detail == "3 more new items wait for the next poll (--max-items)"
    told = replace(listened(*entries[:2]), waiting=3)
    after = remembered(EMPTY, told, [outcome(entry) for entry in entries[:2]], 0.0, set())
    assert after.etag == ""  # the next answer must be the whole feed
    then = sort_entries(made.polled(), parsed(*entries), after, max_items=2)
    assert [new.entry.title for new in then.new] == ["Title 2", "Title 3"]
    assert then.waiting == 1


def test_items_that_were_not_even_read_are_told_and_may_be_a_gap():
    found = sort_entries(made.polled(), parsed(made.entry(1), n_items=7), EMPTY)
    assert (found.unread, found.rejected, found.nothing_in_common) == (6, 6, True)
    assert found.detail == "6 items are more than is read of one document"


def test_a_page_out_of_reach_is_asked_for_at_the_next_poll_then_after_longer_and_longer_waits():
    told, done = listened(made.entry(1)), outcome(made.entry(1))
    late = replace(done, carried=replace(done.carried, again=True))
    memory, now = EMPTY, made.NOON
    for tries, wait in enumerate(AGAIN_AFTER):
        seen = {key: replace(seen, tries=tries) for key, seen in told.new.items()}
        told = replace(told, new=seen, poll=made.poll(polled_at=now, items=1, new_items=1))
        memory = remembered(memory, told, [late], 0.0, set())
        assert memory.etag == ""  # or a 304 would hide the entry
        early = made.polled(polled_at=now + wait - timedelta(seconds=1))
        assert sort_entries(early, parsed(made.entry(1)), memory).new == ()
        now += wait
        (new,) = sort_entries(made.polled(polled_at=now), parsed(made.entry(1)), memory).new
        assert (new.carried.tries, new.first_seen_at) == (tries + 1, made.NOON)
    memory = remembered(memory, told, [done], 0.0, set())
    assert memory.etag == '"1"'
    assert sort_entries(made.polled(), parsed(made.entry(1)), memory).new == ()


def test_while_a_page_is_waited_for_every_answer_is_the_whole_feed():
    key = article_id(made.entry(1).url)
    waited = Seen(entry_hash(made.entry(1)), made.NOON, tries=2, again_at=made.NOON + HELD)
    memory = replace(EMPTY, entries={key: waited})
    told = replace(listened(made.entry(2)), still=(key,))
    assert remembered(memory, told, [outcome(made.entry(2))], 0.0, set()).etag == ""
