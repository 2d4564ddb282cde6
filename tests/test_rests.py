"""When feeds and hosts want to be left alone, and what is said of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsbeam.schemas.article import Wishes
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.feed.host_rests import PATIENCE, resting_hosts

from .test_schedule import HEALTHY, NEW, NOW, VALIDATORS, after, wait

# --- the publisher's hours, and what the next visit waits for


@pytest.mark.parametrize(
    ("wishes", "hours"),
    [
        (Wishes(skip_hours=(13, 14)), 3),  # NOW is Monday, 12:00
        (Wishes(skip_hours=(13,), skip_days=(0,)), 12),
        (Wishes(skip_hours=tuple(range(24))), 1),  # nonsense is not heeded
        (Wishes(skip_days=tuple(range(7))), 1),
    ],
)
def test_the_hours_and_days_that_a_publisher_skips_are_left_out(wishes: Wishes, hours: int) -> None:
    memory = after(wishes=wishes)
    assert memory.next_due_at is not None
    assert memory.next_due_at.hour == (NOW + timedelta(hours=hours)).hour
    assert 60 <= wait(memory) <= hours * 60 + 6


FRESH = VALIDATORS | {"cache-control": "max-age=7200"}
QUICK = replace(HEALTHY, interval_minutes=15)
SKIPS = Wishes(skip_hours=(13,))


@pytest.mark.parametrize(
    ("memory", "why"),
    [
        (after(), "next: its own pace, 60 min: 50% of its items were known"),
        (after(NEW), "next: its own pace, 60 min"),
        (after(ttl=180), "next: the publisher's wish (ttl or updatePeriod)"),
        (after(headers=FRESH), "next: until then the server calls its answer fresh"),
        (after(QUICK, headers={}), "next: each visit is a whole download"),
        (after(wishes=SKIPS), "next: the publisher's wish (skipHours or skipDays)"),
        (after(every=5.0), ""),
        (after(after(), status="timeout"), ""),
    ],
)  # fmt: skip
def test_it_is_said_why_a_feed_is_asked_when_it_is(memory: FeedMemory, why: str) -> None:
    assert memory.why_due == why


def test_feeds_that_were_asked_together_do_not_come_due_together() -> None:
    waits = [wait(after(replace(HEALTHY, feed_id=str(n)))) for n in range(100)]
    assert len(set(waits)) > 40
    assert min(waits) >= 60
    assert max(waits) <= 66


# --- hosts that want to be left alone


def on(host: str, memory: FeedMemory, name: str = "other") -> FeedMemory:
    return replace(memory, feed_id=name, url=f"https://{host}/{name}")


@pytest.mark.parametrize("http", [429, 503])
def test_a_host_that_asks_for_rest_is_left_alone_with_all_its_feeds(http: int) -> None:
    asked = {"retry-after": "5400"}
    busy = on("news.example", after(status="http_error", http=http, headers=asked, items=0), "busy")
    other = on("news.example", HEALTHY)
    assert resting_hosts([busy, other], NOW) == {"news.example": NOW + timedelta(minutes=90)}
    assert resting_hosts([busy, other], NOW + timedelta(minutes=91)) == {}


def test_without_a_time_it_is_left_alone_for_ten_minutes() -> None:
    busy = after(status="http_error", http=429, headers={}, items=0, every=0.0)
    assert resting_hosts([busy], NOW) == {"news.example": NOW + timedelta(minutes=10)}


def test_a_host_that_cannot_be_reached_again_and_again_is_down_for_all_its_feeds() -> None:
    once = after(status="connection", items=0)
    assert resting_hosts([once], NOW) == {}
    often = after(replace(HEALTHY, failures=PATIENCE), status="dns", items=0)
    assert resting_hosts([often], NOW) == {"news.example": often.next_due_at}


def test_a_host_whose_feed_was_read_since_is_asked_again() -> None:
    busy = on("news.example", after(status="http_error", http=429, headers={}, items=0), "busy")
    read = on("news.example", after(now=NOW + timedelta(minutes=1)))
    assert resting_hosts([busy, read], NOW + timedelta(minutes=2)) == {}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_services_that_share_an_address_are_not_put_to_rest_for_each_other(host: str) -> None:
    assert resting_hosts([on(host, after(status="http_error", http=429, items=0))], NOW) == {}


def test_a_rest_from_a_clock_that_was_wrong_is_not_kept() -> None:
    busy = after(status="http_error", http=429, items=0, now=NOW + timedelta(days=400))
    assert resting_hosts([busy], NOW) == {}
