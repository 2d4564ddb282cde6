"""What a visit leaves in memory: nothing before it is accounted for, and nothing too soon."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import made
from newsbeam.schemas.article import Entry, ParsedFeed
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.journey import Origin, Outcome, Visit
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.transforms.feed.conditional import validators
from newsbeam.transforms.feed.host_rests import resting_hosts
from newsbeam.transforms.feed.memory import AGAIN_AFTER, REMEMBERED
from newsbeam.transforms.feed.sorting import entry_hash, sort_entries
from newsbeam.transforms.feed.visit import (
    after_visit,
    counted,
    ledger_row,
    lost_visit,
    read_entries,
    unaccounted,
)
from newsbeam.transforms.http.request import Request, Response

EMPTY = made.EMPTY_MEMORY
ITEM = b"<item><title>A</title></item>"
RSS = b"<rss version='2.0'><channel><title>News</title>" + ITEM + b"</channel></rss>"


def visited(*entries: Entry, **said: Any) -> Visit:
    """A visit whose new entries are these."""
    found = sort_entries(made.FEED, made.NOON, ParsedFeed(entries=entries), EMPTY)
    new = {e.origin.entry_key: Seen(e.origin.entry_hash, e.first_seen_at) for e in found.new}
    poll = made.poll(items=len(entries), new_items=len(new))
    values = {"poll": poll, "headers": {"etag": '"1"'}, "new": new, **said}
    return replace(made.visit(), **values)


def outcome(entry: Entry, result: Any = "written", **said: Any) -> Outcome:
    key = article_id(entry.url)
    return Outcome(Origin("v", key, entry_hash(entry), **said), key, result, "rev")


def after(
    visit: Visit,
    *outcomes: Outcome,
    memory: FeedMemory = EMPTY,
    every: float | None = 0.0,
    run_id: str = "r",
) -> FeedMemory:
    return after_visit(memory, visit, outcomes, every, run_id, made.NOON)


def noted(visit: Visit, **said: Any) -> FeedMemory:
    """The memory while this visit is on its way, by the run "r"."""
    return replace(EMPTY, unfinished=made.unfinished(poll=visit.poll, held_by="r", **said))


def test_a_visit_is_not_accounted_for_until_every_new_entry_is():
    visit = visited(made.entry(1), made.entry(2))
    assert unaccounted(visit, []) == 2
    assert unaccounted(visit, [outcome(made.entry(1))]) == 1
    assert unaccounted(visit, [outcome(made.entry(1)), outcome(made.entry(2), "failed")]) == 0


def test_what_happened_to_an_older_wording_does_not_account_for_a_newer_one():
    assert unaccounted(visited(made.entry(1, title="New")), [outcome(made.entry(1))]) == 1


def test_after_a_visit_its_entries_and_validators_are_remembered_and_its_note_goes():
    visit = visited(made.entry(1))
    memory = after(visit, outcome(made.entry(1)), memory=noted(visit))
    assert memory.unfinished is None
    assert memory.etag == '"1"'
    assert memory.entries == visit.new
    assert memory.next_due_at == made.NOON


def test_after_a_part_of_a_visit_its_entries_are_remembered_and_its_note_stays():
    visit = visited(made.entry(1), left=5)
    memory = after(visit, outcome(made.entry(1)), memory=noted(visit))
    assert memory.entries == visit.new
    assert memory.unfinished == replace(noted(visit).unfinished, is_counted=True, left=5)
    assert (memory.etag, memory.next_due_at) == ("", None)  # or a 304 would hide what is left


def test_entries_whose_pages_wait_for_the_next_slice_are_not_remembered_yet():
    visit = visited(made.entry(1), made.entry(2))
    waits = outcome(made.entry(2), "waiting")
    memory = after(visit, outcome(made.entry(1)), waits, memory=noted(visit))
    assert list(memory.entries) == [article_id(made.entry(1).url)]
    assert memory.unfinished
    assert memory.etag == ""


def test_another_run_that_goes_on_with_a_visit_makes_its_note_its_own():
    visit = visited(made.entry(1), left=5)
    memory = after(visit, outcome(made.entry(1)), memory=noted(visit), run_id="another")
    assert memory.unfinished
    assert (memory.unfinished.held_by, memory.unfinished.is_counted) == ("another", True)


def test_the_last_part_of_a_visit_brings_its_validators_and_the_whole_count():
    visit = visited(made.entry(1), left=1)
    memory = after(visit, outcome(made.entry(1)), memory=noted(visit))
    last = replace(visited(made.entry(2)), poll=visit.poll, known=tuple(memory.entries))
    memory = after(last, outcome(made.entry(2)), memory=memory)
    assert set(memory.entries) == {article_id(made.entry(n).url) for n in (1, 2)}
    assert (memory.etag, memory.unfinished) == ('"1"', None)


@pytest.mark.parametrize("holder", ["r", "another run"])
def test_the_end_of_one_visit_does_not_let_go_of_another(holder: str):
    later = made.NOON + timedelta(seconds=5)
    other = made.unfinished(poll=made.poll(polled_at=later), held_by=holder)
    memory = replace(EMPTY, unfinished=other)
    assert after(visited(), memory=memory).unfinished == other


def test_a_visit_that_cannot_be_read_at_all_is_a_failure_at_once():
    visit = replace(visited(), poll=made.poll(status="not_a_feed"))
    memory = after(visit, memory=noted(visit))
    assert (memory.unfinished, memory.failures) == (None, 1)


def test_an_entry_that_the_feed_still_shows_is_not_forgotten():
    old = article_id(made.entry(1).url)
    seen = {old: Seen(entry_hash(made.entry(1)), made.NOON)}
    newer = {str(n): Seen("h", made.NOON) for n in range(REMEMBERED)}
    memory = replace(EMPTY, entries={**seen, **newer})
    memory = after(visited(made.entry(2), known=(old,)), outcome(made.entry(2)), memory=memory)
    assert old in memory.entries


def test_a_page_out_of_reach_is_asked_for_at_the_next_visit_then_after_longer_and_longer_waits():
    done, late = outcome(made.entry(1)), outcome(made.entry(1), page_missing=True)
    memory, now = EMPTY, made.NOON
    said = ParsedFeed(entries=(made.entry(1),), n_items=1)
    visit = visited(made.entry(1))
    for tries, wait in enumerate(AGAIN_AFTER):
        seen = {key: replace(seen, tries=tries) for key, seen in visit.new.items()}
        visit = replace(visit, new=seen, poll=made.poll(polled_at=now, items=1, new_items=1))
        memory = after(visit, late, memory=memory)
        assert validators(memory, now + wait) == ("", "")  # or a 304 would hide the entry
        if wait:
            assert validators(memory, now + wait / 2)[0] == '"1"'
        assert sort_entries(made.FEED, now + wait, said, memory).new == ()
        now += wait + timedelta(seconds=1)
        (new,) = sort_entries(made.FEED, now, said, memory).new
        assert new.first_seen_at == made.NOON
        assert memory.entries[new.origin.entry_key].tries == tries + 1
    memory = after(visit, done, memory=memory)
    assert memory.etag == '"1"'
    assert sort_entries(made.FEED, now, said, memory).new == ()


def test_a_page_of_an_entry_that_left_the_feed_is_waited_for_no_longer():
    late = after(visited(made.entry(1)), outcome(made.entry(1), page_missing=True))
    later = visited(made.entry(2), headers={"etag": '"2"'})
    memory = after(later, outcome(made.entry(2)), memory=late)
    assert [seen.again_at for seen in memory.entries.values()] == [None, None]
    assert validators(memory, made.NOON + AGAIN_AFTER[-1])[0] == '"2"'


def test_after_the_last_wait_a_page_is_given_up():
    visit = visited(made.entry(1))
    tried = {key: replace(seen, tries=len(AGAIN_AFTER)) for key, seen in visit.new.items()}
    memory = after(replace(visit, new=tried), outcome(made.entry(1), page_missing=True))
    (seen,) = memory.entries.values()
    assert (seen.tries, seen.again_at, memory.etag) == (0, None, '"1"')


def test_a_row_of_the_ledger_says_what_was_asked_and_answered():
    asked = Request("k", made.URL, etag='"1"')
    answer = Response(asked, "http_error", 503, body=b"?", seconds=0.12345, detail="busy")
    row = ledger_row(made.FEED, answer, made.NOON, "r")
    assert (row.status, row.http_status, row.bytes, row.seconds) == ("http_error", 503, 1, 0.123)
    assert (row.conditional, row.detail, row.run_id) == (True, "busy", "r")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (RSS, "ok"),
        (RSS.replace(ITEM, b""), "empty"),
        (RSS[:-20], "truncated"),
        (b"<html><body>No feed</body></html>", "not_a_feed"),
    ],
)
def test_what_stands_in_the_answer_is_told_by_its_status(body: bytes, status: str):
    poll, parsed = read_entries(made.poll(), {}, body, made.FEED)
    assert poll.status == status
    assert (poll.detail is None) is (status in ("ok", "empty"))
    assert len(parsed.entries) == (status in ("ok", "truncated"))


@pytest.mark.parametrize(
    ("status", "http_status", "body", "told"),
    [
        ("empty", 200, b"", "not_a_feed"),
        ("truncated", 200, b"", "connection"),
        ("truncated", 200, RSS.replace(ITEM, b""), "connection"),
        ("truncated", 206, b"", "http_error"),
    ],
)
def test_an_answer_of_which_nothing_came_is_neither_an_empty_feed_nor_a_part_of_one(
    status: Any, http_status: int, body: bytes, told: str
):
    poll = made.poll(status=status, http_status=http_status, detail="as the server left it")
    said, parsed = read_entries(poll, {}, body, made.FEED)
    assert (said.status, said.detail, parsed.entries) == (told, poll.detail, ())


def test_an_answer_that_is_no_feed_is_not_read():
    poll = made.poll(status="http_error")
    assert read_entries(poll, {}, RSS, made.FEED) == (poll, ParsedFeed())


def test_the_row_counts_the_items_and_says_what_waits():
    entries = ParsedFeed(entries=tuple(made.entry(n) for n in range(5)), n_items=5)
    found = sort_entries(made.FEED, made.NOON, entries, EMPTY, max_items=2)
    row = counted(made.poll(), entries, found, is_older=False)
    assert (row.items, row.new_items, row.known_items, row.rejected_items) == (5, 2, 0, 3)
    assert "wait for the next poll" in (row.detail or "")


def test_a_feed_whose_memory_is_damaged_has_a_visit_that_says_so():
    visit = lost_visit(made.FEED, made.NOON, "r", "state/feeds/x.json is damaged: delete it")
    assert (visit.poll.status, visit.is_lost, visit.new) == ("parse_error", True, {})
    assert visit.poll.detail == "state/feeds/x.json is damaged: delete it"


def test_news_under_the_same_etag_shows_that_the_server_misnames_its_answers():
    first = after(visited(made.entry(1)), outcome(made.entry(1)))
    poll = made.poll(polled_at=made.NOON + timedelta(days=9))
    again = after(visited(made.entry(2), poll=poll), outcome(made.entry(2)), memory=first)
    assert (first.etag, again.etag, again.misnamed_at) == ('"1"', "", poll.polled_at)


def test_a_page_that_is_asked_for_again_is_no_news_of_the_feed():
    late = after(visited(made.entry(1)), outcome(made.entry(1), page_missing=True))
    visit = visited(made.entry(1))
    again = {key: replace(seen, tries=1) for key, seen in visit.new.items()}
    memory = after(replace(visit, new=again), outcome(made.entry(1)), memory=late)
    assert (memory.etag, memory.misnamed_at) == ('"1"', None)


def test_a_host_that_asks_for_rest_when_asked_for_a_page_has_it_at_the_next_pass_too():
    until, now = made.NOON + timedelta(hours=2), made.NOON + timedelta(minutes=1)
    told = outcome(made.entry(1), page_missing=True, host_rests_until=until)
    memory = replace(EMPTY, url="https://news.example/feed")
    memory = after_visit(memory, visited(made.entry(1)), [told], 0.0, "r", now)
    assert resting_hosts([memory], now) == {"news.example": until}
