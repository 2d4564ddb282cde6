"""When feeds are asked again and what is remembered: rules over values, no clock, no network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made
from newsbeam.schemas.article import Wishes
from newsbeam.schemas.ledger import READABLE, PollStatus
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.feed.conditional import validators
from newsbeam.transforms.feed.schedule import (
    DAY,
    LONGEST,
    LONGEST_ADAPTED,
    SHORTEST,
    SPREAD,
    is_due,
    remember_poll,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NEW = FeedMemory("feed", "https://news.example/feed")
HEALTHY = replace(
    NEW,
    etag='"old"',
    last_modified="Sun, 22 Nov 2026 12:00:00 GMT",
    full_fetch_at=NOW - timedelta(days=1),
    last_success_at=NOW - timedelta(hours=1),
)
FAILED = tuple(status for status in get_args(PollStatus) if status not in READABLE)
VALIDATORS = {"etag": '"new"', "last-modified": "Mon, 23 Nov 2026 12:00:00 GMT"}


def after(
    memory: FeedMemory = HEALTHY,
    status: PollStatus = "ok",
    headers: dict[str, str] = VALIDATORS,
    ttl: int | None = None,
    new: int = 10,
    items: int = 20,
    every: float | None = None,
    now: datetime = NOW,
    http: int | None = None,
    wishes: Wishes | None = None,
) -> FeedMemory:
    poll = made.poll(status=status, polled_at=now, new_items=new, items=items, http_status=http)
    return remember_poll(memory, poll, headers, wishes or Wishes(ttl), every)


def spread(minutes: float) -> object:
    """What such a wait may be, as feeds are spread over a tenth of it: later, never earlier."""
    return pytest.approx(minutes * (1 + SPREAD / 2), rel=SPREAD / 2)


def wait(memory: FeedMemory, now: datetime = NOW) -> float:
    """Minutes until the feed is due."""
    assert memory.next_due_at is not None
    return (memory.next_due_at - now).total_seconds() / 60


# --- who is asked


def test_a_new_feed_is_due() -> None:
    assert is_due(NEW, NOW, patient=True)
    assert is_due(NEW, NOW, patient=False)


def test_a_run_by_hand_asks_healthy_feeds_again_at_once() -> None:
    memory = after()
    assert is_due(memory, NOW, patient=False)
    assert not is_due(memory, NOW, patient=True)
    assert is_due(memory, NOW + timedelta(hours=2), patient=True)


def test_a_run_by_hand_waits_where_a_server_asked_for_it() -> None:
    memory = after(status="http_error", headers={"retry-after": "600"}, every=0.0)
    assert not is_due(memory, NOW + timedelta(seconds=599), patient=False)
    assert is_due(memory, NOW + timedelta(seconds=600), patient=False)


def test_a_run_by_hand_forgives_two_failures_and_then_backs_off() -> None:
    memory, waits = HEALTHY, []
    for _ in range(6):
        memory = after(memory, "timeout", {}, every=0.0)
        waits.append(wait(memory))
    assert waits == [0, 0, 15, 30, 45, 60]


def test_a_wait_set_by_a_clock_that_was_wrong_is_not_kept() -> None:
    memory = replace(after(status="gone"), next_due_at=NOW + timedelta(days=400))
    assert is_due(memory, NOW, patient=True)


# --- when again, when newsbeam sets the pace


def test_a_healthy_feed_is_asked_every_hour() -> None:
    assert wait(after()) == spread(60)
    assert (after().failures, after().last_success_at) == (0, NOW)


def test_the_first_poll_teaches_nothing_about_the_pace() -> None:
    assert after(NEW, new=20, items=20).interval_minutes == 60


@pytest.mark.parametrize(("new", "interval"), [(20, 30), (14, 30), (10, 60), (6, 75), (0, 75)])
def test_the_pace_follows_the_share_of_new_items(new: int, interval: int) -> None:
    assert after(new=new, items=20).interval_minutes == interval


def test_many_304s_slow_down_to_six_hours_and_news_speeds_up_to_a_quarter() -> None:
    memory = HEALTHY
    for _ in range(30):
        memory = after(memory, "not_modified")
    assert memory.interval_minutes == LONGEST_ADAPTED
    for _ in range(30):
        memory = after(memory, new=20)
    assert memory.interval_minutes == SHORTEST


def test_a_feed_without_validators_is_asked_at_most_hourly() -> None:
    fast = replace(HEALTHY, interval_minutes=15)
    assert wait(after(fast, headers={})) == spread(60)
    assert wait(after(fast)) == spread(15)


@pytest.mark.parametrize(
    ("headers", "ttl", "expected"),
    [
        ({}, 180, 180),
        ({}, 99_999, DAY),
        ({}, -5, 60),
        ({"cache-control": "max-age=7200"}, None, 120),
        ({"cache-control": "max-age=31536000"}, None, DAY),
        ({"cache-control": "max-age=7200, no-cache"}, None, 60),
        ({"cache-control": "max-age=0", "expires": "Mon, 23 Nov 2026 22:00:00 GMT"}, None, 60),
        ({"expires": "Mon, 23 Nov 2026 14:00:00 GMT"}, None, 120),
        ({"expires": "0"}, None, 60),
    ],
)
def test_the_publishers_wish_counts_up_to_a_day(
    headers: dict[str, str], ttl: int | None, expected: float
) -> None:
    assert wait(after(headers=VALIDATORS | headers, ttl=ttl)) == spread(expected)


def test_a_ttl_is_remembered_over_answers_that_do_not_repeat_it() -> None:
    memory = after(after(ttl=720), "not_modified")
    assert wait(memory) == spread(720)


def test_failures_back_off_in_a_line_to_a_day_and_later_to_a_month() -> None:
    memory, waits = HEALTHY, []
    for _ in range(1000):
        memory = after(memory, "connection", {})
        waits.append(wait(memory))
    assert waits[:3] == [60, 120, 180]
    assert waits[29] == DAY
    assert waits[-1] == LONGEST


def test_success_forgets_failures() -> None:
    assert after(replace(HEALTHY, failures=9)).failures == 0


def test_gone_waits_for_days_in_any_mode() -> None:
    assert wait(after(status="gone", every=5.0)) == wait(after(status="gone")) == DAY


def test_retry_after_is_understood_as_seconds_and_as_a_date() -> None:
    assert wait(after(status="http_error", headers={"retry-after": "18000"})) == 300
    dated = {"retry-after": "Mon, 23 Nov 2026 17:00:00 GMT"}
    assert wait(after(status="http_error", headers=dated)) == 300
    assert wait(after(status="http_error", headers={"retry-after": "9" * 30})) == DAY


# --- when again, when the user sets the pace


def test_every_is_kept_and_stretched_only_by_trouble() -> None:
    assert wait(after(every=5.0)) == 5 / 60
    assert wait(after(status="not_modified", every=5.0)) == 5 / 60
    assert wait(after(ttl=600, every=5.0)) == 5 / 60
    assert wait(after(status="timeout", every=5.0)) == 5 / 60
    assert wait(after(replace(HEALTHY, failures=9), "timeout", every=5.0)) == pytest.approx(50 / 60)
    busy = {"retry-after": "60"}
    assert wait(after(status="http_error", headers=busy, every=5.0)) == 1


def test_the_users_pace_teaches_nothing_about_our_own() -> None:
    assert after(status="not_modified", every=5.0).interval_minutes == 60


# --- always


@given(
    status=st.sampled_from(get_args(PollStatus)),
    headers=st.dictionaries(
        st.sampled_from(["etag", "last-modified", "cache-control", "expires", "retry-after"]),
        st.one_of(st.text(), st.from_regex(r"max-age=\d+|\d+", fullmatch=True)),
    ),
    ttl=st.one_of(st.none(), st.integers()),
    counts=st.tuples(st.integers(0, 2000), st.integers(0, 2000)),
    failures=st.integers(0, 10_000),
    interval=st.integers(0, 10_000),
    every=st.one_of(st.none(), st.floats(0, 86_400)),
)
def test_whatever_a_server_says_the_feed_is_asked_again_within_reason(
    status: PollStatus,
    headers: dict[str, str],
    ttl: int | None,
    counts: tuple[int, int],
    failures: int,
    interval: int,
    every: float | None,
) -> None:
    memory = replace(HEALTHY, failures=failures, interval_minutes=interval)
    later = after(memory, status, headers, ttl, min(counts), max(counts), every)
    assert later == after(memory, status, headers, ttl, min(counts), max(counts), every)
    assert 0 <= wait(later) <= LONGEST
    if status in READABLE and every is None:
        assert wait(later) >= SHORTEST
    assert is_due(later, NOW + timedelta(minutes=LONGEST), patient=True)


def test_three_virtual_days_are_polite() -> None:
    """Rachel's score: one unconditional request, then conditional ones, never closer than asked."""
    memory, now, asked, unconditional = NEW, NOW, [], 0
    while now < NOW + timedelta(hours=72):
        if is_due(memory, now, patient=True):
            conditional = any(validators(memory, now))
            unconditional += not conditional
            asked.append(now)
            memory = after(memory, "not_modified" if conditional else "ok", now=now)
        now += timedelta(minutes=1)
    gaps = [later - sooner for sooner, later in pairwise(asked)]
    assert unconditional == 1
    assert min(gaps) >= timedelta(hours=1)
    assert len(asked) > 10
