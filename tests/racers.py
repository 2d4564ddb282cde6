"""Threads that do the same at once, and processes that are killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

RACERS = 8


def at_once(action: Callable[[int], bool]) -> int:
    """How many of eight threads that do the same at the same time succeed."""
    with ThreadPoolExecutor(RACERS) as threads:
        return sum(threads.map(action, range(RACERS)))


@contextmanager
def running(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that has said "ready"; killed in the end, which nothing can delay."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()
