"""Politeness: one request at a time per host, with a pause between starts, for the whole process.

Figures: Media Cloud waits 5 s between starts, Common Crawl 9 s. That a 429 or 503 stops the whole
host is FreshRSS's and NetNewsWire's rule; as in FreshRSS it holds for public names only, because
unrelated services share an address like 127.0.0.1.
"""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

AT_ONCE_WITHOUT_DELAY = 4  # in flight per host when the user set the delay to 0
LONGEST_DELAY = 120.0  # seconds; robots.txt may ask for no more
LOOK_AGAIN = 0.05  # seconds until a busy host is looked at again
REMEMBERED = 10_000  # hosts; beyond that the idle ones are forgotten


@dataclass
class _Host:
    in_flight: int = 0
    started: float = float("-inf")
    paused_until: float = float("-inf")


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
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host
    return False


class Hosts:
    """Who is being asked, and when each host may be asked again. Safe to use from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def begin(self, host: str, delay: float) -> float:
        """Take the host's turn now and return 0, or return the seconds after which to ask again.

        `delay` is the least number of seconds between two starts; with 0, four run at once.
        Whoever was told 0 must call `end`.
        """
        with self._lock:
            now = self._clock()
            known = self._hosts.get(host) or self._remember(host, now)
            at_once = 1 if delay else AT_ONCE_WITHOUT_DELAY
            wait = max(known.paused_until, known.started + delay) - now
            if known.in_flight >= at_once:
                wait = max(wait, LOOK_AGAIN)
            if wait > 0:
                return wait
            known.in_flight += 1
            known.started = now
            return 0.0

    def end(self, host: str) -> None:
        """Give the turn back."""
        with self._lock:
            self._hosts[host].in_flight -= 1

    def pause(self, host: str, seconds: float) -> None:
        """Ask a public host nothing for so long; others are left alone (see the module)."""
        if not is_public_name(host):
            return
        with self._lock:
            now = self._clock()
            known = self._hosts.get(host) or self._remember(host, now)
            known.paused_until = max(known.paused_until, now + seconds)

    def paused_for(self, host: str) -> float:
        """Seconds for which the host asked to be left alone; 0 if it did not."""
        with self._lock:
            known = self._hosts.get(host)
            return max(0.0, known.paused_until - self._clock()) if known else 0.0

    def _remember(self, host: str, now: float) -> _Host:
        if len(self._hosts) >= REMEMBERED:
            self._hosts = {
                name: known
                for name, known in self._hosts.items()
                if known.in_flight or max(known.paused_until, known.started + LONGEST_DELAY) > now
            }
        return self._hosts.setdefault(host, _Host())


HOSTS = Hosts()  # one for the process: a limiter per worker would not be one
