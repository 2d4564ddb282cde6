"""A whole run on the sample newsroom, compared with what a person has looked at.

After a change that is meant, NEWSBEAM_UPDATE_GOLDEN=1 writes the file anew; the difference belongs
into the review.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lake_rows import CLOCKS, all_content, doubled, rows
from newsbeam.analysis.query import open_record
from newsbeam.analysis.questions import top_actors
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.newsroom import Newsroom
from newsbeam.pipeline.options import parse
from newsbeam.pipeline.run import plan_of, run_pass
from newsbeam.schemas.ids import digest
from newsbeam.schemas.ledger import Run
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.wire import to_json
from newsbeam.transforms.lake.storage import open_lake

GOLDEN = Path(__file__).with_name("golden") / "newsroom.json"
PORT = 47476  # ids are made from addresses: the golden file holds for this port alone
CONTENT = ("articles", "actors", "topics", "quotes", "sightings", "failures")
# What a new version of newsbeam or of a library changes without changing the content.
VERSIONS = ("pipeline_version", "extractor", "raw_sha256", "language_confidence")


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    try:
        with Newsroom(port=PORT, slow_seconds=0.2) as served:
            yield served
    except OSError as problem:
        pytest.skip(f"port {PORT} is not free: {problem}")


def one_pass(room: Newsroom, lake: Path) -> Run:
    """Everything that the newsroom has now, into the lake."""
    feeds = lake.with_suffix(".toml")
    feeds.write_text(room.feeds_toml(), encoding="utf-8")
    words = [
        "run",
        feeds,
        "--lake",
        lake,
        "--allow-network",
        "127.0.0.0/8",
        "--per-host-delay",
        "0",
    ]
    options = parse([str(word) for word in words])
    made = plan_of(options, open_lake(str(lake)), "pass")
    run, _ = run_pass(options, made, load_feeds(options.feeds))
    return run


def summary(lake: Path) -> dict[str, Any]:
    """What the golden file holds of a lake after one pass."""
    polls = sorted(rows(str(lake), "polls"), key=lambda row: row["feed_url"])
    articles = sorted(rows(str(lake), "articles"), key=lambda row: row["url"])
    with open_record(open_lake(str(lake))) as record:
        top = top_actors(record, limit=15)
    return {
        "rows": {table: len(rows(str(lake), table)) for table in TABLES},
        "feeds": {
            urlsplit(row["feed_url"]).path: (
                f"{row['status']}, {row['new_items']} new, {row['known_items']} known"
            )
            for row in polls
        },
        "articles": {
            urlsplit(row["url"]).path: {
                "id": row["article_id"], "title": row["title"], "content": content(row),
            }
            for row in articles
        },
        "top_actors": top.drop_columns(["first", "last"]).to_pylist(),
    }  # fmt: skip


def content(row: dict[str, Any]) -> str:
    """A digest of an article's row without clocks and versions."""
    clocks = {*CLOCKS["articles"], *VERSIONS}
    if row["published_from"] == "fetch":
        clocks.add("published_at")
    return digest(to_json({k: v for k, v in row.items() if k not in clocks}), length=16)


@pytest.fixture(scope="module")
def lake(room: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("golden") / "first"
    assert one_pass(room, place).balanced
    return place


def test_a_run_on_the_newsroom_gives_what_the_golden_file_says(lake: Path):
    found = json.loads(json.dumps(summary(lake)))
    if os.environ.get("NEWSBEAM_UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    expected = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(found) == list(expected)
    for part in expected:
        assert found[part] == expected[part], part


def test_another_lake_gets_the_same_content(room: Newsroom, lake: Path):
    second = lake.with_name("second")
    assert one_pass(room, second).balanced
    assert all_content(str(second), CONTENT) == all_content(str(lake), CONTENT)


def test_a_second_pass_adds_nothing_and_the_next_day_only_what_is_new(room: Newsroom, lake: Path):
    before = all_content(str(lake), CONTENT)
    run = one_pass(room, lake)
    assert (run.new, run.balanced) == (0, True)
    assert all_content(str(lake), CONTENT) == before
    try:
        room.publish(2)
        run = one_pass(room, lake)
    finally:
        room.publish(1)
    assert run.balanced
    after = all_content(str(lake), CONTENT)
    assert before["articles"] <= after["articles"]  # nothing that was written is changed
    old = {json.loads(line)["article_id"] for line in before["articles"]}
    added = Counter(
        json.loads(line)["article_id"] for line in after["articles"] - before["articles"]
    )
    assert len([one for one in added if one not in old]) == 4
    assert len([one for one in added if one in old]) == 2  # revisions
    assert set(added.values()) == {1}
    assert doubled(str(lake)) == {}
