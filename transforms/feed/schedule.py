"""When a feed is asked again, and what is remembered of a poll. Pure.

Two paces. Left to itself (a stream without `--every`), newsbeam asks when a feed is due by the
rules below. When the user sets the pace (`newsbeam run` by hand or from cron, `--every 5s`), each
pass asks every healthy feed again: most answers are cheap 304s, and he who runs it means it. In
both, a feed that failed waits for its Retry-After and its back-off; the first two failures cost
the hand-started run no wait, for the fault may have been the user's own network.

Figures: miniflux and rss-fetcher (60 minutes, duplicates of 67 and 33 %), FreshRSS (never under
15 minutes), Rachel by the Bay's rules.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from newsbeam.schemas.article import Wishes
from newsbeam.schemas.ids import shard_of
from newsbeam.schemas.ledger import READABLE, Poll
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.feed.conditional import with_validators
from newsbeam.transforms.feed.host_rests import LONGEST, PATIENCE, host_rest
from newsbeam.transforms.feed.wishes import after_rest
from newsbeam.transforms.http.answer import parse_moment, parse_retry_after

SHORTEST = 15  # minutes between polls
SHORTEST_UNCONDITIONAL = 60  # minutes, where every poll is a whole download
LONGEST_ADAPTED = 6 * 60  # minutes; rss-fetcher's default. News must not wait longer by our choice
DAY = 24 * 60  # minutes; the longest that a publisher's wish or a short trouble is heeded
MANY_DUPLICATES, FEW_DUPLICATES = 0.67, 0.33  # share of known items: ask less, or more, often
LESS_OFTEN, MORE_OFTEN = 1.25, 0.5
SPREAD = 0.1  # of the wait: later by up to so much
MANY_FAILURES = 30
MOVED_TO = "newsbeam-moved-to"  # beside the answer's headers: where redirects for good led
# A hotel's network redirects for good too: three visits over a day are none.
MOVED_VISITS, MOVED_FOR = 3, timedelta(days=1)


def is_due(memory: FeedMemory, now: datetime, patient: bool) -> bool:
    """Whether a feed is asked now. `patient`: newsbeam sets the pace, not the user.

    A wait longer than any that is ever set comes from a clock that was wrong, and is not kept.
    """
    due = memory.next_due_at
    if due is None or due <= now or due > now + timedelta(minutes=LONGEST):
        return True
    return not patient and memory.failures == 0


def remember_poll(
    memory: FeedMemory,
    poll: Poll,
    headers: Mapping[str, str],
    wishes: Wishes,
    every_seconds: float | None,
    has_news: bool = False,
) -> FeedMemory:
    """The memory after a poll: validators, interval, failures and when the feed is due again.

    `every_seconds`: how often the user comes by, 0 when he starts a pass by hand, None when
    newsbeam sets the pace. Header names are in lower case; what is remembered of entries and of
    other polls is not touched.
    """
    now = poll.polled_at
    if poll.status not in READABLE:
        memory = replace(memory, failures=memory.failures + 1, why_due="")
        minutes = back_off(memory, gone=poll.status == "gone", every_seconds=every_seconds)
        asked = parse_retry_after(headers.get("retry-after", ""), now) or 0.0
        memory = replace(memory, next_due_at=now + timedelta(minutes=max(minutes, asked / 60)))
        return replace(memory, host_rests_since=now, host_rests_until=host_rest(memory, poll))
    memory = moved(memory, headers.get(MOVED_TO, ""), now)
    # Of the first answer and of an empty one nothing is learnt.
    share_known = 1 - poll.new_items / poll.items if memory.last_success_at and poll.items else None
    memory = replace(memory, failures=0, last_success_at=now, host_rests_until=None)
    if poll.status == "not_modified":
        share_known = 1.0
    memory = with_validators(memory, poll, headers, has_news)
    if every_seconds is not None:
        return replace(memory, next_due_at=now + timedelta(seconds=every_seconds), why_due="")
    return next_due(memory, headers, wishes, share_known, now)


def next_due(
    memory: FeedMemory,
    headers: Mapping[str, str],
    wishes: Wishes,
    share_known: float | None,
    now: datetime,
) -> FeedMemory:
    """The memory with when newsbeam asks a healthy feed again, and why then."""
    pace = adapted(memory.interval_minutes, share_known)
    wish = min(wishes.ttl_minutes or 0, DAY)
    learnt = "" if share_known is None else f": {share_known:.0%} of its items were known"
    reasons = {
        f"its own pace, {pace} min{learnt}": float(pace),
        "the publisher's wish (ttl or updatePeriod)": wish,
        "until then the server calls its answer fresh": fresh_minutes(headers, now),
        "the shortest time between two visits": SHORTEST,
    }
    if not (memory.etag or memory.last_modified):
        reasons["each visit is a whole download"] = SHORTEST_UNCONDITIONAL
    why = max(reasons, key=lambda reason: reasons[reason])
    minutes = reasons[why]
    # Feeds that were first asked together do not come due together for ever.
    spread = shard_of(f"{memory.feed_id} {now.isoformat()}", 100) / 100 * SPREAD
    due = now + timedelta(minutes=minutes * (1 + spread))
    rested = after_rest(due, wishes)
    if rested > due:
        due, why = rested, "the publisher's wish (skipHours or skipDays)"
    return replace(
        memory, interval_minutes=max(pace, wish), next_due_at=due, why_due=f"next: {why}"
    )


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
