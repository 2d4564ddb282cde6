"""One scripted history through every way of running: the rows are the same.

Few ticks here; the thirty of `make slow` go through engines and kills as well.
"""

import random
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

import made
from lake_rows import all_content, content, doubled, rows
from modes import command, kill, one_pass, running, wait_until_committed
from newsbeam.analysis.query import open_record
from newsbeam.pipeline.engines import flink_jar, prism_binary
from newsbeam.pipeline.main import run
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import feed_id
from newsbeam.transforms.feed.memory import change
from newsbeam.transforms.lake.storage import open_lake
from publisher import Publisher

TABLES = ("articles", "actors", "topics", "quotes", "sightings", "failures")
FEW, MANY = 5, 30


@pytest.fixture(scope="module")
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def by_passes(port: int, lake: Path, ticks: int) -> Path:
    """A pass of this process at every tick."""
    with Publisher(port=port) as publisher:
        for publisher.tick in range(1, ticks + 1):
            assert run(command(publisher, lake, "--quiet")[3:]) == 0
    return lake


def by_stream(port: int, lake: Path, ticks: int, *flags: str, ends: dict[int, int]) -> Path:
    """A stream over all ticks; at some it is sent a signal, and started again."""
    dice = random.Random(ticks)
    with Publisher(port=port) as publisher:
        tick = 1
        while tick <= ticks:
            with running(publisher, lake, "--streaming", "--every", "1s", *flags) as process:
                while tick <= ticks:
                    publisher.tick = tick
                    if tick in ends:
                        time.sleep(dice.random() * 6)
                        if ends.pop(tick) == signal.SIGTERM:
                            process.terminate()
                            assert process.wait(60) == 0, Path(f"{lake}.log").read_text()[-2000:]
                        else:
                            kill(process)
                        break
                    wait_until_committed(publisher, lake, process, 120)
                    tick += 1
                else:
                    process.terminate()
                    assert process.wait(60) == 0, Path(f"{lake}.log").read_text()[-2000:]
    return lake


def same(one: Path, other: Path) -> None:
    """Both lakes hold the same content, nothing twice."""
    assert doubled(str(one)) == doubled(str(other)) == {}
    expected, actual = all_content(str(one), TABLES), all_content(str(other), TABLES)
    assert expected["articles"]
    for table in TABLES:
        assert actual[table] - expected[table] == expected[table] - actual[table], table


def test_passes_and_the_local_stream_write_the_same_rows(port, tmp_path):
    passes = by_passes(port, tmp_path / "passes", FEW)
    same(passes, by_stream(port, tmp_path / "stream", FEW, ends={3: signal.SIGKILL}))


def test_a_second_pass_over_unchanged_feeds_adds_nothing(port, tmp_path):
    lake = tmp_path / "lake"
    with Publisher(tick=4, port=port) as publisher:
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
        before = all_content(str(lake), TABLES)
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
    assert all_content(str(lake), TABLES) == before


def test_a_visit_whose_kept_bytes_are_gone_is_made_anew(port, tmp_path):
    lake = tmp_path / "lake"
    with Publisher(tick=3, port=port) as publisher:
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
        feed = Feed(feed_id(publisher.feeds[0]), publisher.feeds[0])
        change(open_lake(str(lake)), feed, lambda m: replace(m, unfinished=made.unfinished()))
        publisher.tick = 4
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
    titles = [row["title"] for row in rows(str(lake), "articles")]
    assert any("Round 4" in title for title in titles)


