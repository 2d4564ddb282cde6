"""When the record is blind: the periods in which nothing seen does not mean nothing published."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.query import Record
from newsbeam.schemas.ledger import HEARD, READABLE
from newsbeam.schemas.trouble import TROUBLES

COLUMNS = ("feed", "from", "until", "hours", "why", "missing", "source", "feed_id")
FOR_PEOPLE = ("feed", "from", "until", "why", "missing")
# A pause between visits is one of newsbeam's, and not its pace, where it is so many times as long
# as its usual one, and not of a few hours: machines sleep at night, and feeds hold on for a day.
TIMES, LEAST = 5, timedelta(hours=6)

_POLLS = """
    SELECT feed_id, feed_url AS feed, source, polled_at, status, http_status, detail, gap_suspected
    FROM polls ORDER BY feed_url, feed_id, polled_at, run_id
"""
LIKELY = "likely: the feed had moved on"
UNLIKELY = "unlikely: the feed still showed what it had shown before"
UNKNOWN = "not known yet"


def gaps_of(record: Record, choice: Choice, now: datetime) -> list[dict[str, Any]]:
    """The blind periods of each feed that touch the chosen one; `until` None: it goes on.

    Before a feed was first asked the record is not blind: there is none. What is missing is told by
    the first visit that read the feed again: whether it shared entries with the one before.
    """
    found: list[dict[str, Any]] = []
    polls = Chosen(record, Choice(source=choice.source)).rows(_POLLS)
    for _, of_feed in groupby(polls, key=lambda poll: poll["feed_id"]):
        found += _of_feed(list(of_feed), now)
    return [
        gap for gap in found
        if (choice.since is None or (gap["until"] or now) > choice.since)
        and (choice.until is None or gap["from"] < choice.until)
    ]  # fmt: skip


def _of_feed(polls: list[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    """The gaps of one feed, in order; its visits are parted by those that read it."""
    pause = _longest_pause([poll["polled_at"] for poll in polls])
    read: dict[str, Any] | None = None  # the last visit that read the feed
    failed: list[dict[str, Any]] = []
    for poll in [*polls, None]:
        if poll and poll["status"] not in READABLE:
            failed.append(poll)
            continue
        begin = read or (failed[0] if failed else None)
        if begin is None:  # its first visit
            read = poll
            continue
        start: datetime = begin["polled_at"]
        end: datetime | None = poll["polled_at"] if poll else None
        missing = _missing(read, poll)
        if failed:
            yield _gap(begin, start, end, _why_failed(failed), missing)
        elif (end or now) - start > pause:
            yield _gap(begin, start, end, "it was not asked: no run of newsbeam", missing)
        elif poll and poll["gap_suspected"]:
            yield _gap(begin, start, end, "it shows nothing that it had shown before", LIKELY)
        elif read and read["status"] not in HEARD:
            yield _gap(begin, start, end, "its answer broke off", missing)
        read, failed = poll or read, []


def _gap(
    poll: dict[str, Any], start: datetime, end: datetime | None, why: str, missing: str
) -> dict[str, Any]:
    hours = round((end - start).total_seconds() / 3600, 1) if end else None
    start, end = start.replace(microsecond=0), end and end.replace(microsecond=0)
    about = {name: poll[name] for name in ("feed", "source", "feed_id")}
    return about | {"from": start, "until": end, "hours": hours, "why": why, "missing": missing}


def _missing(read: dict[str, Any] | None, poll: dict[str, Any] | None) -> str:
    """What the visit that reads a feed again tells of what was published in between."""
    if poll is None:
        return UNKNOWN
    if read is None:
        return "all that left the feed before it was first read"
    return LIKELY if poll["gap_suspected"] else UNLIKELY


def _why_failed(failed: list[dict[str, Any]]) -> str:
    """Why a feed could not be read, most often first; each in words, with how often."""
    told = [poll["detail"] or TROUBLES[poll["status"]][0] for poll in failed]
    counts = sorted({words: told.count(words) for words in told}.items(), key=lambda one: -one[1])
    parts = [f"{words} ({n} times)" if n > 1 else words for words, n in counts[:2]]
    return "; ".join([*parts, f"and {len(counts) - 2} other reasons"] if counts[2:] else parts)


def _longest_pause(visits: Iterable[datetime]) -> timedelta:
    """How long a pause between visits may be before it is one of newsbeam's."""
    moments = list(visits)
    pauses = sorted(later - earlier for earlier, later in pairwise(moments))
    return max(TIMES * pauses[len(pauses) // 2], LEAST) if pauses else timedelta.max
