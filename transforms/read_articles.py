"""Read each new entry: fetch its page, politely, and make an article of page and feed.

The page is kept, read in a process that can be killed, and dropped where it arrives: HTML never
travels on. A page that stops its reader leaves what the feed said; an entry of which nothing can be
kept becomes a dead letter.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Article, Page
from newsbeam.schemas.ids import article_id, shard_of
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.slices import Slice
from newsbeam.schemas.wire import to_json
from newsbeam.transforms import metrics, sandbox
from newsbeam.transforms.http.fetch import fetcher
from newsbeam.transforms.http.hosts import host_of
from newsbeam.transforms.http.request import PAGE_LIMITS, Courtesy, Request, Response
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.forgotten import forgotten
from newsbeam.transforms.lake.letters import READING, kind_and_message, reading_letter
from newsbeam.transforms.lake.storage import Lake, side_by_side
from newsbeam.transforms.page.answer import PageAnswer, page_answer
from newsbeam.transforms.page.article import article_of, source_named
from newsbeam.transforms.page.extract import EXTRACT_SECONDS, texts_of
from newsbeam.transforms.page.urls import stated_address, with_secrets_as

FEED_SECONDS = 30  # of reading, a slice: three pages that are killed, or two thousand usual ones
SHARED_PAGE = "shared_page: the feed gives other articles the same address"

Reading = AnnotatedArticle | Outcome


def failure_of(new: NewEntry, error: Exception, run_id: str) -> Failure:
    """The dead letter of an entry that cannot be read."""
    kind, message = kind_and_message(error)
    entry = replace(
        new.entry,
        url=with_secrets_as(new.entry.url, ""),
        entry_id=with_secrets_as(new.entry.entry_id, ""),
    )
    return Failure(
        failure_id=reading_letter(new.origin),
        step=READING,
        error=kind,
        message=message,
        element=to_json(
            {
                "feed": replace(new.feed, address=""),
                "entry": entry,
                "canonical_url": new.canonical_url,
                "is_apart": new.is_apart,
            }
        ),
        feed_id=new.feed.feed_id,
        url=entry.url or None,
        # Found again after a crash, the entry files the same letter under the same day.
        failed_at=new.origin.sighting.seen_at if new.origin.sighting else new.first_seen_at,
        run_id=run_id,
        article_id=new.article_id,
    )


def has_page(reading: Reading) -> bool:
    """Whether a page was received for it."""
    return isinstance(reading, AnnotatedArticle) and bool(reading.article.raw_sha256)


class _Read(beam.DoFn):
    """Reads the entries whose pages are at the hosts of one shard."""

    def __init__(self, step: "ReadArticles") -> None:
        self.step = step

    def setup(self) -> None:
        self.fetcher = fetcher(self.step.courtesy)

    def start_bundle(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)  # seconds of the reader, by feed
        self.raw_bytes: dict[str, int] = {}  # of each page as received
        self.characters: dict[str, int] = {}  # of its text; until it is read, a third of its bytes

    def process(self, shard: tuple[int, Iterable[NewEntry]]) -> Iterator[Any]:
        metrics.begin("reading")
        self.began = time.monotonic()
        kept_out, entries = forgotten(self.step.lake), []
        for new in sorted(shard[1], key=_place):
            if kept_out.has(new.article_id, source_named(new)):  # not even its page is asked for
                outcome = Outcome(new.origin, new.article_id, "unchanged")
                yield beam.pvalue.TaggedOutput("outcomes", outcome)
            else:
                entries.append(new)
        for reading in self._readings(entries):
            is_left = isinstance(reading, Outcome) and reading.result == "waiting"
            metrics.count("entries_read", not is_left)
            metrics.count("entries_unreadable", isinstance(reading, Outcome) and not is_left)
            if isinstance(reading, Outcome):
                yield beam.pvalue.TaggedOutput("outcomes", reading)
            else:
                yield reading

    def _readings(self, entries: list[NewEntry]) -> Iterator[Reading]:
        """What becomes of each entry: those without a page first, the others as pages arrive."""
        self.waiting: dict[str, list[NewEntry]] = defaultdict(list)
        without_page: list[NewEntry] = []
        for new in entries:
            if self.step.pages and new.entry.url and not new.is_apart:
                self.waiting[new.entry.url].append(new)
            else:
                without_page.append(new)
        part, self.has_read = self.step.slice, bool(without_page)
        yield from side_by_side(self._without_page, without_page)
        requests = [
            Request(
                url,
                url,
                holder=new.feed.feed_id,
                obey_robots=True,
                clean_url=new.canonical_url,
            )
            for url, (new, *_) in self.waiting.items()
        ]
        run = self.step.run_id
        asks_anew = any(not self.fetcher.is_left(run, request.key) for request in requests)
        for request, readings in self.fetcher.fetch_all(
            requests,
            PAGE_LIMITS,
            self._read_page,
            self._goes_on,
            # Pages that are slow hold up neither those that were read nor the next slice; where it
            # has none but these, they are waited for.
            may_leave=lambda: bool(part and part.is_local and (self.has_read or asks_anew)),
            run=run,
        ):
            metrics.count("pages_fetched", bool(readings and has_page(readings[0])))
            yield from readings or map(_waits, self.waiting[request.key])

    def _goes_on(self) -> bool:
        """Whether the slice has room for another page; for the first one it has, or a host that is
        asked every two minutes would never be read."""
        part = self.step.slice
        if part is None or not self.has_read:
            return True
        return (  # of copies, for other threads add to them
            sum(tuple(self.characters.values())) < part.characters
            and sum(tuple(self.raw_bytes.values())) < part.raw_bytes
            and time.monotonic() - self.began < part.seconds
        )

    def _without_page(self, new: NewEntry) -> Reading:
        problem = ""
        if self.step.pages:
            problem = SHARED_PAGE if new.is_apart else "no_link: the feed gives no address"
        return self._reading(new, PageAnswer(problem=problem))

    def _read_page(self, response: Response) -> list[Reading]:
        """What the page gives for each entry that asked; called where the answer arrives."""
        answer, url = page_answer(response), response.request.key
        self.has_read = True
        if answer.html:
            self.raw_bytes[url] = len(answer.html)
            self.characters[url] = len(answer.html) // 3  # a character takes up to three bytes
            sha256 = raw.keep(self.step.lake, answer.html, answer.received_at)
            answer = replace(answer, raw_sha256=sha256)
        readings = [self._reading(new, answer) for new in self.waiting[url]]
        self.characters[url] = sum(
            len(reading.article.text)
            for reading in readings
            if isinstance(reading, AnnotatedArticle)
        )
        return readings

    def _reading(self, new: NewEntry, answer: PageAnswer) -> Reading:
        is_same_host = host_of(new.entry.url) == host_of(new.feed.url)
        rests_until = answer.host_rests_until if is_same_host else None
        origin = replace(
            new.origin, page_missing=answer.may_be_had_later, host_rests_until=rests_until
        )
        try:
            try:
                article = self._article(new, answer)
            except Exception as first:  # the page stopped the reader: the feed's words alone
                problem = answer.problem or f"unreadable: {kind_and_message(first)[1]}"[:200]
                article = self._article(new, replace(answer, html=b"", problem=problem))
            if origin.sighting:
                sighting = replace(origin.sighting, article_id=article.article_id)
                origin = replace(origin, sighting=sighting)
            return AnnotatedArticle(article, (origin,))
        except Exception as error:
            failure = failure_of(new, error, self.step.run_id)
            return Outcome(origin, new.article_id, "failed", failure=failure)

    def _article(self, new: NewEntry, answer: PageAnswer) -> Article:
        feed, began = new.feed.feed_id, time.monotonic()
        if answer.html and self.spent[feed] > FEED_SECONDS:
            raise ValueError("too_slow: other pages of this feed took all the time there is")
        try:
            page, feed_text = sandbox.run(
                "read",
                texts_of,
                answer.html,
                answer.url or new.entry.url,
                answer.headers or {},
                new.entry.content,
                seconds=EXTRACT_SECONDS,
            )
        finally:
            self.spent[feed] += time.monotonic() - began
        return article_of(
            _named(new, page),
            page,
            feed_text,
            page_problem=answer.problem,
            raw_sha256=answer.raw_sha256,
            run_id=self.step.run_id,
            fetched_at=answer.received_at,
        )


def _place(new: NewEntry) -> tuple[bool, int, str]:
    """A site's own feed comes first at its hosts, or another's could use up their turns. Then feeds
    take turns: the first entries of all come before the second of any."""
    position = new.origin.sighting.position if new.origin.sighting else 0
    return new.origin.is_foreign, position, new.entry.url


def _named(new: NewEntry, page: Page | None) -> NewEntry:
    """The entry under the address that its page states, if that only leaves parameters out."""
    url = new.canonical_url
    if page and page.canonical_url:
        url = stated_address(url, page.canonical_url)
    return replace(new, canonical_url=url, article_id=article_id(url))


def _waits(new: NewEntry) -> Outcome:
    return Outcome(new.origin, new.article_id, "waiting")


@dataclass
class ReadArticles(beam.PTransform):
    """New entries → articles, and `outcomes` of entries that gave none."""

    lake: Lake
    courtesy: Courtesy
    run_id: str
    pages: bool = True  # False: the feeds' own words are all there is
    shards: int = 1
    slice: Slice | None = None

    def expand(self, new: beam.PCollection[NewEntry]) -> beam.pvalue.DoOutputsTuple:
        shards = self.shards
        return (
            new
            # All pages of a host go to one worker, which alone can keep the host's pace.
            | "ByHost" >> beam.GroupBy(lambda new: shard_of(host_of(new.entry.url), shards))
            | "Read"
            >> beam.ParDo(_Read(self))
            .with_output_types(AnnotatedArticle, outcomes=Outcome)
            .with_outputs("outcomes", main="articles")
        )
