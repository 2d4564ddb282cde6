"""newsbeam as a paragraph.

Feeds are polled politely; each response is kept; its entries become articles; new or changed ones
get their page and text; each article is enriched with actors, topics and quotations; records go to
date-partitioned Parquet. What failed becomes a replayable record; what each feed brought is
remembered last, when everything of it is accounted for.
"""

from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from newsbeam.schemas.ledger import Run
from newsbeam.transforms.close_visits import CommitPolls
from newsbeam.transforms.enrich_articles import EnrichArticles
from newsbeam.transforms.http.fetch import Courtesy
from newsbeam.transforms.http.pages import FetchPages
from newsbeam.transforms.lake.account import RecordPolls, RecordRun
from newsbeam.transforms.lake.failures import WriteFailures
from newsbeam.transforms.lake.known import DropKnown
from newsbeam.transforms.lake.sightings import RecordSightings
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.page.entries import ParseEntries
from newsbeam.transforms.poll_feeds import PollFeeds
from newsbeam.transforms.read_articles import ExtractText
from newsbeam.transforms.read_documents import ReadDocuments
from newsbeam.transforms.settle_articles import SettleArticles
from newsbeam.transforms.write_articles import WriteLake


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
    windowed: bool = False  # an unbounded stream: each window is a pass with an account of its own
    shards: int = 1  # of page fetching; one is right where one process fetches everything


@dataclass
class NewsFromFeeds(beam.PTransform):
    """Rounds of feeds → their news in the lake. A round is the feeds that one worker asks."""

    plan: Plan

    def expand(self, rounds: beam.PCollection[Any]) -> beam.PCollection[Run]:
        plan, lake, run_id = self.plan, self.plan.lake, self.plan.run.run_id
        polled, unrecorded = rounds | "Poll" >> PollFeeds(
            lake, plan.courtesy, run_id, patient=plan.every_seconds is None
        )
        entries, polls, done = (
            polled
            | "Parse" >> ParseEntries()
            | "DropKnown" >> DropKnown(lake, run_id, plan.max_items)
        )
        drafts, unread = (
            entries
            | "FetchPages" >> FetchPages(lake, plan.courtesy, plan.pages, plan.shards)
            | "ExtractText" >> ExtractText(run_id)
        )
        outcomes = (drafts, unread, done) | "EnrichAndWrite" >> EnrichAndWrite(plan)
        committed, accounts = (polls, outcomes) | "Remember" >> CommitPolls(
            lake, plan.every_seconds
        )
        (committed, unrecorded) | "EveryPoll" >> beam.Flatten() | "Ledger" >> RecordPolls(lake)
        return accounts | "Balance" >> RecordRun(lake, plan.run, plan.windowed)


@dataclass
class NewsFromDocuments(beam.PTransform):
    """Lines of documents → their news in the lake, through the same enrichment and tables."""

    plan: Plan

    def expand(self, lines: beam.PCollection[Any]) -> beam.PCollection[Run]:
        plan = self.plan
        drafts, unread, listened = lines | "Read" >> ReadDocuments(plan.run)
        outcomes = (drafts, unread) | "EnrichAndWrite" >> EnrichAndWrite(plan)
        _, accounts = (listened, outcomes) | "Account" >> CommitPolls(plan.lake)
        return accounts | "Balance" >> RecordRun(plan.lake, plan.run)


@dataclass
class EnrichAndWrite(beam.PTransform):
    """Drafts, dead letters and outcomes known before → what became of the entry behind each."""

    plan: Plan

    def expand(self, news: tuple[Any, ...]) -> beam.PCollection[Any]:
        lake, run_id = self.plan.lake, self.plan.run.run_id
        drafts, unread, *done = news
        settled, unchanged = drafts | "Settle" >> SettleArticles(lake)
        enriched, unenriched = settled | "Enrich" >> EnrichArticles(self.plan.model, run_id)
        written = enriched | "Write" >> WriteLake(lake)
        failed = (
            (unread, unenriched)
            | "AllFailures" >> beam.Flatten()
            | "DeadLetters" >> WriteFailures(lake)
        )
        return (
            (written, unchanged, failed, *done)
            | "AllOutcomes" >> beam.Flatten()
            | "Sightings" >> RecordSightings(lake)
        )
