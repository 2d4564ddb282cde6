"""newsbeam as a paragraph.

Feeds are visited politely; each answer is kept, and its new entries become articles with their page
and text. An article is settled to one date and each of its wordings to one row; it is annotated
with actors, topics and quotations, and written to date-partitioned Parquet. What became of each
entry is its outcome: with the outcomes the visit is closed, dead letters are filed, and what the
feed brought is remembered last, when everything of it is accounted for.
"""

from dataclasses import dataclass

import apache_beam as beam

from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import NewEntry
from newsbeam.schemas.ledger import Run
from newsbeam.schemas.slices import Slice
from newsbeam.transforms.close_visits import CloseVisits
from newsbeam.transforms.enrich_articles import EnrichArticles
from newsbeam.transforms.http.request import Courtesy
from newsbeam.transforms.lake.raw import Kept
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.poll_feeds import PollFeeds
from newsbeam.transforms.read_articles import ReadArticles
from newsbeam.transforms.read_documents import Line, ReadDocuments, visit_of
from newsbeam.transforms.settle_articles import SettleArticles
from newsbeam.transforms.text.knowledge_files import Layer
from newsbeam.transforms.write_articles import WriteArticles


@dataclass(frozen=True)
class Plan:
    """What a pass or a stream is to do, in the values that its steps take."""

    lake: Lake
    run: Run
    courtesy: Courtesy
    model: str
    max_items: int
    pages: bool = True
    every_seconds: float | None = 0.0  # 0 = by hand or by cron; None = newsbeam sets the pace
    shards: int = 1  # parts of the work: as many as there are workers
    slice: Slice | None = None  # None = a pass is done all at once
    goes_on: bool = False  # a later slice: only what earlier ones have begun
    counted: frozenset[str] = frozenset()  # feeds whose entries those have counted
    back: int | None = None  # of a back-fill: which page; 0 is the feed itself
    kept: Kept = Kept()  # of the bytes as they came
    admit_undated: bool = False  # documents without a date, under the time of the run
    layers: tuple[Layer, ...] = ()  # of the user's own actors and topics
    tables: tuple[str, ...] = ()  # of annotations; the usual ones unless said


@dataclass
class NewsFromFeeds(beam.PTransform):
    """Shards of feeds → their news in the lake, and the account of it."""

    plan: Plan

    def expand(self, feeds: beam.PCollection[tuple[Feed, ...]]) -> beam.PCollection[Account]:
        p = self.plan
        lake, run_id, shards = p.lake, p.run.run_id, p.shards
        poll = PollFeeds(
            lake, p.courtesy, run_id, p.max_items, p.every_seconds, p.slice, p.goes_on, p.counted,
            p.back,
        )  # fmt: skip
        read = ReadArticles(lake, p.courtesy, run_id, p.pages, shards, p.slice)

        new, visits, known = feeds | "Poll" >> poll
        articles, unread = new | "Read" >> read
        articles, unchanged = articles | "Settle" >> SettleArticles(lake)
        annotated = articles | "Enrich" >> EnrichArticles(p.model, p.layers, p.tables)
        written = annotated | "Write" >> WriteArticles(lake, shards)
        outcomes = (known, unread, unchanged, written) | "Outcomes" >> beam.Flatten()
        return (visits, outcomes) | "Close" >> CloseVisits(lake, run_id, p.every_seconds, shards)


@dataclass
class NewsFromEntries(beam.PTransform):
    """Entries of dead letters → their news in the lake, as if a feed had just brought them."""

    plan: Plan

    def expand(self, new: beam.PCollection[NewEntry]) -> beam.PCollection[Account]:
        p = self.plan
        lake, run_id, shards = p.lake, p.run.run_id, p.shards

        visits = (
            new
            | "Told" >> beam.Map(lambda one: (one.origin, ()))
            | "All" >> beam.combiners.ToList()
            | "Visit" >> beam.Map(visit_of, p.run)
        )
        articles, unread = new | "Read" >> ReadArticles(lake, p.courtesy, run_id, p.pages, shards)
        articles, unchanged = articles | "Settle" >> SettleArticles(lake)
        annotated = articles | "Enrich" >> EnrichArticles(p.model, p.layers, p.tables)
        written = annotated | "Write" >> WriteArticles(lake, shards)
        outcomes = (unread, unchanged, written) | "Outcomes" >> beam.Flatten()
        return (visits, outcomes) | "Close" >> CloseVisits(lake, run_id, shards=shards)


@dataclass
class NewsFromDocuments(beam.PTransform):
    """Lines of documents → their news in the lake, through the same enrichment and tables."""

    plan: Plan

    def expand(self, lines: beam.PCollection[Line]) -> beam.PCollection[Account]:
        p = self.plan
        lake, run_id, shards = p.lake, p.run.run_id, p.shards

        articles, visits, unread = lines | "Read" >> ReadDocuments(p.run, p.admit_undated)
        articles, unchanged = articles | "Settle" >> SettleArticles(lake)
        annotated = articles | "Enrich" >> EnrichArticles(p.model, p.layers, p.tables)
        written = annotated | "Write" >> WriteArticles(lake, shards)
        outcomes = (unread, unchanged, written) | "Outcomes" >> beam.Flatten()
        return (visits, outcomes) | "Close" >> CloseVisits(lake, run_id, shards=shards)
