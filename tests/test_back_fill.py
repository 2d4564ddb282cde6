"""A back-fill never files an archive under today in silence, and says what it did not read."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from as_typed import asked, newsbeam
from lake_rows import doubled, rows
from newsbeam.pipeline import run as passes
from newsbeam.pipeline.main import run
from newsbeam.schemas.document import Document
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.wire import types_of
from test_documents import side_load, written

# As archives come: `date` where `published` is meant, and a field that is of no use here.
ARCHIVE = [
    {"url": f"https://www.npr.org/{n}", "title": f"Talks {n}", "text": f"They met {n} times.",
     "date": f"2001-10-{n:02d}", "source": "NPR Online News", "topic": "talks"}
    for n in range(1, 6)
]  # fmt: skip
CORRECTED = [
    {("published" if name == "date" else name): value for name, value in one.items()}
    for one in ARCHIVE
]
UNDATED = 'documents with no usable date: 5; mend "published" (--undated now: today\'s)'
MEANT = '"date" in 5 documents is no field of a document; did you mean "published"?'
IGNORED = 'ignored fields: "topic" (5); run --help lists those that are read'


def dates(lake: Path) -> list[str]:
    """The days of the articles in a lake, and where each date was read."""
    found = rows(str(lake), "articles")
    return sorted(f"{row['published_at']:%Y-%m-%d} {row['published_from']}" for row in found)


def letters(lake: Path) -> list[str]:
    """What the open dead letters say, sorted."""
    assert doubled(str(lake)) == {}
    return sorted(f"{row['error']}: {row['message']}" for row in rows(str(lake), "failures"))


def test_an_archive_with_another_name_for_the_date_is_refused_and_stands_at_its_dates_once_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake, archive = tmp_path / "lake", written(tmp_path / "archive.jsonl", *ARCHIVE)
    said = side_load(capsys, lake, archive, code=2)
    assert said[0].startswith("5 entries = 0 known + 5 new + 0 rejected; 5 new = 0 written ")
    assert said[1:] == [
        UNDATED, MEANT, IGNORED,
        "newsbeam: not one of the documents could be used: mend the file, and run again",
    ]  # fmt: skip
    assert dates(lake) == []
    first, *_ = letters(lake)
    assert first == (
        f'no_date: {archive} line 1: "published" is missing ("date" is no field); write it as '
        "2026-03-01T10:00:00Z or 2026-03-01, or run with --undated now, which files it under the "
        "time of the run"
    )
    side_load(capsys, lake, written(tmp_path / "corrected.jsonl", *CORRECTED))
    assert dates(lake) == [f"2001-10-0{n} document" for n in range(1, 6)]
    assert letters(lake) == []


def test_what_has_no_date_is_filed_under_the_run_where_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake, archive = tmp_path / "lake", written(tmp_path / "archive.jsonl", *ARCHIVE)
    side_load(capsys, lake, archive, code=2)
    assert len(letters(lake)) == 5
    _, *said = side_load(capsys, lake, archive, flags="--undated now")
    assert said == [MEANT, IGNORED]
    started = max(row["started_at"] for row in rows(str(lake), "runs"))
    assert dates(lake) == [f"{started:%Y-%m-%d} fetch"] * 5
    assert letters(lake) == []
    side_load(capsys, lake, archive, code=2)
    assert letters(lake) == []  # what is in the lake is no letter


def test_a_document_takes_the_place_of_the_letters_of_its_article_also_in_other_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake, good = tmp_path / "lake", CORRECTED[0]
    address = {"url": "https://www.npr.org/9"}
    wrong = [
        {**address, "headline": "Talks", "body": "They met."},
        {**address, "title": "Talks", "body": "They met."},
        {**address, "title": "Talks", "text": "They met."},
    ]
    side_load(capsys, lake, written(tmp_path / "wrong.jsonl", good, *wrong))
    assert [letter.partition(": ")[0] for letter in letters(lake)] == [
        "no_date", "no_date", "not_a_document",
    ]  # fmt: skip
    (of,) = {row["article_id"] for row in rows(str(lake), "failures")}
    assert of == article_id("https://npr.org/9")
    right = {**address, "title": "Talks", "text": "They met again.", "published": "2001-10-09"}
    side_load(capsys, lake, written(tmp_path / "right.jsonl", right))
    assert letters(lake) == []
    assert len(rows(str(lake), "articles")) == 2


def test_fields_are_counted_over_the_whole_file_and_told_early_and_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passes, "CHUNK", 2)
    said = side_load(capsys, tmp_path / "lake", written(tmp_path / "a.jsonl", *ARCHIVE), code=2)
    told = [line for line in said if line.startswith('"date"')]
    assert told == [MEANT.replace("5 documents", "2 documents"), MEANT]
    assert said.index(told[0]) < 4  # after the first chunk of three


def test_a_source_that_is_a_name_stands_beside_the_domain(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    side_load(capsys, tmp_path / "lake", written(tmp_path / "a.jsonl", CORRECTED[0]))
    (row,) = rows(str(tmp_path / "lake"), "articles")
    assert (row["source"], row["source_name"]) == ("npr.org", "NPR Online News")


def test_one_usable_document_is_enough_for_a_run_to_end_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    said = side_load(
        capsys, tmp_path / "lake", written(tmp_path / "a.jsonl", "nonsense", *ARCHIVE, CORRECTED[0])
    )
    assert said[1:3] == [
        UNDATED, "lines that could not be read: 1 (no JSON); their letters say why",
    ]  # fmt: skip


def test_a_letter_names_the_file_and_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    first = written(tmp_path / "first.jsonl", CORRECTED[0], "", CORRECTED[1])
    second = written(tmp_path / "second.jsonl", "", '{"title": "Talks" "text": ""}')
    side_load(capsys, tmp_path / "lake", first, second, first)
    assert letters(tmp_path / "lake") == [
        f'not_json: {second} line 2: a comma is missing at character 19: ""text": ""}}"'
    ]
    (account,) = rows(str(tmp_path / "lake"), "runs")
    assert (account["entries"], account["merged"]) == (3, 0)  # named twice, read once


FILES: list[tuple[Any, str]] = [
    (json.dumps(CORRECTED), "is a JSON array; an object a line is needed (jq -c '.[]' FILE)"),
    (json.dumps(CORRECTED, indent=1), "is a JSON array"),
    (json.dumps(CORRECTED[0], indent=2), "is JSON over several lines"),
    ("title,date,text\nTalks,2001-10-01,They met.\n", "looks like CSV"),
    ('<?xml version="1.0"?>\n<rss version="2.0"></rss>', "is XML or HTML"),
    (json.dumps(CORRECTED[0]).encode("utf-16"), "is UTF-16 or no text"),
    (b"\x1f\x8b\x08\x00 packed", "is packed with gzip; give it a name that ends with .gz"),
    (b"PK\x03\x04 packed", "is a zip file"),
    ("They met.\nThey talked.\n", "is no JSON lines"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "why"), FILES)
@pytest.mark.parametrize("is_piped", [False, True])
def test_a_file_that_is_no_json_lines_is_named_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    content: str | bytes, why: str, is_piped: bool,
):  # fmt: skip
    file, lake = tmp_path / "archive", tmp_path / "lake"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    name = "-" if is_piped else str(file)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    assert run(["run", "--documents", name, "--lake", str(lake)]) == 2
    shown = "standard input" if is_piped else name
    assert capsys.readouterr().err.startswith(f"newsbeam: {shown} {why}")
    assert not lake.exists()


def test_a_bad_first_line_costs_itself_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = written(tmp_path / "a.jsonl", '["a list"]', "<nonsense>", CORRECTED[0])
    side_load(capsys, tmp_path / "lake", file)
    assert dates(tmp_path / "lake") == ["2001-10-01 document"]
    assert len(letters(tmp_path / "lake")) == 2


def test_documents_are_read_from_standard_input(tmp_path: Path):
    lines = "".join(f"{json.dumps(one)}\n" for one in CORRECTED * 3)
    done = newsbeam("run", "--documents", "-", "--lake", tmp_path / "lake", stdin=lines)
    assert done.returncode == 0, done.stderr
    assert len(dates(tmp_path / "lake")) == 5
    assert "15 entries" in done.stderr


def test_what_cannot_be_shown_or_stored_in_names_harms_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    hostile = {
        "title": "Talks",
        "da\x1b[31mte\ud800": "x",
        "url": "https://e.org/\ud800",
        "\u202e": 1,
    }
    many = {"title": "Talks", **{f"n{n}": n for n in range(10_000)}}
    file = written(tmp_path / "a.jsonl", CORRECTED[0], hostile, many)
    said = "\n".join(side_load(capsys, tmp_path / "lake", file.rename(tmp_path / "\udcff.jsonl")))
    assert said.replace("\n", "").isprintable()
    assert len(said) < 2_000
    assert len(letters(tmp_path / "lake")) == 2


def test_help_and_schema_list_the_fields_of_a_document(capsys: pytest.CaptureFixture[str]):
    for command in ("run", "enrich"):
        with pytest.raises(SystemExit):
            run([command, "--help"])
        shown = capsys.readouterr().out
        assert all(f"\n  {name} " in shown for name in types_of(Document))
    code, out, _ = asked(capsys, "schema", "documents")
    assert (code, list(json.loads(out)["properties"])) == (0, list(types_of(Document)))
