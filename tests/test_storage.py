"""One behaviour of lakes in a folder and in a bucket, also under races and kill -9."""

import os
import pickle
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsbeam.transforms.keep import gcs
from newsbeam.transforms.keep.lease import lease
from newsbeam.transforms.keep.local import LEFT_BEHIND
from newsbeam.transforms.keep.storage import (
    RUN_LOCK,
    Lake,
    LakeBusy,
    LakeError,
    NotThere,
    is_name,
    open_lake,
)

DAY = "articles/published_date=2026-03-01"
RACERS = 8


def at_once(action: Callable[[int], bool]) -> int:
    """How many of eight threads that do the same at the same time succeed."""
    with ThreadPoolExecutor(RACERS) as threads:
        return sum(threads.map(action, range(RACERS)))


def test_what_was_put_is_read_back(lake):
    assert lake.put_new(f"{DAY}/a.parquet", b"rows")
    assert lake.put_new("raw/00/empty.gz", b"")
    assert lake.read(f"{DAY}/a.parquet") == b"rows"
    assert lake.read("raw/00/empty.gz") == b""


def test_a_visible_file_never_changes(lake):
    assert lake.put_new("raw/00/a.gz", b"first")
    assert not lake.put_new("raw/00/a.gz", b"second")
    assert lake.read("raw/00/a.gz") == b"first"


def test_a_file_larger_than_one_request_is_also_put_only_once(lake):
    large = random.Random(1).randbytes(9 << 20)  # above 8 MiB the client uploads in two steps
    assert lake.put_new("raw/00/large.gz", large)
    assert not lake.put_new("raw/00/large.gz", large[::-1])
    assert lake.read("raw/00/large.gz") == large


def test_of_eight_writers_of_one_name_exactly_one_succeeds(lake):
    for turn in range(5):
        name = f"raw/00/{turn}.gz"
        assert at_once(lambda n, name=name: lake.put_new(name, b"%d" % n * 1000)) == 1
        assert len(set(lake.read(name))) == 1


def test_of_eight_changes_of_one_state_exactly_one_succeeds(lake):
    for _ in range(5):
        _, version = lake.read_versioned("state/feeds/f.json")
        seed = random.randbytes(8)
        assert at_once(lambda n: lake.put_if("state/feeds/f.json", b"%d" % n + seed, version)) == 1


def test_eight_counters_that_try_again_lose_no_count(lake):
    def add_one(_: int) -> bool:
        while True:
            data, version = lake.read_versioned("state/counter.json")
            if lake.put_if("state/counter.json", b"%d" % (int(data or b"0") + 1), version):
                return True

    assert at_once(add_one) == RACERS
    assert lake.read("state/counter.json") == b"%d" % RACERS


def test_a_state_that_was_never_saved_can_be_saved_once(lake):
    data, version = lake.read_versioned("state/feeds/f.json")
    assert data is None
    assert lake.put_if("state/feeds/f.json", b"1", version)
    assert not lake.put_if("state/feeds/f.json", b"2", version)
    data, version = lake.read_versioned("state/feeds/f.json")
    assert data == b"1"
    assert lake.put_if("state/feeds/f.json", b"2", version)


def test_a_file_that_is_not_there_is_said_so(lake):
    lake.put_new("raw/00/a.gz", b"x")
    for name in ("raw/00/b.gz", "raw/00", "raw/00/a.gz/b"):
        with pytest.raises(NotThere, match=name):
            lake.read(name)


def test_files_and_folders_are_listed_under_a_folder_only(lake):
    for name in ("articles/d=2/b", "articles/d=1/a", "articles/d=1/c", "articles2/x", "state/s"):
        lake.put_new(name, b"")
    assert lake.list("articles") == ["articles/d=1/a", "articles/d=1/c", "articles/d=2/b"]
    assert lake.list("articles/d=1") == ["articles/d=1/a", "articles/d=1/c"]
    assert lake.folders("articles") == ["articles/d=1", "articles/d=2"]
    assert lake.folders("") == ["articles", "articles2", "state"]
    assert len(lake.list("")) == 5
    assert lake.list("topics") == lake.folders("topics") == []


