"""Feeds and pages that were damaged at random: every one is read, or refused in words."""

import gzip
import pickle
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from newsbeam.transforms.feed.parse import NotAFeed, parse_feed
from newsbeam.transforms.feed.visit import PARSE_SECONDS
from newsbeam.transforms.page.extract import EXTRACT_SECONDS, extract_page

from .test_reported_feeds import DATES, LINKS, TEXTS, story
from .test_reported_pages import AUTHORS, TITLES
from .test_reported_pages import DATES as PAGE_DATES
from .test_reported_pages import TEXTS as PAGES

DATA = Path(__file__).parents[2] / "shared" / "data"
# Most of a document that is damaged, in bytes: reading ten thousand whole ones would take hours.
MOST_FEED, MOST_PAGE = 30_000, 120_000

IN_FEEDS = [
    b"<![CDATA[", b"]]>", b"<!--", b"&#x110000;", b"&#55296;", b"\x00", b"</item>", b"<item>",
    b'encoding="punycode"', b' xml:base="http://[1"', b"javascript:", b"\xed\xa0\x80",
    b'<content mode="base64">!!!</content>', b"<pubDate>-1</pubDate>", b"<georss:polygon>a",
    b'<enclosure length="9e99"/>', b"<link>http://[::1</link>", b"<ttl>1e999</ttl>",
]  # fmt: skip
IN_PAGES = [
    b"<![CDATA[", b"<!--", b"-->", b"</article>", b"<article>", b"<table><tr><td>", b"</body>",
    b"<script>", b"</script>", b"&#x110000;", b"&#xD800;", b"\x00", b"\xff\xfe", b"<b>" * 60,
    b'<meta charset="utf-7">', b'<meta charset="x-unknown">', b'<base href="http://[1">',
    b'<script type="application/ld+json">{"@type":"NewsArticle","author":[[[{}]]]', b'"@graph":',
    b'<time datetime="9999999-99-99">', b'<link rel="canonical" href="//[">', b"<svg><style>",
    b"<frameset>", b"<plaintext>", b"<textarea>", b"<h1>", b'style="display:none"', b"<div hidden>",
]  # fmt: skip


def mutated(dice: random.Random, body: bytes, pieces: Sequence[bytes]) -> bytes:
    """The document with one to twenty wounds: things put in, cut out, doubled, made noise."""
    data = bytearray(body)
    for _ in range(dice.choice([1, 2, 5, 20])):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(4):
            case 0:
                data[at:at] = dice.choice(pieces) * dice.choice([1, 1, 20])
            case 1:
                del data[at : at + dice.choice([1, 50, 2_000])]
            case 2:
                data[at:at] = data[at : at + 200] * dice.choice([1, 20])
            case 3:
                data[at:at] = bytes(dice.randrange(256) for _ in range(4))
    return bytes(data)


def own_feeds() -> list[bytes]:
    dated = [story(f"<pubDate>{written}</pubDate>") for _, written, _ in DATES]
    return [
        one.encode() for one in [*dated, *(row[1] for row in LINKS), *(row[1] for row in TEXTS)]
    ]


def own_pages() -> list[bytes]:
    return [row[1].encode() for row in [*PAGES, *TITLES, *PAGE_DATES, *AUTHORS]]


def given(folder: str, most: int) -> list[bytes]:
    files = sorted((DATA / folder).glob("*.gz"))
    return [gzip.decompress(one.read_bytes())[:most] for one in files]


def parse(body: bytes) -> str:
    try:
        pickle.dumps(parse_feed(body, {}, "https://herald.example/feed"))
    except NotAFeed as reason:  # and nothing else
        return "refused" if str(reason) else "refused without a word"
    return "read"


def extract(body: bytes) -> str:
    page = extract_page(body, "https://herald.example/s/7", {})
    pickle.dumps(page)
    assert page.text or page.problems or page.text_kind == "none"
    return page.text_kind


def outcomes(
    times: int,
    seeds: list[bytes],
    pieces: Sequence[bytes],
    read: Callable[[bytes], str],
    most: float,
) -> Counter[str]:
    """How each of that many damaged documents ended; none may take longer than `most` seconds."""
    ended: Counter[str] = Counter()
    for number in range(times):
        dice = random.Random(number)
        body = mutated(dice, dice.choice(seeds), pieces)
        began = time.process_time()
        ended[read(body)] += 1
        took = time.process_time() - began
        assert took < most, f"number {number} took {took:.1f} s"
    return ended


SIZES = [
    pytest.param(1, id="a few"),
    pytest.param(34, id="all", marks=pytest.mark.slow),  # 10,200 feeds and 2,040 pages
]


@pytest.mark.parametrize("times", SIZES)
def test_every_damaged_feed_is_read_or_refused_in_time(times: int):
    seeds = own_feeds() + (given("feeds/live", MOST_FEED) if times > 1 else [])
    ended = outcomes(300 * times, seeds, IN_FEEDS, parse, PARSE_SECONDS)
    assert (ended.total(), ended["refused without a word"]) == (300 * times, 0)
    assert ended["read"] > ended["refused"]


@pytest.mark.parametrize("times", SIZES)
def test_every_damaged_page_is_read_in_time(times: int):
    seeds = own_pages() + (given("html/pages", MOST_PAGE) if times > 1 else [])
    ended = outcomes(60 * times, seeds, IN_PAGES, extract, EXTRACT_SECONDS)
    assert ended.total() == 60 * times
    assert ended["full"] > ended.total() / 2
