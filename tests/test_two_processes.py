"""Two processes on one lake do every kind of write at once; they are paused, and killed amid it."""

import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from attacks import ANNOTATIONS, Round, attack, round_of
from lake_rows import doubled
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.feed.memory import recall
from newsbeam.transforms.lake.batches import KEY
from newsbeam.transforms.lake.letters import reading_letter
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.lake.tables import read_columns


def keys(lake: Lake, table: str) -> "Counter[tuple[str, ...]]":
    """Which wordings the rows of a table are of, and how many of each."""
    return Counter(
        key
        for name in lake.list(table)
        if name.endswith(".parquet")
        for key in read_columns(lake, name, KEY)
    )


def _letter(one: AnnotatedArticle) -> str:
    return reading_letter(one.origins[0])


def lost_and_double(lake: Lake, works: list[Round]) -> dict[str, int]:
    """What is not in the lake though it was written, and what is there twice or should be gone."""
    wanted = {
        (one.article.article_id, one.article.revision)
        for work in works
        for one in (*work.articles, *work.mended)
    }
    found = {table: keys(lake, table) for table in ("articles", *ANNOTATIONS)}
    days = defaultdict(set)
    for name in lake.list("articles"):
        for article_id, _ in read_columns(lake, name, KEY):
            days[article_id].add(name.split("/")[1])
    rows = {
        table: {
            tuple(row)
            for name in lake.list(table)
            for row in read_columns(lake, name, TABLES[table].identity)
        }
        for table in ("sightings", "polls", "failures")
    }
    asked = {
        "sightings": {(s.article_id, s.feed_id, s.seen_at) for w in works for s in w.sightings},
        "polls": {(p.feed_id, p.polled_at) for w in works for p in w.polls},
    }
    open_letters = {name for (name,) in rows["failures"]}
    mended = {_letter(one) for work in works for one in work.mended}
    hopeless = {_letter(one) for work in works for one in work.hopeless}
    return {
        "lost": sum(len(wanted - set(found[table])) for table in found)
        + sum(len(asked[table] - rows[table]) for table in asked)
        + len(hopeless - open_letters)
        + sum(work.seen not in recall(lake, work.memory)[0].entries for work in works),
        "double": sum(count - 1 for table in found for count in found[table].values())
        + sum(len(twice) for twice in doubled(lake.url).values()),
        "in two days": sum(len(of_one) > 1 for of_one in days.values()),
        "letters back": len(mended & open_letters),
        "not asked for": sum(len(set(found[table]) - wanted) for table in found),
    }


NONE = {"lost": 0, "double": 0, "in two days": 0, "letters back": 0, "not asked for": 0}


def two_processes(url: str, rounds: int, folder: Path, kills: float) -> dict[str, int]:
    """Attack an empty lake and look at what is in it then."""
    began = time.monotonic()
    did = attack(url, rounds, folder, kills)
    lake = open_lake(url)
    works = [round_of(number, writer) for number in range(rounds) for writer in range(2)]
    seen = lost_and_double(lake, works)
    print(
        f"\ntwo processes on {url.split(':')[0]}: {rounds} rounds, {did['kills']} kills, "
        f"{did['pauses']} pauses, {time.monotonic() - began:.0f} s; "
        f"{keys(lake, 'articles').total()} articles; {seen}"
    )
    return seen


def test_two_processes_that_do_every_kind_of_write_lose_and_double_nothing(lake, tmp_path):
    assert two_processes(lake.url, 8, tmp_path, kills=0) == NONE


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_nor_do_they_when_they_are_paused_and_killed(kind, tmp_path, request):
    place = "local_lake" if kind == "folder" else "gcs_lake_url"
    found = request.getfixturevalue(place)
    url = found.url if isinstance(found, Lake) else found
    assert two_processes(url, 200, tmp_path, kills=0.06) == NONE
