"""A back-fill: the pages of older entries that a feed has, until all of them are known."""

# ruff: noqa: E501 - a document a line

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import made
from as_typed import newsbeam
from lake_rows import rows
from made_site import Answer, Site, rss
from modes import FLAGS
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.feed.older import after_older, older_page
from newsbeam.transforms.feed.parse import parse_feed
from newsbeam.transforms.feed.visit import kept_older

WORDPRESS = "https://wordpress.org/?v=6.4"
URL = "https://ledger.example/feed"


@pytest.mark.parametrize(
    ("feed", "url", "older"),
    [
        ({"generator": WORDPRESS}, URL, f"{URL}?paged=2"),
        ({"generator": WORDPRESS}, f"{URL}?lang=ka&paged=9", f"{URL}?lang=ka&paged=10"),
        ({"generator": WORDPRESS}, f"{URL}?paged=last", ""),
        ({"generator": WORDPRESS, "links": [{"rel": "next", "href": "/older"}]}, URL, "https://ledger.example/older"),
        ({"links": [{"rel": "prev-archive", "href": "/2026/02"}]}, URL, "https://ledger.example/2026/02"),
        ({"links": [{"rel": "next", "href": URL}]}, URL, ""),
        ({"links": [{"rel": "self", "href": f"{URL}?page=2"}]}, URL, ""),
        ({"links": [{"rel": "next", "href": "javascript:x"}]}, URL, ""),
        ({}, URL, ""),
        ({"generator": WORDPRESS}, "", ""),
    ],
)  # fmt: skip
def test_the_page_of_older_entries_is_where_the_feed_says_or_wordpress_has_it(feed, url, older):
    assert older_page(feed, url) == older


def test_every_kind_of_feed_may_name_it():
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="next" href="{URL}?p=2"/><entry><title>A</title><id>1</id></entry></feed>'  # fmt: skip
    in_rss = f'<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>T</title><a:link rel="next" href="{URL}?p=2"/><item><title>A</title></item></channel></rss>'  # fmt: skip
    in_json = f'{{"version": "https://jsonfeed.org/version/1.1", "next_url": "{URL}?p=2", "items": [{{"id": "1"}}]}}'  # fmt: skip
    for document in (atom, in_rss, in_json):
        assert parse_feed(document.encode(), {}, URL).older == f"{URL}?p=2"


def test_an_address_of_another_site_or_with_a_secret_is_not_followed():
    feed = replace(made.FEED, url=URL)
    assert kept_older(feed, f"{URL}?page=2") == f"{URL}?page=2"
    assert kept_older(feed, "https://elsewhere.example/feed") == ""
    assert kept_older(feed, f"{URL}?token=s3cret&page=2") == ""


MEMORY = FeedMemory("f", URL, etag='"1"', older=f"{URL}?paged=2", interval_minutes=45)


@pytest.mark.parametrize(
    ("said", "older", "waits"),
    [
        ({"status": "ok", "new_items": 3, "items": 10}, f"{URL}?paged=3", False),
        ({"status": "ok", "new_items": 0, "items": 10}, "", False),
        ({"status": "http_error", "http_status": 404}, "", False),
        ({"status": "gone", "http_status": 410}, "", False),
        ({"status": "timeout"}, f"{URL}?paged=2", True),
        ({"status": "http_error", "http_status": 503}, f"{URL}?paged=2", True),
    ],
)
def test_a_page_leads_to_the_next_until_nothing_is_new(said, older, waits):
    visit = made.visit()
    memory = after_older(MEMORY, replace(visit, poll=made.poll(**said), older=f"{URL}?paged=3"))
    assert (memory.older, memory.older_at is not None) == (older, waits)
    assert replace(memory, older=MEMORY.older, older_at=None) == MEMORY


def test_entries_over_the_limit_have_the_same_page_asked_again():
    visit = replace(made.visit(), poll=made.poll(status="ok", new_items=3, items=10), waiting=7)
    assert after_older(MEMORY, visit) == MEMORY


PAGES, EACH = 5, 3


def answer(path: str) -> Answer | None:
    """A WordPress blog of five pages of three entries each."""
    number = int(path.partition("paged=")[2] or 1)
    if not path.startswith("/feed") or number > PAGES:
        return None
    first = (PAGES - number) * EACH
    items = [
        (f"http://127.0.0.1/{n}", f"Story {n} of the ledger") for n in range(first, first + EACH)
    ]
    about = f"<generator>{WORDPRESS}</generator><item>".encode()
    return "application/rss+xml", rss(items).replace(b"<item>", about, 1)


@pytest.fixture
def blog() -> Iterator[Site]:
    with Site(answer) as site:
        yield site


def back(blog: Site, lake: str, *flags: str):
    feed = f"http://127.0.0.1:{blog.port}/feed"
    return newsbeam("run", feed, "--lake", lake, "--no-pages", *FLAGS, *flags)


def test_a_back_fill_takes_so_many_pages_and_the_next_one_goes_on(blog: Site, tmp_path: Path):
    lake = str(tmp_path / "lake")
    assert back(blog, lake, "--backfill", "2").returncode == 0
    assert len(rows(lake, "articles")) == 3 * EACH
    assert back(blog, lake, "--backfill", "9").returncode == 0
    assert len(rows(lake, "articles")) == PAGES * EACH
    assert blog.asked["/feed?paged=2"] == 1  # what is known is not asked for again
    assert blog.asked["/feed?paged=6"] == 1  # the end is where WordPress has no more
    assert not any(row["gap_suspected"] for row in rows(lake, "polls"))
    asked = blog.asked.total()
    done = back(blog, lake)
    assert (done.returncode, blog.asked.total()) == (0, asked + 1)
    assert "nothing new" in done.stderr


def test_a_back_fill_ends_at_the_first_page_of_which_all_is_known(blog: Site, tmp_path: Path):
    lake = str(tmp_path / "lake")
    back(blog, lake, "--backfill", "9")
    blog.asked.clear()
    assert back(blog, lake, "--backfill", "9").returncode == 0
    assert dict(blog.asked) == {"/feed": 1, "/feed?paged=2": 1}
    assert len(rows(lake, "articles")) == PAGES * EACH


@pytest.mark.parametrize("other", [["--streaming"], ["--documents", "x.jsonl"]])
def test_a_back_fill_is_a_run_of_feeds_that_ends(tmp_path: Path, other: list[str]):
    done = newsbeam(
        "run",
        *([] if "x.jsonl" in other else [URL]),
        *other,
        "--backfill",
        "2",
        "--lake",
        str(tmp_path),
    )
    assert done.returncode == 2
    assert "--backfill" in done.stderr
