"""What is remembered of a feed between visits: one small JSON document in the lake."""

from dataclasses import dataclass, field
from datetime import datetime

from newsbeam.schemas.ledger import Poll


@dataclass(frozen=True)
class Seen:
    """An entry that was seen: a hash of what the feed said, and since when."""

    hash: str
    first_seen_at: datetime
    tries: int = 0  # visits at which its page was out of reach
    again_at: datetime | None = None  # from then on its page is asked for again
    name: str = ""  # by which it is found again at another address
    url: str = ""  # where it has a name: the article's canonical address


@dataclass(frozen=True)
class Unfinished:
    """A visit whose answer is kept, but whose new entries are not all accounted for yet.

    Whoever finds it finishes it from the kept bytes: the run `held_by`, or, should that have died,
    the next one.
    """

    poll: Poll
    headers: dict[str, str]
    raw_sha256: str
    held_by: str
    held_at: datetime
    attempts: int = 0  # resumed, but not read
    is_counted: bool = False  # `poll` counts its entries: some of them are remembered already
    left: int | None = None  # so many of those that are counted are not accounted for yet


@dataclass(frozen=True)
class FeedMemory:
    """What is remembered of one feed."""

    feed_id: str
    url: str
    etag: str = ""
    last_modified: str = ""
    full_fetch_at: datetime | None = None  # validators are dropped 8 days after this
    misnamed_at: datetime | None = None  # other contents came under the same validator
    next_due_at: datetime | None = None
    interval_minutes: int = 60
    why_due: str = ""  # why it is due then, in words; "" where the user sets the pace
    older: str = ""  # the page of older entries that a back-fill asks next
    older_at: datetime | None = None  # not before
    host_rests_since: datetime | None = None  # its server wants no feed to be asked, or is down
    host_rests_until: datetime | None = None
    failures: int = 0  # visits in a row that brought nothing readable
    last_success_at: datetime | None = None
    entries: dict[str, Seen] = field(default_factory=dict)  # by entry key, oldest first
    unfinished: Unfinished | None = None
    moved_to: str = ""  # where the feed's address leads for good, so it says
    moved_since: datetime | None = None
    moved_visits: int = 0  # that were led there
    sighted_at: datetime | None = None  # the last sighting: none is earlier, should the clock be
