"""The memory of a feed, kept in the lake so that any restart, machine or runner can go on."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from newsbeam.schemas.article import Feed
from newsbeam.schemas.memory import FeedMemory, Seen, Unfinished
from newsbeam.schemas.wire import from_dict, iso, to_dict
from newsbeam.transforms.lake.storage import Lake, LakeError, Version

REMEMBERED = 2000  # entries beyond those in the feed now; twenty times what most feeds hold

# In a stream the same run holds a visit while its articles are on their way. Longer than this, and
# its worker has died with it.
HELD = timedelta(minutes=10)

# A page that was out of reach is asked for again at the first visit after each of these waits: a
# server that restarts, an outage of a morning, one of a weekend. Then its problem stays told.
AGAIN_AFTER = (timedelta(), timedelta(hours=2), timedelta(hours=12), timedelta(hours=48))


class DamagedMemory(LakeError):
    """A feed's memory cannot be read; the sentence says which, and what to do."""


def name_of(feed_id: str) -> str:
    """Where a feed's memory lies."""
    return f"state/feeds/{feed_id}.json"


def recall(lake: Lake, feed: Feed) -> tuple[FeedMemory, Version]:
    """The feed's memory and its version; an empty one for a feed never visited.

    Raises DamagedMemory where it cannot be read.
    """
    data, version = lake.read_versioned(name_of(feed.feed_id))
    if data is None:
        return FeedMemory(feed.feed_id, feed.url), version
    try:
        memory = from_json(data.decode())
        if memory.feed_id != feed.feed_id:
            raise ValueError(f"it is of the feed {memory.feed_id[:60]}")
        return memory, version
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise DamagedMemory(
            f"{lake.url}/{name_of(feed.feed_id)} is damaged: delete it, and the feed is read as if "
            f"for the first time ({str(error)[:100]})."
        ) from error


def store(lake: Lake, memory: FeedMemory, version: Version) -> bool:
    """Save the memory unless somebody changed it since `version`; tells whether it was saved."""
    data = to_json(memory).encode("utf-8", "replace")
    return bool(lake.put_if(name_of(memory.feed_id), data, version))


def change(lake: Lake, feed: Feed, after: Callable[[FeedMemory], FeedMemory]) -> FeedMemory:
    """The feed's memory after a change, saved, whoever else changes it at the same time."""
    while True:
        memory, version = recall(lake, feed)
        changed = after(memory)
        if store(lake, changed, version):
            return changed


def to_json(memory: FeedMemory) -> str:
    """The memory as JSON; its entries, which are thousands, as short lists."""
    entries: dict[str, list[Any]] = {}
    for key, seen in memory.entries.items():
        entries[key] = [seen.hash, iso(seen.first_seen_at)]
        if seen.tries or seen.name:
            entries[key] += [seen.tries, seen.again_at and iso(seen.again_at)]
        if seen.name:
            entries[key] += [seen.name, seen.url]
    return json.dumps({**to_dict(replace(memory, entries={})), "entries": entries})


def from_json(text: str) -> FeedMemory:
    """The memory that `to_json` was given; ValueError, TypeError, … where it is none.

    >>> from datetime import UTC
    >>> seen = Seen("h", datetime(2026, 3, 1, tzinfo=UTC), tries=1)
    >>> from_json(to_json(FeedMemory("f", "u", entries={"k": seen}))).entries["k"] == seen
    True
    """
    said = json.loads(text)
    entries = {key: _seen(*values) for key, values in said.pop("entries").items()}
    return replace(from_dict(FeedMemory, said), entries=entries)


def _seen(hash: str, first_seen_at: str, tries: int = 0, again_at: Any = None, *named: str) -> Seen:
    again = datetime.fromisoformat(again_at) if again_at else None
    return Seen(hash, datetime.fromisoformat(first_seen_at), tries, again, *named)


def with_entries(memory: FeedMemory, entries: dict[str, Seen]) -> FeedMemory:
    """The memory with these entries as the newest, and the oldest ones forgotten.

    >>> from datetime import UTC
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> memory = with_entries(FeedMemory("f", "u"), {"a": Seen("1", day)})
    >>> list(with_entries(memory, {"b": Seen("2", day)}).entries)
    ['a', 'b']
    """
    older = {key: seen for key, seen in memory.entries.items() if key not in entries}
    kept = dict(list(older.items())[-REMEMBERED:])
    return replace(memory, entries={**kept, **entries})


def is_held(unfinished: Unfinished | None, run_id: str, now: datetime) -> bool:
    """Whether this very run is still at work on the feed's last visit."""
    if unfinished is None or unfinished.held_by != run_id:
        return False
    return abs(now - unfinished.held_at) < HELD  # it may have been noted since `now` was taken
