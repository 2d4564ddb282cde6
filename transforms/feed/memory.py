"""The memory of a feed, kept in the lake so that any restart, machine or runner can go on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from newsbeam.schemas.article import Feed
from newsbeam.schemas.memory import FeedMemory, Seen, Unfinished
from newsbeam.schemas.wire import from_json, to_json
from newsbeam.transforms.lake.storage import Lake, LakeError

REMEMBERED = 2000  # entries beyond those in the feed now; twenty times what most feeds hold

# In a stream the same run holds a poll while its articles are on their way. Longer than this, and
# its worker has died with it.
HELD = timedelta(minutes=10)

# A page that was out of reach is asked for again at the next poll, then after these waits: longer
# than a restart of a server, as long as an outage that is noticed.
AGAIN_AFTER = (timedelta(), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))


def name_of(feed_id: str) -> str:
    """Where a feed's memory lies."""
    return f"state/feeds/{feed_id}.json"


def recall(lake: Lake, feed: Feed) -> tuple[FeedMemory, Any]:
    """The feed's memory and its version; an empty one for a feed never polled.

    Raises LakeError where it cannot be read.
    """
    data, version = lake.read_versioned(name_of(feed.feed_id))
    if data is None:
        return FeedMemory(feed.feed_id, feed.url), version
    try:
        return from_json(FeedMemory, data.decode()), version
    except (ValueError, TypeError) as error:
        raise LakeError(
            f"{lake.url}/{name_of(feed.feed_id)} is damaged: delete it, and the feed is read as if "
            f"for the first time ({str(error)[:100]})."
        ) from error


def store(lake: Lake, memory: FeedMemory, version: Any) -> bool:
    """Save the memory unless somebody changed it since `version`; tells whether it was saved."""
    return lake.put_if(name_of(memory.feed_id), to_json(memory).encode("utf-8", "replace"), version)


def with_entries(memory: FeedMemory, entries: dict[str, Seen]) -> FeedMemory:
    """The memory with these entries as the newest, and the oldest ones forgotten.

    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> memory = with_entries(FeedMemory("f", "u"), {"a": Seen("1", day, day)})
    >>> list(with_entries(memory, {"b": Seen("2", day, day)}).entries)
    ['a', 'b']
    """
    older = {key: seen for key, seen in memory.entries.items() if key not in entries}
    kept = dict(list(older.items())[-REMEMBERED:])
    return replace(memory, entries={**kept, **entries})


def in_flight(unfinished: Unfinished | None, run_id: str, now: datetime) -> bool:
    """Whether this very run is still at work on the feed's last poll."""
    return bool(
        unfinished
        and unfinished.held_by == run_id
        and timedelta() <= now - unfinished.held_at < HELD
    )
