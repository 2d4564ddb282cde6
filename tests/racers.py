"""Threads that do the same at once, and processes that are killed."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

RACERS = 8


def at_once(action: Callable[[int], bool]) -> int:
    """How many of eight threads that do the same at the same time succeed."""
    with ThreadPoolExecutor(RACERS) as threads:
        return sum(threads.map(action, range(RACERS)))


def started(code: str, *arguments: str) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
