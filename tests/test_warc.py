"""`newsbeam export warc`: the kept answers in a form that web archives read."""

import hashlib
import shutil
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from made_site import Site, rss
from modes import FLAGS
from newsbeam.pipeline.main import run

PAGE = b"<html><head><title>One</title></head><body><p>It rained in Batumi, one said.</p></body>"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake of one feed with one page."""
    with Site(lambda path: pages.get(path)) as site:
        pages = {
            "/feed": ("application/rss+xml", rss([(site.at("/1"), "One in Batumi, it rained")])),
            "/1": ("text/html", PAGE),
        }
        root = tmp_path / "lake"
        assert run(["run", site.at("/feed"), "--lake", str(root), "--quiet", *FLAGS]) == 0
    return root


def export(lake: Path, out: Path, *more: str) -> int:
    return run(["export", "warc", "--lake", str(lake), "--out", str(out), *more])


def records(out: Path) -> dict[str, bytes]:
    """What the files hold, by address; each is looked through by warcio's own checker."""
    found = {}
    for file in sorted(out.glob("*.warc.gz")):
        checker = Checker.__new__(Checker)
        checker.__init__(type("Said", (), {"verbose": False, "inputs": [str(file)]})())
        checker.process_all()
        assert checker.exit_value == 0
        with file.open("rb") as opened:
            for record in ArchiveIterator(opened, check_digests="raise"):
                if record.rec_type == "resource":
                    address = record.rec_headers["WARC-Target-URI"]
                    found[address.rpartition("/")[2]] = record.content_stream().read()
                    assert record.rec_headers["WARC-Date"].startswith("20")
    return found


def test_every_answer_is_there_as_it_came(lake: Path, tmp_path: Path):
    assert export(lake, tmp_path / "out") == 0
    found = records(tmp_path / "out")
    assert set(found) == {"feed", "1"}
    assert found["1"] == PAGE
    assert b"<rss" in found["feed"]
    kept = {path.name.removesuffix(".gz") for path in (lake / "raw").rglob("*.gz")}
    assert {hashlib.sha256(body).hexdigest() for body in found.values()} == kept


@pytest.mark.parametrize(
    ("more", "n"),
    [(("--since", "1d"), 2), (("--until", "2020-01-01"), 0), (("--source", "127.0.0.1"), 2),
     (("--source", "other.example"), 0)],
)  # fmt: skip
def test_a_period_and_a_source_are_chosen(lake: Path, tmp_path: Path, more: tuple[str], n: int):
    assert export(lake, tmp_path / "out", *more) == 0
    assert len(records(tmp_path / "out")) == n


def test_what_is_kept_no_more_is_counted_and_left_out(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    shutil.rmtree(lake / "raw")
    assert export(lake, tmp_path / "out") == 0
    assert (
        "left out, for their bytes are gone (run --keep-raw): 2 answers" in capsys.readouterr().err
    )
    assert records(tmp_path / "out") == {}
    (tmp_path / "file").write_text("x")
    assert export(lake, tmp_path / "file") == 2
