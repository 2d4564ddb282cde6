"""`run --documents`: ready documents become the same rows, whatever else stands in the file."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from lake_rows import all_content, doubled, rows
from newsbeam.pipeline import run as passes
from newsbeam.pipeline.main import run
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.tables import TABLES

TEXT = "Foreign Minister Nino Abashvili met the delegation of Armenia in Tbilisi on {n} March."
DATED = [
    {"id": f"doc-{n}", "title": f"Talks {n}", "text": TEXT.format(n=n),
     "published": f"2026-03-{n:02d}T10:00:00Z", "source": "ledger.example",
     "authors": ["A. Writer"]}
    for n in range(1, 6)
]  # fmt: skip
UNDATED = {
    "url": "https://ledger.example/undated?utm_source=x",
    "title": "No date",
    "text": "Here.",
}
PARAGRAPHS = "".join(
    f"<p>{TEXT.format(n=n)} They said more. {TEXT.format(n=n)}</p>" for n in (7, 8, 9)
)
HTML = {
    "url": "https://ledger.example/page",
    "html": '<html lang="en"><head><title>A page</title><meta property="article:published_time" '
    f'content="2026-03-09T08:00:00Z"></head><body><article><h1>A page</h1>'
    f"{PARAGRAPHS}</article></body></html>",
}
BAD = ["{not json", '["a list"]', '{"id": "nothing in it"}', '{"text": 7}', '{"html": "<p></p>"}']
CONTENT = ("articles", "actors", "topics", "quotes", "sightings", "failures")


def written(path: Path, *values: Any) -> Path:
    lines = "".join(f"{v if isinstance(v, str) else json.dumps(v)}\n" for v in values).encode()
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path


def side_load(
    capsys: pytest.CaptureFixture[str], lake: Path, *files: Path, flags: str = "", code: int = 0
) -> list[str]:
    """Run once; what it says, its account first."""
    line = ["run", "--documents", *map(str, files), "--lake", str(lake), *flags.split()]
    assert run(line) == code
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_documents_become_rows_and_a_second_run_adds_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake = tmp_path / "lake"
    good = written(tmp_path / "a.jsonl", *DATED, "", UNDATED, HTML)
    bad = written(tmp_path / "b.jsonl.gz", *BAD, DATED[0])
    said, refused = side_load(capsys, lake, good, bad, flags="--undated now")
    assert refused == (
        "lines that could not be read: 3 (not as a document must be), 1 (no JSON), "
        "1 (HTML without title and text); their letters say why"
    )
    assert said.startswith("13 entries = 0 known + 13 new + 0 rejected; ")
    assert "13 new = 7 written + 1 merged + 0 unchanged + 5 dead letters: balanced" in said

    articles = {row["article_id"]: row for row in rows(str(lake), "articles")}
    assert set(articles) == {
        *(article_id(f"document:doc-{n}") for n in range(1, 6)),
        article_id("https://ledger.example/undated"),
        article_id("https://ledger.example/page"),
    }
    first = articles[article_id("document:doc-1")]
    assert (first["guid"], first["source"], first["authors"]) == (
        "doc-1", "ledger.example", ("A. Writer",),
    )  # fmt: skip
    assert (first["published_from"], first["text_from"]) == ("document", "document")
    page = articles[article_id("https://ledger.example/page")]
    assert (page["title"], page["published_from"]) == ("A page", "page")
    assert page["text"].count("Nino Abashvili") == 6
    assert articles[article_id("https://ledger.example/undated")]["published_from"] == "fetch"
    assert {row["article_id"] for row in rows(str(lake), "actors")} >= {first["article_id"]}
    days = {path.parent.name for path in (lake / "articles").rglob("*.parquet")}
    assert {f"published_date=2026-03-0{n}" for n in (1, 2, 3, 4, 5, 9)} < days

    before = all_content(str(lake), CONTENT)
    said, _ = side_load(capsys, lake, good, bad, flags="--undated now")
    assert "13 new = 0 written + 0 merged + 8 unchanged + 5 dead letters: balanced" in said
    assert all_content(str(lake), CONTENT) == before
    assert doubled(str(lake)) == {}
    assert [row["mode"] for row in rows(str(lake), "runs")] == ["documents"] * 2
    assert rows(str(lake), "polls") == []


def test_each_bad_line_is_one_dead_letter_that_can_be_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake = tmp_path / "lake"
    side_load(capsys, lake, written(tmp_path / "bad.jsonl", *BAD, BAD[0]), code=2)
    letters = rows(str(lake), "failures")
    assert sorted(json.loads(row["element"])["line"].strip() for row in letters) == sorted(BAD)
    assert {row["step"] for row in letters} == {"ReadDocuments"}
    assert {row["error"] for row in letters} == {"not_json", "not_a_document", "nothing_to_keep"}
    assert all(row["message"] and row["attempts"] == 1 for row in letters)


def test_another_wording_is_another_revision_on_the_same_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake = tmp_path / "lake"
    side_load(capsys, lake, written(tmp_path / "a.jsonl", DATED[0]))
    later = {**DATED[0], "text": "Corrected.", "published": "2026-03-02"}
    side_load(capsys, lake, written(tmp_path / "b.jsonl", later))
    first, second = rows(str(lake), "articles")
    assert first["article_id"] == second["article_id"]
    assert first["revision"] != second["revision"]
    assert first["published_at"] == second["published_at"]
    assert {row["date_problem"] for row in (first, second)} == {
        None, "kept the first date; this source says 2026-03-02 00:00",
    }  # fmt: skip


def test_chunks_have_an_account_each_and_give_the_same_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    documents = written(tmp_path / "a.jsonl", *DATED, HTML, BAD[0])
    whole, chunked = tmp_path / "whole", tmp_path / "chunked"
    side_load(capsys, whole, documents)
    monkeypatch.setattr(passes, "CHUNK", 4)
    said = side_load(capsys, chunked, documents)
    accounts = [line for line in said if " entries = " in line]
    assert [line.split(" = ")[0] for line in accounts] == ["4 entries", "3 entries"]
    assert all("balanced" in line and "NOT" not in line for line in accounts)
    assert len({row["run_id"] for row in rows(str(chunked), "runs")}) == 2
    assert all_content(str(chunked), CONTENT) == all_content(str(whole), CONTENT)


def test_a_file_without_documents_is_a_run_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert side_load(capsys, tmp_path / "lake", written(tmp_path / "empty.jsonl", "", "")) == [
        "there was no document to read"
    ]
    assert all(rows(str(tmp_path / "lake"), table) == [] for table in TABLES)


def test_a_file_that_cannot_be_read_is_told_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"title": "Talks"}\n' * 5000)[:-20])
    unreadable = Path("/proc/self/mem")  # a file like any other, until it is read
    for name in (cut, unreadable):
        assert run(["run", "--documents", str(name), "--lake", str(tmp_path / "lake")]) == 2
        assert "cannot be read to its end" in capsys.readouterr().err
    assert not (tmp_path / "lake").exists()
