"""The way of one request: attempts, redirects by hand, robots.txt, the wire, the use of the answer.

Read `OneFetch` from top to bottom. Before the wire (`exchange`) a request waits for two things:

- its turn at the host, so that a host is asked slowly and one thing at a time; the turn ends with
  the answer;
- a permit to have one body in memory, taken when the turn has come, so that none is held by those
  who wait for a host; it ends when the body has been used, or at once where there is none.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

from newsbeam.transforms.http.answer import FOR_GOOD, REDIRECTS, STOP_THE_HOST, may_pass
from newsbeam.transforms.http.exchange import Session, exchange, explain
from newsbeam.transforms.http.guard import why_blocked
from newsbeam.transforms.http.hosts import Host, Hosts, host_of
from newsbeam.transforms.http.permits import Permits
from newsbeam.transforms.http.request import Courtesy, Ended, Limits, Request, Response
from newsbeam.transforms.http.robots import RobotsCache, Rules, robots_url, rules_from
from newsbeam.transforms.http.under_way import UnderWay

USERS = 32  # threads that use answers: storage calls of 50 ms, and waiting for the sandbox
UNASKED = ("dns", "blocked_address")  # ends of a request before anything went on the wire
NO_TIME = "other requests took all the time there is"

Result = TypeVar("Result")


class Process:
    """What all requests of a process share, whoever makes them."""

    def __init__(self, courtesy: Courtesy) -> None:
        self.courtesy = courtesy
        self.hosts = Hosts(courtesy.per_host_delay)
        self.robots = RobotsCache()
        self.permits = Permits(courtesy.connections)
        self.under_way = UnderWay()
        self.users = ThreadPoolExecutor(USERS, "newsbeam-use")


@dataclass
class Round:
    """What the requests of one `fetch_all` share; `waiting` are those that may still be stopped."""

    process: Process
    session: Session
    limits: Limits
    go_on: Callable[[], bool]
    stopped: bool = False
    waiting: set[asyncio.Task[Any]] = field(default_factory=set)
    began: float = field(default_factory=time.monotonic)
    robots_locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

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
class OneFetch:
    """One request on its way, and how many seconds it was on the network so far."""

    request: Request
    round: Round
    pauses: tuple[float, ...] = ()  # seconds before the second attempt, the third …
    seconds: float = 0.0
    permit: AsyncExitStack = field(default_factory=AsyncExitStack)  # empty until there is a body

    async def result(self, use: Callable[[Response], Result]) -> Result:
        """Fetch, and use the answer."""
        async with self.permit:
            return await self.used(await self.response(), use)

    async def used(self, response: Response, use: Callable[[Response], Result]) -> Result:
        """Use the answer in a thread while the permit for its body is held."""
        async with self.permit:
            self.round.keep()
            job = self.round.process.users.submit(use, response)
            used = asyncio.wrap_future(job)
            shielded = asyncio.shield(used)
            try:
                return await shielded
            except asyncio.CancelledError:
                job.cancel()
                # A thread that has begun holds the body to its end; its error is not the first.
                await asyncio.gather(used, shielded, return_exceptions=True)
                raise

    async def response(self) -> Response:
        """Try, and try again where that may help."""
        for pause in (*self.pauses, math.inf):
            response = await self.attempt()
            wait = max(pause, response.retry_after_seconds or 0.0)
            passing = may_pass(response.status, response.http_status)
            if not passing or wait > self.round.limits.longest_wait:
                break
            await self.round.wait()
            await asyncio.sleep(wait)
        return response

    async def attempt(self) -> Response:
        """Ask, and follow redirects; each hop is checked like the first."""
        before, for_good = "", True
        # Some sites set a cookie and redirect to the same page until it comes back. By host, for
        # this one chain; nothing is kept of them.
        cookies: dict[str, dict[str, str]] = defaultdict(dict)
        try:
            url = await self.allowed_url()
            for _ in range(self.round.limits.redirects + 1):
                if why := why_blocked(url, before):
                    raise Ended("blocked_address", why)
                of_host = cookies[host_of(url)]
                response = await self.ask(url, await self.delay(url), of_host)
                of_host |= response.cookies
                location = response.headers.get("location", "")
                if response.http_status not in REDIRECTS or not location:
                    return replace(response, moved_to=url if before and for_good else "")
                for_good = for_good and response.http_status in FOR_GOOD
                before, url = url, _joined(url, location)
            detail = f"more than {self.round.limits.redirects} redirects, one after the other"
            return replace(response, status="http_error", detail=detail)
        except Exception as error:  # whatever it is, it must not take the other requests along
            status, detail = explain(error)
            wait = error.wait if isinstance(error, Ended) else None
            end = Response(self.request, status, seconds=self.seconds, detail=detail)
            return replace(end, retry_after_seconds=wait)

    async def allowed_url(self) -> str:
        """Where to ask: at the clean address where robots.txt forbids the one that the feed gives.

        Many sites forbid every address with campaign parameters, which their own feeds carry.
        """
        asked, stated = self.request.url, self.request.clean_url
        is_same_host = host_of(asked) == host_of(stated) != ""
        if not (self.request.obey_robots and is_same_host) or why_blocked(asked, ""):
            return asked
        path, query = urlsplit(stated)[2:4]
        clean = urlunsplit(urlsplit(asked)._replace(path=path, query=query, fragment=""))
        rules = await self.rules(robots_url(asked))
        robot = self.round.process.courtesy.robot_name
        return clean if rules.allows(clean, robot) and not rules.allows(asked, robot) else asked

    async def delay(self, url: str) -> float:
        """The pause (seconds) that the host is owed; raises Ended where robots.txt forbids."""
        courtesy = self.round.process.courtesy
        if not self.request.obey_robots:
            return courtesy.per_host_delay
        rules = await self.rules(robots_url(url))
        if not rules.allows(url, courtesy.robot_name):
            wait = rules.good_until - time.monotonic() if rules.closed else None
            raise Ended(rules.closed or "robots", rules.detail or "robots.txt forbids it", wait)
        return max(courtesy.per_host_delay, rules.crawl_delay)

    async def rules(self, address: str) -> Rules:
        """What the site's robots.txt says, which is asked for once."""
        cache, robot = self.round.process.robots, self.round.process.courtesy.robot_name
        await self.round.wait()
        self.round.process.under_way.queued(host_of(address))
        async with self.round.robots_locks[address]:
            if known := cache.known(address):
                return known
            asked = OneFetch(Request("robots.txt", address), self.round)
            read = await asked.result(lambda found: rules_from(found, robot, time.monotonic()))
            return cache.learn(address, read)

    async def ask(self, url: str, delay: float, cookies: Mapping[str, str]) -> Response:
        """Wait for the host's turn and for a permit, and ask."""
        round, host = self.round, self.round.process.hosts.at(url, time.monotonic())
        await round.wait()
        under_way = round.process.under_way
        under_way.queued(host.name)
        async with host.turns:
            last_asked = host.started
            await self.pace(host, delay)
            async with AsyncExitStack() as permit:
                held = round.process.permits.one(self.request.holder)
                given = await permit.enter_async_context(held)
                host.started = started = time.monotonic()
                if started > round.last_start:
                    raise Ended("timeout", NO_TIME)
                left = round.limits.seconds - self.seconds
                try:
                    await round.leave()
                except asyncio.CancelledError:  # nothing was asked: nobody need wait for it
                    host.started = last_asked
                    raise
                under_way.on_wire(host.name)
                response = await exchange(
                    round.session, self.request, url, round.limits, left, cookies, given
                )
                under_way.queued(host.name)
                if response.status in UNASKED:
                    host.started = last_asked
                if response.body:
                    self.permit.push_async_exit(permit.pop_all())  # held until it has been used
            self.seconds += time.monotonic() - started
            if response.retry_after_seconds and response.http_status in STOP_THE_HOST:
                host.pause(response.retry_after_seconds, time.monotonic())
        return replace(response, seconds=self.seconds)

    async def pace(self, host: Host, delay: float) -> None:
        """Wait until the host may be asked; raises Ended where that takes too long."""
        while (wait := host.wait(delay, now := time.monotonic())) > 0:
            if (paused := host.paused_until - now) > self.round.limits.longest_wait:
                asked = f"the host asked to be left alone for another {paused:.0f} s"
                raise Ended("http_error", asked, paused)
            if now + wait > self.round.last_start:
                raise Ended("timeout", NO_TIME)
            await asyncio.sleep(wait)
        host.started = now  # for those who wait with us


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location  # the guard will say what is wrong with it
