"""What is remembered of a feed: survives its document, other writers, and time."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made
from newsbeam.schemas.memory import FeedMemory, Seen, Unfinished
from newsbeam.transforms.feed.memory import (
    HELD,
    REMEMBERED,
    DamagedMemory,
    change,
    from_json,
    is_held,
    name_of,
    recall,
    store,
    to_json,
    with_entries,
)
from newsbeam.transforms.lake.storage import Lake
from racers import RACERS, at_once

moments = st.datetimes(timezones=st.just(made.NOON.tzinfo))
words = st.text()
seen = st.builds(Seen, words, moments, st.integers(0, 9), st.none() | moments).map(
    lambda one: one if one.tries else replace(one, again_at=None)  # only the tried are waited for
)
notes = st.builds(
    Unfinished,
    poll=st.just(made.poll()),
    headers=st.dictionaries(words, words, max_size=2),
    raw_sha256=words,
    held_by=words,
    held_at=moments,
    attempts=st.integers(0, 9),
    is_counted=st.booleans(),
)
memories = st.builds(
    FeedMemory,
    feed_id=words,
    url=words,
    etag=words,
    full_fetch_at=st.none() | moments,
    entries=st.dictionaries(words, seen, max_size=3),
    unfinished=st.none() | notes,
)


@given(memories)
def test_a_memory_survives_its_document(memory: FeedMemory):
    assert from_json(to_json(memory)) == memory


def test_of_a_feed_never_visited_nothing_is_remembered(lake: Lake):
    assert recall(lake, made.FEED)[0] == FeedMemory(made.FEED.feed_id, made.URL)
    assert lake.list("") == []


def test_two_writers_of_one_memory_do_not_overwrite_each_other(lake: Lake):
    memory, version = recall(lake, made.FEED)
    assert store(lake, replace(memory, etag='"mine"'), version)
    assert not store(lake, replace(memory, etag='"yours"'), version)
    assert recall(lake, made.FEED)[0].etag == '"mine"'


def test_eight_changes_at_once_are_all_remembered(lake: Lake):
    def remember(n: int) -> bool:
        return bool(
            change(lake, made.FEED, lambda m: with_entries(m, {str(n): Seen("h", made.NOON)}))
        )

    assert at_once(remember) == RACERS
    assert set(recall(lake, made.FEED)[0].entries) == set("01234567")


@pytest.mark.parametrize("damage", [b"", b"garbage", b"{}", b"[]", b'{"feed_id": 7}', b"\xff"])
def test_a_damaged_memory_is_named_with_what_to_do(local_lake: Lake, damage: bytes):
    path = Path(local_lake.url, name_of(made.FEED.feed_id))
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    with pytest.raises(DamagedMemory, match=rf"{path} is damaged: delete it, and the feed is read"):
        recall(local_lake, made.FEED)


def test_what_no_encoding_can_hold_stops_no_save(local_lake: Lake):
    memory, version = recall(local_lake, made.FEED)
    assert store(local_lake, replace(memory, etag="a\ud800b"), version)
    assert recall(local_lake, made.FEED)[0].etag in ("a?b", "a\ud800b")


def test_a_memory_forgets_the_oldest_entries_but_none_that_the_feed_shows():
    many = {str(n): Seen("h", made.NOON) for n in range(REMEMBERED + 50)}
    after = with_entries(replace(made.EMPTY_MEMORY, entries=many), {"new": Seen("h", made.NOON)})
    assert len(after.entries) == REMEMBERED + 1
    assert "0" not in after.entries
    assert "new" in after.entries


def test_only_the_run_that_holds_a_visit_waits_for_it_and_not_for_ever():
    note = made.unfinished(held_by="mine")
    assert is_held(note, "mine", made.NOON + timedelta(minutes=1))
    assert not is_held(note, "other", made.NOON + timedelta(minutes=1))
    assert not is_held(note, "mine", made.NOON + HELD)
    assert not is_held(None, "mine", made.NOON)
