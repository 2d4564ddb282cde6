"""Fetch URLs over HTTP(S), guarded, polite and bounded, and use each answer where it arrives.

`_Fetch`, read from top to bottom, is the way of one request: attempts, redirects by hand,
robots.txt, and the wire (`exchange`). Before the wire it waits for two things:

- its turn at the host, so that a host is asked slowly and one thing at a time; the turn ends with
  the answer;
- a permit to have one body in memory, taken when the turn has come, so that none is held by those
  who wait for a host; it ends when the body has been used, or at once where there is none.
"""

import asyncio
import math
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any, TypeVar
from urllib.parse import urljoin

from newsbeam.transforms.http.answer import REDIRECTS, STOP_THE_HOST, may_pass
from newsbeam.transforms.http.exchange import Session, exchange, explained, open_session
from newsbeam.transforms.http.guard import refusal
from newsbeam.transforms.http.hosts import Host, Hosts
from newsbeam.transforms.http.request import (
    FEED_LIMITS,
    PAGE_LIMITS,
    Courtesy,
    Ended,
    Limits,
    Request,
    Response,
)
from newsbeam.transforms.http.robots import RobotsCache, Rules, robots_url, rules_from

__all__ = [
    "FEED_LIMITS",
    "PAGE_LIMITS",
    "Courtesy",
    "Fetcher",
    "Limits",
    "Request",
    "Response",
    "fetcher",
]

# Threads for name look-ups; a dead name keeps one for half a minute, and must not hold up the rest.
LOOK_UPS = 100
USERS = 16  # threads that use answers: storage calls of 50 ms, and waiting for the sandbox
NO_TIME = "other requests took all the time there is"

Result = TypeVar("Result")


class Fetcher:
    """All fetching of a process under one courtesy; see `fetcher`.

    It has one event loop in a thread of its own: while a caller is busy no deadline passes unseen,
    and all callers share the hosts' turns, the permits and what robots.txt said.
    """

    def __init__(self, courtesy: Courtesy) -> None:
        self.courtesy = courtesy
        self.hosts = Hosts(courtesy.per_host_delay)
        self.robots = RobotsCache()
        self.permits = asyncio.Semaphore(courtesy.connections)
        self.users = ThreadPoolExecutor(USERS, "newsbeam-use")
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(LOOK_UPS, "newsbeam-names"))
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="newsbeam-fetch", daemon=True
        )
        self._thread.start()

    def fetch_all(
        self,
        requests: Sequence[Request],
        limits: Limits,
        use: Callable[[Response], Result],
        go_on: Callable[[], bool] = lambda: True,
    ) -> Iterator[tuple[Request, Result | None]]:
        """Fetch all, call `use` with each answer or failure as it comes, and yield what it made.

        `use` runs in a thread; at most `courtesy.connections` bodies are in memory until it has
        returned. `go_on` is asked before anything goes on the wire, and must neither wait nor
        raise; once it says no, what is under way is finished, and the rest yielded with None.
        Nothing that a server does raises; what `use` raises ends the rest and is raised here.
        Closing the iterator early ends what is under way.
        """
        done: SimpleQueue[tuple[Request, Result | None] | Future[None]] = SimpleQueue()

        async def fetch_each() -> None:
            try:
                async with (
                    open_session(self.courtesy, limits) as session,
                    asyncio.TaskGroup() as group,
                ):
                    shared = _Round(self, session, limits, go_on)
                    for request in requests:
                        group.create_task(fetch_one(request, shared))
            except BaseExceptionGroup as raised:
                raise raised.exceptions[0] from None

        async def fetch_one(request: Request, shared: _Round) -> None:
            try:
                result = await _Fetch(request, shared, limits.retry_after).result(use)
            except asyncio.CancelledError:
                if not shared.stopped:
                    raise
                result = None
            done.put((request, result))

        everything = asyncio.run_coroutine_threadsafe(fetch_each(), self._loop)
        everything.add_done_callback(done.put)
        try:
            while isinstance(one := done.get(), tuple):
                yield one
            one.result()  # raises what `use` raised, or a fault of our own
        finally:
            everything.cancel()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._loop.is_closed()

    def close(self) -> None:
        """End what is under way, wait for the answers that are being used, and end the threads."""

        async def end() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.users.shutdown()


_fetchers: dict[Courtesy, Fetcher] = {}
_lock = threading.Lock()


def fetcher(courtesy: Courtesy) -> Fetcher:
    """The process's one Fetcher for this courtesy: two would not know of each other's turns."""
    with _lock:
        known = _fetchers.get(courtesy)
        if known is None or known.closed:
            known = _fetchers[courtesy] = Fetcher(courtesy)
        return known


def _begin_anew_in_child() -> None:
    _fetchers.clear()  # their threads stayed with the parent
    _lock.release()


os.register_at_fork(
    before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_begin_anew_in_child
)


