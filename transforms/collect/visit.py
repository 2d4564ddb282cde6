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
    """How long a request was on the network so far, and whether it holds a permit."""

    request: Request
    limits: Limits
    permit: bool = False
    seconds: float = 0.0

    def ended(self, status: PollStatus, detail: str, retry_after: float | None = None) -> Response:
        """The response of a request that ends without an answer."""
        return Response(
            self.request,
            status,
            final_url=self.request.url,
            seconds=self.seconds,
            detail=detail,
            retry_after_seconds=retry_after,
        )


@dataclass(frozen=True)
class Visitor:
    """Makes requests; `exchange` is one question and answer on the wire, and ends the host's turn.

    Whoever holds one of the `permits` may use memory for a body; waiting is done without.
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
            if not trip.permit:
                await self.permits.acquire()
                trip.permit = True
            wait = max(pause or 0.0, response.retry_after_seconds or 0.0)
            if pause is None or wait > self.limits.longest_wait or not _passing(response):
                break
            self.permits.release()
            trip.permit = False
            await asyncio.sleep(wait)
        return response

    async def _follow(self, trip: Trip) -> Response:
        """One attempt, with its redirects; each hop is checked like the first."""
        url, before = trip.request.url, ""
        try:
            for _ in range(trip.limits.redirects + 1):
                stopped = await self._turn(trip, url, before)
                if stopped:
                    return stopped
                response = await self.exchange(trip, url)
                location = response.headers.get("location", "")
                if response.http_status not in answer.REDIRECTS or not location:
                    return response
                before, url = url, _joined(url, location)
            return trip.ended("http_error", f"more than {trip.limits.redirects} redirects")
        except Exception as error:  # whatever it is, it must not take the other requests along
            return trip.ended("connection", f"{type(error).__name__}: {str(error)[:200]}")

    async def _turn(self, trip: Trip, url: str, before: str) -> Response | None:
        """Wait until the URL may be fetched, or say why it may not be."""
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
            if not trip.permit:
                await self.permits.acquire()
            wait = HOSTS.begin(host, delay)
            if not wait:
                trip.permit = True
                return None
            if not trip.permit:
                self.permits.release()
            paused = HOSTS.paused_for(host)
            if paused > trip.limits.longest_wait:
                detail = f"the host asked to be left alone for another {paused:.0f} s"
                return trip.ended("http_error", detail, paused)
            if time.monotonic() + wait > self.began + self.limits.queue_seconds:
                return trip.ended(
                    "timeout", "other requests to the host took all the time there is"
                )
            await asyncio.sleep(wait)

    async def _rules(self, trip: Trip, url: str) -> Rules:
        async def get(address: str) -> Response:
            seconds = min(trip.limits.seconds, ROBOTS_LIMITS.seconds)
            errand = Trip(
                Request("robots.txt", address),
                replace(ROBOTS_LIMITS, seconds=seconds),
                permit=trip.permit,
            )
            response = await self._follow(errand)
            if errand.permit and not trip.permit:
                self.permits.release()
            return response

        robot = self.courtesy.robot_name
        if trip.permit:  # who waits at the lock with a permit may keep it from the lock's holder
            return await ROBOTS.rules(url, robot, get)
        async with self._robots_locks[robots_url(url)]:
            return await ROBOTS.rules(url, robot, get)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # the guard will say what is wrong with it


def _passing(response: Response) -> bool:
    """Whether the trouble may pass within seconds; a timeout is not tried again."""
    if response.status == "http_error" and response.http_status:
        return answer.worth_another_try(response.http_status)
    return response.status == "connection"
