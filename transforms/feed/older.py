"""The older entries of a feed, page by page: RFC 5005, JSON Feed's next_url, WordPress's ?paged=.

Each page is a visit of its own, and the feed's memory says which page comes next, so that a run
that was stopped goes on there. A page on which nothing is new is the last.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newsbeam.schemas.journey import Visit
from newsbeam.schemas.ledger import READABLE
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.page.urls import web_link

OLDER = "newsbeam-older"  # beside an answer's headers: which part of a back-fill it is
BEGIN, PAGE = "begin", "page"  # the feed itself, or a page of older entries
NEXT = ("next", "prev-archive")  # RFC 5005, sections 3 and 4
PAGED = "paged"
TRY_AGAIN = timedelta(hours=1)  # a page that failed is left alone so long, and then tried again


def older_page(feed: Mapping[str, Any], url: str) -> str:
    """The address of the next page of older entries; "" where the feed knows of none.

    `feed` is in feedparser's words; `url` is where it was asked.

    >>> older_page({"generator": "https://wordpress.org/?v=6.4"}, "https://a.example/feed/?paged=2")
    'https://a.example/feed/?paged=3'
    >>> older_page({"links": [{"rel": "next", "href": "?page=2"}]}, "https://a.example/feed")
    'https://a.example/feed?page=2'
    """
    for link in feed.get("links") or ():
        if str(link.get("rel")).lower() in NEXT and (found := web_link(str(link.get("href")), url)):
            return found if found != url else ""
    if "wordpress" not in str(feed.get("generator") or "").lower() or not url:
        return ""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    now = next((value for name, value in query if name == PAGED), "1")
    if not now.isascii() or not now.isdigit():
        return ""
    rest = [(name, value) for name, value in query if name != PAGED]
    return urlunsplit(parts._replace(query=urlencode([*rest, (PAGED, str(int(now) + 1))])))


def begun(memory: FeedMemory, visit: Visit) -> FeedMemory:
    """The memory after the feed itself was asked: where a back-fill begins, unless one goes on."""
    begins = visit.headers.get(OLDER) == BEGIN and not memory.older
    return replace(memory, older=visit.older, older_at=None) if begins else memory


def after_older(memory: FeedMemory, visit: Visit) -> FeedMemory:
    """The memory after a page of older entries: which one comes next.

    Nothing else of the feed is learnt from it: no validators, no pace, no failures.
    """
    poll = visit.poll
    if poll.status not in READABLE:
        is_last = poll.status == "gone" or poll.http_status == 404  # as WordPress ends
        again_at = None if is_last else poll.polled_at + TRY_AGAIN
        return replace(memory, older="" if is_last else memory.older, older_at=again_at)
    if visit.waiting:
        return memory
    return replace(memory, older=visit.older if poll.new_items else "", older_at=None)
