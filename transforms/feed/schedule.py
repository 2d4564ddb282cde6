"""When a feed is asked again, with which validators, and what is remembered of a poll. Pure.

Two paces. Left to itself (a stream without `--every`), newsbeam asks when a feed is due by the
rules below. When the user sets the pace (`newsbeam run` by hand or from cron, `--every 5s`), each
pass asks every healthy feed again: most answers are cheap 304s, and he who runs it means it. In
both, a feed that failed waits for its Retry-After and its back-off; the first two failures cost
the hand-started run no wait, for the fault may have been the user's own network.

Figures: miniflux and rss-fetcher (60 minutes, duplicates of 67 and 33 %), FreshRSS (never under
15 minutes), NetNewsWire (validators dropped after 8 days, 2038 ignored), Rachel by the Bay's rules.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from newsbeam.schemas.ledger import READABLE, PollStatus
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.http.answer import parse_moment, parse_retry_after

SHORTEST = 15  # minutes between polls
SHORTEST_UNCONDITIONAL = 60  # minutes, where every poll is a whole download
LONGEST_ADAPTED = 6 * 60  # minutes; rss-fetcher's default. News must not wait longer by our choice
DAY = 24 * 60  # minutes; the longest that a publisher's wish or a short trouble is heeded
LONGEST = 30 * DAY  # for feeds that are gone or failed many times; never for ever: they come back
MANY_DUPLICATES, FEW_DUPLICATES = 0.67, 0.33  # share of known items: ask less, or more, often
LESS_OFTEN, MORE_OFTEN = 1.25, 0.5
MANY_FAILURES = 30
PATIENCE = 3  # failures from which a hand-started run waits too; miniflux calls a feed broken there
MOVED_TO = "newsbeam-moved-to"  # beside the answer's headers: where redirects for good led
# A hotel's network redirects for good too: three visits over a day are none.
MOVED_VISITS, MOVED_FOR = 3, timedelta(days=1)
FULL_FETCH = timedelta(days=8)  # some servers answer 304 for ever
LONGEST_VALIDATOR = 1_024  # characters


def is_due(memory: FeedMemory, now: datetime, patient: bool) -> bool:
    """Whether a feed is asked now. `patient`: newsbeam sets the pace, not the user.

    A wait longer than any that is ever set comes from a clock that was wrong, and is not kept.
    """
    due = memory.next_due_at
    if due is None or due <= now or due > now + timedelta(minutes=LONGEST):
        return True
    return not patient and memory.failures == 0


def validators(memory: FeedMemory, now: datetime) -> tuple[str, str]:
    """ETag and Last-Modified to send, as the server gave them; none when a full fetch is due."""
    if memory.full_fetch_at is None or not timedelta() <= now - memory.full_fetch_at < FULL_FETCH:
        return "", ""
    return memory.etag, memory.last_modified


def remember_poll(
    memory: FeedMemory,
    status: PollStatus,
    headers: Mapping[str, str],
    ttl_minutes: int | None,
    new_items: int,
    items: int,
    now: datetime,
    every_seconds: float | None,
) -> FeedMemory:
    """The memory after a poll: validators, interval, failures and when the feed is due again.

    `every_seconds`: how often the user comes by, 0 when he starts a pass by hand, None when
    newsbeam sets the pace. Header names are in lower case; what is remembered of entries and of
    other polls is not touched.
    """
    if status not in READABLE:
        memory = replace(memory, failures=memory.failures + 1)
        minutes = back_off(memory, gone=status == "gone", every_seconds=every_seconds)
        asked = parse_retry_after(headers.get("retry-after", ""), now) or 0.0
        return replace(memory, next_due_at=now + timedelta(minutes=max(minutes, asked / 60)))
    memory = moved(memory, headers.get(MOVED_TO, ""), now)
    # Of the first answer and of an empty one nothing is learnt.
    share_known = 1 - new_items / items if memory.last_success_at and items else None
    memory = replace(memory, failures=0, last_success_at=now)
    date = _usable(headers.get("last-modified", ""))
    if "2038" in date:  # where 32-bit clocks end: a default, not a date
        date = ""
    if status == "ok":
        etag = _usable(headers.get("etag", ""))
        memory = replace(memory, etag=etag, last_modified=date, full_fetch_at=now)
    elif status == "not_modified":
        share_known = 1.0
        memory = replace(memory, last_modified=date or memory.last_modified)
    if every_seconds is not None:
        return replace(memory, next_due_at=now + timedelta(seconds=every_seconds))
    interval = max(adapted(memory.interval_minutes, share_known), min(ttl_minutes or 0, DAY))
    shortest = SHORTEST if memory.etag or memory.last_modified else SHORTEST_UNCONDITIONAL
    minutes = max(interval, shortest, fresh_minutes(headers, now))
    return replace(memory, interval_minutes=interval, next_due_at=now + timedelta(minutes=minutes))


def moved(memory: FeedMemory, target: str, now: datetime) -> FeedMemory:
    """The memory with where the feed's address led for good at this visit; "": nowhere.

    A visit that asks the new address already is led no further.
    """
    asked_there = has_moved(memory) and memory.failures < PATIENCE
    if not target and asked_there:
        return memory
    if not target or target != memory.moved_to:
        since = now if target else None
        return replace(memory, moved_to=target, moved_since=since, moved_visits=int(bool(target)))
    return replace(memory, moved_visits=memory.moved_visits + 1)


def has_moved(memory: FeedMemory) -> bool:
    """Whether a feed's address has led to another for good often and long enough to believe it."""
    since, last = memory.moved_since, memory.last_success_at
    lasts = bool(since and last and last - since >= MOVED_FOR)
    return lasts and memory.moved_visits >= MOVED_VISITS