@dataclass
class _Round:
    """What the requests of one `fetch_all` share; `waiting` are those that may still be stopped."""

    fetcher: Fetcher
    session: Session
    limits: Limits
    go_on: Callable[[], bool]
    stopped: bool = False
    waiting: set[asyncio.Task[Any]] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)
    robots_locks: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    @property
    def last_start(self) -> float:
        """The moment (monotonic) after which nothing more goes on the wire."""
        return self.began + self.limits.queue_seconds

    async def wait(self) -> None:
        """From here to the wire this task may be stopped, by cancelling it."""
        task = asyncio.current_task()
        assert task
        self.waiting.add(task)
        if self.stopped:
            task.cancel()
            await asyncio.sleep(0)  # which raises CancelledError

    async def leave(self) -> None:
        """This task goes on the wire, unless the caller stops all that wait."""
        if not self.stopped and not self.go_on():
            self.stopped = True
            for task in self.waiting:
                task.cancel()
            await asyncio.sleep(0)  # which raises CancelledError
        self.keep()

    def keep(self) -> None:
        """This task is not stopped, for it is on the wire or its answer is used."""
        self.waiting -= {asyncio.current_task()}


@dataclass
class _Fetch:
    """One request on its way, and how many seconds it was on the network so far."""

    request: Request
    shared: _Round
    pauses: tuple[float, ...] = ()  # seconds before the second attempt, the third …
    seconds: float = 0.0
    permit: AsyncExitStack = field(default_factory=AsyncExitStack)  # empty until there is a body

    async def result(self, use: Callable[[Response], Result]) -> Result:
        """Fetch, and use the answer in a thread while the permit for its body is held."""
        async with self.permit:
            response = await self.response()
            self.shared.keep()
            job = self.shared.fetcher.users.submit(use, response)
            used = asyncio.wrap_future(job)
            try:
                return await asyncio.shield(used)
            except asyncio.CancelledError:
                job.cancel()
                await asyncio.wait([used])  # a thread that has begun holds the body to its end
                raise

    async def response(self) -> Response:
        """Try, and try again where that may help."""
        for pause in (*self.pauses, math.inf):
            response = await self.attempt()
            wait = max(pause, response.retry_after_seconds or 0.0)
            passing = may_pass(response.status, response.http_status)
            if not passing or wait > self.shared.limits.longest_wait:
                break
            await self.shared.wait()
            await asyncio.sleep(wait)
        return response

    async def attempt(self) -> Response:
        """Ask, and follow redirects; each hop is checked like the first."""
        url, before = self.request.url, ""
        try:
            for _ in range(self.shared.limits.redirects + 1):
                if why := refusal(url, before):
                    raise Ended("blocked_address", why)
                response = await self.ask(url, await self.delay(url))
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

    async def delay(self, url: str) -> float:
        """The pause (seconds) that the host is owed; raises Ended where robots.txt forbids."""
        courtesy = self.shared.fetcher.courtesy
        if not self.request.obey_robots:
            return courtesy.per_host_delay
        rules = await self.rules(robots_url(url))
        if not rules.allows(url, courtesy.robot_name):
            wait = rules.good_until - time.monotonic() if rules.closed else None
            raise Ended(rules.closed or "robots", rules.detail or "robots.txt forbids it", wait)
        return max(courtesy.per_host_delay, rules.crawl_delay)

    async def rules(self, address: str) -> Rules:
        """What the site's robots.txt says, which is asked for once."""
        cache, robot = self.shared.fetcher.robots, self.shared.fetcher.courtesy.robot_name
        await self.shared.wait()
        async with self.shared.robots_locks[address]:
            if known := cache.known(address):
                return known
            asked = _Fetch(Request("robots.txt", address), self.shared)
            read = await asked.result(lambda found: rules_from(found, robot, time.monotonic()))
            return cache.learn(address, read)

    async def ask(self, url: str, delay: float) -> Response:
        """Wait for the host's turn and for a permit, and ask."""
        shared, host = self.shared, self.shared.fetcher.hosts.at(url, time.monotonic())
        await shared.wait()
        async with host.turns:
            await self.pace(host, delay)
            async with AsyncExitStack() as permit:
                await permit.enter_async_context(shared.fetcher.permits)
                host.started = started = time.monotonic()
                if started > shared.last_start:
                    raise Ended("timeout", NO_TIME)
                await shared.leave()
                left = shared.limits.seconds - self.seconds
                response = await exchange(shared.session, self.request, url, shared.limits, left)
                if response.body:
                    self.permit.push_async_exit(permit.pop_all())  # held until it has been used
            self.seconds += time.monotonic() - started
            if response.retry_after_seconds and response.http_status in STOP_THE_HOST:
                host.pause(response.retry_after_seconds, time.monotonic())
        return replace(response, seconds=self.seconds)

    async def pace(self, host: Host, delay: float) -> None:
        """Wait until the host may be asked; raises Ended where that takes too long."""
        while (wait := host.wait(delay, now := time.monotonic())) > 0:
            if (paused := host.paused_until - now) > self.shared.limits.longest_wait:
                asked = f"the host asked to be left alone for another {paused:.0f} s"
                raise Ended("http_error", asked, paused)
            if now + wait > self.shared.last_start:
                raise Ended("timeout", NO_TIME)
            await asyncio.sleep(wait)
        host.started = now  # for those who wait with us


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # the guard will say what is wrong with it
