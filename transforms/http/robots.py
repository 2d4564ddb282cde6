"""robots.txt after RFC 9309: may this page be fetched, and how slowly.

4xx = no rules; 5xx, 429 and no answer = nothing may be fetched, unless an older copy is at hand.
Rules are kept for at most 24 hours (2.4), for the whole process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from protego import Protego

from newsbeam.schemas.ledger import PollStatus
from newsbeam.transforms.http.answer import TOO_MANY_REQUESTS
from newsbeam.transforms.http.hosts import LONGEST_DELAY
from newsbeam.transforms.http.request import Response

KEPT = 24 * 3600.0  # seconds
KEPT_UNREACHABLE = 600.0  # seconds until a robots.txt that could not be had is asked for again
READ_BYTES = 500 * 1024  # RFC 9309, 2.5
REMEMBERED_BYTES = 2 << 20  # of robots.txt; parsed they take up to 40 times that (measured)
LEAST_BYTES = 2_000  # what a short one counts for: so at most 1,000 sites are remembered


@dataclass(frozen=True)
class Rules:
    """What one site allows: `parsed` says, or if that is None `closed` says it for every page."""

    parsed: Protego | None = None
    closed: PollStatus | None = None
    detail: str = ""
    crawl_delay: float = 0.0  # seconds
    good_until: float = 0.0  # on the monotonic clock
    size: int = LEAST_BYTES

    def allows(self, url: str, robot: str) -> bool:
        """Whether the robot may fetch the page."""
        if self.parsed is None:
            return self.closed is None
        return bool(self.parsed.can_fetch(url, robot))


def robots_url(url: str) -> str:
    """Where the rules for a page are.

    >>> robots_url("https://news.example:8080/a?b=c")
    'https://news.example:8080/robots.txt'
    """
    return urljoin(url, "/robots.txt")


def for_robot(text: str, robot: str) -> str:
    """The same rules with all other robots under one name.

    Reading is quadratic otherwise: 15,000 names over 15,000 rules ran for more than a minute.

    >>> for_robot("User-agent: a\\nUser-agent: Newsbeam/1\\nDisallow: /x", "newsbeam").split("\\n")
    ['User-agent: other robots', 'User-agent: newsbeam', 'Disallow: /x']
    """
    lines = []
    for line in text.splitlines():
        if line.lstrip().lower().startswith("user"):
            words = line.partition("#")[0].replace(":", " ").lower().split()
            name = words[-1].partition("/")[0] if len(words) > 1 else ""
            line = f"User-agent: {name if name in ('*', robot) else 'other robots'}"
        lines.append(line)
    return "\n".join(lines)


def rules_from(response: Response, robot: str, now: float) -> Rules:
    """What the answer to the request for robots.txt means."""
    status, code = response.status, response.http_status or 0
    if status in ("ok", "empty", "truncated", "too_large"):
        text = response.body[:READ_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
        parsed = Protego.parse(for_robot(text, robot))
        delay = min(parsed.crawl_delay(robot) or 0.0, LONGEST_DELAY)
        size = max(len(text), LEAST_BYTES)
        return Rules(parsed, crawl_delay=delay, good_until=now + KEPT, size=size)
    if 300 <= code < 500 and code != TOO_MANY_REQUESTS:
        return Rules(good_until=now + KEPT)  # 2.3.1.3: no rules; redirects end here when endless
    # The page would fail for the same reason as its robots.txt: the ledger should say that one.
    same = status in ("dns", "tls", "connection", "timeout", "blocked_address")
    why = f"robots.txt could not be read: {response.detail}"
    return Rules(None, status if same else "robots", why, good_until=now + KEPT_UNREACHABLE)


class RobotsCache:
    """The rules of each site, by the address of its robots.txt; used on one event loop only."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rules: dict[str, Rules] = {}

    def known(self, address: str) -> Rules | None:
        """The rules of a robots.txt that need not be asked for again."""
        rules = self._rules.get(address)
        return rules if rules and self._clock() < rules.good_until else None

    def learn(self, address: str, fresh: Rules) -> Rules:
        """The rules of a site that was asked for them; the older ones while none can be had."""
        older = self._rules.pop(address, None)
        if fresh.closed and older and not older.closed:
            fresh = replace(older, good_until=fresh.good_until)
        self._rules[address] = fresh
        while sum(rules.size for rules in self._rules.values()) > REMEMBERED_BYTES:
            del self._rules[next(iter(self._rules))]  # the one learnt longest ago
        return fresh
