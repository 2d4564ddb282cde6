"""A month of publishers on a virtual clock: what they publish, what goes wrong, what is asked.

No network, no engine: the same plain functions that a pass calls, with answers that are made here.
"""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import feed_id
from newsbeam.schemas.journey import Outcome
from newsbeam.schemas.ledger import Poll
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms import sandbox
from newsbeam.transforms.feed.conditional import validators
from newsbeam.transforms.feed.host_rests import resting_hosts
from newsbeam.transforms.feed.schedule import (
    address_of,
    is_due,
)
from newsbeam.transforms.feed.visit import after_visit, headers_of, ledger_row, read_visit
from newsbeam.transforms.http.answer import classify
from newsbeam.transforms.http.hosts import host_of
from newsbeam.transforms.http.request import Request, Response

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
WAKE = timedelta(minutes=5)
STYLES = ("permalink", "guid", "no guid", "token", "slug edits", "fragment")
# What a publisher's outage looks like: the ledger's status, and how many hours it takes.
# All are longer than the longest pause between two visits, so that each is met.
FAULTS = {"http_error": 7, "dns": 12, "challenge": 8, "not_a_feed": 9, "timeout": 10, "gone": 30}


@dataclass
class Story:
    """One article of a publisher: its truth, and how the feed writes it at a time."""

    number: int
    published: datetime
    edits: int = 0


