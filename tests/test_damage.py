"""One damaged file of a lake costs its own feed or article, is named, and stops nothing else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from attacks import TESTS
from lake_rows import doubled, rows
from made_site import Answer, Site, rss

FLAGS = ["--allow-network", "127.0.0.0/8", "--per-host-delay", "0", "--no-pages"]
FEEDS = 3


class Newsroom:
    """Three feeds with two entries each; at the second edition each first entry is edited and each
    feed has a third."""

    def __init__(self, lake: Path) -> None:
        self.lake, self.edition = lake, 1

    def answer(self, path: str) -> Answer | None:
        feed = path.removeprefix("/feed/")
        items = [(f"http://127.0.0.1/{feed}/{n}", f"Talks {n} of {feed}") for n in (1, 2)]
        if self.edition == 2:
            items[0] = items[0][0], f"{items[0][1]}, corrected"
            items.append((f"http://127.0.0.1/{feed}/3", f"Talks 3 of {feed}"))
        return "application/rss+xml", rss(items)

    def run(self, site: Site) -> tuple[int, str]:
        """A whole run, but for its annotator: exit code and what it said."""
        feeds = [site.at(f"/feed/{n}", host=n + 1) for n in range(FEEDS)]
        done = subprocess.run(
            [sys.executable, TESTS / "stubbed.py", "run", *feeds, "--lake", self.lake, *FLAGS],
            env=dict(os.environ), capture_output=True, text=True, timeout=100, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    def wordings(self, feed: int) -> list[str]:
        """The titles in the lake of a feed's entries."""
        return sorted(
            row["title"] for row in sound_rows(self.lake) if row["title"].find(f" of {feed}") > 0
        )


def sound_rows(lake: Path) -> list[dict]:
    """The rows of `articles`; what is damaged, or none of ours, was set aside first."""
    return rows(str(lake), "articles")


def first_day(lake: Path, table: str) -> Path:
    return next((lake / table).glob("*=*"))


def one_file(lake: Path, pattern: str) -> Path:
    return sorted(lake.glob(pattern))[0]


def claims_emptied(lake: Path) -> None:
    for path in lake.glob("state/claims/**/*.json"):
        path.write_bytes(b"")


def claims_garbage(lake: Path) -> None:
    for path in lake.glob("state/claims/**/*.json"):
        path.write_bytes(b"\x00{]garbage")


def memory_emptied(lake: Path) -> None:
    one_file(lake, "state/feeds/127.0.0.1*").write_bytes(b"")


def memory_cut(lake: Path) -> None:
    path = one_file(lake, "state/feeds/127.0.0.1*")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def memory_deleted(lake: Path) -> None:
    one_file(lake, "state/feeds/127.0.0.1*").unlink()


def parquet_torn(lake: Path) -> None:
    for path in first_day(lake, "articles").glob("*.parquet"):
        (path.parent / ("c" * 32 + ".parquet")).write_bytes(path.read_bytes()[:-100])


def parquet_empty(lake: Path) -> None:
    (first_day(lake, "articles") / "x.parquet").write_bytes(b"")


def parquet_foreign(lake: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"x": [1]}), first_day(lake, "articles") / f"{'d' * 32}.parquet")


def readme(lake: Path) -> None:
    (first_day(lake, "articles") / "README.txt").write_text("hello")


def raw_deleted(lake: Path) -> None:
    shutil.rmtree(lake / "raw")


def raw_damaged(lake: Path) -> None:
    for path in lake.glob("raw/*/*.gz"):
        path.write_bytes(b"damaged")


def lock_garbage(lake: Path) -> None:
    (lake / "state/run.lock").write_bytes(b"\x00garbage")


HARMLESS = [
    claims_emptied, claims_garbage, parquet_torn, parquet_empty, parquet_foreign, readme,
    memory_deleted, raw_deleted, raw_damaged, lock_garbage,
]  # fmt: skip
OF_ONE_FEED = [memory_emptied, memory_cut]


def after_damage(lake: Path, damage: Callable[[Path], None]) -> tuple[Newsroom, int, str]:
    """Run, damage the lake, publish the second edition, run again, and tell what was said."""
    newsroom = Newsroom(lake)
    with Site(newsroom.answer) as site:
        code, said = newsroom.run(site)
        assert code == 0, said
        damage(lake)
        newsroom.edition = 2
        code, said = newsroom.run(site)
    print(f"\n{damage.__name__}: exit code {code}; {said.strip().splitlines()}")
    for stray in ("x.parquet", f"{'c' * 32}.parquet", f"{'d' * 32}.parquet"):
        for path in lake.glob(f"articles/*/{stray}"):
            path.unlink()
    return newsroom, code, said


def whole(feed: int) -> list[str]:
    """The wordings of a feed after both editions."""
    return sorted([f"Talks {n} of {feed}" for n in (1, 2, 3)] + [f"Talks 1 of {feed}, corrected"])


@pytest.mark.slow
@pytest.mark.parametrize("damage", HARMLESS, ids=lambda damage: damage.__name__)
def test_what_can_be_made_anew_or_passed_over_costs_nothing(damage, tmp_path):
    newsroom, code, said = after_damage(tmp_path / "lake", damage)
    assert code == 0, said
    assert [newsroom.wordings(feed) for feed in range(FEEDS)] == [whole(n) for n in range(FEEDS)]
    assert doubled(str(newsroom.lake)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("damage", OF_ONE_FEED, ids=lambda damage: damage.__name__)
def test_a_damaged_memory_costs_its_feed_which_the_ledger_says(damage, tmp_path):
    newsroom, code, said = after_damage(tmp_path / "lake", damage)
    assert code == 0, said
    found = [newsroom.wordings(feed) for feed in range(FEEDS)]
    assert sum(found[n] == whole(n) for n in range(FEEDS)) == FEEDS - 1
    (told,) = [p for p in rows(str(newsroom.lake), "polls") if p["status"] == "parse_error"]
    assert "state/feeds/127.0.0.1" in told["detail"]
    assert "delete it" in told["detail"]
    assert doubled(str(newsroom.lake)) == {}


@pytest.mark.slow
def test_a_file_in_the_place_of_a_table_is_named(tmp_path):
    def in_the_way(lake: Path) -> None:
        shutil.rmtree(lake / "sightings")
        (lake / "sightings").write_text("no folder")

    newsroom, code, said = after_damage(tmp_path / "lake", in_the_way)
    assert code == 1
    assert "sightings is a file where a folder is needed" in said
    assert [newsroom.wordings(feed) for feed in range(FEEDS)] == [whole(n) for n in range(FEEDS)]
