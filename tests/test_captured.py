"""Captured feeds and pages, read as they came: nothing is lost, a bucket holds what a folder holds.

The captures are other people's texts and lie outside the repository (see `captured`).
"""

from collections import Counter
from pathlib import Path

import pytest

from captured import DATA, Captured
from lake_rows import all_content, doubled, rows
from modes import FLAGS
from newsbeam.pipeline.main import run

TABLES = ("articles", "actors", "topics", "quotes", "sightings", "failures")
FEW = 4

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the captures are not at {DATA.name}")


def one_pass(captured: Captured, lake: str) -> None:
    assert run(["run", *captured.feeds, "--lake", lake, "--quiet", *FLAGS]) == 0


@pytest.mark.parametrize("feeds", [FEW, pytest.param(None, marks=pytest.mark.slow)])
@pytest.mark.timeout(1800)
def test_every_entry_of_every_feed_is_accounted_for_in_a_folder_and_in_a_bucket(
    feeds: int | None, gcs_lake_url: str, tmp_path: Path
):
    folder = str(tmp_path / "lake")
    with Captured(feeds) as captured:
        one_pass(captured, folder)
        one_pass(captured, gcs_lake_url)
        polls = rows(folder, "polls")
        assert sorted(row["feed_url"] for row in polls) == sorted(captured.feeds)
        assert {row["status"] for row in polls} == {"ok"}
        seen = Counter(row["feed_id"] for row in rows(folder, "sightings"))
        assert seen == {row["feed_id"]: row["new_items"] for row in polls if row["new_items"]}
        assert len(rows(folder, "articles")) == seen.total()  # a page each
        assert rows(folder, "failures") == []
        (told,) = rows(folder, "runs")
        assert told["balanced"]
        assert told["entries"] == sum(row["items"] for row in polls)
        written = all_content(folder, TABLES)
        assert all_content(gcs_lake_url, TABLES) == written
        one_pass(captured, folder)
        assert all_content(folder, TABLES) == written
    assert doubled(folder) == doubled(gcs_lake_url) == {}
