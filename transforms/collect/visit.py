"""One request on its way: its turn at the host, robots.txt, redirects by hand, further attempts."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from newsbeam.schemas.ledger import PollStatus
from newsbeam.transforms.collect import answer
from newsbeam.transforms.collect.guard import refusal
from newsbeam.transforms.collect.hosts import HOSTS, host_of
from newsbeam.transforms.collect.request import ROBOTS_LIMITS, Courtesy, Limits, Request, Response
from newsbeam.transforms.collect.robots import ROBOTS, Rules, robots_url


@dataclass
class Trip:
    """A request, and how many seconds it was on the network so far."""

    request: Request
    limits: Limits
    seconds: float = 0.0

    def ended(self, status: PollStatus, detail: str, retry_after: float | None = None) -> Response:
        """The response of a request that ends without an answer."""
        end = Response(self.request, status, seconds=self.seconds, detail=detail)
        return replace(end, retry_after_seconds=retry_after)


@dataclass(frozen=True)
class Visitor:
    """Makes requests; `exchange` is one question and answer on the wire, and ends the host's turn.

    A body in memory holds one of the `permits`, from before it is asked for until its reader gives
    it back; waiting is done without.
    """

    exchange: Callable[[Trip, str], Awaitable[Response]]
    courtesy: Courtesy
    limits: Limits
    permits: asyncio.Semaphore
    began: float = field(default_factory=time.monotonic)
    _robots_locks: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def visit(self, request: Request) -> Response:
        """Try, and try again where that may help; comes back holding one permit."""
        trip = Trip(request, self.limits)
        for pause in (*self.limits.retry_after, None):
            response = await self._follow(trip)
            wait = max(pause or 0.0, response.retry_after_seconds or 0.0)
            if pause is None or wait > self.limits.longest_wait or not _passing(response):
                break
            await asyncio.sleep(wait)
        if not response.body:
            await self.permits.acquire()
        return response

    async def _follow(self, trip: Trip) -> Response:
        """One attempt, with its redirects; each hop is checked like the first."""
        url, before = trip.request.url, ""
        try:
            for _ in range(trip.limits.redirects + 1):
                if stopped := await self._turn(trip, url, before):
                    return stopped
                response = await self.exchange(trip, url)
                if not response.body:
                    self.permits.release()
                location = response.headers.get("location", "")
                if response.http_status not in answer.REDIRECTS or not location:
                    return response
                before, url = url, _joined(url, location)
            return trip.ended("http_error", f"more than {trip.limits.redirects} redirects")
        except Exception as error:  # whatever it is, it must not take the other requests along
            return trip.ended("connection", f"{type(error).__name__}: {str(error)[:200]}")

    async def _turn(self, trip: Trip, url: str, before: str) -> Response | None:
        """Wait for the host's turn and a permit; or say why the URL may not be fetched."""
        if why := refusal(url, before):
            return trip.ended("blocked_address", why)
        delay = self.courtesy.per_host_delay
        if trip.request.obey_robots and self.courtesy.obey_robots:
            rules = await self._rules(trip, url)
            if not rules.allows(url, self.courtesy.robot_name):
                return trip.ended(rules.closed or "robots", rules.detail or "robots.txt forbids it")
            delay = max(delay, rules.crawl_delay)
        host = host_of(url)
        while True:
            await self.permits.acquire()  # first: a turn that waits for a permit would go stale
            if not (wait := HOSTS.begin(host, delay)):
                return None
            self.permits.release()
            paused = HOSTS.paused_for(host)
            if paused > trip.limits.longest_wait:
                detail = f"the host asked to be left alone for another {paused:.0f} s"
                return trip.ended("http_error", detail, paused)
            if time.monotonic() + wait > self.began + self.limits.queue_seconds:
                detail = "other requests to the host took all the time there is"
                return trip.ended("timeout", detail)
            await asyncio.sleep(wait)

    async def _rules(self, trip: Trip, url: str) -> Rules:
        async def get(address: str) -> Response:
            seconds = min(trip.limits.seconds, ROBOTS_LIMITS.seconds)
            errand = Trip(Request("robots.txt", address), replace(ROBOTS_LIMITS, seconds=seconds))
            response = await self._follow(errand)
            if response.body:
                self.permits.release()
            return response

        async with self._robots_locks[robots_url(url)]:
            return await ROBOTS.rules(url, self.courtesy.robot_name, get)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # the guard will say what is wrong with it


def _passing(response: Response) -> bool:
    """Whether the trouble may pass within seconds; a timeout is not tried again."""
    if response.status == "http_error" and response.http_status:
        return response.http_status in (408, 429) or response.http_status >= 500
    return response.status == "connection"
