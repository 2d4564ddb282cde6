"""The sample newsroom into a folder and into a bucket: the same rows, and again nothing new."""

from lake_rows import all_content, doubled
from modes import FLAGS
from newsbeam.pipeline.main import run
from newsbeam.pipeline.newsroom.server import Newsroom

TABLES = ("articles", "actors", "topics", "quotes", "sightings", "failures", "polls")


def test_a_bucket_holds_the_rows_that_a_folder_holds(gcs_lake_url, tmp_path):
    with Newsroom(slow_seconds=0.1) as room:
        feeds = tmp_path / "feeds.toml"
        feeds.write_text(room.feeds_toml(), encoding="utf-8")
        for lake in (str(tmp_path / "lake"), gcs_lake_url):
            assert run(["run", str(feeds), "--lake", lake, "--quiet", *FLAGS]) == 0
        expected = all_content(str(tmp_path / "lake"), TABLES)
        assert all_content(gcs_lake_url, TABLES) == expected
        assert run(["run", str(feeds), "--lake", gcs_lake_url, "--quiet", *FLAGS]) == 0
    assert sum(all_content(gcs_lake_url, ("articles",))["articles"].values()) == sum(
        expected["articles"].values()
    )
    assert doubled(gcs_lake_url) == {}
