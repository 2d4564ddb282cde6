"""Rows as Parquet, and the names of their files."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made
from counted_lake import CALLS, CountedLake
from newsbeam.schemas.article import Article
from newsbeam.schemas.tables import TABLES, Table
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.storage import Lake, LakeError, NotThere
from newsbeam.transforms.lake.tables import (
    arrow_schema,
    day_of,
    file_name,
    is_ours,
    read_columns,
    read_rows,
    stem_of,
    to_parquet,
)

ARTICLES = TABLES["articles"]
STEM = "0f" * 16


def back(lake: Lake, table: Table, *rows: object) -> list[object]:
    """The rows as they come back from a file."""
    name = file_name(table, made.DAY, stem_of(table, rows))
    assert lake.put_new(name, to_parquet(table, rows))
    return read_rows(lake, table.record, name)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_an_explicit_schema_without_null_types(name: str):
    schema = arrow_schema(name)
    assert schema.names == list(TABLES[name].record.__dataclass_fields__)
    assert "null" not in {str(field.type) for field in schema}


def test_rows_come_back_from_parquet_as_they_were(local_lake: Lake):
    rows = [made.article(n, authors=("A", "B")) for n in range(3)]
    assert sorted(back(local_lake, ARTICLES, *rows), key=lambda row: row.title) == rows
    for name, (row,) in made.annotated(1).annotations.items():
        assert back(local_lake, TABLES[name], row) == [row]


@given(st.permutations(range(6)))
@settings(deadline=None)
def test_a_file_is_the_same_file_in_whatever_order_its_rows_come(order: list[int]):
    rows = [made.article(n) for n in order]
    again = [made.article(n) for n in range(6)]
    assert stem_of(ARTICLES, rows) == stem_of(ARTICLES, again)
    assert to_parquet(ARTICLES, rows) == to_parquet(ARTICLES, again)


def test_other_rows_are_another_file():
    assert len({stem_of(ARTICLES, [made.article(n) for n in range(m)]) for m in range(5)}) == 5


def test_a_file_lies_in_the_folder_of_its_utc_day():
    tbilisi = made.NOON.replace(hour=1).astimezone(made.NOON.tzinfo) - timedelta(hours=2)
    assert day_of(tbilisi) == "2026-02-28"
    name = file_name(ARTICLES, day_of(made.NOON), STEM)
    assert name == f"articles/published_date=2026-03-01/{STEM}.parquet"


@pytest.mark.parametrize(
    "name",
    [
        f"articles/published_date=2026-03-01/{STEM}.txt",
        "articles/published_date=2026-03-01/x.parquet",
        f"articles/{STEM}.parquet",
        f"topics/published_date=2026-03-01/{STEM}.parquet",
        f"articles/day=2026-03-01/{STEM}.parquet",
    ],
)
def test_what_else_lies_in_a_table_is_none_of_ours(name: str):
    assert not is_ours(ARTICLES, name)


@pytest.mark.parametrize("damage", [b"", b"torn", b"PAR1" * 3])
def test_a_damaged_file_is_named(local_lake: Lake, damage: bytes):
    name = file_name(ARTICLES, made.DAY, STEM)
    local_lake.put_new(name, damage)
    for read in (
        lambda: read_rows(local_lake, Article, name),
        lambda: read_columns(local_lake, name, ["url"]),
    ):
        with pytest.raises(LakeError, match=f"{STEM}.parquet is damaged: move it away"):
            read()


def test_half_a_surrogate_pair_stops_no_write(local_lake: Lake):
    (row,) = back(local_lake, ARTICLES, made.article(1, guid="a\ud800b"))
    assert row.guid == "a?b"


def test_raw_bytes_are_kept_once_and_found_by_their_hash(lake: Lake):
    sha256 = raw.keep(lake, b"<rss/>", made.NOON)
    assert raw.keep(lake, b"<rss/>", made.NOON + timedelta(hours=1)) == sha256
    assert raw.fetch(lake, sha256, made.NOON) == b"<rss/>"
    assert len(lake.list("raw")) == 1
    for name, day in (("0" * 64, made.NOON), (sha256, made.NOON - timedelta(days=1))):
        with pytest.raises(NotThere):
            raw.fetch(lake, name, day)


@pytest.mark.parametrize(("days", "left"), [(30, 3), (7, 2), (1, 2), (0, 2)])
def test_raw_bytes_go_by_the_day_and_yesterdays_stay(lake: Lake, days: int, left: int):
    for age in (0, 1, 8, 31, 4000):
        raw.keep(lake, b"<rss/>", made.NOON - timedelta(days=age))
    lake.put_new("raw/ab/of-an-older-version.gz", b"")
    assert raw.remove_old(lake, made.NOON, raw.Kept(days)) == 5 - left
    assert len(lake.list("raw")) == left + 1
    assert raw.remove_old(lake, made.NOON, raw.Kept(days)) == 0


def test_raw_bytes_that_take_too_much_room_go_from_the_oldest_day_on(lake: Lake):
    each = [raw.keep(lake, b"%d" % age * 99, made.NOON - timedelta(days=age)) for age in range(5)]
    room = lake.size("raw") - 1
    assert raw.remove_old(lake, made.NOON, raw.Kept(size=room)) == 1
    assert raw.fetch(lake, each[3], made.NOON - timedelta(days=3)) == b"3" * 99
    assert raw.remove_old(lake, made.NOON, raw.Kept(size=0)) == 2
    assert len(lake.list("raw")) == 2  # today's and yesterday's


def test_the_room_of_raw_bytes_is_measured_once_a_day_and_budget(tmp_path: Path):
    lake = CountedLake(str(tmp_path / "lake"))
    for age in range(5):
        raw.keep(lake, b"%d" % age * 99, made.NOON - timedelta(days=age))
    before = CALLS["size"]
    for now, size, measured in (
        (made.NOON, 10**9, 5), (made.NOON, 10**9, 5), (made.NOON, 10**8, 10),
        (made.NOON + timedelta(days=1), 10**8, 15),
    ):  # fmt: skip
        assert raw.remove_old(lake, now, raw.Kept(size=size)) == 0
        assert CALLS["size"] - before == measured


def test_the_old_goes_once_a_day(local_lake: Lake):
    for age in (0, 99):
        raw.keep(local_lake, b"<rss/>", made.NOON - timedelta(days=age))
        raw.tidy_daily(local_lake, made.NOON, raw.Kept())
    assert len(local_lake.list("raw")) == 2
    raw.tidy_daily(local_lake, made.NOON + timedelta(days=1), raw.Kept())
    assert len(local_lake.list("raw")) == 1


def test_raw_bytes_that_are_damaged_are_as_good_as_gone(local_lake: Lake):
    sha256 = raw.keep(local_lake, b"<rss/>" * 100, made.NOON)
    path = Path(local_lake.url, raw.name_of(sha256, made.NOON))
    for damage in (b"", b"x", path.read_bytes()[:-9]):
        path.write_bytes(damage)
        with pytest.raises(NotThere, match=r"is damaged|no file"):
            raw.fetch(local_lake, sha256, made.NOON)


def test_rows_are_read_without_the_threads_that_can_abort_a_process_at_its_end(tmp_path: Path):
    """pyarrow.dataset brings them: in bare pyarrow 25, 2 of 40 processes ended with SIGABRT."""
    program = """if True:
        import sys, made
        from newsbeam.schemas.tables import TABLES
        from newsbeam.transforms.lake.storage import open_lake
        from newsbeam.transforms.lake.tables import read_rows, to_parquet
        lake, table = open_lake(sys.argv[1]), TABLES["articles"]
        lake.put_new("a", to_parquet(table, [made.article(1)]))
        assert read_rows(lake, table.record, "a") == [made.article(1)]
        assert "pyarrow.dataset" not in sys.modules
    """
    command = [sys.executable, "-c", program, str(tmp_path)]
    subprocess.run(command, cwd=Path(__file__).parent, check=True)