def test_files_of_other_programs_are_not_listed(local_lake):
    local_lake.put_new("articles/a", b"")
    for stray in ("articles/.hidden", "articles/_SUCCESS", "articles/my notes.txt", "_x/a", ".y/a"):
        path = Path(local_lake.url, stray)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert local_lake.list("") == ["articles/a"]
    assert local_lake.folders("") == ["articles"]


def test_a_deleted_file_is_gone_and_may_be_deleted_again(lake):
    lake.put_new("raw/00/a.gz", b"")
    lake.delete("raw/00/a.gz")
    lake.delete("raw/00/a.gz")
    assert lake.list("raw") == []


def test_a_lake_is_a_value_that_travels_to_workers(lake):
    lake.put_new("raw/00/a.gz", b"x")
    travelled = pickle.loads(pickle.dumps(lake))
    assert travelled == lake
    assert hash(travelled) == hash(lake)
    assert travelled.read("raw/00/a.gz") == b"x"


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "a//b", "..", "a/../../b", ".a", "_tmp/a", "a\n", "a\0", "ა", "a b", "a\\b"]
)  # fmt: skip
def test_a_name_that_could_lead_astray_is_refused_everywhere(lake, name):
    for use in (
        lake.read,
        lake.read_versioned,
        lake.delete,
        lambda name: lake.put_new(name, b""),
        lambda name: lake.put_if(name, b"", "0"),
        lambda name: lake.list(name or ".."),
        lambda name: lake.folders(name or ".."),
    ):
        with pytest.raises(ValueError, match="no name for a file"):
            use(name)


@given(st.lists(st.text(alphabet="a.._/=-\\~%:\0\né", max_size=12)).map("/".join) | st.text())
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_leads_out_of_the_lake(tmp_path, name):
    if not is_name(name):
        return
    lake = tmp_path / "outer" / "lake"
    place = Path(os.path.normpath(lake / name))
    assert place.is_relative_to(lake)
    assert place.relative_to(lake).as_posix() == name


@pytest.mark.parametrize("url", ["", "s3://b/p", "gs://", "gs://b/../c", "gs:///p", "gs://b//p"])
def test_what_cannot_be_a_lake_is_refused(url):
    with pytest.raises(ValueError, match="A lake"):
        open_lake(url)


def test_a_writable_lake_passes_the_check_and_shows_nothing_but_state(lake):
    lake.check_writable()
    lake.check_writable()
    assert lake.folders("") in ([], ["state"])


def test_two_runs_do_not_hold_one_lake(lake):
    with lake.hold("first"):
        said = pytest.raises(LakeBusy, lake.hold("second").__enter__)
        assert "run first" in str(said.value)
        assert str(os.getpid()) in str(said.value)
    with lake.hold("second"):
        pass


WRITER = """
import sys
from newsbeam.transforms.keep.storage import open_lake
lake, first = open_lake(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
for number in range(first, first + 10_000):
    lake.put_new(f"raw/00/{number}.gz", b"%08d" % number * 40_000)
    lake.put_if("state/f.json", b"%08d" % number * 5_000, lake.read_versioned("state/f.json")[1])
"""
HOLDER = """
import sys, time
from newsbeam.transforms.keep.lease import lease
from newsbeam.transforms.keep.storage import open_lake
lake = open_lake(sys.argv[1])
with lake.hold("killed") if sys.argv[2] == "lock" else lease(lake, "killed", 1.5):
    print("ready", flush=True)
    time.sleep(60)
"""


def started(code: str, *arguments: str) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(("kind", "kills"), [("local_lake", 12), ("gcs_lake_url", 4)])
def test_a_killed_writer_leaves_no_torn_file(kind, kills, request):
    place = request.getfixturevalue(kind)
    lake = place if isinstance(place, Lake) else open_lake(place)
    for turn in range(kills):
        process = started(WRITER, lake.url, str(turn * 10_000))
        time.sleep(random.uniform(0.02, 0.2))
        kill(process)
    names = lake.list("raw")
    assert len(names) > kills
    for name in names:
        assert lake.read(name) == b"%08d" % int(Path(name).stem) * 40_000
    state = lake.read("state/f.json")
    assert state == state[:8] * 5_000


def test_a_killed_run_frees_a_folder_at_once(local_lake):
    process = started(HOLDER, local_lake.url, "lock")
    with pytest.raises(LakeBusy, match="run killed"), local_lake.hold("next"):
        pass
    kill(process)
    with local_lake.hold("next"):
        pass


