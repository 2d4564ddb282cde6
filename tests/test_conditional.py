"""Validators: sent as they came, and not believed where they are wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

import made
from newsbeam.schemas.ledger import PollStatus
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.transforms.feed.conditional import NOT_BELIEVED, silence, validators, with_validators

from .test_schedule import FAILED, HEALTHY, NEW, NOW, VALIDATORS, after


def test_validators_are_sent_as_they_came() -> None:
    assert validators(HEALTHY, NOW) == ('"old"', "Sun, 22 Nov 2026 12:00:00 GMT")
    assert validators(NEW, NOW) == ("", "")


@pytest.mark.parametrize("days", [8, 30, -1])
def test_validators_are_dropped_after_eight_days_or_a_clock_set_back(days: int) -> None:
    assert validators(replace(HEALTHY, full_fetch_at=NOW - timedelta(days=days)), NOW) == ("", "")


def test_a_complete_answer_brings_new_validators_or_none() -> None:
    memory = after()
    assert (memory.etag, memory.last_modified) == tuple(VALIDATORS.values())
    assert memory.full_fetch_at == NOW
    assert validators(after(headers={}), NOW) == ("", "")


def test_a_304_may_move_the_date_but_is_no_full_fetch() -> None:
    memory = after(status="not_modified")
    assert (memory.etag, memory.last_modified) == ('"old"', VALIDATORS["last-modified"])
    assert memory.full_fetch_at == HEALTHY.full_fetch_at
    assert after(status="not_modified", headers={}).last_modified == HEALTHY.last_modified


@pytest.mark.parametrize("status", FAILED)
def test_a_failed_poll_never_touches_the_validators(status: PollStatus) -> None:
    memory = after(status=status, items=0)
    assert replace(memory, failures=0, next_due_at=None, host_rests_since=None) == HEALTHY
    assert memory.failures == 1


@pytest.mark.parametrize("status", ["truncated", "empty"])
def test_a_feed_that_breaks_off_or_lists_nothing_is_no_failure_and_gives_no_validators(
    status: PollStatus,
) -> None:
    memory = after(status=status, headers={"etag": '"new"'}, items=0, new=0)
    assert (memory.failures, memory.last_success_at) == (0, NOW)
    assert (memory.etag, memory.last_modified) == (HEALTHY.etag, HEALTHY.last_modified)


@pytest.mark.parametrize("value", ["a\nb", "\ud800", "ü", "x" * 2000])
def test_a_validator_that_cannot_be_sent_back_is_not_kept(value: str) -> None:
    assert after(headers={"etag": value}).etag == ""


def test_a_date_in_2038_is_not_believed() -> None:
    assert after(headers={"last-modified": "Tue, 19 Jan 2038 03:14:07 GMT"}).last_modified == ""


# --- servers that are wrong


def told(*hours: float, read: float = 1) -> FeedMemory:
    """A feed that had news so many hours ago each, and was read whole `read` hours ago."""
    entries = {str(ago): Seen("h", NOW - timedelta(hours=ago)) for ago in hours}
    return replace(HEALTHY, entries=entries, full_fetch_at=NOW - timedelta(hours=read))


@pytest.mark.parametrize(
    ("hours", "silent"),
    [
        ((), 0),
        ((30, 29), 0),  # two are no rhythm
        ((12, 11, 10, 9, 8, 7), 7),
        ((10, 9, 8, 7, 6, 5), 0),  # a night
        ((240, 192, 144, 96, 72, 48), 0),  # every other day
        ((480, 456, 432, 408, 384, 360), 360),
        ((20, 20, 20, 20, 20, 20), 0),  # all at once are one moment
    ],
)
def test_a_feed_is_silent_beside_its_own_rhythm(hours: tuple[float, ...], silent: float) -> None:
    entries = [Seen("h", NOW - timedelta(hours=ago)) for ago in hours]
    assert silence(entries, NOW) == timedelta(hours=silent)


@pytest.mark.parametrize(
    ("silent", "read", "whole"),
    [(5, 5, False), (7, 7, True), (7, 1, False), (12, 5, False), (12, 6, True), (40, 19, False),
     (40, 20, True)],
)  # fmt: skip
def test_of_a_feed_long_silent_the_whole_is_asked_for_ever_more_seldom(
    silent: float, read: float, whole: bool
) -> None:
    memory = told(*(silent + n for n in range(6)), read=read)
    assert (validators(memory, NOW) == ("", "")) is whole


@pytest.mark.parametrize(
    ("etag", "date", "news", "wrong"),
    [
        ('"old"', "", True, True),
        ('"old"', "", False, False),
        ('"new"', HEALTHY.last_modified, True, False),
        ("", HEALTHY.last_modified, True, False),  # it gave an ETag before
        ("", "", True, False),
    ],
)
def test_news_under_the_same_etag_shows_that_it_is_wrong(
    etag: str, date: str, news: bool, wrong: bool
) -> None:
    heads = {"etag": etag, "last-modified": date}
    memory = with_validators(HEALTHY, made.poll(polled_at=NOW), heads, news)
    assert (memory.misnamed_at == NOW) is wrong


def test_news_under_the_same_date_counts_where_there_is_no_etag() -> None:
    heads = {"last-modified": HEALTHY.last_modified}
    memory = with_validators(replace(HEALTHY, etag=""), made.poll(polled_at=NOW), heads, True)
    assert memory.misnamed_at == NOW


def test_a_validator_that_was_wrong_is_not_sent_for_a_month() -> None:
    memory = replace(HEALTHY, misnamed_at=NOW)
    for wait, kept in ((timedelta(hours=1), False), (NOT_BELIEVED, True)):
        poll = made.poll(polled_at=NOW + wait)
        assert bool(with_validators(memory, poll, VALIDATORS, False).etag) is kept
