"""What was forgotten is gone from every place, stays out; and a kill does no harm."""

import json
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from made import (
    DAY,
    EMPTY_MEMORY,
    FEED,
    NOON,
    annotated,
    article,
    failure,
    origin,
    poll,
    read,
    visit,
)  # fmt: skip
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import forget as command
from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.forget import forget
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.journey import Outcome
from newsbeam.schemas.memory import Seen
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.close_visits import sightings_of
from newsbeam.transforms.feed.memory import name_of, recall, store
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.batches import add_articles
from newsbeam.transforms.lake.check import check_lake
from newsbeam.transforms.lake.claims import Claim, Claims, Wording
from newsbeam.transforms.lake.forgotten import forgotten
from newsbeam.transforms.lake.letters import file_letters
from newsbeam.transforms.lake.local import LocalLake
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, LakeBusy, open_lake
from newsbeam.transforms.lake.tables import file_name, read_rows
from newsbeam.transforms.settle_articles import settle_batch

GONE, KEPT = article(2).article_id, article(3).article_id
OTHER = "other.example"  # the source of article 3


def fill(lake: Lake) -> None:
    """Four articles of two sources, with all that comes beside them."""
    claims = Claims(lake)
    page = raw.keep(lake, b"<p>page of two", NOON)
    feed = raw.keep(lake, b"<rss>two</rss>", NOON)
    brought = []
    for n in range(4):
        one = annotated(n, raw_sha256=page if n == 2 else None)
        (quote,) = one.annotations["quotes"]
        rows = {**one.annotations, "quotes": (replace(quote, start_char=0, end_char=4),)}
        if n == 3:
            rows = {name: tuple(replace(r, source=OTHER) for r in of) for name, of in rows.items()}
            one = replace(one, article=replace(one.article, source=OTHER, feed_id="o"))
        brought.append(replace(one, annotations=rows))
    add_articles(lake, claims, brought)
    letter = failure("two", article_id=GONE, element='{"text": "two"}')
    file_letters(lake, claims, [Outcome(origin(2, "later"), GONE, "failed", "", letter)])
    sightings = [one.origins[0].sighting for one in brought]
    add_rows(lake, TABLES["sightings"], DAY, "a" * 32, sightings)
    add_rows(lake, TABLES["polls"], DAY, "b" * 32, [poll(raw_sha256=feed)])
    other = poll(feed_id="o", source=OTHER, raw_sha256=page)
    add_rows(lake, TABLES["polls"], DAY, "c" * 32, [other])
    seen = {f"k{n}": Seen("h", NOON, name="n", url=article(n).url or "") for n in (1, 2)}
    for memory in (replace(EMPTY_MEMORY, entries=seen), replace(EMPTY_MEMORY, feed_id="o")):
        store(lake, memory, lake.read_versioned(name_of(memory.feed_id))[1])


def articles_named(lake: Lake) -> dict[str, set[str]]:
    """By table, which articles its rows name."""
    named = {}
    for name, table in TABLES.items():
        rows = [row for file in lake.list(name) for row in read_rows(lake, table.record, file)]
        named[name] = {getattr(row, "article_id", "") for row in rows}
    return named


def assert_gone(lake: Lake) -> None:
    named = articles_named(lake)
    assert not any(GONE in of_table for of_table in named.values())
    others = {article(n).article_id for n in (0, 1, 3)}
    for name in ("articles", "actors", "topics", "quotes", "sightings"):
        assert named[name] == others
    assert lake.list("raw") == []
    assert Claims(lake).read([GONE])[GONE] == Claim()
    entries = recall(lake, FEED)[0].entries
    assert [seen.url for seen in entries.values()] == [article(1).url, ""]
    assert check_lake(lake) == []


def test_an_article_is_gone_from_every_place_and_the_others_stay(lake: Lake):
    fill(lake)
    removed = forget(lake, [GONE])
    assert_gone(lake)
    assert dict(removed) == {
        "failures": 1, "feed memory": 1, "raw bytes": 2, "sightings": 1, "actors": 1, "topics": 1,
        "quotes": 1, "events": 1, "nothing_found": 0, "claims": 1, "articles": 1,
    }  # fmt: skip
    assert not any(forget(lake, [GONE]).values())


