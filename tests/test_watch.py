"""`newsbeam watch`: the newest articles about a list, as a table and as feeds that readers take."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from newsbeam.pipeline.main import run
from newsbeam.schemas.annotations import Evidence, Topic
from newsbeam.schemas.ids import revision

from .sample_lake import END, make_actor, make_article, write_rows

EVIL = "<script>alert(1)</script> & a fence"
WATCH = """
title = "Rain & Co"
actors = ["Nino Beridze", "x:european-union", "the Union"]
topics = ["desk:transit", "armed conflict"]
words = ["fence", "бордериз*"]
"""


def article(n: int, title: str, text: str, days: int = 0, **columns: str):
    return make_article(
        f"https://a.example/{n}", title, text, END - timedelta(days=days), **columns
    )


TALKS = article(1, "Talks", "It rained. Nino Beridze met the Union. It rained on.", 1)
FENCE = article(2, EVIL, "All is told above.\u0007", 2)
RUSSIAN = article(3, "Новости", "Вчера. О бордеризации говорили долго.", 3, language="ru")
CARGO = article(4, "Cargo", "Ships came. Transit grew by a third. So it was.", 4)
OTHER = article(5, "Nothing", "No fenceless thing is told.", 0)
CORRECTED = replace(
    TALKS, title="Talks end", revision=revision("Talks end", TALKS.text),
    fetched_at=END + timedelta(hours=1),
)  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lake")
    write_rows(root, "articles", [TALKS, CORRECTED, FENCE, RUSSIAN, CARGO, OTHER])
    nino = ("Nino Beridze", "person", "x:nino", None)
    union = ("the Union", "organisation", "x:european-union", None)
    write_rows(root, "actors", [
        make_actor(wording, *who) for wording in (TALKS, CORRECTED) for who in (nino, union)
    ])  # fmt: skip
    at = CARGO.text.index("Transit")
    columns = {name: getattr(CARGO, name) for name in (
        "article_id", "revision", "published_at", "source", "language")}  # fmt: skip
    write_rows(root, "topics", [Topic(
        **columns, scheme="desk", code="transit", label="Transit", score=0.6,
        evidence=(Evidence("text", at, at + 7, "Transit"),),
    )])  # fmt: skip
    (root / "watch.toml").write_text(WATCH, encoding="utf-8")
    return root


def told(lake: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["watch", str(lake / "watch.toml"), "--lake", str(lake), *words]) == 0
    return capsys.readouterr().out


def rows(lake: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told(lake, capsys, "--format", "csv", *words))))


def test_the_newest_comes_first_each_with_its_reasons_and_a_sentence(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = rows(lake, capsys)
    assert [(row["url"][-1], row["why"], row["passage"]) for row in found] == [
        ("1", "Nino Beridze; European Union", "Nino Beridze met the Union."),
        ("2", "fence", ""),
        ("3", "бордериз*", "О бордеризации говорили долго."),
        ("4", "Transit", "Transit grew by a third."),
    ]
    assert found[0]["title"] == "Talks end"  # the latest wording, once


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--since", "2026-03-29"), "12"),
        (("--until", "2026-03-28"), "34"),
        (("--language", "ru"), "3"),
        (("--limit", "1"), "1"),
        (("--min-confidence", "0.95"), "23"),
        (("--source", "nobody.example"), ""),
    ],
)
def test_a_part_of_the_record_can_be_watched(
    words: tuple[str, ...], numbers: str, lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "".join(row["url"][-1] for row in rows(lake, capsys, *words)) == numbers


def test_a_reader_reads_the_rss_and_no_markup_of_an_article_is_markup_there(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(lake, capsys, "--format", "rss")
    feed = feedparser.parse(text)
    assert not feed.bozo
    assert feed.feed.title == "Rain & Co"
    assert [entry.id for entry in feed.entries][:2] == [
        f"urn:uuid:{TALKS.article_id}", f"urn:uuid:{FENCE.article_id}",
    ]  # fmt: skip
    assert "script" not in " ".join(entry.summary for entry in feed.entries)
    assert "<script" not in text
    item = ElementTree.fromstring(text).findall("channel/item")[1]
    assert "<" not in item.findtext("title") + item.findtext("description")
    assert item.findtext("title").endswith(" & a fence")
    assert item.findtext("pubDate") == "Sun, 29 Mar 2026 18:00:00 GMT"


def test_an_address_that_a_browser_may_not_open_is_no_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_rows(tmp_path, "articles", [replace(FENCE, url="javascript:alert(1)")])
    (tmp_path / "watch.toml").write_text('words = ["fence"]')
    assert "javascript" not in told(tmp_path, capsys, "--format", "rss")
    assert "javascript" not in told(tmp_path, capsys, "--format", "jsonfeed")


def test_the_json_feed_has_what_its_specification_asks_for(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = json.loads(told(lake, capsys, "--format", "jsonfeed"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Rain & Co"
    first, second = feed["items"][:2]
    assert first["id"] == f"urn:uuid:{TALKS.article_id}"
    assert first["date_published"] == "2026-03-30T18:00:00Z"
    assert first["tags"] == ["Nino Beridze", "European Union"]
    assert (second["title"], "content_html" in second) == (EVIL, False)


def test_the_same_news_makes_the_same_bytes(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("rss", "jsonfeed"):
        assert told(lake, capsys, "--format", form) == told(lake, capsys, "--format", form)


def test_where_nothing_is_new_that_is_said_and_the_feed_is_one_all_the_same(
    lake: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = str(lake / "watch.toml")
    assert (
        run(["watch", watch, "--lake", str(lake), "--since", "2026-03-31", "--format", "rss"]) == 0
    )
    out, err = capsys.readouterr()
    assert feedparser.parse(out).feed.title == "Rain & Co"
    assert f"no article of what {watch} names in 1 article in that period" in err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('words = ["a"]\nactor = ["b"]', ', line 2: "actor" is not known; did you mean "actors"'),
        ('words = "a"', ', line 1: "words" is a list of texts'),
        ('words = ["a", "—"]', ', line 1: "words": there is no word in "—"'),
        ('title = "a"', ', line 1: "actors", "topics" or "words" are missing'),
        ('words = ["a"]\nlink = "javascript:x"', ', line 2: "link" is an http(s) address'),
        ('words = ["a"', ', line 1, "words": no TOML'),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_line_and_key(
    text: str, says: str, lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "w.toml"
    path.write_text(text, encoding="utf-8")
    assert run(["watch", str(path), "--lake", str(lake)]) == 2
    assert f"{path}{says}" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "none.toml", "--lake", str(lake)]) == 2
    assert "none.toml cannot be read" in capsys.readouterr().err


def test_the_watch_list_of_the_documentation_is_one(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (Path(__file__).parents[1] / "docs/topics.md").read_text(encoding="utf-8")
    path = tmp_path / "w.toml"
    path.write_text(text.split("```toml\n")[2].split("```")[0], encoding="utf-8")
    assert run(["watch", str(path), "--lake", str(lake), "--format", "jsonfeed"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["title"], len(found["items"])) == ("Caucasus desk", 1)
