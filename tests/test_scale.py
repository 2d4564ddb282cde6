"""No cost grows with the lake's age, the day's size or the number of articles."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attacks import TESTS, annotated, ended
from counted_lake import CALLS, CountedLake
from lake_rows import rows
from made_site import Site, rss
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import article_id, digest
from newsbeam.schemas.journey import AnnotatedArticle, Outcome, Visit
from newsbeam.schemas.ledger import Poll, Run
from newsbeam.schemas.memory import Seen
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.close_visits import CloseVisits, _Close
from newsbeam.transforms.feed.memory import recall
from newsbeam.transforms.lake.claims import Claim, Claims, Wording
from newsbeam.transforms.lake.tables import day_of, file_name, to_parquet
from newsbeam.transforms.record_runs import record_window
from newsbeam.transforms.settle_articles import settle_batch
from newsbeam.transforms.write_articles import write

FEED = Feed("ledger.example-0", "https://ledger.example/feed")


@contextmanager
def counted() -> Iterator[dict[str, float]]:
    """The storage calls and seconds of what is done within."""
    before, began, found = CALLS.copy(), time.perf_counter(), dict[str, float]()
    yield found
    found["seconds"] = time.perf_counter() - began
    found.update(CALLS - before)


def reads(found: dict[str, float]) -> float:
    return sum(found.get(call, 0) for call in ("list", "folders", "read", "read_versioned"))


def window(lake: CountedLake, number: int, articles: int = 1) -> dict[str, float]:
    """What the steps of one window ask of a lake, with so many new articles."""
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number)
    name = f"{FEED.feed_id}@{number}"
    new = [annotated(f"https://ledger.example/{number}/{n}", "Talks", at, name)
           for n in range(articles)]  # fmt: skip
    poll = Poll(feed_id=FEED.feed_id, feed_url=FEED.url, source="ledger.example", polled_at=at)
    run = Run(run_id="stream", started_at=at, finished_at=at, mode="stream")
    with counted() as found:
        memory, _ = recall(lake, FEED)
        settled = list(settle_batch([(one.article.article_id, [one]) for one in new], lake))
        outcomes = write(lake, [one for one in settled if isinstance(one, AnnotatedArticle)])
        seen = {o.origin.entry_key: Seen(o.origin.entry_hash, at) for o in outcomes}
        visit = Visit(name, FEED, poll, memory, new=seen)
        closing = _Close(CloseVisits(lake, "stream", 60.0))
        (account,) = closing.process(("0", {"visits": [visit], "outcomes": outcomes}))
        record_window(account, lake, run)
    assert [outcome.result for outcome in outcomes] == ["written"] * articles
    return found


def windows(lake: CountedLake, marks: tuple[int, ...]) -> dict[int, tuple[float, float]]:
    """Reads and seconds a window: medians of the fifty (or fewer) up to each mark."""
    every = [window(lake, number) for number in range(max(marks))]
    return {
        mark: (
            statistics.median(map(reads, last := every[max(0, mark - 50) : mark])),
            statistics.median(one["seconds"] for one in last),
        )
        for mark in marks
    }


def test_a_window_reads_as_little_late_in_the_day_as_early(tmp_path):
    found = windows(CountedLake(str(tmp_path / "lake")), (20, 60))
    assert found[60][0] <= found[20][0]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nor_does_the_last_of_a_days_1440_windows(tmp_path):
    found = windows(CountedLake(str(tmp_path / "lake")), (100, 1000, 1440))
    said = {mark: f"{r:.0f} reads, {1000 * s:.0f} ms" for mark, (r, s) in found.items()}
    print(f"\n1,440 windows of one day, one new article each: {said}")
    assert found[1440][0] <= found[100][0] + 1  # a claim may lie one level deeper
    assert found[1440][1] < 1.5 * found[100][1]


def fill(lake: CountedLake, articles: int, day: datetime, in_files: int = 1000) -> None:
    """A lake with so many articles of one day: their claims, and with `in_files` their rows."""
    claims, made = Claims(lake), range(articles)
    names = {article_id(f"https://old.example/{n}"): n for n in made}
    wording = {f"{'0' * 31}1": Wording("", ("0123456789ab",))}
    claims.change(names, lambda *_: Claim(day, wording))
    for first in range(0, articles if in_files else 0, in_files or 1):
        rows = [annotated(f"https://old.example/{n}", "Old", day).article
                for n in made[first : first + in_files]]  # fmt: skip
        name = file_name(TABLES["articles"], day_of(day), digest(f"{first}"))
        lake.put_new(name, to_parquet(TABLES["articles"], rows))


def bundle(lake: CountedLake, number: int) -> dict[str, float]:
    """Ten new articles of that day, settled and written."""
    day = datetime(2026, 3, 1, tzinfo=UTC)
    new = [annotated(f"https://new.example/{number}/{n}", "New", day) for n in range(10)]
    with counted() as found:
        settled = list(settle_batch([(one.article.article_id, [one]) for one in new], lake))
        outcomes = write(lake, settled)
    assert all(isinstance(one, Outcome) and one.result == "written" for one in outcomes)
    return found


def bundles(lake: CountedLake, times: int = 30) -> tuple[float, float, float]:
    """Calls, milliseconds, and milliseconds of processor that a bundle of ten articles takes."""
    bundle(lake, 0)
    began = time.process_time()
    every = [bundle(lake, number) for number in range(1, times + 1)]
    processor = 1000 * (time.process_time() - began) / times
    calls = statistics.median(sum(one.values()) - one["seconds"] for one in every)
    return calls, 1000 * statistics.median(one["seconds"] for one in every), processor


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_bundle_of_ten_articles_costs_as_little_at_half_a_million_rows(tmp_path):
    day, found = datetime(2026, 3, 1, tzinfo=UTC), {}
    place = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else tmp_path
    for count in (5_000, 100_000, 500_000):
        lake = CountedLake(str(place / f"newsbeam-{os.getpid()}-{count}"))
        try:
            fill(lake, count, day)
            found[count] = bundles(lake)
        finally:
            subprocess.run(["rm", "-rf", lake.url], check=True)
        print("\n{:,} rows of the day: a bundle of ten articles takes {:.0f} calls, {:.1f} ms, "
              "{:.1f} ms of processor".format(count, *found[count]))  # fmt: skip
    # Ten articles of few have some document of claims in common, and so fewer calls; each with one
    # of its own, the most there can be, has no more however many articles there are.
    assert found[500_000][0] <= found[100_000][0]
    assert found[500_000][1] < 50
    assert found[500_000][2] <= 1.2 * found[100_000][2]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_million_articles_are_some_thousand_claim_documents(tmp_path):
    lake = CountedLake(str(tmp_path / "lake"))
    fill(lake, 1_000_000, datetime(2026, 3, 1, tzinfo=UTC), in_files=0)
    sizes = [path.stat().st_size for path in Path(lake.url, "state").rglob("*.json")]
    print(f"\n1,000,000 articles: {len(sizes):,} files of state, {sum(sizes) / 1e6:.0f} MB, the "
          f"largest {max(sizes) / 1e3:.0f} kB")  # fmt: skip
    assert len(sizes) < 25_000
    assert max(sizes) < 100_000


WANTED = 1.3  # cores that one process and the site that it asks keep busy


def round_of(feeds: int, lake: Path, site: Site, *more: str) -> float:
    """The seconds of a pass over so many feeds, each at its own host; storage is 50 ms away."""
    listed = lake.with_suffix(".txt")
    listed.write_text("\n".join(site.at(f"/feed/{n}", host=n + 1) for n in range(feeds)))
    flags = ["--no-pages", "--allow-network", "127.0.0.0/8", "--per-host-delay", "0", *more]
    command = [sys.executable, TESTS / "stubbed.py", "run", listed, "--lake", lake, *flags]
    env = {**os.environ, "FAR_AWAY": "0.05", "PYTHONPATH": str(TESTS)}
    log = Path(f"{lake}.log")
    with ended(
        subprocess.Popen(command, env=env, stderr=log.open("a"), start_new_session=True)
    ) as (process):
        assert process.wait(1500) == 0, log.read_text()[-3000:]
    found = rows(str(lake), "runs")
    last = max(found, key=lambda run: run["finished_at"])
    assert last["feeds"] == feeds
    return (last["finished_at"] - last["started_at"]).total_seconds()


def two_rounds(feeds: int, folder: Path, *more: str) -> list[float]:
    """Feeds a minute of a round in which each feed has a new entry, and of one without news."""
    with Site(
        lambda path: ("application/rss+xml", rss([(f"http://a.example{path}", path)]))
    ) as site:
        seconds = [round_of(feeds, folder / "lake", site, *more) for _ in range(2)]
    return [60 * feeds / one for one in seconds]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_one_process_visits_two_thousand_feeds_a_minute_and_four_three_times_as_many(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "four").mkdir()
    one = two_rounds(2000, tmp_path / "one")
    print(f"\none process: {one[0]:.0f} feeds a minute with news, {one[1]:.0f} without")
    flags = ("--direct_running_mode=multi_processing", "--direct_num_workers=4")
    four = two_rounds(2000, tmp_path / "four", *flags)
    print(f"four: {four[0]:.0f} feeds a minute with news, {four[1]:.0f} without")
    assert one[1] >= 2000
    cores = os.cpu_count() or 1
    if cores < 8:
        pytest.skip(f"{cores} cores: one process keeps {WANTED} busy, so four cannot do more")
    assert four[1] >= 3 * one[1]
