"""Running on a real engine until stopped: nothing lost, nothing doubled, nothing left running."""

import itertools
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms import trigger, window
from apache_beam.transforms.periodicsequence import PeriodicImpulse, RebaseMode

from newsbeam.pipeline.engines import engine_flags, flink_jar, prism_binary
from newsbeam.pipeline.errors import EngineFailed, cause
from newsbeam.pipeline.unbounded import run_until_stopped

FEEDS, ITEMS = 3, 4
NOBODY = threading.Event()  # a stop that never comes

PRISM = pytest.param(
    "PrismRunner",
    marks=[
        pytest.mark.engine,
        pytest.mark.skipif(not prism_binary().exists(), reason="needs Prism: make engines"),
    ],
)
FLINK = pytest.param(
    "FlinkRunner",
    marks=[
        pytest.mark.engine,
        pytest.mark.skipif(not flink_jar().exists(), reason="needs Flink: make engines"),
        pytest.mark.skipif(not shutil.which("java"), reason="needs Java"),
    ],
)


@dataclass(frozen=True)
class Item:
    """Like newsbeam's records: frozen, so that Beam's own coder for rows cannot carry it."""

    poll: str
    number: int


class ItemCoder(beam.coders.Coder):
    def encode(self, value: Any) -> bytes:
        return pickle.dumps(value)

    def decode(self, encoded: bytes) -> Any:
        return pickle.loads(encoded)

    def is_deterministic(self) -> bool:
        return False


def feeds_at(tick: Any) -> list[str]:
    return [f"{float(tick)}/{feed}" for feed in range(FEEDS)]


class Poll(beam.DoFn):
    def process(self, poll: str) -> Iterator[tuple[str, Item]]:
        yield beam.pvalue.TaggedOutput("polls", (poll, "polled"))
        for number in range(ITEMS):
            yield f"2026-03-0{number % 2 + 1}", Item(poll, number)


class WriteSlowly(beam.DoFn):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def process(self, day: tuple[str, Iterable[Item]]) -> Iterator[tuple[str, Item]]:
        time.sleep(0.1)
        items = sorted(day[1], key=lambda item: (item.poll, item.number))
        for item in items:
            (self.folder / f"{item.poll.replace('/', '-')}-{item.number}.item").touch()
            yield item.poll, item


class Commit(beam.DoFn):
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def process(self, group: tuple[str, dict[str, Iterable[Any]]]) -> None:
        poll, found = group
        seen = {
            "poll": poll,
            "polls": len(list(found["polls"])),
            "items": len(list(found["items"])),
            "files": len(list(self.folder.glob(f"{poll.replace('/', '-')}-*.item"))),
        }
        with (self.folder / "commits").open("a") as file:
            file.write(json.dumps(seen) + "\n")


def news_shaped(runner: str, folder: Path, every: float = 1.0) -> beam.Pipeline:
    """A clock, three feeds a tick, articles grouped by day and written, then the barrier."""
    beam.coders.registry.register_coder(Item, ItemCoder)
    pipeline = beam.Pipeline(options=PipelineOptions(engine_flags(runner, [], streaming=True)))
    polled = (
        pipeline
        | PeriodicImpulse(fire_interval=every, rebase=RebaseMode.REBASE_START)
        | beam.WindowInto(
            window.FixedWindows(every),
            trigger=trigger.AfterWatermark(late=trigger.AfterCount(1)),
            accumulation_mode=trigger.AccumulationMode.DISCARDING,
            allowed_lateness=3600,
        )
        | beam.FlatMap(feeds_at)
        | beam.Reshuffle()
        | beam.ParDo(Poll()).with_outputs("polls", main="items")
    )
    written = polled.items | beam.GroupByKey() | beam.ParDo(WriteSlowly(folder))
    ({"polls": polled.polls, "items": written} | beam.CoGroupByKey() | beam.ParDo(Commit(folder)))
    return pipeline


class Fire(beam.DoFn):
    def process(self, tick: Any) -> None:
        raise OSError("the lake is on fire")


def burning(runner: str) -> beam.Pipeline:
    pipeline = beam.Pipeline(options=PipelineOptions(engine_flags(runner, [], streaming=True)))
    _ = (
        pipeline
        | PeriodicImpulse(fire_interval=1, rebase=RebaseMode.REBASE_START)
        | beam.ParDo(Fire())
    )
    return pipeline


def commits(folder: Path) -> list[dict[str, Any]]:
    file = folder / "commits"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def stop_when(stop: threading.Event, enough: Any, patience: float) -> None:
    """Set `stop` as soon as `enough()` is true, or time is up."""

    def wait() -> None:
        deadline = time.monotonic() + patience
        while not enough() and time.monotonic() < deadline:
            time.sleep(0.2)
        stop.set()

    threading.Thread(target=wait, daemon=True).start()


def engines() -> dict[int, int]:
    """Processes that are an engine, or becoming one, each with its parent."""
    table = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True
    )
    rows = [line.split(None, 2) for line in table.stdout.splitlines()]
    names = (str(prism_binary()), str(flink_jar()))
    return {int(pid): int(ppid) for pid, ppid, args in rows if any(n in args for n in names)}


