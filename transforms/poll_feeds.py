"""Ask each feed for what it has now: politely, only when due, keeping the answer as it came.

A poll that an earlier run left unfinished is not asked again but finished, from its kept bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import Polled
from newsbeam.schemas.ledger import Poll
from newsbeam.schemas.memory import FeedMemory, Unfinished
from newsbeam.schemas.wire import iso
from newsbeam.transforms import metrics
from newsbeam.transforms.feed.memory import in_flight, recall
from newsbeam.transforms.feed.schedule import READABLE, is_due, validators
from newsbeam.transforms.http.fetch import (
    FEED_LIMITS,
    Courtesy,
    Request,
    Response,
    fetcher,
)
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.storage import Lake, NotThere
from newsbeam.transforms.page.urls import source_of


def poll_id(feed_id: str, polled_at: datetime) -> str:
    """The name of one attempt: which feed, and when."""
    return f"{feed_id}@{iso(polled_at)}"


def polled(feed: Feed, response: Response, polled_at: datetime, run_id: str) -> Polled:
    """A server's answer as a line of the ledger, its items not counted yet."""
    poll = Poll(
        feed_id=feed.feed_id,
        feed_url=feed.url,
        source=feed.source or source_of(feed.url),
        polled_at=polled_at,
        seconds=round(response.seconds, 3),
        status=response.status,
        http_status=response.http_status,
        bytes=len(response.body),
        conditional=bool(response.request.etag or response.request.last_modified),
        detail=response.detail or None,
        run_id=run_id,
    )
    headers = {**response.headers, "content-location": response.final_url or feed.url}
    if response.retry_after_seconds is not None:
        headers["retry-after"] = str(int(response.retry_after_seconds))
    return Polled(poll_id(feed.feed_id, polled_at), feed, poll, headers, response.body)


class _Poll(beam.DoFn):
    """Polls one round: feeds that one worker asks at the same time."""

    def __init__(self, lake: Lake, courtesy: Courtesy, run_id: str, patient: bool) -> None:
        self.lake = lake
        self.courtesy = courtesy
        self.run_id = run_id
        self.patient = patient

    def process(self, feeds: tuple[Feed, ...]) -> Iterator[Polled]:
        now = datetime.now(UTC)
        requests: list[Request] = []
        by_id = {feed.feed_id: feed for feed in feeds}
        for feed in by_id.values():
            memory, _ = recall(self.lake, feed)
            for poll in memory.unrecorded:
                yield beam.pvalue.TaggedOutput("unrecorded", poll)
            if in_flight(memory.unfinished, self.run_id, now):
                continue
            if left := self._resumed(feed, memory.unfinished):
                yield left
            elif is_due(memory, now, self.patient):
                requests.append(_request(feed, memory, now))
        answers = fetcher(self.courtesy).fetch_all(requests, FEED_LIMITS, use=lambda found: found)
        for request, response in answers:
            if response:
                yield self._kept(by_id[request.key], response, now)

    def _resumed(self, feed: Feed, left: Unfinished | None) -> Polled | None:
        """The poll that was left unfinished; None where there is none, or its bytes are gone."""
        if left is None:
            return None
        try:
            body = raw.fetch(self.lake, left.raw_sha256)
        except NotThere:
            return None  # somebody tidied up: the feed is asked again
        name = poll_id(feed.feed_id, left.poll.polled_at)
        return Polled(name, feed, left.poll, left.headers, body, left.raw_sha256)

    def _kept(self, feed: Feed, response: Response, now: datetime) -> Polled:
        metrics.count("feeds_polled")
        if response.status not in READABLE:
            metrics.count("feeds_failed")
        answer = polled(feed, response, now, self.run_id)
        if not response.body:
            return answer
        return replace(answer, raw_sha256=raw.keep(self.lake, response.body))


def _request(feed: Feed, memory: FeedMemory, now: datetime) -> Request:
    etag, last_modified = validators(memory, now)
    return Request(feed.feed_id, feed.url, etag, last_modified, obey_robots=False)


@dataclass
class PollFeeds(beam.PTransform):
    """Rounds of feeds → what each due feed answered (`polled`); rows still owed (`unrecorded`)."""

    lake: Lake
    courtesy: Courtesy
    run_id: str
    patient: bool = False  # wait for each feed's own interval, not only for what a server demands

    def expand(self, rounds: beam.PCollection[Any]) -> beam.pvalue.DoOutputsTuple:
        return rounds | beam.ParDo(
            _Poll(self.lake, self.courtesy, self.run_id, self.patient)
        ).with_outputs("unrecorded", main="polled")
