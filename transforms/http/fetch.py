"""Fetch URLs over HTTP(S): guarded, polite, bounded, many hosts at once.

Read from top to bottom, this is the way of a request: its turn at the host, robots.txt, redirects
by hand, further attempts. One question and its answer on the wire are in `exchange`.
"""

import asyncio
import math
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from queue import SimpleQueue
from urllib.parse import urljoin

from newsbeam.transforms.http.answer import REDIRECTS, STOP_THE_HOST, may_pass
from newsbeam.transforms.http.exchange import Session, exchange, explained, open_session
from newsbeam.transforms.http.guard import refusal
from newsbeam.transforms.http.hosts import host_at
from newsbeam.transforms.http.request import (
    FEED_LIMITS,
    PAGE_LIMITS,
    Courtesy,
    Ended,
    Limits,
    Request,
    Response,
)
from newsbeam.transforms.http.robots import ROBOTS, Rules, robots_url, rules_from

__all__ = ["FEED_LIMITS", "PAGE_LIMITS", "Courtesy", "Limits", "Request", "Response", "fetch_all"]

# Threads for name look-ups; a dead name keeps one for half a minute, and must not hold up the rest.
LOOK_UPS = 100
NO_TIME = "other requests took all the time there is"


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop for the process, in a thread of its own: while a caller is busy with what it
    was given, no deadline passes unseen, and all callers share one politeness.
    """
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(LOOK_UPS, "newsbeam-names"))
    threading.Thread(target=loop.run_forever, name="newsbeam-fetch", daemon=True).start()
    return loop


os.register_at_fork(after_in_child=_loop.cache_clear)  # the thread stays with the parent


def fetch_all(
    requests: Sequence[Request], courtesy: Courtesy, limits: Limits
) -> Iterator[Response]:
    """Fetch all, and yield one Response a request as each is done; nothing a server does raises.

    At most `courtesy.connections` bodies are in memory, also when the caller is slow. Closing the
    iterator early ends what is under way.
    """
    permits = asyncio.Semaphore(courtesy.connections)
    done: SimpleQueue[Response | Future[None]] = SimpleQueue()

    async def fetch() -> None:
        async with open_session(courtesy, limits) as session, asyncio.TaskGroup() as group:
            shared = _Round(session, courtesy, limits, permits)

            async def fetch_one(request: Request) -> None:
                done.put(await _Trip(request, shared).response())

            for request in requests:
                group.create_task(fetch_one(request))

    loop = _loop()
    everything = asyncio.run_coroutine_threadsafe(fetch(), loop)
    everything.add_done_callback(done.put)
    try:
        while isinstance(response := done.get(), Response):
            yield response
            if response.body:
                loop.call_soon_threadsafe(permits.release)
        response.result()  # raises a fault of our own
    finally:
        everything.cancel()


@dataclass(frozen=True)
class _Round:
    """What the requests of one `fetch_all` share.

    A body in memory holds one of the `permits`, from before it is asked for until its reader comes
    for the next one; waiting is done without.
    """

    session: Session
    courtesy: Courtesy
    limits: Limits
    permits: asyncio.Semaphore
    began: float = field(default_factory=time.monotonic)
    robots_locks: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )


@dataclass
class _Trip:
    """A request on its way, and how many seconds it was on the network so far."""

    request: Request
    shared: _Round
    seconds: float = 0.0

    async def response(self) -> Response:
        """Try, and try again where that may help."""
        limits = self.shared.limits
        pauses = iter((*limits.retry_after, math.inf))
        while True:
            response = await self.followed()
            wait = max(next(pauses), response.retry_after_seconds or 0.0)
            if wait > limits.longest_wait or not may_pass(response.status, response.http_status):
                return response
            await asyncio.sleep(wait)

    async def followed(self) -> Response:
        """One attempt, with its redirects; each hop is checked like the first."""
        url, before = self.request.url, ""
        try:
            for _ in range(self.shared.limits.redirects + 1):
                delay = await self._delay(url, before)
                response = await self._in_turn(url, delay)
                location = response.headers.get("location", "")
                if response.http_status not in REDIRECTS or not location:
                    return response
                before, url = url, _joined(url, location)
            raise Ended("http_error", f"more than {self.shared.limits.redirects} redirects")
        except Exception as error:  # whatever it is, it must not take the other requests along
            status, detail = explained(error)
            wait = error.wait if isinstance(error, Ended) else None
            end = Response(self.request, status, seconds=self.seconds, detail=detail)
            return replace(end, retry_after_seconds=wait)

    async def _delay(self, url: str, before: str) -> float:
        """The pause that the URL's host is owed; raises Ended where it may not be fetched."""
        if why := refusal(url, before):
            raise Ended("blocked_address", why)
        courtesy = self.shared.courtesy
        if not self.request.obey_robots:
            return courtesy.per_host_delay
        rules = await self._rules(url)
        if not rules.allows(url, courtesy.robot_name):
            wait = rules.good_until - time.monotonic() if rules.closed else None
            raise Ended(rules.closed or "robots", rules.detail or "robots.txt forbids it", wait)
        return max(courtesy.per_host_delay, rules.crawl_delay)

    async def _rules(self, url: str) -> Rules:
        address, robot = robots_url(url), self.shared.courtesy.robot_name
        async with self.shared.robots_locks[address]:
            if not (rules := ROBOTS.known(address, robot)):
                response = await _Trip(Request("robots.txt", address), self.shared).followed()
                try:  # in a thread: half a megabyte of rules takes a second
                    rules = await asyncio.to_thread(rules_from, response, robot, time.monotonic())
                finally:
                    if response.body:
                        self.shared.permits.release()
                rules = ROBOTS.learn(address, robot, rules)
        return rules

    async def _in_turn(self, url: str, delay: float) -> Response:
        """Wait until the host may be asked, and for a permit, and ask."""
        limits, permits = self.shared.limits, self.shared.permits
        host = host_at(url, self.shared.courtesy.per_host_delay, time.monotonic())
        last_start = self.shared.began + limits.queue_seconds
        async with host.turns:
            while (wait := host.wait(delay, now := time.monotonic())) > 0:
                if (paused := host.paused_until - now) > limits.longest_wait:
                    asked = f"the host asked to be left alone for another {paused:.0f} s"
                    raise Ended("http_error", asked, paused)
                if now + wait > last_start:
                    raise Ended("timeout", NO_TIME)
                await asyncio.sleep(wait)
            host.started = now  # for those who wait with us
            await permits.acquire()
            host.started = started = time.monotonic()
            response = None
            try:
                if started > last_start:
                    raise Ended("timeout", NO_TIME)
                left = limits.seconds - self.seconds
                response = await exchange(self.shared.session, self.request, url, limits, left)
                self.seconds += time.monotonic() - started
            finally:
                if not response or not response.body:
                    permits.release()
            if response.retry_after_seconds and response.http_status in STOP_THE_HOST:
                host.pause(response.retry_after_seconds, time.monotonic())
        return replace(response, seconds=self.seconds)


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # the guard will say what is wrong with it