def address_of(memory: FeedMemory, url: str) -> str:
    """The address to ask: the feed's own, or where it has moved; its own again after failures, for
    the new one may have been a mistake."""
    return memory.moved_to if has_moved(memory) and memory.failures < PATIENCE else url


def back_off(memory: FeedMemory, gone: bool, every_seconds: float | None) -> float:
    """Minutes to wait after so many failures in a row: linear, to a day, later to a month.

    >>> memory = FeedMemory("feed", "https://news.example/feed", interval_minutes=60)
    >>> [back_off(replace(memory, failures=n), False, None) for n in (1, 10, 30, 48)]
    [60, 600, 1440, 2880]
    """
    step: float
    failures = memory.failures
    if gone:
        return min(DAY * failures, LONGEST)
    if every_seconds is None:
        step = memory.interval_minutes
    elif every_seconds:
        step = every_seconds / 60
    else:
        step, failures = SHORTEST, max(failures - PATIENCE + 1, 0)
    return min(step * failures, DAY if memory.failures <= MANY_FAILURES else LONGEST)


def adapted(interval: int, share_known: float | None) -> int:
    """The interval in minutes, moved by how much of the feed was known; None = nothing learnt.

    >>> adapted(60, 1.0), adapted(60, 0.5), adapted(60, 0.1), adapted(60, None)
    (75, 60, 30, 60)
    """
    if share_known is None or FEW_DUPLICATES <= share_known <= MANY_DUPLICATES:
        return max(interval, SHORTEST)
    if share_known > MANY_DUPLICATES:
        return max(interval, min(int(interval * LESS_OFTEN), LONGEST_ADAPTED))
    return max(int(interval * MORE_OFTEN), SHORTEST)


def fresh_minutes(headers: Mapping[str, str], now: datetime) -> float:
    """For how long the server calls its answer fresh (max-age, else Expires), at most a day.

    >>> fresh_minutes({"cache-control": "public, max-age=1800"}, datetime(2026, 1, 1))
    30.0
    """
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    if age := re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", control):
        return min(int(age[1]) / 60, DAY)
    if expires := parse_moment(headers.get("expires", "")):
        return min((expires - now).total_seconds() / 60, DAY)
    return 0.0


def _usable(validator: str) -> str:
    """The validator as it came, or nothing if it could not be sent back unchanged."""
    fit = validator.isascii() and validator.isprintable() and len(validator) <= LONGEST_VALIDATOR
    return validator if fit else ""
