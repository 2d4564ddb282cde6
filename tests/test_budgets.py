"""A pass of very large pages needs as much memory for three hundred of them as for ten."""

import random
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from attacks import Peak, ended
from lake_rows import rows
from made_site import Answer, Site, rss
from modes import FLAGS, NEWSBEAM

LETTERS = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
MOST = 900e6


@cache
def words(count: int = 4000) -> list[str]:
    """Made-up words of Georgian letters, always the same."""
    dice = random.Random(5)
    return ["".join(dice.choices(LETTERS, k=dice.randrange(3, 12))) for _ in range(count)]


def large_page(number: int, characters: int) -> bytes:
    """A page with so many characters of text, 770 kB on the wire where they are a million."""
    dice, paragraphs, size = random.Random(number), [], 0
    while size < characters:
        paragraph = " ".join(dice.choices(words(), k=80))
        size += len(paragraph)
        paragraphs.append(f"<p>{paragraph}.</p>")
    title = f"<title>საუბარი {number}</title>"
    return (
        f'<!doctype html><html lang="ka"><head><meta charset="utf-8">{title}</head><body><article>'
        f"<h1>საუბარი {number}</h1>{''.join(paragraphs)}</article></body></html>"
    ).encode()


def large_site(pages: int, characters: int) -> Site:
    """A feed of so many large pages."""
    site: Site

    @cache
    def packed(number: int) -> bytes:
        return site.pack(large_page(number, characters))

    def answer(path: str) -> Answer | None:
        if path == "/feed":
            items = [(site.at(f"/a/{n}"), f"საუბარი {n}") for n in range(pages)]
            return "application/rss+xml", rss(items)
        if path.startswith("/a/"):
            return "text/html; charset=utf-8", packed(int(path[3:]) % 20)
        return None

    site = Site(answer)
    return site


def pass_of(site: Site, lake: Path, *more: str) -> "subprocess.Popen[bytes]":
    """A whole run of the large site's feed, in a process group of its own."""
    return subprocess.Popen(
        [*NEWSBEAM, "run", site.at("/feed"), "--lake", str(lake), *FLAGS, *more],
        stderr=Path(f"{lake}.log").open("w"),
        start_new_session=True,
    )


def memory_of_pass(pages: int, characters: int, lake: Path) -> float:
    """The peak memory (bytes) of all processes of a pass over so many large pages."""
    began = time.monotonic()
    with large_site(pages, characters) as site, ended(pass_of(site, lake)) as process:
        peak = Peak(process.pid)
        code = process.wait(1500)
        most = peak.end()
    took = time.monotonic() - began
    print(f"\n{pages} pages of {characters} characters: {peak}, {took:.0f} s, exit code {code}")
    assert code == 0, Path(f"{lake}.log").read_text()
    assert len(rows(str(lake), "articles")) == pages
    return most


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_memory_is_flat_in_the_number_of_large_pages(tmp_path):
    peaks = {n: memory_of_pass(n, 1_000_000, tmp_path / f"lake-{n}") for n in (10, 60, 300)}
    assert max(peaks.values()) <= MOST, sys.argv
    assert max(peaks.values()) <= 1.15 * peaks[10]
