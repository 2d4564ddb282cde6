"""Reading a lake: the rows of the days that are asked for, and nothing that is none of ours."""

from datetime import timedelta
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

import made
from graphs import graph
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.batches import add_articles
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.storage import Lake, LakeError
from newsbeam.transforms.lake.tables import days_of
from newsbeam.transforms.read_lake import ReadLake, rows_of_day

ARTICLES = TABLES["articles"]


def fill(lake: Lake) -> None:
    """Three days, the second of two articles."""
    days = {1: 0, 2: 1, 3: 1, 4: 2}
    articles = [made.read(n, published_at=made.NOON + timedelta(d)) for n, d in days.items()]
    add_articles(lake, Claims(lake), articles)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"since": "2026-03-02"}, [2, 3, 4]),
        ({"until": "2026-03-02"}, [1, 2, 3]),
        ({"since": "2026-03-02", "until": "2026-03-02"}, [2, 3]),
        ({"since": "2027-01-01"}, []),
    ],
)
def test_the_rows_of_the_days_asked_for_are_read(
    local_lake: Lake, said: dict[str, str], expected: list[int]
):
    fill(local_lake)
    with graph() as p:
        titles = p | ReadLake(local_lake, ARTICLES, **said) | beam.Map(lambda row: row.title)
        assert_that(titles, equal_to([f"Title {n}" for n in expected]))


def test_days_are_named_by_the_lake(lake: Lake):
    assert days_of(lake, ARTICLES) == []
    fill(lake)
    assert days_of(lake, ARTICLES) == ["2026-03-01", "2026-03-02", "2026-03-03"]


def test_files_of_others_are_passed_over_and_a_damaged_one_is_named(local_lake: Lake):
    fill(local_lake)
    day = Path(local_lake.url, "articles", "published_date=2026-03-01")
    (day / "README.txt").write_text("notes")
    (day / "x.parquet").write_bytes(b"not ours")
    assert [row.title for row in rows_of_day("2026-03-01", local_lake, ARTICLES)] == ["Title 1"]
    (day / f"{'0f' * 16}.parquet").write_bytes(b"torn")
    with pytest.raises(LakeError, match="is damaged: move it away"):
        list(rows_of_day("2026-03-01", local_lake, ARTICLES))
