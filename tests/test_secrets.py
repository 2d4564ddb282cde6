"""What opens an address for one reader is used to ask for it, and stands nowhere else."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest

from made_site import Site
from modes import FLAGS
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.main import run
from newsbeam.transforms.page.urls import is_secret, with_secrets_as

SECRET = "s3cr3tOfOneReader"


def everything(lake: Path) -> Iterator[tuple[str, str]]:
    """All that stands in a lake, opened, but for the bytes that servers sent."""
    for path in lake.rglob("*"):
        if path.is_dir() or "raw" in path.relative_to(lake).parts:
            continue
        data = path.read_bytes()
        if path.suffix == ".parquet":
            yield path.name, str(pq.read_table(path).to_pylist())
        yield (
            path.name,
            (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("latin-1"),
        )


def test_a_secret_in_a_feeds_address_is_sent_and_kept_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lake, asked = tmp_path / "lake", []

    def answer(path: str) -> tuple[str, bytes] | None:
        asked.append(path)
        if urlsplit(path).path == "/feed":
            link = f"{site.at('/a/1')}?token={SECRET}"
            item = f"<item><title>Rain</title><link>{link}</link><guid>{link}</guid>"
            item += (
                f"<enclosure url='{link}' type='image/png'/><description>It rains.</description>"
            )
            empty = f"<item><link>{site.at('/a/2')}?token={SECRET}</link></item>"
            body = (
                f"<rss version='2.0'><channel><title>F</title>{item}</item>{empty}</channel></rss>"
            )
            return "application/rss+xml", body.encode()
        return None

    with Site(answer) as site:
        feeds = [f"{site.at(path)}?token={SECRET}&n=1" for path in ("/feed", "/missing")]
        code = run(["run", *feeds, "--lake", str(lake), "--verbose", *FLAGS])
        listed = [f"{site.at('/feed')}?token={SECRET}&n=1"]
        for command in ("feeds", "gaps", "failures"):
            assert run([command, "--lake", str(lake), *(listed if command == "feeds" else [])]) == 0
        assert run(["report", "--lake", str(lake), "--out", str(lake / "report.html")]) == 0
    assert code == 0
    assert any(SECRET in path for path in asked)
    assert any(path.startswith("/a/1") and SECRET in path for path in asked)
    said = "".join(capsys.readouterr())
    assert SECRET not in said
    assert "token=…&n=1" in said
    names = [name for name, text in everything(lake) if SECRET in text]
    assert names == []
    assert any("report" in name for name, _ in everything(lake))


def test_feeds_that_differ_in_their_secret_alone_are_two_feeds():
    one, other = load_feeds([f"https://e.org/f?token={n}" for n in ("one", "other")])
    assert one.feed_id != other.feed_id
    assert one.url == other.url == "https://e.org/f?token=…"


@pytest.mark.parametrize("kind", ["word", "text", "toml", "opml"])
def test_a_name_before_the_host_is_refused_and_not_repeated(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    address, file = f"https://me:{SECRET}@news.example/feed", tmp_path / f"feeds.{kind}"
    file.write_text(
        {
            "word": "",
            "text": address,
            "toml": f'[[feed]]\nurl = "{address}"',
            "opml": f'<opml><body><outline xmlUrl="{address}"/></body></opml>',
        }[kind]
    )
    named = address if kind == "word" else str(file)
    assert run(["run", named, "--lake", str(tmp_path / "lake")]) == 2
    said = capsys.readouterr().err
    assert SECRET not in said
    assert "news.example" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize(
    "parameter", ["id=7", "key=7", "page=2", "token=", "q=token", "author=smith", "keyword=rain"]
)
def test_what_names_a_page_is_no_secret(parameter: str):
    assert not is_secret(parameter)
    assert with_secrets_as(f"https://e.org/?{parameter}#a", "") == f"https://e.org/?{parameter}#a"


@pytest.mark.parametrize("parameter", ["Token=x", "api_key=x", "to%6ben=x", "key=0123456789abcdef"])
def test_what_opens_a_page_is_a_secret_however_it_is_written(parameter: str):
    assert is_secret(parameter)
    assert "=x" not in with_secrets_as(f"https://e.org/?{parameter}&id=7#a", "")
