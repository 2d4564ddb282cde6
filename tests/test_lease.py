"""One run at a time holds a lake, and a dead one does not hold it for long."""

import os
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from newsbeam.transforms.lake.lease import (
    Holder,
    birth,
    document,
    has_died,
    lease,
    this_process,
)
from newsbeam.transforms.lake.storage import RUN_LOCK, Lake, LakeBusy, LakeError, open_lake
from racers import at_once, running

HOLDER = """
import sys, time
from newsbeam.transforms.lake.lease import lease
from newsbeam.transforms.lake.storage import open_lake
lake = open_lake(sys.argv[1])
with lake.hold("killed") if sys.argv[2] == "lock" else lease(lake, "killed", 1.5):
    print("ready", flush=True)
    time.sleep(60)
"""


def test_two_runs_do_not_hold_one_lake(lake):
    sentence = f"held by run first .process {os.getpid()} on .* since 20.* UTC: wait until"
    with lake.hold("first"), pytest.raises(LakeBusy, match=sentence), lake.hold("second"):
        pass
    with lake.hold("second"):
        pass


def test_a_killed_run_frees_a_folder_at_once(local_lake):
    with (
        running(HOLDER, local_lake.url, "lock"),
        pytest.raises(LakeBusy, match="run killed"),
        local_lake.hold("next"),
    ):
        pass
    with local_lake.hold("next"):
        pass


def test_a_run_that_was_killed_on_this_machine_frees_a_bucket_at_once(gcs_lake_url):
    lake = open_lake(gcs_lake_url)
    with (
        running(HOLDER, lake.url, "lease"),
        pytest.raises(LakeBusy, match="run killed"),
        lease(lake, "next"),
    ):
        pass
    begun = time.monotonic()
    with lease(lake, "next"):  # lasts a minute; half of it is the wait for who may live
        assert b"next" in lake.read(RUN_LOCK)
    assert time.monotonic() - begun < 15


def left_by(lake: Lake, holder: Holder) -> None:
    """The lease says that this holder has just renewed it, and nobody will again."""
    _, version = lake.read_versioned(RUN_LOCK)
    assert lake.put_if(RUN_LOCK, document(holder), version)


@pytest.mark.parametrize("born", ["", "another-boot pid:[1] 77", "not known"])
def test_a_run_that_was_killed_elsewhere_frees_the_lake_when_its_lease_has_run_out(lake, born):
    left_by(lake, replace(this_process("elsewhere"), born=born))
    with pytest.raises(LakeBusy, match="run elsewhere"), lease(lake, "next", 1.0):
        pass
    time.sleep(1.0)
    with lease(lake, "next", 1.0):
        assert b"next" in lake.read(RUN_LOCK)


def test_a_process_that_has_the_number_of_a_dead_holder_is_another_one(lake):
    boot, namespace, started = birth(os.getpid()).split()
    before = f"{boot} {namespace} {int(started) - 1}"
    left_by(lake, replace(this_process("dead"), born=before))
    with lease(lake, "next"):
        assert b"next" in lake.read(RUN_LOCK)


def test_a_holder_that_lives_is_not_dead():
    me = this_process("r")
    assert not has_died(me)
    with running("print('ready', flush=True)\ninput()") as process:
        other = replace(me, process=process.pid, born=birth(process.pid))
        assert not has_died(other)
    assert has_died(other)


@pytest.mark.parametrize("garbage", [b"", b"garbage", b"[]", b'{"run": 1}', b"\xff"])
def test_a_lease_that_nobody_can_read_is_free(lake, garbage):
    _, version = lake.read_versioned(RUN_LOCK)
    assert lake.put_if(RUN_LOCK, garbage, version)
    with lease(lake, "next"):
        assert b"next" in lake.read(RUN_LOCK)


def test_a_lease_is_renewed_for_as_long_as_it_is_held(lake):
    with lease(lake, "long", 0.6):
        time.sleep(1.2)
        with pytest.raises(LakeBusy), lease(lake, "other", 0.6):
            pass


def test_a_holder_whose_clock_is_wrong_keeps_its_lease_while_it_lives(lake, monkeypatch):
    with lease(lake, "long", 0.6):
        ahead = time.time() + 3600
        monkeypatch.setattr("newsbeam.transforms.lake.lease.time.time", lambda: ahead)
        with pytest.raises(LakeBusy), lease(lake, "other", 0.6):
            pass


def test_of_eight_runs_that_want_the_lease_one_gets_it(lake):
    def holds(n: int) -> bool:
        with suppress(LakeBusy), lease(lake, f"run-{n}"):
            time.sleep(0.3)
            return True
        return False

    assert at_once(holds) == 1


def test_a_lost_lease_is_told_and_the_new_holder_stays(lake):
    def lose() -> None:
        with lease(lake, "slow", 0.3):
            _, version = lake.read_versioned(RUN_LOCK)
            while not lake.put_if(RUN_LOCK, b'{"run": "quick"}', version):
                _, version = lake.read_versioned(RUN_LOCK)
            time.sleep(0.4)

    with pytest.raises(LakeError, match="another run took it over"):
        lose()
    assert lake.read(RUN_LOCK) == b'{"run": "quick"}'
