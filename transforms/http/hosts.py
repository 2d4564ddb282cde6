"""Politeness: one request at a time per host, with a pause between starts, for the whole process.

Figures: Media Cloud waits 5 s between starts, Common Crawl 9 s. That a 429 or 503 stops the whole
host is FreshRSS's and NetNewsWire's rule; as in FreshRSS it holds for public names only, because
unrelated services share an address like 127.0.0.1.

Used on one event loop only, that of the process's Fetcher: a limiter per request would be none.
"""

import asyncio
from dataclasses import dataclass
from math import inf
from urllib.parse import urlsplit

AT_ONCE_WITHOUT_DELAY = 2  # in flight per host when the delay is 0: as many as are read at once
LONGEST_DELAY = 120.0  # seconds; robots.txt may ask for no more
REMEMBERED = 10_000  # hosts; beyond that the idle ones are forgotten


@dataclass
class Host:
    """Who is asking a host holds one of its `turns`; times are of the monotonic clock."""

    name: str
    turns: asyncio.Semaphore
    started: float = -inf
    paused_until: float = -inf

    def wait(self, delay: float, now: float) -> float:
        """Seconds until the next request may start, `delay` after the last; at 0 or less it may."""
        return max(self.paused_until, self.started + delay) - now

    def pause(self, seconds: float, now: float) -> None:
        """Ask a public host nothing for so long; others are left alone (see the module)."""
        if is_public_name(self.name):
            self.paused_until = max(self.paused_until, now + seconds)


def host_of(url: str) -> str:
    """The host that politeness is owed to: lower case, without `www.` and port.

    >>> host_of("https://www.News.example:443/feed")
    'news.example'
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


def is_public_name(host: str) -> bool:
    """Whether the host is a domain name, not an address or a machine of the local network.

    >>> is_public_name("news.example"), is_public_name("127.0.0.1"), is_public_name("localhost")
    (True, False, False)
    """
    _, dot, last = host.rpartition(".")
    return bool(dot) and not last.isdigit()


class Hosts:
    """What is known of each host; `delay` is the user's, and with 0 four requests run at once."""

    def __init__(self, delay: float) -> None:
        self._turns = 1 if delay else AT_ONCE_WITHOUT_DELAY
        self._known: dict[str, Host] = {}

    def at(self, url: str, now: float) -> Host:
        """The host of a URL; of too many the idle ones are forgotten."""
        name = host_of(url)
        if len(self._known) >= REMEMBERED and name not in self._known:
            self._known = {
                host.name: host
                for host in self._known.values()
                if host.turns.locked() or host.wait(LONGEST_DELAY, now) > 0
            }
        if name not in self._known:
            self._known[name] = Host(name, asyncio.Semaphore(self._turns))
        return self._known[name]