@dataclass
class Publisher:
    """A site with one feed; everything about it follows from its number."""

    number: int
    days: int
    stories: list[Story] = field(default_factory=list)
    outages: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    moves_at: datetime | None = None
    burst_at: datetime | None = None

    def __post_init__(self) -> None:
        dice = random.Random(self.number)
        self.dice = dice
        self.host = f"paper{self.number}.example"
        self.url = f"https://{self.host}/feed"
        self.style = STYLES[self.number % len(STYLES)]
        self.length = dice.choice([10, 15, 30])
        self.has_etag = self.number % 4 != 3
        a_day = dice.choice([2, 6, 15, 40])
        moment = BEGIN - timedelta(days=1)
        while moment < BEGIN + timedelta(days=self.days):
            moment += timedelta(hours=24 / a_day * dice.uniform(0.2, 1.8))
            self.stories.append(Story(len(self.stories), moment, edits=int(dice.random() < 0.1)))
        if fault := [*FAULTS, "", ""][self.number % 8]:
            start = BEGIN + timedelta(days=self.days * dice.uniform(0.3, 0.6))
            self.outages.append((start, start + timedelta(hours=FAULTS[fault]), fault))
        if self.number % 10 == 5:
            self.moves_at = BEGIN + timedelta(days=self.days * 0.2)
        if self.number % 5 == 2:  # more at once than the feed holds
            self.burst_at = BEGIN + timedelta(days=self.days * 0.8)
            more = range(len(self.stories), len(self.stories) + 3 * self.length)
            step = timedelta(seconds=20)
            self.stories += [Story(n, self.burst_at + step * i) for i, n in enumerate(more)]
            self.stories.sort(key=lambda story: story.published)

    def fault(self, now: datetime) -> str:
        """What is wrong with the server now; "" if nothing is."""
        return next((kind for start, end, kind in self.outages if start <= now < end), "")

    def shown(self, now: datetime) -> list[Story]:
        """What the feed lists now, the newest first."""
        out = [story for story in self.stories if story.published <= now]
        return out[-self.length :][::-1]

    def item(self, story: Story, now: datetime, token: str = "") -> str:
        """One item: some are edited an hour after they came, some styles change what they may."""
        is_edited = story.edits and now > story.published + timedelta(hours=1)
        mark = ", corrected" if is_edited else ""
        title = f"Story {story.number} of paper {self.number}{mark}"
        path, guid = f"news/{story.number}-council", f"p{self.number}-{story.number}"
        if self.style == "slug edits" and is_edited:
            path += "-corrected"
        link = f"https://{self.host}/{path}"
        if self.style == "token":
            link += f"?token={token}"
        if self.style == "fragment":
            link += "#comments"
        said = {"permalink": f"<guid>{link}</guid>", "no guid": "", "fragment": ""}
        stated = said.get(self.style, f'<guid isPermaLink="false">{guid}</guid>')
        words = f"The council of town {self.number} met on point {story.number}{mark}."
        return (
            f"<item><title>{title}</title><link>{link}</link>{stated}"
            f"<description>{words}</description>"
            f"<pubDate>{story.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        )

    def answer(self, request: Request, now: datetime) -> Response:
        """What the server answers, as the fetcher would hand it on."""
        fault = self.fault(now)
        if fault in ("dns", "timeout"):
            return Response(request, fault, detail="no answer")  # type: ignore[arg-type]
        heads, status, body = {"content-type": "application/rss+xml"}, 200, b""
        if fault == "http_error":
            status = 503
        elif fault == "gone":
            status = 410
        elif fault == "challenge":
            heads["cf-mitigated"], status = "challenge", 403
        elif fault == "not_a_feed":
            body = b"<html><title>Are you human?</title><body>Prove it.</body></html>"
        else:
            token = f"{now:%d%H%M}"  # new at every visit; what it stands for is not
            items = "".join(self.item(story, now, token) for story in self.shown(now))
            stated = "".join(self.item(story, now) for story in self.shown(now))
            about = f"<title>Paper {self.number}</title><link>https://{self.host}/</link>"
            body = f'<rss version="2.0"><channel>{about}{items}</channel></rss>'.encode()
            etag = f'"{hashlib.sha256(stated.encode()).hexdigest()[:16]}"'
            if self.has_etag:
                heads["etag"] = etag
                if request.etag == etag:
                    status, body = 304, b""
        found, detail = classify(status, heads, bool(request.etag))
        moved = self.moves_at and now >= self.moves_at and request.url == self.url
        target = f"https://{self.host}/rss" if moved else ""
        answer = Response(request, found, status, heads, body, request.url, detail=detail)
        return replace(answer, moved_to=target)


@dataclass
class Month:
    """What came of it."""

    polls: list[Poll] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)  # requests, by address
    truth: dict[str, set[tuple[int, int]]] = field(default_factory=lambda: defaultdict(set))
    ids: dict[tuple[int, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    memories: dict[str, FeedMemory] = field(default_factory=dict)


def wakes(days: int) -> Iterator[datetime]:
    """The moments at which a stream looks what is due."""
    for number in range(int(timedelta(days=days) / WAKE)):
        yield BEGIN + number * WAKE


def simulate(publishers: list[Publisher], days: int, monkeypatch: pytest.MonkeyPatch) -> Month:
    """Visit the publishers' feeds for so many days as a stream does, every entry being written."""
    monkeypatch.setattr(sandbox, "run", lambda kind, call, *args, seconds: call(*args))
    month = Month()
    by_feed = {Feed(feed_id(one.url), one.url, source=one.host): one for one in publishers}
    month.memories = {feed.feed_id: FeedMemory(feed.feed_id, feed.url) for feed in by_feed}
    for now in wakes(days):
        resting = resting_hosts(month.memories.values(), now)
        for feed, publisher in by_feed.items():
            memory = month.memories[feed.feed_id]
            if not is_due(memory, now, patient=True) or host_of(feed.url) in resting:
                continue
            request = Request(feed.feed_id, address_of(memory, feed.url), *validators(memory, now))
            month.asked[request.url] += 1
            response = publisher.answer(request, now)
            poll, heads = ledger_row(feed, response, now, "r"), headers_of(feed, response)
            visited = read_visit(feed, poll, heads, response.body, memory, max_items=2_000)
            outcomes = []
            for new in visited.entries:
                number = int(new.entry.title.split()[1])
                month.truth[new.article_id].add((publisher.number, number))
                month.ids[publisher.number, number].add(new.article_id)
                outcomes.append(Outcome(new.origin, new.article_id, "written", "r"))
            memory = after_visit(memory, visited.visit, outcomes, None, "r", now)
            month.memories[feed.feed_id] = memory
            month.polls.append(replace(visited.visit.poll, next_due_at=memory.next_due_at))
    return month
