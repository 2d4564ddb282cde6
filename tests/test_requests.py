"""What a pass that finds nothing new asks of a bucket does not grow with the passes of the day."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attacks import TESTS
from fault_proxy import FaultProxy
from lake_rows import rows
from made_site import Site, rss
from modes import FLAGS
from newsbeam.schemas.account import Account
from newsbeam.schemas.ledger import Poll, Run
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, open_lake, side_by_side
from newsbeam.transforms.lake.tables import day_of, stem_of
from newsbeam.transforms.record_runs import record_run

POLLS = TABLES["polls"]


def requests_of_pass(proxy: FaultProxy, lake: Lake, feed: str) -> list[str]:
    """What a fresh process asks of the bucket."""
    proxy.asked.clear()
    flags = ["--lake", lake.url, "--no-pages", *FLAGS]
    done = subprocess.run(
        [sys.executable, TESTS / "stubbed.py", "run", feed, *flags],
        env=dict(os.environ), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [line.replace(lake.url.split("/", 3)[3] + "/", "") for line in proxy.asked]


def more_passes(lake: Lake, passes: int) -> None:
    """What so many passes without news leave behind: a poll and a run each."""
    (run,) = rows(lake.url, "runs")[:1]
    (poll,) = rows(lake.url, "polls")[:1]
    noon = datetime.now(UTC)

    def one(number: int) -> None:
        at = noon - timedelta(seconds=number)
        polls = [replace(Poll(**poll), polled_at=at)]
        add_rows(lake, POLLS, day_of(at), stem_of(POLLS, polls), polls)
        record_run(Account(feeds=1), lake, replace(Run(**run), run_id=f"{number}", started_at=at))

    side_by_side(one, range(passes))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("passes", [20, pytest.param(1000, marks=pytest.mark.slow)])
def test_an_idle_pass_asks_as_little_late_in_the_day_as_early(passes, fault_proxy, bucket):
    lake = open_lake(f"gs://{bucket}/lake")
    body = rss([("http://127.0.0.1/1", "Talks go on"), ("http://127.0.0.1/2", "Talks end")])
    with Site(lambda path: ("application/rss+xml", body)) as site:
        feed = site.at("/feed")
        requests_of_pass(fault_proxy, lake, feed)
        first = requests_of_pass(fault_proxy, lake, feed)
        more_passes(lake, passes)
        last = requests_of_pass(fault_proxy, lake, feed)
    print(f"\nrequests of an idle pass: first {len(first)}, number {passes + 2}: {len(last)}")
    for request, times in Counter(last).items():
        print(f"  {times} × {request}")
    assert len(last) == len(first)
