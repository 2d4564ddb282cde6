"""Fetch the page of each new entry: one request an address, politely, many hosts at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import apache_beam as beam

from newsbeam.schemas.ids import digest
from newsbeam.schemas.journey import FetchedPage, NewEntry
from newsbeam.transforms import metrics
from newsbeam.transforms.http.answer import may_pass
from newsbeam.transforms.http.fetch import PAGE_LIMITS, Courtesy, Request, Response, fetcher
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.storage import Lake


def fetched(entry: NewEntry, response: Response) -> FetchedPage:
    """What a server's answer means for the entry that asked."""
    if response.status != "ok":
        problem = f"{response.status}: {response.detail}"[:200]
        return FetchedPage(entry, problem=problem, passing=is_passing(response))
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind and kind not in ("text/html", "application/xhtml+xml", "application/xml", "text/xml"):
        return FetchedPage(entry, problem=f"not_html: the server calls it {kind[:60]}")
    return FetchedPage(entry, response.body, response.headers, response.final_url)


def is_passing(response: Response) -> bool:
    """Whether the page may be had another time: the server or the way to it had trouble.

    A host that wants to be left alone, or whose robots.txt is out of reach, is in trouble too.
    """
    if response.retry_after_seconds and response.status != "blocked_address":
        return True
    trouble = ("timeout", "dns", "tls", "truncated", "empty")
    return response.status in trouble or may_pass(response.status, response.http_status)


def host_shard(entry: NewEntry, shards: int) -> str:
    """All pages of a host go to one worker, which alone can keep the host's pace."""
    host = urlsplit(entry.entry.url).hostname or ""
    return str(int(digest(host, length=8), 16) % shards)


class _Fetch(beam.DoFn):
    def __init__(self, lake: Lake, courtesy: Courtesy) -> None:
        self.lake = lake
        self.courtesy = courtesy

    def process(self, shard: tuple[str, Iterable[NewEntry]]) -> Iterator[FetchedPage]:
        waiting: dict[str, list[NewEntry]] = defaultdict(list)
        for entry in shard[1]:
            waiting[entry.entry.url].append(entry)
        for entry in waiting.pop("", []):
            yield FetchedPage(entry, problem="no_link: the feed gives no address")
        requests = [Request(url, url, obey_robots=True) for url in sorted(waiting)]
        answers = fetcher(self.courtesy).fetch_all(requests, PAGE_LIMITS, use=lambda found: found)
        for request, response in answers:
            if response is None:
                continue
            for entry in waiting[request.key]:
                page = fetched(entry, response)
                if page.html:
                    metrics.count("pages_fetched")
                    page = replace(page, raw_sha256=raw.keep(self.lake, page.html))
                yield page


@dataclass
class FetchPages(beam.PTransform):
    """New entries → their pages; a page that cannot be had leaves the entry with what it said."""

    lake: Lake
    courtesy: Courtesy
    pages: bool = True
    shards: int = 1

    def expand(self, entries: beam.PCollection[NewEntry]) -> beam.PCollection[FetchedPage]:
        if not self.pages:
            return entries | "FeedTextOnly" >> beam.Map(FetchedPage)
        shards = self.shards
        return (
            entries
            | "ByHost"
            >> beam.Map(lambda entry: (host_shard(entry, shards), entry)).with_output_types(
                tuple[str, NewEntry]
            )
            | "Together" >> beam.GroupByKey()
            | "Fetch" >> beam.ParDo(_Fetch(self.lake, self.courtesy))
        )
