"""Fetch URLs over HTTP(S), guarded, polite and bounded, and use each answer where it arrives.

The way of one request is in `one_fetch`, a question and its answer on the wire in `exchange`.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from newsbeam.transforms.http.exchange import Session, open_session
from newsbeam.transforms.http.one_fetch import OneFetch, Process, Result, Round
from newsbeam.transforms.http.request import Courtesy, Limits, Request, Response
from newsbeam.transforms.http.under_way import LOOK

# Threads for name look-ups; a dead name keeps one for half a minute, and must not hold up the rest.
LOOK_UPS = 100


class Fetcher:
    """All fetching of a process under one courtesy; see `fetcher`.

    It has one event loop in a thread of its own: while a caller is busy no deadline passes unseen,
    and all callers share the hosts' turns, the permits and what robots.txt said.
    """

    def __init__(self, courtesy: Courtesy) -> None:
        self._process = Process(courtesy)
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(LOOK_UPS, "newsbeam-names"))
        self._closing: set[asyncio.Task[None]] = set()  # sessions in which something was left
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
        may_leave: Callable[[], bool] = lambda: False,
        run: str = "",
    ) -> Iterator[tuple[Request, Result | None]]:
        """Fetch all, call `use` with each answer or failure as it comes, and yield what it made.

        `use` runs in a thread; at most `courtesy.connections` bodies are in memory until it has
        returned. `go_on` is asked before anything goes on the wire, and must neither wait nor
        raise; once it says no, what is under way is finished, and the rest yielded with None.
        When all that is left is slow and `may_leave` says so, these are yielded with None too, but
        stay under way: who asks for the same in the same `run` gets their answer.
        Nothing that a server does raises; what `use` raises ends the rest and is raised here.
        Closing the iterator early ends what is under way.
        """
        done: SimpleQueue[tuple[Request, Result | None] | Future[None]] = SimpleQueue()
        under_way = self._process.under_way

        answers: set[asyncio.Task[Response]] = set()  # that are waited for
        left: list[asyncio.Task[Response]] = []
        leaving = asyncio.Event()

        async def fetch_each() -> None:
            session = open_session(self._process.courtesy, limits)
            under_way.forget_others(run)
            round = Round(self._process, session, limits, go_on)
            watch = asyncio.create_task(leave_when_slow())
            try:
                async with asyncio.TaskGroup() as group:
                    for request in requests:
                        group.create_task(fetch_one(request, round))
            except BaseExceptionGroup as raised:
                raise raised.exceptions[0] from None
            finally:
                watch.cancel()
                closing = asyncio.create_task(_close_after(session, left))
                if left:
                    self._closing.add(closing)
                    closing.add_done_callback(self._closing.discard)
                else:
                    await closing

        async def leave_when_slow() -> None:
            while not (under_way.are_slow(answers) and may_leave()):
                await asyncio.sleep(LOOK)
            leaving.set()

        async def fetch_one(request: Request, round: Round) -> None:
            one, answer = under_way.take(run, request.key) or begin(request, round)
            leave = asyncio.create_task(leaving.wait())
            result = None
            try:
                while True:
                    under_way.wait_for(run, request.key, answer)
                    answers.add(answer)
                    await asyncio.wait((answer, leave), return_when=asyncio.FIRST_COMPLETED)
                    answers.discard(answer)
                    if not answer.cancelled() or round.stopped:
                        break
                    one, answer = begin(request, round)  # the round that it began in was stopped
                if not answer.done():
                    under_way.leave(run, request, one, answer)
                    left.append(answer)
                elif not answer.cancelled():
                    result = await one.used(answer.result(), use)
            except asyncio.CancelledError:
                answer.cancel()
                await asyncio.wait([answer])
                await one.permit.aclose()
                if not round.stopped:
                    raise
            finally:
                leave.cancel()
            done.put((request, result))

        def begin(request: Request, round: Round) -> tuple[OneFetch, asyncio.Task[Response]]:
            one = OneFetch(request, round, limits.retry_after)
            return one, asyncio.create_task(one.response())

        everything = asyncio.run_coroutine_threadsafe(fetch_each(), self._loop)
        everything.add_done_callback(done.put)
        try:
            while isinstance(one := done.get(), tuple):
                yield one
            one.result()  # raises what `use` raised, or a fault of our own
        finally:
            everything.cancel()

    def is_left(self, run: str, key: str) -> bool:
        """Whether a slow request of the run was left under way, and has no answer yet."""
        return self._process.under_way.is_left(run, key)

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
        self._process.users.shutdown()


async def _close_after(session: Session, left: Sequence[asyncio.Task[Response]]) -> None:
    """Close a session when the requests that were left under way in it have ended."""
    if left:
        await asyncio.wait(left)
    await session.close()


_fetchers: dict[Courtesy, Fetcher] = {}
_lock = threading.Lock()


def fetcher(courtesy: Courtesy) -> Fetcher:
    """The process's one Fetcher for this courtesy: two would not know of each other's turns."""
    with _lock:
        known = _fetchers.get(courtesy)
        if known is None or known._loop.is_closed():  # `close` was called
            known = _fetchers[courtesy] = Fetcher(courtesy)
        return known


def _begin_anew_in_child() -> None:
    _fetchers.clear()  # their threads stayed with the parent
    _lock.release()


os.register_at_fork(
    before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_begin_anew_in_child
)
