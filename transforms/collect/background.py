"""Run coroutines in a thread of their own and hand their results to a plain iterator, bounded."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Result = TypeVar("Result")
SECONDS_TO_END = 5.0  # how long an early close waits for the thread


class Background(Generic[Result]):
    """An event loop in a thread: the work calls `deliver`, the caller reads `results`.

    The work acquires one of the `permits` for each result before it uses memory for it; the caller
    gives it back by taking the result. So no more than `at_once` results exist at any time.
    """

    def __init__(
        self, work: Callable[["Background[Result]"], Awaitable[None]], at_once: int
    ) -> None:
        self.permits = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._work = work
        self._delivered: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()

    def deliver(self, result: Result) -> None:
        """Hand over a result; to be called by the work."""
        self._delivered.put(result)

    def results(self, count: int) -> Iterator[Result]:
        """So many results as they come; what the work itself raises is raised here."""
        if not count:
            return
        loop = asyncio.new_event_loop()
        # Name look-ups run in threads; the default of six lets a few dead names hold up the rest.
        loop.set_default_executor(ThreadPoolExecutor(self._at_once, "newsbeam-names"))
        task = loop.create_task(self._run())
        thread = threading.Thread(
            target=self._loop, args=(loop, task), name="newsbeam-fetch", daemon=True
        )
        thread.start()
        try:
            for _ in range(count):
                result = self._delivered.get()
                if isinstance(result, BaseException):
                    raise result
                with contextlib.suppress(RuntimeError):  # the loop has ended already
                    loop.call_soon_threadsafe(self.permits.release)
                yield result
        finally:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(task.cancel)
            thread.join(SECONDS_TO_END)

    async def _run(self) -> None:
        await self._work(self)

    def _loop(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass  # the caller has stopped reading
        except BaseException as error:
            self._delivered.put(error)
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
