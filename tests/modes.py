"""The ways of running one history: passes, the local stream, engines; each ends with a lake."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from newsbeam.schemas.ids import feed_id
from publisher import FEEDS, Publisher

NEWSBEAM = [sys.executable, "-m", "newsbeam.pipeline"]
FLAGS = ["--allow-network", "127.0.0.0/8", "--per-host-delay", "0"]


def command(publisher: Publisher, lake: Path, *more: str) -> list[str]:
    """The command line of a run on the publisher's feeds."""
    return [*NEWSBEAM, "run", *publisher.feeds, "--lake", str(lake), *FLAGS, *more]


def one_pass(publisher: Publisher, lake: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """A pass in a process of its own, to its end."""
    return subprocess.run(
        command(publisher, lake, *more), capture_output=True, text=True, timeout=120, check=False
    )


@contextmanager
def running(publisher: Publisher, lake: Path, *more: str) -> Iterator["subprocess.Popen[str]"]:
    """A run in the background, in a process group of its own; killed at the end if it still is."""
    with Path(f"{lake}.log").open("a") as log:
        process = subprocess.Popen(
            command(publisher, lake, *more),
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[str]") -> None:
    """SIGKILL the run with all its helpers, as a crash of the machine would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def memories(publisher: Publisher, lake: Path) -> dict[str, dict[str, Any]]:
    """What the lake remembers of each feed now."""
    found = {}
    for name, url in zip(FEEDS, publisher.feeds, strict=True):
        path = lake / "state" / "feeds" / f"{feed_id(url)}.json"
        try:
            found[name] = json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            found[name] = {}
    return found


def is_committed(publisher: Publisher, lake: Path) -> bool:
    """Whether all that the publisher says now is in the lake and remembered."""
    return all(
        memory.get("etag") == publisher.etag(name) and not memory.get("unfinished")
        for name, memory in memories(publisher, lake).items()
    )


def wait_until_committed(
    publisher: Publisher, lake: Path, process: "subprocess.Popen[str]", seconds: float
) -> None:
    """Wait for the run to catch up; AssertionError if it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not is_committed(publisher, lake):
        assert process.poll() is None, Path(f"{lake}.log").read_text()[-2000:]
        assert time.monotonic() < deadline, f"tick {publisher.tick} is not in the lake"
        time.sleep(0.05)
