"""`newsbeam parse | extract | enrich`: JSON lines, one record for each input, in order."""

import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from newsbeam.pipeline.main import run
from newsbeam.schemas.annotations import Actor, Quote, Topic
from newsbeam.schemas.article import Article
from newsbeam.schemas.ids import article_id
from newsbeam.schemas.wire import types_of

# The keys of contract section 4, in words of this test, so that a renamed field is noticed.
PARSED = (
    "file feed entry_id url title summary content authors categories published updated image_url "
    "enclosures problems"
).split()
EXTRACTED = (
    "id url title text authors published published_from language canonical_url image_url text_kind "
    "problems"
).split()

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Ledger</title>
<link>https://ledger.example/</link><language>en</language>
<item><title>Talks &amp; tea</title><link>https://ledger.example/2</link><guid>two</guid>
<pubDate>Sun, 01 Mar 2026 14:00:00 +0200</pubDate><description>They met.</description>
<category>politics</category>
<enclosure url="https://ledger.example/2.mp3" type="audio/mpeg"/></item>
<item><title>Rain</title><link>https://ledger.example/1</link></item></channel></rss>"""

PARAGRAPH = (
    "The delegation of Armenia arrived in Tbilisi in the evening, and the European Union sent two "
    "observers to the talks, which are to go on until both sides have agreed on transit and trade."
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Talks resume | The Ledger</title>
<link rel="canonical" href="https://ledger.example/talks">
<meta property="article:published_time" content="2026-03-01T12:00:00Z">
<meta property="og:title" content="Talks resume"></head><body><article><h1>Talks resume</h1>
<p>{PARAGRAPH}</p><p>Second: {PARAGRAPH}</p><p>Third: {PARAGRAPH}</p></article></body></html>"""

# Signs beyond the basic plane stand before the names: offsets count code points, not UTF-16.
SAID = (
    "𝔘 🚀 Talks between Georgia and Armenia resumed.\n\n“We will keep talking,” said Foreign "
    "Minister Nino Abashvili in Tbilisi. Abashvili added that the border stays open."
)


def records(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[list[Any], str]:
    """What a stage printed on standard output, and its words."""
    assert run([str(word) for word in words]) == 0
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err


def written(path: Path, *values: object) -> Path:
    """A file of JSON lines; a text stands as it is."""
    lines = [v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values]
    data = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_parse_gives_a_record_for_each_entry_in_the_order_of_the_feed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS)
    found, err = records(capsys, "parse", feed)
    assert err == ""
    assert [list(one) for one in found] == [PARSED, PARSED]
    first, second = found
    assert first["feed"] == {
        "title": "The Ledger", "link": "https://ledger.example/", "language": "en",
    }  # fmt: skip
    assert (first["file"], first["entry_id"], first["title"]) == (str(feed), "two", "Talks & tea")
    assert (first["published"], first["updated"]) == ("2026-03-01T12:00:00Z", None)
    assert (first["categories"], first["enclosures"]) == (
        ["politics"], ["https://ledger.example/2.mp3"],
    )  # fmt: skip
    assert (second["url"], second["published"]) == ("https://ledger.example/1", None)


def test_parse_says_of_each_file_that_is_no_feed_why_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    page, packed = tmp_path / "page.xml", tmp_path / "feed.xml.gz"
    page.write_text("<html><body>no feed</body></html>")
    packed.write_bytes(gzip.compress(RSS.encode()))
    broken = tmp_path / "broken.gz"
    broken.write_bytes(gzip.compress(RSS.encode())[:60])
    found, err = records(capsys, "parse", page, broken, packed)
    assert [one["file"] for one in found] == [str(f) for f in (page, broken, packed, packed)]
    assert list(found[0]) == list(found[1]) == ["file", "error"]
    assert found[0]["error"].startswith("not_a_feed: ")
    assert err.startswith("2 of the inputs could not be read")


def test_a_feed_without_entries_is_a_line_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "quiet.xml").write_text(RSS.partition("<item>")[0] + "</channel></rss>")
    ((found,), said) = records(capsys, "parse", tmp_path / "quiet.xml")
    feed = {"title": "The Ledger", "link": "https://ledger.example/", "language": "en"}
    assert found == {"file": str(tmp_path / "quiet.xml"), "feed": feed, "entries": 0}
    assert said == ""


def test_parse_reads_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(RSS.encode())))
    found, _ = records(capsys, "parse", "-")
    assert [(one["file"], one["title"]) for one in found] == [("-", "Talks & tea"), ("-", "Rain")]


def test_extract_gives_a_record_for_each_page_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    pages = written(
        tmp_path / "pages.jsonl.gz",
        {"id": "a", "url": "https://ledger.example/talks?utm_source=x", "html": PAGE},
        "no json",
        {"id": "b", "url": "https://ledger.example/b"},
        {"id": "c", "html": PAGE},
    )
    alone = tmp_path / "page.html"
    alone.write_text(PAGE)
    found, err = records(capsys, "extract", pages, alone)
    assert [one.get("id", one.get("line")) for one in found] == ["a", 2, 3, "c", str(alone)]
    assert [list(one) for one in found if "error" not in one] == [EXTRACTED] * 3
    assert all(list(one) == ["line", "error"] for one in found if "error" in one)
    assert err.startswith("2 of the inputs")
    first = found[0]
    assert (first["title"], first["language"]) == ("Talks resume", "en")
    assert (first["published"], first["published_from"]) == ("2026-03-01T12:00:00Z", "page")
    assert (first["canonical_url"], first["text_kind"]) == ("https://ledger.example/talks", "full")
    assert first["text"].count(PARAGRAPH) == 3
    assert found[4]["text"] == first["text"]


def test_enrich_gives_a_record_for_each_document_in_order_with_the_columns_of_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    documents = written(
        tmp_path / "documents.jsonl.gz",
        {"id": "one", "title": "Talks in Tbilisi", "text": SAID, "published": "2026-03-01"},
        "[1]",
        {"url": "https://ledger.example/talks", "html": PAGE, "source": "The Ledger"},
        {"text": "Nobody is named here."},
        {"id": "four", "text": 4},
    )
    found, err = records(capsys, "enrich", documents)
    assert err.startswith("2 of the inputs")
    assert [one.get("line") for one in found] == [None, 2, None, None, 5]
    assert all(list(one) == ["line", "error"] for one in found if "error" in one)
    full = [one for one in found if "error" not in one]
    assert [list(one) for one in full] == [["id", "article", "actors", "topics", "quotes"]] * 3
    assert [one["id"] for one in full[:2]] == ["one", "https://ledger.example/talks"]
    assert full[2]["id"] == full[2]["article"]["article_id"]
    for one in full:
        assert list(one["article"]) == list(types_of(Article))
        for name, record in (("actors", Actor), ("topics", Topic), ("quotes", Quote)):
            assert all(list(row) == list(types_of(record)) for row in one[name])
            assert all(row["article_id"] == one["article"]["article_id"] for row in one[name])
    first, page, _ = (one["article"] for one in full)
    assert (first["published_at"], first["published_from"]) == ("2026-03-01T00:00:00Z", "document")
    assert page["article_id"] == article_id("https://ledger.example/talks")
    assert (page["published_from"], page["text_from"]) == ("page", "document")


def test_every_offset_is_exact_and_counts_code_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    document = {"id": "one", "title": "🚀 Georgia and Armenia talk", "text": SAID}
    ((one,), _) = records(capsys, "enrich", written(tmp_path / "one.jsonl", document))
    article = one["article"]
    assert article["text"] == SAID
    places = [place for row in one["actors"] for place in row["mentions"]]
    places += [place for row in one["topics"] for place in row["evidence"]]
    places += [{**row, "text": row["quote"]} for row in one["quotes"]]
    places += [
        {"field": row["field"], "start_char": row["speaker_start"], "end_char": row["speaker_end"],
         "text": row["speaker_text"]}
        for row in one["quotes"] if row["speaker_start"] is not None
    ]  # fmt: skip
    for place in places:
        assert article[place["field"]][place["start_char"] : place["end_char"]] == place["text"]
    names = {row["name"] for row in one["actors"]}
    assert {"Georgia", "Armenia"} <= names
    assert any("Abashvili" in name for name in names)
    (quote,) = (row for row in one["quotes"] if row["kind"] == "direct")
    assert quote["quote"].startswith("We will keep talking")
    assert "Abashvili" in quote["speaker_name"]
    assert {place["field"] for row in one["actors"] for place in row["mentions"]} == {
        "title", "text",
    }  # fmt: skip


def test_enrich_reads_standard_input_and_dates_what_has_no_date(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    line = '\n{"title": "Only a title"}\n'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line.encode())))
    ((one,), _) = records(capsys, "enrich", "-")
    assert one["article"]["published_from"] == "fetch"
    assert datetime.fromisoformat(one["article"]["published_at"]).tzinfo
    assert (one["article"]["text"], one["article"]["text_kind"]) == ("", "none")
