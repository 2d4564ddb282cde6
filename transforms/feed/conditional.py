"""With which validators (ETag, Last-Modified) a feed is asked, and when none is believed. Pure.

Figures: NetNewsWire drops validators after 8 days, for some servers answer 304 for ever. Here a
feed that is silent beside its own rhythm is read whole earlier, and one whose validator stayed the
same while its entries changed is believed no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from newsbeam.schemas.ledger import Poll
from newsbeam.schemas.memory import FeedMemory, Seen

FULL_FETCH = timedelta(days=8)
LONGEST_VALIDATOR = 1_024  # characters
FEWEST = 6  # moments of news that make a rhythm
SILENT = 3  # usual pauses long, and
QUIETEST = timedelta(hours=6)  # no less: nights are that long
NOT_BELIEVED = timedelta(days=30)  # then the server may have been mended
MISNAMED = "it has news under the same ETag or Last-Modified as before: asked without them"


def validators(memory: FeedMemory, now: datetime) -> tuple[str, str]:
    """ETag and Last-Modified to send, as the server gave them; none when a full fetch is due.

    It is due, too, when a page that was out of reach is to be asked for again (only the feed has
    its entry), and when the feed is silent for longer than it usually is: then at 6 hours of
    silence, 12, 24 …, for it may have news all the same.
    """
    if any(seen.again_at and seen.again_at <= now for seen in memory.entries.values()):
        return "", ""
    if memory.full_fetch_at is None or not timedelta() <= now - memory.full_fetch_at < FULL_FETCH:
        return "", ""
    if now - memory.full_fetch_at >= silence(memory.entries.values(), now) / 2 > timedelta():
        return "", ""
    return memory.etag, memory.last_modified


def silence(entries: Iterable[Seen], now: datetime) -> timedelta:
    """For how long a feed has had no news, where that is longer than its rhythm lets expect; else
    nothing."""
    moments = sorted({seen.first_seen_at for seen in entries})
    if len(moments) < FEWEST:
        return timedelta()
    pauses = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    silent = now - moments[-1]
    usual = timedelta(seconds=median(pauses))
    return silent if silent > max(SILENT * usual, QUIETEST) else timedelta()


def with_validators(
    memory: FeedMemory, poll: Poll, headers: Mapping[str, str], has_news: bool
) -> FeedMemory:
    """The memory with the validators of an answer that was read.

    `has_news`: the feed said something new. Where it did so under the same validator, the server
    misnames its answers; nothing is remembered of what it calls them for a month.
    """
    now = poll.polled_at
    date = _usable(headers.get("last-modified", ""))
    if "2038" in date:  # where 32-bit clocks end: a default, not a date
        date = ""
    if poll.status == "not_modified":
        return replace(memory, last_modified=date or memory.last_modified)
    if poll.status != "ok":
        return memory
    etag = _usable(headers.get("etag", ""))
    is_same = etag == memory.etag if etag or memory.etag else date == memory.last_modified != ""
    if has_news and is_same and (etag or date):
        memory = replace(memory, misnamed_at=now)
    since = memory.misnamed_at
    if since and timedelta() <= now - since < NOT_BELIEVED:
        etag = date = ""
    return replace(memory, etag=etag, last_modified=date, full_fetch_at=now)


def _usable(validator: str) -> str:
    """The validator as it came, or nothing if it could not be sent back unchanged."""
    fit = validator.isascii() and validator.isprintable() and len(validator) <= LONGEST_VALIDATOR
    return validator if fit else ""
