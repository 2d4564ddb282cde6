"""What travels through the graph: five records, from a visit to a feed to what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from newsbeam.schemas.article import Article, Entry, Feed, Sighting, Wishes
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
    wishes: Wishes = Wishes()
    older: str = ""  # address of the page with the entries before these
    new: dict[str, Seen] = field(default_factory=dict)  # on their way now, by entry key
    known: tuple[str, ...] = ()  # keys of the entries that the feed still shows
    rejected: int = 0  # entries with nothing to keep, or that wait for the next visit
    waiting: int = 0  # of these, those that wait
    left: int = 0  # new ones that a later slice of the pass takes
    is_counted: bool = False  # an earlier slice of the same run has counted its entries
    has_row: bool = False  # its row of the ledger is written
    is_put_off: bool = False  # not looked at: a later slice does
    waits_until: datetime | None = None  # not asked: the feed failed, and is left alone until then
    document_fields: dict[str, int] = field(default_factory=dict)  # in how many each stands
    is_lost: bool = False  # the feed's memory cannot be read: nothing can be remembered

    @property
    def is_made(self) -> bool:
        """Whether there was a visit at all; else this only says why there was none."""
        return not self.is_put_off and self.waits_until is None


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
    host_rests_until: datetime | None = None  # its feed's host said so, asked for the page

    @property
    def is_foreign(self) -> bool:
        """Whether the feed is of another site than the article."""
        return bool(self.sighting and self.sighting.is_foreign)


@dataclass(frozen=True)
class NewEntry:
    """An entry that its feed had not said before, on its way to becoming an article."""

    feed: Feed
    entry: Entry
    article_id: str
    canonical_url: str
    origin: Origin
    first_seen_at: datetime
    name: str = ""  # by which its feed's memory finds it again at another address
    is_apart: bool = False  # other articles have the same address: the page is not its own


@dataclass(frozen=True)
class AnnotatedArticle:
    """An article with the rows that were found in it, by table, and the entries it stands for."""

    article: Article
    origins: tuple[Origin, ...]
    annotations: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)  # of annotators that failed, by table


@dataclass(frozen=True)
class Outcome:
    """What became of one new entry, with the dead letter of what failed.

    One that was written has a letter where an annotator failed: its row lacks those annotations.
    """

    origin: Origin
    article_id: str
    result: Result
    revision: str = ""  # the wording that it became; "" where it became none
    failure: Failure | None = None
