"""Run coroutines in a thread of their own and hand their results to a plain iterator, bounded."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")
SECONDS_TO_END = 5.0  # how long an early close waits for the thread


def results_of(
    work: Callable[[Callable[[Result], None], asyncio.Semaphore], Awaitable[None]],
    count: int,
    at_once: int,
) -> Iterator[Result]:
    """So many results as they come; what the work itself raises is raised here.

    `work` gets a function that delivers a result and a semaphore with `at_once` permits. It
    acquires one for each result before it uses memory for it; taking the result gives it back.
    """
    delivered: queue.SimpleQueue[Result | BaseException] = queue.SimpleQueue()
    permits = asyncio.Semaphore(at_once)
    loop = asyncio.new_event_loop()
    # Name look-ups run in threads; the default of six lets a few dead names hold up the rest.
    loop.set_default_executor(ThreadPoolExecutor(at_once, "newsbeam-names"))

    async def worked() -> None:
        await work(delivered.put, permits)

    task = loop.create_task(worked())

    def run() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass  # the caller has stopped reading
        except BaseException as error:
            delivered.put(error)
        finally:
            loop.close()

    thread = threading.Thread(target=run, name="newsbeam-fetch", daemon=True)
    thread.start()
    try:
        for _ in range(count):
            result = delivered.get()
            if isinstance(result, BaseException):
                raise result
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(permits.release)
            yield result
    finally:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)
        thread.join(SECONDS_TO_END)
