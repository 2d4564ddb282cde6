"""`newsbeam discover URL`: the feeds and news sitemaps that a page or its site names."""

import sys
from dataclasses import asdict
from typing import Any

from newsbeam.analysis.output import visible, write_answer
from newsbeam.analysis.query import as_answer
from newsbeam.analysis.table import print_paragraphs
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.feed_lists import LISTS
from newsbeam.pipeline.options import DiscoverOptions
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.summary import counted
from newsbeam.schemas.trouble import in_words
from newsbeam.transforms import sandbox
from newsbeam.transforms.feed.discovery import Candidate, in_page, in_robots, usual
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed
from newsbeam.transforms.feed.visit import PARSE_SECONDS
from newsbeam.transforms.http.fetch import Fetcher, fetcher
from newsbeam.transforms.http.request import FEED_LIMITS, PAGE_LIMITS, Courtesy, Request, Response
from newsbeam.transforms.http.robots import robots_url
from newsbeam.transforms.page.urls import web_link

COLUMNS = ("url", "title", "language", "entries", "newest", "named_by", "problem")


def main(options: DiscoverOptions) -> int:
    """Print what may be a feed, and as a list what reads as one."""
    url = web_link(options.url)
    if not url:
        raise UsageError(f"{options.url[:80]!r} is no http(s) address; did you mean https://…?")
    courtesy = Courtesy(options.user_agent, options.allow_network, options.per_host_delay)
    rows = found_at(url, fetcher(courtesy))
    good = [row for row in rows if not row["problem"]]
    if options.format in LISTS:
        sys.stdout.write(LISTS[options.format](good))
    elif options.format == "table":
        print_paragraphs(((visible(row["url"]), visible(_told(row))) for row in rows), sys.stdout)
    else:
        write_answer(as_answer(rows, COLUMNS), options.format, sys.stdout)
    if not good:
        log.info("no feed was found at %s: look for “RSS” on its pages, or ask the site", url)
    return DONE


def found_at(url: str, fetch: Fetcher) -> list[dict[str, Any]]:
    """What may be a feed of a page: itself, what it or robots.txt names, else the usual places."""
    page = _ask(fetch, [url], PAGE_LIMITS)[url]
    if page.status != "ok":
        raise UsageError(f"{url}: {in_words(page.status, page.http_status, page.detail)}")
    itself = _row(Candidate(url, "it is one itself"), page)
    if not itself["problem"]:
        return [itself]
    ended = page.final_url or url
    kind = page.headers.get("content-type", "")
    named = sandbox.run("read", in_page, page.body, kind, ended, seconds=PARSE_SECONDS)
    address = robots_url(ended)
    robots = _ask(fetch, [address], FEED_LIMITS)[address]
    if robots.status == "ok":
        named += in_robots(robots.body.decode("utf-8", "replace"), ended)
    rows = _read(fetch, named)
    return rows if any(not row["problem"] for row in rows) else rows + _good(fetch, usual(ended))


def _good(fetch: Fetcher, candidates: list[Candidate]) -> list[dict[str, Any]]:
    return [row for row in _read(fetch, candidates) if not row["problem"]]


def _read(fetch: Fetcher, candidates: list[Candidate]) -> list[dict[str, Any]]:
    answers = _ask(fetch, [one.url for one in candidates], FEED_LIMITS)
    return [_row(one, answers[one.url]) for one in candidates]


def _ask(fetch: Fetcher, urls: list[str], limits: Any) -> dict[str, Response]:
    requests = [Request(url, url) for url in dict.fromkeys(urls)]
    answers = fetch.fetch_all(requests, limits, lambda response: response)
    return {request.key: response for request, response in answers if response}


def _row(one: Candidate, response: Response) -> dict[str, Any]:
    """What an answer is as a feed; `problem` says why it is none."""
    row = {**asdict(one), "problem": "", "entries": None, "newest": None, "language": ""}
    if response.status != "ok":
        return row | {"problem": in_words(response.status, response.http_status, response.detail)}
    try:
        feed = sandbox.run(
            "read", parse_feed, response.body, response.headers, response.final_url or one.url,
            seconds=PARSE_SECONDS,
        )  # fmt: skip
    except NotAFeed as error:
        return row | {"problem": str(error)}
    except Exception as error:
        return row | {"problem": f"it cannot be read: {error}"}
    dates = [entry.published for entry in feed.entries if entry.published]
    about = {"title": feed.title or one.title, "language": feed.language}
    return row | about | {"entries": len(feed.entries), "newest": max(dates, default=None)}


def _told(row: dict[str, Any]) -> str:
    if row["problem"]:
        return f"{row['named_by']}; no feed: {row['problem']}"
    newest = f", the newest of {row['newest']:%Y-%m-%d}" if row["newest"] else ""
    title = f"“{row['title']}”; " if row["title"] else ""
    return f"{title}{counted(row['entries'], 'entry')}{newest}; {row['named_by']}"
