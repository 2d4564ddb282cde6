"""What was received whole is in the lake after the next run, though the run was killed in the very
second of its coming, and the feeds have moved on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attacks import TESTS, ended
from lake_rows import rows
from made_site import Answer, Site, rss

FLAGS = ["--allow-network", "127.0.0.0/8", "--per-host-delay", "0", "--no-pages"]


def feed_that_costs(marks: int = 100_000) -> bytes:
    """A feed whose one item takes the parser more than the five seconds that it has."""
    return rss([("http://127.0.0.1/costly", "<![CDATA[" + "<" * marks + "]]>")])


def run_of(lake: Path, site: Site, feeds: int) -> "subprocess.Popen[bytes]":
    """A whole run, but for its annotator."""
    names = [site.at(f"/feed/{n}", host=n + 1) for n in range(feeds)]
    return subprocess.Popen(
        [sys.executable, TESTS / "stubbed.py", "run", *names, "--lake", lake, *FLAGS],
        env={**os.environ, "LEASE": "60"},
        stderr=Path(f"{lake}.log").open("a"),
        start_new_session=True,
    )


def killed_when_received(lake: Path, feeds: int, after: float, costly: bool = False) -> int:
    """How many of the entries are lost that were sent whole before the run was killed."""
    edition = 0

    def answer(path: str) -> Answer | None:
        name = path.removeprefix("/feed/")
        if costly and name == "0" and edition == 0:
            return "application/rss+xml", feed_that_costs()
        entry = (f"http://127.0.0.1/{name}/{edition}", f"Talks of {name}, edition {edition}")
        return "application/rss+xml", rss([entry])

    with Site(answer) as site:
        with ended(run_of(lake, site, feeds)) as process:
            until = time.monotonic() + 60
            while len(site.sent) < feeds:
                assert time.monotonic() < until, Path(f"{lake}.log").read_text()
                time.sleep(0.001)
            time.sleep(after)
            os.killpg(process.pid, signal.SIGKILL)
        edition = 1
        with ended(run_of(lake, site, feeds)) as process:
            assert process.wait(100) == 0, Path(f"{lake}.log").read_text()
    wanted = {f"http://127.0.0.1/{n}/0" for n in range(int(costly), feeds)}
    return len(wanted - {row["url"] for row in rows(str(lake), "articles")})


def test_what_was_received_whole_survives_a_kill_though_the_feeds_move_on(tmp_path):
    assert killed_when_received(tmp_path / "lake", 10, after=1.0) == 0


# Until an answer is noted its bytes and the note are on their way to the disk, 0.12 s for ten feeds
# on a machine with seven times as much to do as it can.
ON_ITS_WAY = 0.3


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nothing_of_a_hundred_entries_is_lost_that_were_received_whole(tmp_path):
    moments = [0.0, 0.1, 0.2, *(ON_ITS_WAY + n * 0.07 for n in range(10))]
    lost = {
        after: killed_when_received(tmp_path / f"lake-{after:.2f}", 10, after) for after in moments
    }
    said = {f"{after:.2f} s": count for after, count in lost.items()}
    print(f"\nreceived whole and killed: lost of ten entries by moment of the kill {said}")
    assert sum(count for after, count in lost.items() if after >= ON_ITS_WAY) == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_nor_behind_a_feed_that_costs_the_parser_all_its_time(tmp_path):
    lost = {}
    for turn, after in enumerate((0.3, 0.5, 1.0, 3.0)):
        lake = tmp_path / f"lake-{turn}"
        lost[f"{after} s"] = killed_when_received(lake, 12, after, costly=True)
    print(f"\nthe same behind a feed that costs 5 s: lost of 44 by moment of the kill {lost}")
    assert sum(lost.values()) == 0