def engines_of(parent: int) -> list[int]:
    return [pid for pid, ppid in engines().items() if ppid == parent]


@pytest.mark.parametrize("runner", [PRISM, FLINK])
def test_every_poll_is_committed_once_and_only_after_its_articles(runner: str, tmp_path: Path):
    stop, states = threading.Event(), list[str]()
    stop_when(stop, lambda: len(commits(tmp_path)) >= 20 * FEEDS, patience=75)
    run_until_stopped(news_shaped(runner, tmp_path), stop, states.append)
    done = commits(tmp_path)
    assert len(done) >= 20 * FEEDS
    assert all((c["polls"], c["items"], c["files"]) == (1, ITEMS, ITEMS) for c in done)
    assert set(Counter(commit["poll"] for commit in done).values()) == {1}
    # Ticks are a second apart: none was passed over, none dropped as late.
    ticks = sorted({float(commit["poll"].split("/")[0]) for commit in done})
    assert all(0.9 < after - tick < 1.1 for tick, after in itertools.pairwise(ticks))
    assert states[0] != states[-1] == "CANCELLED"
    assert not engines_of(os.getpid())


@pytest.mark.parametrize("runner", [PRISM, FLINK])
def test_a_step_that_raises_ends_the_run_with_one_sentence(runner: str):
    began = time.monotonic()
    with pytest.raises(EngineFailed, match="OSError: the lake is on fire") as caught:
        run_until_stopped(burning(runner), NOBODY)
    assert time.monotonic() - began < 60
    assert "\n" not in str(caught.value)
    assert not engines_of(os.getpid())


@pytest.mark.parametrize("runner", [FLINK])
def test_a_stop_while_the_engine_starts_is_obeyed_at_once(runner: str, tmp_path: Path):
    stop = threading.Event()
    stop_when(stop, lambda: engines_of(os.getpid()), patience=20)
    began = time.monotonic()
    run_until_stopped(news_shaped(runner, tmp_path), stop)
    assert time.monotonic() - began < 20
    assert not commits(tmp_path)
    assert not engines_of(os.getpid())


@pytest.mark.parametrize("runner", [PRISM])
def test_an_engine_that_dies_under_the_run_is_a_sentence(runner: str, tmp_path: Path):
    killed = threading.Event()

    def kill() -> bool:
        if commits(tmp_path):
            for pid in engines_of(os.getpid()):
                os.kill(pid, signal.SIGKILL)
            return True
        return False

    stop_when(killed, kill, patience=40)
    with pytest.raises(EngineFailed, match=r"^The engine"):
        run_until_stopped(news_shaped(runner, tmp_path), NOBODY)


@pytest.mark.parametrize("runner", [PRISM, FLINK])
@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.skipif(sys.platform != "linux", reason="the tether is Linux's PR_SET_PDEATHSIG")
def test_no_engine_outlives_a_run_that_is_killed_while_starting(runner: str, blow: signal.Signals):
    """Without handlers of its own: the worst a supervisor can do."""
    run = subprocess.Popen(
        [sys.executable, "-c", f"import {__name__.rpartition('.')[2]} as here, threading\n"
         f"here.run_until_stopped(here.burning({runner!r}), threading.Event())"],
        cwd=Path(__file__).parent, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 40
        while not (started := engines_of(run.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        run.send_signal(blow)
        run.wait(20)
    assert started
    time.sleep(1)
    assert not engines().keys() & set(started)


def test_an_engine_that_does_not_start_says_its_last_words(tmp_path: Path):
    broken = tmp_path / "prism"
    broken.write_text("#!/bin/sh\necho 'no room on /tmp'; exit 3\n")
    broken.chmod(0o755)
    flags = engine_flags("PrismRunner", [f"--prism_location={broken}"], streaming=True)
    pipeline = beam.Pipeline(options=PipelineOptions(flags))
    _ = pipeline | PeriodicImpulse(fire_interval=1, rebase=RebaseMode.REBASE_START)
    with pytest.raises(EngineFailed, match="did not start: no room on /tmp"):
        run_until_stopped(pipeline, NOBODY)


@pytest.mark.parametrize("runner", ["FnApiRunner", PRISM, FLINK])
def test_a_pipeline_that_ends_by_itself_returns(runner: str, tmp_path: Path):
    pipeline = beam.Pipeline(options=PipelineOptions(engine_flags(runner, [], streaming=False)))
    days = pipeline | beam.Create([("a", Item("p", 1)), ("b", Item("p", 2)), ("a", Item("p", 3))])
    _ = days | beam.GroupByKey() | beam.ParDo(WriteSlowly(tmp_path))
    run_until_stopped(pipeline, NOBODY)
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("java.lang.X: Error from SDK harness\n  File \"a\"\nOSError: full\nat b", "OSError: full"),
        ("A: 1\nTypeError: first\nDuring\nmod.OtherError: second", "mod.OtherError: second"),
        ("no Python in it\nat org.x", "no Python in it"),
        ("", ""),
    ],
)  # fmt: skip
def test_of_a_long_error_the_last_thing_raised_is_told(message: str, said: str):
    assert cause(message) == said
