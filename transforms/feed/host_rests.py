"""Which hosts want to be left alone between two passes, and until when. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from newsbeam.schemas.journey import Outcome
from newsbeam.schemas.ledger import Poll
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.http.answer import STOP_THE_HOST, WAIT_WHEN_NOT_SAID
from newsbeam.transforms.http.hosts import host_of, is_public_name

LONGEST = 30 * 24 * 60  # minutes of any wait; never for ever: feeds that are gone come back
PATIENCE = 3  # failures from which a hand-started run waits too; miniflux calls a feed broken there


def host_rest(memory: FeedMemory, poll: Poll) -> datetime | None:
    """Until when no feed of the same host is asked after this poll; None where others may be.

    A 429 or 503 is meant for the whole host (FreshRSS, NetNewsWire: 10 minutes where it says no
    time). A host that could not be reached several times is down for all of its feeds.
    """
    if poll.http_status in STOP_THE_HOST:
        least = poll.polled_at + timedelta(seconds=WAIT_WHEN_NOT_SAID)
        return max(least, memory.next_due_at or least)
    is_down = poll.status in ("dns", "connection") and memory.failures >= PATIENCE
    return memory.next_due_at if is_down else None


def resting_hosts(memories: Iterable[FeedMemory], now: datetime) -> dict[str, datetime]:
    """The hosts of which no feed is asked now, and until when.

    A host is asked again as soon as one of its feeds was read. As in a pass, this holds for public
    names only: unrelated services share an address.
    """
    read: dict[str, datetime] = {}
    rests: dict[str, tuple[datetime, datetime]] = {}
    for memory in memories:
        host, since, until = host_of(memory.url), memory.host_rests_since, memory.host_rests_until
        if memory.last_success_at:
            read[host] = max(memory.last_success_at, read.get(host, memory.last_success_at))
        is_sane = since and until and since <= now < until <= now + timedelta(minutes=LONGEST)
        if since and until and is_sane and is_public_name(host):
            rests[host] = max((until, since), rests.get(host, (until, since)))
    return {
        host: until
        for host, (until, since) in rests.items()
        if host not in read or read[host] < since
    }


def after_pages(memory: FeedMemory, outcomes: Iterable[Outcome], now: datetime) -> FeedMemory:
    """The memory after its articles' pages were asked for: one of them may have met a host that
    wants to be left alone, of which the feed's own answer said nothing."""
    rests = [o.origin.host_rests_until for o in outcomes if o.origin.host_rests_until]
    if not rests:
        return memory
    return replace(memory, host_rests_since=now, host_rests_until=max(rests))
