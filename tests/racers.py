"""Threads and processes that do the same at once, and writers that die or pause at a given file."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from newsbeam.transforms.lake.local import LocalLake
from newsbeam.transforms.lake.storage import Version

RACERS = 8
SECONDS = 60  # until a racer that hangs fails its test


def at_once(action: Callable[[int], object]) -> int:
    """How many of eight threads that do the same at the same time succeed."""
    with ThreadPoolExecutor(RACERS) as threads:
        return sum(map(bool, threads.map(action, range(RACERS))))


@contextmanager
def running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that has said "ready"; killed in the end, which nothing can delay."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,  # the tests' own modules can be imported
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def processes_at_once(code: str, arguments: Sequence[Sequence[str]]) -> None:
    """Run the code to its end in a process for each of these arguments, all at the same time.

    The code defines `race()`, which begins when every process is ready.
    """
    waiting = f"{code}\nprint('ready', flush=True)\ninput()\nrace()"
    with ExitStack() as stack:
        _go([stack.enter_context(running(waiting, *words)) for words in arguments])


def _go(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait(SECONDS) for process in processes] == [0] * len(processes)


class Died(Exception):
    """The writer's process has ended here, as far as the lake can tell."""


def _nothing(name: str) -> None:
    """What happens beside a write: nothing."""


@dataclass(frozen=True)
class StagedLake(LocalLake):
    """A lake on whose writes something else happens, before or after each, by the file's name."""

    before: Callable[[str], None] = field(default=_nothing, compare=False)
    after: Callable[[str], None] = field(default=_nothing, compare=False)

    def put_new(self, name: str, data: bytes) -> bool:
        self.before(name)
        done = super().put_new(name, data)
        self.after(name)
        return done

    def put_if(self, name: str, data: bytes, version: Version) -> Version:
        self.before(name)
        done = super().put_if(name, data, version)
        self.after(name)
        return done


def dies_at(start: str, times: int = 1) -> Callable[[str], None]:
    """Ends the writer at the n-th write of a file whose name begins like this."""
    left = [times]

    def die(name: str) -> None:
        if name.startswith(start):
            left[0] -= 1
            if left[0] <= 0:
                raise Died(name)

    return die


@contextmanager
def paused(start: str, work: Callable[[StagedLake], object], url: str) -> Iterator[None]:
    """Work on a lake that stands still before it writes a file whose name begins like this; it
    goes on, to its end, when the context is left."""
    here, go_on = Event(), Event()

    def wait(name: str) -> None:
        if name.startswith(start) and not here.is_set():
            here.set()
            assert go_on.wait(SECONDS)

    with ThreadPoolExecutor(1) as threads:
        worker = threads.submit(work, StagedLake(url, before=wait))
        try:
            assert here.wait(SECONDS)
            assert not worker.done()
            yield
        finally:
            go_on.set()
        worker.result(SECONDS)


@contextmanager
def dying() -> Iterator[None]:
    """Passes over the death of the writer in it."""
    with suppress(Died):
        yield
        raise AssertionError("the writer did not die")
