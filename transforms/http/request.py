"""What is asked of a server, within which limits, and what came back: values, no network."""

from dataclasses import dataclass, field

from newsbeam.schemas.ledger import PollStatus


@dataclass(frozen=True)
class Limits:
    """What one request may cost. Sizes in bytes, times in seconds; the reasons are beside."""

    seconds: float = 30.0  # on the network, redirects and retries included; Media Cloud: 30
    connect_seconds: float = 10.0  # name resolution and connection; miniflux: 10
    received_bytes: int = 5_000_000
    decoded_bytes: int = 15_000_000  # miniflux: 15 MB
    redirects: int = 5
    header_bytes: int = 65_536
    headers: int = 200
    retry_after: tuple[float, ...] = (0.5, 2.0)  # pauses before the second and third attempt
    queue_seconds: float = 7_200.0  # until a host's turn must have come: 1,400 feeds at 5 s
    longest_wait: float = 10.0  # a Retry-After that is waited for; a longer one is obeyed next run


def limits_in_words(what: str, limits: Limits) -> str:
    """What a request for something may cost.

    >>> limits_in_words("a feed", FEED_LIMITS)
    'a feed may have 5 MB as received and 15 MB unpacked, 30 s, 5 redirects, 3 attempts'
    """
    return (
        f"{what} may have {limits.received_bytes / 1e6:g} MB as received and "
        f"{limits.decoded_bytes / 1e6:g} MB unpacked, {limits.seconds:g} s, "
        f"{limits.redirects} redirects, {len(limits.retry_after) + 1} attempts"
    )


FEED_LIMITS = Limits()
# 10 MB is what Media Cloud's story-indexer reads. Half an hour is 360 pages of a host, or 15
# where its robots.txt asks for two minutes between pages: one slow host must not hold up a pass.
PAGE_LIMITS = Limits(received_bytes=3_000_000, decoded_bytes=10_000_000, queue_seconds=1_800.0)


@dataclass(frozen=True)
class Courtesy:
    """How newsbeam behaves towards servers, as the user set it."""

    user_agent: str  # product/version (+address; contact)
    allow_networks: tuple[str, ...] = ()  # CIDR ranges opened in the address guard
    per_host_delay: float = 5.0  # seconds between starts; Media Cloud: 5
    connections: int = 12  # at most, and so many bodies in memory: 12 of 15 MB stay below 300 MB

    @property
    def robot_name(self) -> str:
        """The name to look for in robots.txt.

        >>> Courtesy("newsbeam/0.1 (+https://example.org/bot)").robot_name
        'newsbeam'
        """
        return self.user_agent.partition("/")[0].partition(" ")[0].lower()


@dataclass(frozen=True)
class Request:
    """One URL to be fetched; `key` is the caller's own and comes back untouched."""

    key: str
    url: str
    etag: str = ""
    last_modified: str = ""
    holder: str = ""  # for which feed: they share the permits
    obey_robots: bool = False  # pages do; a feed that the user named is published for machines
    clean_url: str = ""  # of the same page: asked where robots.txt allows that alone


@dataclass(frozen=True)
class Response:
    """How a request ended. `body` is whole only when the status is ok; cut when truncated."""

    request: Request
    status: PollStatus
    http_status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""
    final_url: str = ""
    seconds: float = 0.0  # on the network, waiting for the host's turn not counted
    detail: str = ""  # what went wrong, in words
    retry_after_seconds: float | None = None  # the server asked not to come back before
    moved_to: str = ""  # where all redirects led, if each of them is for good
    cookies: dict[str, str] = field(default_factory=dict)  # for the next hop of the same host


class Ended(Exception):
    """The request ends here: its status, why in words, and for how long to leave the host alone."""

    def __init__(self, status: PollStatus, detail: str, wait: float | None = None) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.wait = status, detail, wait
