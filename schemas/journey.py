"""What travels through one pass: from a poll to an article, and the account kept of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from newsbeam.schemas.annotations import Actor, Quote, Topic
from newsbeam.schemas.article import Article, Entry, Feed, ParsedFeed, Sighting
from newsbeam.schemas.ledger import Failure, Poll
from newsbeam.schemas.memory import Seen


@dataclass(frozen=True)
class Polled:
    """What a feed answered: `poll` is complete but for the counts of its items."""

    poll_id: str
    feed: Feed
    poll: Poll
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw_sha256: str = ""


@dataclass(frozen=True)
class Parsed:
    """A poll with its entries; `parsed` is None where there was nothing to read."""

    polled: Polled
    parsed: ParsedFeed | None = None


@dataclass(frozen=True)
class Listened:
    """A poll that has been read and sorted; `new` waits to learn what became of each entry."""

    poll_id: str
    feed: Feed
    poll: Poll
    headers: dict[str, str] = field(default_factory=dict)
    ttl_minutes: int | None = None
    new: dict[str, Seen] = field(default_factory=dict)  # by entry key
    still: tuple[str, ...] = ()  # the known ones that the feed still shows
    waiting: int = 0  # new ones that the next poll is to take


@dataclass(frozen=True)
class Carried:
    """That one new entry of one poll is what an article came from."""

    poll_id: str
    entry_key: str  # what the feed's memory calls the entry; the line of a document
    entry_hash: str  # of what the feed or the line says
    sighting: Sighting | None = None  # None for documents: no feed carried them
    tries: int = 0  # earlier polls at which its page was out of reach
    again: bool = False  # the page was out of reach, and the next poll is to ask for it again


@dataclass(frozen=True)
class NewEntry:
    """An entry that its feed had not said before, on its way to becoming an article."""

    feed: Feed
    entry: Entry
    article_id: str
    canonical_url: str
    carried: Carried
    first_seen_at: datetime
    published_at: datetime | None = None  # of an earlier revision: a date never moves


@dataclass(frozen=True)
class FetchedPage:
    """A new entry with its page, or with the reason why there is none."""

    entry: NewEntry
    html: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    final_url: str = ""
    raw_sha256: str = ""
    problem: str = ""
    passing: bool = False  # the problem may be gone at the next poll


@dataclass(frozen=True)
class Draft:
    """An article before enrichment, with the entries that it will account for once written."""

    article: Article
    carried: tuple[Carried, ...]


@dataclass(frozen=True)
class Enriched:
    """An article with everything that was found in it: what one write makes visible."""

    draft: Draft
    actors: tuple[Actor, ...] = ()
    topics: tuple[Topic, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class DeadLetter:
    """A failure together with the entries that it accounts for."""

    failure: Failure
    article_id: str
    carried: tuple[Carried, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one new entry: the barrier counts these before anything is remembered."""

    carried: Carried
    article_id: str
    result: Literal["written", "merged", "unchanged", "failed"]
    revision: str = ""  # the wording that it became; "" where it failed
    published_at: datetime | None = None
