"""What a person sees while newsbeam works, on a terminal of 80 columns; and what a log has."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from modes import FLAGS, one_pass
from newsbeam.pipeline.live import Progress
from newsbeam.pipeline.newsroom.server import Newsroom
from newsbeam.schemas.account import Account
from newsbeam.transforms import metrics
from publisher import Publisher
from terminal import Terminal, terminal

STUBBED = [sys.executable, str(Path(__file__).with_name("stubbed.py"))]
LIVE = re.compile(r"^[⠀-⣿] ")  # a frame of the spinner begins the live line


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A hundred documents of three days."""
    name = tmp_path / "archive.jsonl"
    with name.open("w") as file:
        for n in range(100):
            document = {
                "title": f"Round {n} of the talks",
                "text": f"They met in Tbilisi for round {n}. " * 20,
                "published": f"2026-03-0{n % 3 + 1}",
                "url": f"https://a.example/{n}",
            }
            print(json.dumps(document), file=file)
    return name


def watched(screen: Terminal, seconds: float = 90) -> list[list[str]]:
    """The screens as they follow each other, four a second, until the command is over."""
    seen: list[list[str]] = []
    for _ in range(int(seconds * 4)):
        if screen.process.poll() is not None:
            break
        now = screen.watch(0.25)
        if now and [now] != seen[-1:]:
            seen.append(now)
    return seen


def live_lines(seen: list[list[str]]) -> list[str]:
    """The live line, as it stood at each moment; a screen has one at most, and it is the last."""
    lines = []
    for screen in seen:
        assert not any(LIVE.match(line) for line in screen[:-1]), screen
        if LIVE.match(screen[-1]):
            lines.append(screen[-1][2:])
    return lines


def test_a_back_fill_says_how_many_of_how_many_and_how_long_it_will_take(
    archive: Path, tmp_path: Path
):
    with terminal(*STUBBED, "run", "--documents", archive, "--lake", tmp_path / "lake") as screen:
        seen = watched(screen)
        assert screen.end() == 0
        assert screen.silence < 10
    lines = live_lines(seen)
    counts = [
        int(found[1]) for line in lines if (found := re.match(r"documents (\d+) of 100", line))
    ]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3
    assert any(re.search(r" · \d+ s left · ", line) for line in lines)
    assert any(re.search(r" · [1-9]\d* written", line) for line in lines)
    (last,) = screen.lines()  # the live line is gone, and the summary stands alone
    assert last.startswith("100 documents = 100 written: balanced; ")


def test_before_a_pass_begins_the_line_says_what_is_being_loaded():
    metrics.begin("loading Apache Beam")
    assert Progress(documents=100).words(80) == "loading Apache Beam"


@pytest.mark.parametrize("columns", [40, 80])
def test_no_line_is_longer_than_the_terminal_is_wide(archive: Path, tmp_path: Path, columns: int):
    words = ("run", "--documents", archive, "--lake", tmp_path / "lake")
    with terminal(*STUBBED, *words, columns=columns) as screen:
        seen = watched(screen)
        assert screen.end() == 0
    lines = live_lines(seen)  # one that is folded leaves its beginning above
    assert any(line.startswith("documents") for line in lines)
    assert all(len(line) < columns - 2 for line in lines)


def test_of_standard_input_only_the_count_is_known():
    progress = Progress(documents=None)
    progress.begin_pass()
    progress.end_slice(Account(new=16, written=15, failed=1))
    metrics.begin("reading")
    assert progress.words(77) == "documents 16 · reading · 15 written · 1 dead letter"


def test_a_stream_counts_each_pass_anew_and_says_when_the_next_is(tmp_path: Path):
    with Newsroom() as room:
        feeds = tmp_path / "feeds.toml"
        feeds.write_text(room.feeds_toml(), encoding="utf-8")
        words = (
            "run", feeds, "--lake", tmp_path / "lake", "--streaming", "--every", "20s", *FLAGS,
        )  # fmt: skip
        with terminal(*STUBBED, *words, rows=60) as screen:
            seen: list[list[str]] = []
            has_waited = False
            for _ in range(240):
                seen.append(screen.watch(0.25) or [""])
                has_waited |= LIVE.sub("", seen[-1][-1]).startswith("next pass")
                if has_waited and LIVE.sub("", seen[-1][-1]).startswith("poll"):
                    break
            screen.interrupt()
            assert screen.end(60) == 0
            assert screen.silence < 10
    lines = live_lines(seen)
    feeds_done = [re.match(r"poll(?:ed|ing) (\d+)/(\d+)", line) for line in lines]
    assert any(feeds_done)
    assert all(int(found[1]) <= int(found[2]) for found in feeds_done if found)
    read = [found for line in lines if (found := re.search(r"read(?:ing)? (\d+)/(\d+)", line))]
    assert len({found[1] for found in read}) > 1
    assert all(int(found[1]) <= int(found[2]) for found in read)
    assert any(re.fullmatch(r"next pass in \d+ s", line) for line in lines)
    said = screen.lines()
    passes = [line for line in said if "polled, " in line]
    assert all(re.match(r"\d\d:\d\d:\d\d \d+ feeds? polled, ", line) for line in passes)
    assert not any(LIVE.match(line) for line in said)
    assert any("told to stop" in line for line in said)


def test_processes_that_count_for_themselves_leave_figures_with_each_slice():
    progress = Progress(feeds=3, workers=2)
    progress.begin_pass()
    metrics.begin("working")
    assert re.fullmatch(r"2 processes at slice 1 for \d s", progress.words(77))
    progress.end_slice(Account(feeds=3, entries=9, new=9, written=4, left={"a": 5}))
    said = progress.words(77)
    assert said.startswith("polled 3/3 · read 4/9 · written 4 · 2 processes at slice 2 for ")


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=3) as served:
        yield served


def test_a_log_has_one_line_a_pass_with_its_time(publisher: Publisher, tmp_path: Path):
    done = one_pass(publisher, tmp_path / "lake")
    (line,) = done.stderr.splitlines()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 2 feeds polled, 0 failed; ", line)
    done = one_pass(publisher, tmp_path / "lake", "--log-format", "json")
    (said,) = map(json.loads, done.stderr.splitlines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", said["time"])


def test_verbose_says_limits_in_words_and_nothing_of_beam(publisher: Publisher, tmp_path: Path):
    done = one_pass(publisher, tmp_path / "lake", "--verbose")
    assert "limits: a page may have 3 MB as received and 10 MB unpacked, 30 s" in done.stderr
    assert "{" not in done.stderr
    assert "yield and return" not in done.stderr


def test_pages_are_added_up_over_the_slices_of_a_pass():
    progress = Progress(feeds=1)
    progress.begin_pass()
    for slices in (1, 2):
        metrics.count("pages_fetched", 16)
        progress.end_slice(Account(feeds=1, new=40, written=16 * slices))
    assert " · 32 pages · read 32/40" in progress.words(100)