def test_a_source_is_gone_with_its_feeds_and_their_polls(lake: Lake):
    fill(lake)
    removed = forget(lake, [], OTHER)
    named = articles_named(lake)
    assert not any(KEPT in of_table for of_table in named.values())
    assert GONE in named["articles"]
    assert removed["polls"] == removed["articles"] == removed["feed memory"] == 1
    assert lake.read_versioned(name_of("o"))[0] is None
    assert Claims(lake).read([KEPT])[KEPT] == Claim()
    assert check_lake(lake) == []


def test_nothing_brings_it_back(local_lake: Lake):
    fill(local_lake)
    forget(local_lake, [GONE], OTHER)
    again = [(GONE, [read(2, title="Anew")]), (KEPT, [read(3, source=OTHER)])]
    fresh = [(article(8).article_id, [read(8)])]
    *news, gone, of_source = settle_batch(again + fresh, local_lake)
    assert [one.article.title for one in news] == ["Title 8"]
    outcomes = [gone.value, of_source.value]
    assert [(o.result, o.revision) for o in outcomes] == [("unchanged", "")] * 2
    assert sightings_of(visit(read(2), read(3)), outcomes) == []
    letter = failure("again", article_id=GONE)
    file_letters(local_lake, Claims(local_lake), [Outcome(origin(2), GONE, "failed", "", letter)])
    assert local_lake.list("failures") == []


def test_the_tombstone_names_no_words_and_no_address(local_lake: Lake):
    fill(local_lake)
    forget(local_lake, [GONE])
    (name,) = local_lake.list("state/forgotten")
    assert list(json.loads(local_lake.read(name))) == ["forgotten_at"]
    assert forgotten(local_lake).articles == {GONE}


def test_a_paused_writer_finds_the_name_of_its_file_taken(local_lake: Lake):
    """Its claim says that a batch is to hold the article, and the batch is not there yet."""
    claims = Claims(local_lake)
    fill(local_lake)
    late = article(5)
    wording = {late.revision: Wording(batch="d" * 32)}
    claims.change([late.article_id], lambda _, __: Claim(NOON, wording))
    forget(local_lake, [late.article_id])
    for table in ("actors", "articles"):
        assert not local_lake.put_new(file_name(TABLES[table], DAY, "d" * 32), b"late")


class Killed(Exception):
    """Stands for a kill: nothing after it is done."""


class MortalLake(LocalLake):
    """A lake in a folder whose user dies after so many changes."""

    left: ClassVar[list[int]] = [0]

    def _change(self) -> None:
        if self.left[0] == 0:
            raise Killed
        self.left[0] -= 1

    def put_new(self, name: str, data: bytes) -> bool:
        self._change()
        return super().put_new(name, data)

    def put_if(self, name: str, data: bytes, version: str) -> str:
        self._change()
        return super().put_if(name, data, version)

    def delete(self, name: str) -> None:
        self._change()
        super().delete(name)


@pytest.mark.parametrize("source", ["", OTHER])
def test_killed_after_any_change_it_goes_on_to_the_same_end(source: str, tmp_path: Path):
    ids = [] if source else [GONE]
    whole = open_lake(str(tmp_path / "whole"))
    fill(whole)
    forget(whole, ids, source)
    expected = articles_named(whole)
    for changes in range(60):
        lake = open_lake(str(tmp_path / str(changes)))
        fill(lake)
        MortalLake.left[0] = changes
        try:
            forget(MortalLake(lake.url), ids, source)
            break
        except Killed:
            forget(lake, ids, source)
        assert articles_named(lake) == expected
        assert lake.list("raw") == whole.list("raw")
        assert check_lake(lake) == []
    assert 8 < changes < 59


def test_the_command_says_what_was_removed_and_waits_for_nobody(tmp_path, capsys, caplog):
    caplog.set_level("INFO", logger="newsbeam")
    lake = open_lake(str(tmp_path))
    fill(lake)
    asked = ["forget", article(2).url, "--lake", str(tmp_path), "--format", "csv"]
    with lake.hold("another"), pytest.raises(LakeBusy):
        command.main(parse(asked))
    assert command.main(parse(asked)) == 0
    assert "articles,1" in capsys.readouterr().out
    assert "not reached from here" in caplog.text
    assert_gone(lake)
    assert article_id(article(2).url) == GONE


@pytest.mark.parametrize("asked", [[], ["x"], [GONE, "--source", "a.example"], ["--source", "A b"]])
def test_what_cannot_be_forgotten_is_refused(asked):
    with pytest.raises(UsageError):
        parse(["forget", *asked, "--lake", "lake"])
