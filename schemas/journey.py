"""What travels through the graph: five records, from a visit to a feed to what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from newsbeam.schemas.article import Article, Entry, Feed, Sighting
from newsbeam.schemas.ledger import Failure, Poll
from newsbeam.schemas.memory import FeedMemory, Seen

Result = Literal["written", "merged", "unchanged", "failed", "waiting"]


@dataclass(frozen=True)
class Visit:
    """One visit to a feed: what was asked and answered, and which of its entries are new."""

    visit_id: str
    feed: Feed
    poll: Poll  # the visit's row of the ledger, but for `next_due_at`
    memory: FeedMemory  # what was remembered before, without its entries
    headers: dict[str, str] = field(default_factory=dict)
    ttl_minutes: int | None = None  # the publisher's own wish
    new: dict[str, Seen] = field(default_factory=dict)  # on their way now, by entry key
    known: tuple[str, ...] = ()  # keys of the entries that the feed still shows
    rejected: int = 0  # entries with nothing to keep, or that wait for the next visit
    left: int = 0  # new ones that a later slice of the pass takes
    is_counted: bool = False  # an earlier slice of the same run has counted its entries
    has_row: bool = False  # its row of the ledger is written
    is_put_off: bool = False  # not looked at: a later slice does
    document_fields: dict[str, int] = field(default_factory=dict)  # in how many each stands
    is_lost: bool = False  # the feed's memory cannot be read: nothing can be remembered


@dataclass(frozen=True)
class Origin:
    """The entry of a visit that an article came from: it ties an outcome to its visit.

    For a document it is the line of the file, which no feed carried.
    """

    visit_id: str
    entry_key: str  # what the feed's memory calls the entry; the number of the line
    entry_hash: str  # of what the feed or the line says
    sighting: Sighting | None = None
    page_missing: bool = False  # its page was out of reach, and may be had another time


@dataclass(frozen=True)
class NewEntry:
    """An entry that its feed had not said before, on its way to becoming an article."""

    feed: Feed
    entry: Entry
    article_id: str
    canonical_url: str
    origin: Origin
    first_seen_at: datetime


@dataclass(frozen=True)
class AnnotatedArticle:
    """An article with the rows that were found in it, by table, and the entries it stands for."""

    article: Article
    origins: tuple[Origin, ...]
    annotations: dict[str, tuple[Any, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one new entry; where it failed, with the dead letter that says why."""

    origin: Origin
    article_id: str
    result: Result
    revision: str = ""  # the wording that it became; "" where it became none
    failure: Failure | None = None