def test_a_killed_run_frees_a_bucket_when_its_lease_has_run_out(gcs_lake_url):
    lake = open_lake(gcs_lake_url)
    process = started(HOLDER, lake.url, "lease")
    kill(process)
    with pytest.raises(LakeBusy, match="run killed"), lease(lake, "next", 1.5):
        pass
    time.sleep(1.5)
    with lease(lake, "next", 1.5):
        assert b"next" in lake.read(RUN_LOCK)


def test_a_lease_is_renewed_for_as_long_as_it_is_held(lake):
    with lease(lake, "long", 0.6):
        time.sleep(1.2)
        with pytest.raises(LakeBusy), lease(lake, "other", 0.6):
            pass


def test_a_holder_whose_clock_is_wrong_keeps_its_lease_while_it_lives(lake, monkeypatch):
    with lease(lake, "long", 0.6):
        ahead = time.time() + 3600
        monkeypatch.setattr("newsbeam.transforms.keep.lease.time.time", lambda: ahead)
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


def test_old_temporary_files_are_swept_and_young_ones_left(local_lake):
    local_lake.check_writable()
    hidden = Path(local_lake.url, "_tmp")
    assert list(hidden.iterdir()) == []
    old, young = hidden / "1-a.tmp", hidden / "2-b.tmp"
    old.touch()
    young.touch()
    before = time.time() - LEFT_BEHIND - 1
    os.utime(old, (before, before))
    assert local_lake.sweep() == 1
    assert list(hidden.iterdir()) == [young]


def test_a_file_in_the_way_of_the_lake_is_said_in_a_sentence(tmp_path):
    (tmp_path / "lake").touch()
    for place in (tmp_path / "lake", tmp_path / "lake" / "inner"):
        with pytest.raises(LakeError, match=r"lake is a file where a folder is needed"):
            open_lake(str(place)).check_writable()


def test_a_missing_right_is_said_in_a_sentence(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # nobody; root may write everywhere
    try:
        with pytest.raises(LakeError, match="No permission to use .*: grant it, or choose"):
            open_lake(str(locked / "lake")).check_writable()
    finally:
        if root:
            os.seteuid(0)


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(local_lake):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(LakeError, match="There is no room to write"):
            local_lake.put_new("raw/00/a.gz", b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert local_lake.list("") == []
    assert list(Path(local_lake.url, "_tmp").iterdir()) == []


def test_a_bucket_that_does_not_exist_is_said_in_a_sentence(gcs_lake_url):
    lake = open_lake("gs://no-such-bucket/lake")
    for use in (lake.check_writable, lambda: lake.list(""), lambda: lake.put_new("a", b"")):
        with pytest.raises(LakeError, match="There is no such bucket"):
            use()


def test_an_emulator_elsewhere_is_not_believed(monkeypatch):
    for host in ("http://203.0.113.5:9000", "http://127.0.0.1@203.0.113.5", "storage.example"):
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", host)
        with pytest.raises(LakeError, match="not an http:// address of this machine"):
            open_lake("gs://bucket/lake").check_writable()


def test_missing_credentials_are_said_in_a_sentence_and_soon(monkeypatch, tmp_path):
    for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS", "NO_GCE_CHECK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    begun = time.monotonic()
    with pytest.raises(LakeError, match="No valid Google credentials"):
        open_lake("gs://bucket/lake").check_writable()
    assert time.monotonic() - begun < 12


def test_a_long_listing_comes_in_pages(gcs_lake_url, monkeypatch):
    lake = open_lake(gcs_lake_url)
    names = [f"raw/00/{number:04}.gz" for number in range(25)]
    for name in names:
        lake.put_new(name, b"")
    monkeypatch.setattr(gcs, "PAGE", 7)
    assert lake.list("raw") == names


def test_two_lakes_of_one_bucket_do_not_see_each_other(gcs_lake_url):
    lake = open_lake(gcs_lake_url)
    lake.put_new("raw/a", b"")
    assert replace(lake, url=lake.url + "2").list("") == []
    assert open_lake(gcs_lake_url.rpartition("/")[0]).list("") == ["news/raw/a"]
