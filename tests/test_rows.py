"""Rows of a visit or a run: named by what made them, so each is there once."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made
from lake_rows import doubled, rows
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, LakeError, open_lake
from newsbeam.transforms.lake.tables import stem_of
from racers import RACERS, at_once

SIGHTINGS = TABLES["sightings"]
STEM = "0f" * 16
SEEN = [made.origin(n).sighting for n in range(9)]


def add(lake: Lake, *numbers: int) -> None:
    add_rows(lake, SIGHTINGS, made.DAY, STEM, [SEEN[n] for n in numbers])


def places(lake: Lake) -> list[int]:
    """Which rows are there, nothing twice."""
    assert doubled(lake.url) == {}
    return sorted(row["position"] for row in rows(lake.url, "sightings"))


def test_rows_added_again_add_nothing(lake: Lake):
    for _ in range(2):
        add(lake, 1, 2)
    assert places(lake) == [1, 2]
    assert lake.list("sightings") == [f"sightings/seen_date={made.DAY}/{STEM}.parquet"]


@pytest.mark.parametrize(("table", "row"), [("runs", made.run()), ("polls", made.poll())])
def test_a_row_of_the_ledger_added_again_adds_nothing(lake: Lake, table: str, row: object):
    for _ in range(2):
        add_rows(lake, TABLES[table], made.DAY, stem_of(TABLES[table], [row]), [row])
    assert len(rows(lake.url, table)) == 1


def test_nothing_makes_no_file(lake: Lake):
    add(lake)
    assert lake.list("") == []


def test_what_overlaps_goes_under_the_next_number_without_what_is_there(lake: Lake):
    add(lake, 1, 2)
    add(lake, 2, 3)
    add(lake, 1, 3, 4)
    assert places(lake) == [1, 2, 3, 4]
    stems = [Path(name).stem for name in lake.list("sightings")]
    assert sorted(stems) == [STEM, f"{STEM}-1", f"{STEM}-2"]


def test_a_row_given_twice_is_there_once(lake: Lake):
    add(lake, 1, 1)
    assert places(lake) == [1]


@given(st.lists(st.lists(st.integers(0, 8)), max_size=5))
@settings(deadline=None, max_examples=20)
def test_however_rows_are_cut_each_is_there_once(tmp_path_factory, attempts):
    lake = open_lake(str(tmp_path_factory.mktemp("lake")))
    for attempt in attempts:
        add(lake, *attempt)
    assert places(lake) == sorted(set().union(*attempts))


def test_eight_threads_that_add_overlapping_rows_at_once_add_each_once(lake: Lake):
    assert at_once(lambda n: add(lake, n, n + 1) is None) == RACERS
    assert places(lake) == list(range(9))


def test_what_a_damaged_file_held_is_written_again(local_lake: Lake):
    add(local_lake, 1, 2)
    (name,) = local_lake.list("sightings")
    Path(local_lake.url, name).write_bytes(b"torn")
    add(local_lake, 1, 2)
    with pytest.raises(LakeError, match=f"{STEM}.parquet is damaged: move it away"):
        rows(local_lake.url, "sightings")
    local_lake.delete(name)
    assert places(local_lake) == [1, 2]
