"""A pass that is killed half-way has done half: what is written is seen, and not fetched again."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from attacks import ended
from lake_rows import content, doubled, rows
from made_site import Answer, Site, rss
from modes import FLAGS, NEWSBEAM

WORDS = (
    "the government said on Monday that talks would continue in Tbilisi and Brussels while "
    "ministers of Georgia Armenia and the European Union meet to agree on trade transit energy and "
    "elections after weeks of protests president Salome Zourabichvili told reporters"
).split()


def page(number: int, words: int = 400) -> bytes:
    """An article of some length, another for each number."""
    dice = random.Random(number)
    sentences = [" ".join(dice.choices(WORDS, k=20)).capitalize() for _ in range(words // 20)]
    text = "".join(f"<p>{'. '.join(sentences[n : n + 4])}.</p>" for n in range(0, words // 20, 4))
    title = f"Talks of round {number} go on"
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><article>'
        f"<h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def site_of(pages: int, port: int = 0) -> Site:
    """One feed with so many articles."""

    def answer(path: str) -> Answer | None:
        if path == "/feed":
            items = [(site.at(f"/a/{n}"), f"Talks of round {n} go on") for n in range(pages)]
            return "application/rss+xml", rss(items)
        return ("text/html", page(int(path[3:]))) if path.startswith("/a/") else None

    site = Site(answer, port=port)
    return site


def start(site: Site, lake: Path) -> "subprocess.Popen[bytes]":
    """A whole run, real in every part."""
    return subprocess.Popen(
        [*NEWSBEAM, "run", site.at("/feed"), "--lake", str(lake), *FLAGS],
        stderr=Path(f"{lake}.log").open("a"),
        start_new_session=True,
    )


def killed(pages: int, fraction: float, whole: float, port: int, lake: Path) -> tuple[int, int]:
    """Kill a pass after a part of the time of a whole one, and run again: rows that were visible
    after the kill, pages that the second run fetched again."""
    with site_of(pages, port) as site:
        with ended(start(site, lake)) as process:
            time.sleep(fraction * whole)
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.5)
        visible = len(rows(str(lake), "articles"))
        fetched = sum(path.startswith("/a/") for path in site.asked)
        site.asked.clear()
        with ended(start(site, lake)) as process:
            assert process.wait(900) == 0, Path(f"{lake}.log").read_text()
        second = sum(path.startswith("/a/") for path in site.asked)
    again = fetched + second - pages
    print(
        f"killed after {fraction:.0%} of {whole:.0f} s: {visible} of {pages} rows visible, "
        f"{fetched} pages fetched, {again} of them again by the next run"
    )
    return visible, again


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_pass_of_300_pages_that_is_killed_half_way_has_done_half(tmp_path):
    pages, lake = 300, tmp_path / "whole"
    with site_of(pages) as site, ended(start(site, lake)) as process:
        began, port = time.monotonic(), site.port
        assert process.wait(1500) == 0, Path(f"{lake}.log").read_text()
        whole = time.monotonic() - began
    print(f"\n300 pages undisturbed: {whole:.0f} s, {len(rows(str(lake), 'articles'))} rows")
    for fraction in (0.25, 0.5, 0.75):
        other = tmp_path / f"{fraction}"
        visible, again = killed(pages, fraction, whole, port, other)
        assert visible >= pages * (fraction - 0.25)
        assert again <= 64 + 12
        for table in ("articles", "actors", "topics", "quotes", "sightings"):
            assert content(str(other), table) == content(str(lake), table), table
        assert doubled(str(other)) == {}
