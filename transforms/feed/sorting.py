"""Tell the new or changed entries of a feed from those that it has said before. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from newsbeam.schemas.article import Entry, Feed, ParsedFeed, Sighting
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.journey import NewEntry, Origin
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.wire import iso
from newsbeam.transforms.feed.identity import entry_hash, identities
from newsbeam.transforms.feed.memory import AGAIN_AFTER
from newsbeam.transforms.page.urls import is_foreign

MAX_NEW = 2_000  # as many items as Media Cloud's fetcher takes of a feed


def visit_id(feed_id: str, polled_at: datetime) -> str:
    """The name of one visit: which feed, and when."""
    return f"{feed_id}@{iso(polled_at)}"


def has_substance(entry: Entry) -> bool:
    """Whether there is anything to keep: a title, some text, or a page to read."""
    return bool(entry.title or entry.summary or entry.content or entry.url)


@dataclass(frozen=True)
class SortedEntries:
    """A feed's entries, sorted: the new ones, and how many were known or not worth keeping."""

    new: tuple[NewEntry, ...]
    known: tuple[str, ...]  # their keys
    rejected: int  # with nothing to keep, or not taken at this visit
    nothing_in_common: bool
    waiting: int = 0  # new ones over the limit, which the next visit takes
    unread: int = 0  # items over the limit of what is read of one document

    @property
    def detail(self) -> str | None:
        """What of the feed is not taken now, in words."""
        words = []
        if self.waiting:
            words.append(f"{self.waiting} more new items wait for the next poll (--max-items)")
        if self.unread:
            words.append(f"{self.unread} items are more than is read of one document")
        return "; ".join(words) or None


def sort_entries(
    feed: Feed,
    polled_at: datetime,
    parsed: ParsedFeed,
    memory: FeedMemory,
    max_items: int = MAX_NEW,
) -> SortedEntries:
    """Tell new or changed entries from known ones, by what is remembered of the feed.

    An entry that a feed lists twice counts once, as its upper copy says. Those of a live blog are
    entries of one article, each remembered by itself. New
    entries were first seen when the feed was visited. Sightings of a feed go on in their order even
    where a clock is put back: what it shows now is the latest.
    """
    visit = visit_id(feed.feed_id, polled_at)
    seen_at = polled_at
    if memory.sighted_at and memory.sighted_at >= polled_at:  # by a clock that was ahead
        seen_at = memory.sighted_at + timedelta(microseconds=1)
    new: list[NewEntry] = []
    met: set[str] = set()
    known: list[str] = []
    rejected = 0
    found = identities(feed.url, parsed.entries, memory)
    for position, (entry, one) in enumerate(zip(parsed.entries, found, strict=True)):
        if not has_substance(entry):
            rejected += 1
            continue
        article, wording, key = article_id(one.url), entry_hash(entry), one.key
        before = memory.entries.get(key)
        if key in met or (before and before.hash == wording and not _is_due(before, polled_at)):
            known.append(key)
        else:
            foreign = is_foreign(feed, entry.url) or None
            sighting = Sighting(article, feed.feed_id, seen_at, position, is_foreign=foreign)
            origin = Origin(visit, key, wording, sighting)
            first_seen_at = before.first_seen_at if before else polled_at
            new.append(
                NewEntry(
                    feed, entry, article, one.url, origin, first_seen_at, one.name, one.is_apart
                )
            )
        met.add(key)
    taken = tuple(new[:max_items])
    waiting = len(new) - len(taken)
    unread = parsed.n_items - len(parsed.entries) - parsed.n_empty
    rejected += parsed.n_items - len(parsed.entries) + waiting
    apart = bool(memory.entries and met and not met & memory.entries.keys())
    return SortedEntries(taken, tuple(known), rejected, apart or unread > 0, waiting, unread)


def _is_due(seen: Seen, now: datetime) -> bool:
    """Whether the page of a known entry is to be asked for again at this visit."""
    if seen.again_at is None:
        return False
    # A wait longer than any that is ever set comes from a clock that was wrong, and is not kept.
    return seen.again_at < now or seen.again_at > now + AGAIN_AFTER[-1]
