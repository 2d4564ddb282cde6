"""A run that is paused while its upload is on its way, loses its lease, and wakes: the zombie."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from attacks import ANNOTATIONS, TESTS, ended
from fault_proxy import Fault, FaultProxy
from lake_rows import doubled
from made_site import Site, rss
from newsbeam.transforms.lake.storage import Lake, open_lake
from test_two_processes import keys

LEASE = 2.0  # s, in place of the minute: a run is 20 times as long as its lease all the same
ITEMS = 16
BUSY = 75


def start(lake: str, feed: str, log: Path) -> "subprocess.Popen[Any]":
    """A whole run, but for its annotator and the time that its lease lasts."""
    flags = ["--allow-network", "127.0.0.0/8", "--per-host-delay", "0", "--no-pages"]
    return subprocess.Popen(
        [sys.executable, TESTS / "stubbed.py", "run", feed, "--lake", lake, *flags],
        env={**os.environ, "LEASE": str(LEASE)},
        stderr=log.open("a"),
        start_new_session=True,
    )


def zombie(proxy: FaultProxy, lake: Lake, feed: str, table: str, lands: str, log: Path) -> int:
    """Pause a run with its upload of a table on the way and let another take over; the late upload
    lands before, amid or after the other run. The exit code of the one that was paused."""
    proxy.held.clear()
    proxy.let_go.clear()
    proxy.faults = [Fault("hold", "POST", body=f"/{table}/")]
    with ended(start(lake.url, feed, log)) as paused:
        assert proxy.held.wait(110), log.read_text()
        paused.send_signal(signal.SIGSTOP)
        time.sleep(LEASE)
        if lands == "before":
            proxy.let_go.set()
        while True:
            with ended(start(lake.url, feed, log)) as other:
                if lands == "amid":
                    time.sleep(LEASE / 2 + 2)
                    proxy.let_go.set()
                code = other.wait(110)
            if code != BUSY:
                break
        assert code == 0, log.read_text()
        proxy.let_go.set()
        time.sleep(0.2)
        paused.send_signal(signal.SIGCONT)
        return paused.wait(110)


def check(turns: int, proxy: FaultProxy, bucket: str, folder: Path) -> None:
    """So many zombies, each in a lake of its own: nothing is lost and nothing is there twice."""
    lost = double = woken = 0
    body = rss([(f"http://127.0.0.1/{n}", f"Talks, round {n}") for n in range(ITEMS)])
    with Site(lambda path: ("application/rss+xml", body)) as site:
        for turn in range(turns):
            lake = open_lake(f"gs://{bucket}/turn{turn}")
            table = ("articles", "actors", "articles", "quotes")[turn % 4]
            lands = ("after", "before", "amid")[turn % 3]
            log, began = folder / f"log-{turn}", time.monotonic()
            woken += zombie(proxy, lake, site.at("/feed"), table, lands, log) == 1
            proxy.faults = []
            with ended(start(lake.url, site.at("/feed"), log)) as last:
                assert last.wait(110) == 0, log.read_text()
            found = {table: keys(lake, table) for table in ("articles", *ANNOTATIONS)}
            print(f"zombie {turn}: {table} lands {lands}, {time.monotonic() - began:.0f} s")
            lost += sum(ITEMS - len(found[table]) for table in found)
            double += sum(found[table].total() - len(found[table]) for table in found)
            double += sum(map(len, doubled(lake.url).values()))
    print(f"\nzombies: {turns} whole runs woken, {woken} told so: {lost} lost, {double} double")
    assert (lost, double) == (0, 0)  # one that is done before it looks at its lease ends well


def test_a_run_that_wakes_after_another_took_over_adds_nothing_twice(fault_proxy, bucket, tmp_path):
    check(1, fault_proxy, bucket, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_nor_do_twenty_of_them(fault_proxy, bucket, tmp_path):
    check(20, fault_proxy, bucket, tmp_path)
