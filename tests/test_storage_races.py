"""Many writers at once, and writers that are killed: one wins, and nothing torn is ever seen."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsbeam.transforms.lake.storage import (
    Lake,
    open_lake,
)
from racers import RACERS, at_once, running


def test_of_eight_writers_of_one_name_exactly_one_succeeds(lake):
    for turn in range(5):
        name = f"raw/00/{turn}.gz"
        assert at_once(lambda n, name=name: lake.put_new(name, b"%d" % n * 1000)) == 1
        assert len(set(lake.read(name))) == 1


def test_of_eight_changes_of_one_state_exactly_one_succeeds(lake):
    for turn in range(5):
        _, version = lake.read_versioned("state/feeds/f.json")

        def change(n: int, turn=turn, version=version) -> bool:
            return lake.put_if("state/feeds/f.json", b"%d in turn %d" % (n, turn), version)

        assert at_once(change) == 1


def test_eight_counters_that_try_again_lose_no_count(lake):
    def add_one(_: int) -> bool:
        while True:
            data, version = lake.read_versioned("state/counter.json")
            if lake.put_if("state/counter.json", b"%d" % (int(data or b"0") + 1), version):
                return True

    assert at_once(add_one) == RACERS
    assert lake.read("state/counter.json") == b"%d" % RACERS


WRITER = """
import sys
from newsbeam.transforms.lake.storage import open_lake
lake, first = open_lake(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
for number in range(first, first + 10_000):
    lake.put_new(f"raw/00/{number:08}.gz", b"%08d" % number * 250_000)
"""


@pytest.mark.parametrize(("kind", "kills"), [("local_lake", 10), ("gcs_lake_url", 4)])
def test_what_is_seen_of_a_writer_is_whole_also_when_it_is_killed(kind, kills, request):
    place = request.getfixturevalue(kind)
    lake = place if isinstance(place, Lake) else open_lake(place)

    def check(names: list[str]) -> None:
        for name in names:
            assert lake.read(name) == Path(name).stem.encode() * 250_000

    for turn in range(kills):
        with running(WRITER, lake.url, str(turn * 10_000)):
            end = time.monotonic() + random.uniform(0.05, 0.25)
            while time.monotonic() < end or len(lake.list("raw")) < 2 * turn + 2:
                check(lake.list("raw")[-1:])
    names = lake.list("raw")
    assert len(names) > kills
    check(names)


def test_a_reader_never_sees_a_half_written_state(local_lake):
    sizes = (1_000_000, 2_000_000)

    def keep_writing() -> None:
        for turn in range(60):
            version = local_lake.read_versioned("state/f.json")[1]
            local_lake.put_if("state/f.json", b"x" * sizes[turn % 2], version)

    local_lake.put_if("state/f.json", b"x" * sizes[0], local_lake.read_versioned("state/f.json")[1])
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(keep_writing)
        while not writing.done():
            assert len(local_lake.read("state/f.json")) in sizes
        writing.result()
