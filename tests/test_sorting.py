"""Known, new and edited entries: what a feed says again is no news, and nothing is passed over."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import made
from newsbeam.schemas.article import Entry, ParsedFeed
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.transforms.feed.sorting import MAX_NEW, SortedEntries, entry_hash, sort_entries

EMPTY = made.EMPTY_MEMORY


def parsed(*entries: Entry, n_items: int | None = None, n_empty: int = 0) -> ParsedFeed:
    return ParsedFeed(entries=entries, n_items=n_items or len(entries), n_empty=n_empty)


def remembering(*entries: Entry, **changes: Any) -> FeedMemory:
    seen = {article_id(e.url): Seen(entry_hash(e), made.NOON) for e in entries}
    return replace(EMPTY, entries=seen, **changes)


def sort(
    said: ParsedFeed,
    memory: FeedMemory = EMPTY,
    polled_at: datetime = made.NOON,
    max_items: int = MAX_NEW,
) -> SortedEntries:
    return sort_entries(made.FEED, polled_at, said, memory, max_items)


def test_all_entries_of_a_feed_never_visited_are_new():
    found = sort(parsed(made.entry(1), made.entry(2)))
    assert [e.origin.sighting.position for e in found.new] == [0, 1]
    assert (found.known, found.rejected, found.nothing_in_common) == ((), 0, False)


def test_entries_said_before_are_known_and_edited_ones_are_new():
    edited = made.entry(2, title="Another title")
    found = sort(parsed(made.entry(1), edited), remembering(made.entry(1), made.entry(2)))
    assert [e.entry.title for e in found.new] == ["Another title"]
    assert len(found.known) == 1


def test_another_date_of_publication_is_no_news():
    moved = made.entry(1, published=made.NOON + timedelta(days=1))
    assert sort(parsed(moved), remembering(made.entry(1))).known


def test_an_edited_entry_was_first_seen_when_its_first_wording_was():
    key = article_id(made.entry(1).url)
    long_ago = made.NOON - timedelta(days=3)
    memory = replace(EMPTY, entries={key: Seen("old", long_ago)})
    (new,) = sort(parsed(made.entry(1)), memory).new
    assert (new.first_seen_at, new.origin.sighting.seen_at) == (long_ago, made.NOON)


def test_an_article_listed_twice_counts_once_and_an_empty_entry_is_rejected():
    twice = made.entry(1, summary="Again.")
    empty = made.entry(3, url="", title="", summary="", entry_id="x")
    found = sort(parsed(made.entry(1), twice, empty, n_items=9))
    assert (len(found.new), len(found.known), found.rejected) == (1, 1, 7)


def test_new_entries_were_first_seen_when_the_feed_was_visited():
    (new,) = sort(parsed(made.entry(1)), polled_at=made.NOON).new
    assert new.first_seen_at == new.origin.sighting.seen_at == made.NOON


def test_a_feed_with_nothing_in_common_may_have_lost_entries():
    assert sort(parsed(made.entry(9)), remembering(made.entry(1))).nothing_in_common
    assert not sort(parsed(made.entry(1)), remembering(made.entry(1))).nothing_in_common


def test_entries_of_one_address_with_names_of_their_own_are_entries_of_one_article():
    notes = [made.entry(1, entry_id=f"note-{n}", title=f"Note {n}") for n in range(3)]
    found = sort(parsed(*notes))
    assert len(found.new) == 3
    assert len({new.article_id for new in found.new}) == 1
    seen = {n.origin.entry_key: Seen(n.origin.entry_hash, made.NOON) for n in found.new}
    again = sort(parsed(*reversed(notes)), replace(EMPTY, entries=seen))
    assert (again.new, len(again.known)) == ((), 3)


def test_more_new_entries_than_are_taken_at_once_wait_for_the_next_visit():
    found = sort(parsed(*(made.entry(n) for n in range(5))), max_items=2)
    assert [new.entry.title for new in found.new] == ["Title 0", "Title 1"]
    assert (found.waiting, found.rejected) == (3, 3)
    assert found.detail == "3 more new items wait for the next poll (--max-items)"


def test_items_that_were_not_even_read_are_told_and_may_be_a_gap():
    found = sort(parsed(made.entry(1), n_items=7))
    assert (found.unread, found.rejected, found.nothing_in_common) == (6, 6, True)
    assert found.detail == "6 items are more than is read of one document"


def test_empty_items_are_rejected_and_no_gap():
    found = sort(parsed(made.entry(1), n_items=3, n_empty=2))
    assert (found.unread, found.rejected, found.nothing_in_common) == (0, 2, False)


def test_a_known_entry_whose_page_is_due_again_is_new_once_more():
    key = article_id(made.entry(1).url)
    due = made.NOON + timedelta(minutes=15)
    waited = Seen(entry_hash(made.entry(1)), made.NOON, tries=1, again_at=due)
    memory = replace(EMPTY, entries={key: waited})
    assert sort(parsed(made.entry(1)), memory, due).known == (key,)
    (new,) = sort(parsed(made.entry(1)), memory, due + timedelta(seconds=1)).new
    assert (new.origin.entry_key, new.first_seen_at) == (key, made.NOON)