def test_a_page_that_is_out_of_reach_is_asked_for_again_and_then_left(port, tmp_path):
    lake = tmp_path / "lake"

    def texts() -> list[tuple[str, str]]:
        with open_record(open_lake(str(lake))) as record:
            texts = record.rows("SELECT DISTINCT text_from, text_kind FROM articles")
            return [(row["text_from"], row["text_kind"]) for row in texts]

    with Publisher(tick=3, port=port) as publisher:
        publisher.pages_down = True
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
        assert texts() == [("feed", "summary")]
        publisher.pages_down = False
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
        assert texts() == [("page", "full")]
        publisher.pages_down = True
        publisher.tick = 6  # round 4 is edited: what is known of it stands, though its page is down
        for _ in range(5):
            assert run(command(publisher, lake, "--quiet")[3:]) == 0
        before = all_content(str(lake), TABLES)
        assert run(command(publisher, lake, "--quiet")[3:]) == 0
        assert all_content(str(lake), TABLES) == before
    assert doubled(str(lake)) == {}
    assert all(row["balanced"] for row in rows(str(lake), "runs"))
    assert max(rows(str(lake), "runs"), key=lambda row: row["started_at"])["new"] == 0


def killed_and_resumed(port: int, lake: Path, after: float) -> None:
    """A pass killed after so many seconds, then a clean one."""
    with Publisher(tick=9, port=port) as publisher:
        with running(publisher, lake) as process:
            time.sleep(after)
            kill(process)
        finished = one_pass(publisher, lake)
        assert finished.returncode == 0, finished.stderr


def undisturbed(lake: Path, calm: Path) -> None:
    """The lake holds what the calm one holds, in every table.

    A feed that was finished before the kill is asked once more by the next pass, as any feed is;
    that the ledger says so is right, and such rows say that nothing was new.
    """
    assert doubled(str(lake)) == {}
    assert all_content(str(lake), TABLES) == all_content(str(calm), TABLES)
    polls, expected = content(str(lake), "polls"), content(str(calm), "polls")
    assert not expected - polls
    assert all('"status": "not_modified"' in row for row in polls - expected)


def test_a_pass_killed_at_any_moment_is_finished_by_the_next(port, tmp_path):
    with Publisher(tick=9, port=port) as publisher:
        began = time.monotonic()
        assert one_pass(publisher, tmp_path / "calm").returncode == 0
        took = time.monotonic() - began
    for n, share in enumerate((0.55, 0.75)):
        killed_and_resumed(port, tmp_path / f"{n}", share * took)
        undisturbed(tmp_path / f"{n}", tmp_path / "calm")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_twenty_passes_killed_at_random_moments_are_each_finished_by_the_next(port, tmp_path):
    dice = random.Random(20)
    with Publisher(tick=9, port=port) as publisher:
        began = time.monotonic()
        assert one_pass(publisher, tmp_path / "calm").returncode == 0
        took = time.monotonic() - began
    begun = 0
    for n in range(20):
        lake = tmp_path / f"{n}"
        killed_and_resumed(port, lake, dice.uniform(0.3, 1.0) * took)
        begun += len(list(lake.glob("raw/*/*"))) > 0
        undisturbed(lake, tmp_path / "calm")
    assert begun == 20


@pytest.fixture(scope="module")
def thirty(port, tmp_path_factory):
    return by_passes(port, tmp_path_factory.mktemp("thirty") / "passes", MANY)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_ticks_of_the_local_stream_survive_two_kills_and_a_stop(thirty, port, tmp_path):
    ends = {7: signal.SIGKILL, 15: signal.SIGTERM, 22: signal.SIGKILL}
    same(thirty, by_stream(port, tmp_path / "stream", MANY, ends=ends))


@pytest.mark.engine
@pytest.mark.timeout(900)
@pytest.mark.parametrize("runner", ["PrismRunner", "FlinkRunner"])
def test_thirty_ticks_on_an_engine_give_the_rows_of_passes(runner, thirty, port, tmp_path):
    engine = prism_binary() if runner == "PrismRunner" else flink_jar()
    if not engine.exists():
        pytest.skip(f"{engine.name} is not in the cache: make engines")
    same(thirty, by_stream(port, tmp_path / "e", MANY, f"--runner={runner}", ends={}))
