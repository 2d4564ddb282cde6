"""`newsbeam replay`: each letter ends as rows, or is open still and was tried once more."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import made
from lake_rows import rows
from made_site import Site
from modes import FLAGS
from newsbeam.pipeline import replay as replaying
from newsbeam.pipeline.main import run
from newsbeam.transforms.lake.storage import open_lake
from newsbeam.transforms.write_articles import write

UNDATED = {"title": "Rain", "text": "It rains in Batumi.", "url": "https://a.example/1"}
PAGE = "<html><head><title>Rain</title></head><body><article><h1>Rain</h1><p>{}</p></article>"


def letters(lake: Path) -> list[dict[str, Any]]:
    return sorted(rows(str(lake), "failures"), key=lambda row: row["failure_id"])


def replay(lake: Path, *more: str) -> int:
    return run(["replay", "--lake", str(lake), *FLAGS, *more])


def test_a_document_is_tried_again_and_admitted_where_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake, file = tmp_path / "lake", tmp_path / "a.jsonl"
    file.write_text(json.dumps(UNDATED))
    assert run(["run", "--documents", str(file), "--lake", str(lake)]) == 2
    (letter,) = letters(lake)
    capsys.readouterr()
    assert replay(lake) == 0
    (again,) = letters(lake)
    assert again == letter | {"attempts": 2}
    assert "1 of 1 letters are still open" in capsys.readouterr().err
    assert replay(lake, "--undated", "now", "--failure", letter["failure_id"]) == 0
    assert "1 letter = 1 written: balanced" in capsys.readouterr().err
    assert letters(lake) == []
    assert [row["title"] for row in rows(str(lake), "articles")] == ["Rain"]
    assert replay(lake) == 0


def test_an_entry_of_which_nothing_could_be_kept_is_read_once_its_page_is_there(tmp_path: Path):
    pages: dict[str, tuple[str, bytes]] = {}
    lake = tmp_path / "lake"
    with Site(lambda path: pages.get(path)) as site:
        link = site.at("/a/1")
        item = f"<item><link>{link}</link><guid>{link}</guid></item>"
        feed = f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>"
        pages["/feed"] = ("application/rss+xml", feed.encode())
        assert run(["run", site.at("/feed"), "--lake", str(lake), "--quiet", *FLAGS]) == 0
        (letter,) = letters(lake)
        assert letter["error"] == "nothing_to_keep"
        assert replay(lake, "--quiet") == 0
        assert [row["attempts"] for row in letters(lake)] == [2]
        assert rows(str(lake), "articles") == []
        pages["/a/1"] = ("text/html", PAGE.format("It rains in Batumi. " * 40).encode())
        assert replay(lake, "--quiet") == 0
        assert letters(lake) == []
        (article,) = rows(str(lake), "articles")
        assert (article["title"], article["text_from"]) == ("Rain", "page")
        assert (article["url"], article["article_id"]) == (link, letter["article_id"])
        assert all(told["balanced"] for told in rows(str(lake), "runs"))
        assert run(["run", site.at("/feed"), "--lake", str(lake), "--quiet", *FLAGS]) == 0
        assert len(rows(str(lake), "articles")) == 1


@pytest.mark.parametrize("works_now", [True, False])
def test_what_an_annotator_could_not_read_is_annotated_again(
    tmp_path: Path, works_now: bool, monkeypatch: pytest.MonkeyPatch
):
    lake = tmp_path / "lake"
    whole = made.annotated(1)
    rest = {name: found for name, found in whole.annotations.items() if name != "quotes"}
    lacking = replace(whole, annotations=rest, problems={"quotes": "it stopped"})
    write(open_lake(str(lake)), [lacking])
    assert [row["step"] for row in letters(lake)] == ["EnrichArticles"]
    monkeypatch.setattr(replaying, "enrich", lambda *_: iter([whole if works_now else lacking]))
    for _ in range(2):
        assert replay(lake, "--quiet") == 0
        assert len(letters(lake)) == (0 if works_now else 1)
        assert len(rows(str(lake), "quotes")) == (1 if works_now else 0)
        assert len(rows(str(lake), "actors")) == len(rows(str(lake), "articles")) == 1


def test_a_letter_that_is_not_open_is_no_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write(open_lake(str(tmp_path)), [made.annotated(1)])
    assert replay(tmp_path, "--failure", "abc") == 2
    assert "no open letter is called abc" in capsys.readouterr().err
