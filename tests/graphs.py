"""What tests of the graph need: a pipeline, a plan, polls and their outcomes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, TypeOptions
from apache_beam.testing.test_pipeline import TestPipeline as BeamPipeline

import made
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.news import Plan
from newsbeam.pipeline.options import USER_AGENT
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import (
    Draft,
    Listened,
    Outcome,
)  # fmt: skip
from newsbeam.schemas.memory import Seen
from newsbeam.transforms import coder
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.http.request import Courtesy
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.text.nlp import DEFAULT_MODEL
from publisher import Publisher

COURTESY = Courtesy(USER_AGENT, ("127.0.0.0/8",), per_host_delay=0)
CONTENT = ("articles", "actors", "topics", "quotes", "failures")
STREAMS = "BundleBasedDirectRunner"  # the one local runner that plays a TestStream


@contextmanager
def graph(runner: str = "FnApiRunner") -> Iterator[beam.Pipeline]:
    """A pipeline that is run at the end, with Beam's type checks on."""
    coder.register()
    options = PipelineOptions()
    options.view_as(TypeOptions).pipeline_type_check = True
    with BeamPipeline(runner=runner, options=options) as pipeline:
        yield pipeline


def plan(lake: Lake, **said: Any) -> Plan:
    return Plan(lake, made.run(), COURTESY, DEFAULT_MODEL, MAX_NEW, **said)


def feeds_of(publisher: Publisher) -> tuple[Feed, ...]:
    return load_feeds(publisher.feeds)


def is_all(check: Any) -> Any:
    """A matcher for `assert_that` that gets all elements as a list."""

    def matches(actual: Any) -> None:
        assert check(list(actual)), actual

    return matches


def outcome_of(draft: Draft, result: str = "written") -> Outcome:
    article = draft.article
    return Outcome(
        draft.carried[0], article.article_id, result, article.revision, article.published_at
    )


def listened(poll_id: str, *drafts: Draft, feed: Feed = made.FEED) -> Listened:
    """A poll that brought these drafts."""
    new = {
        d.article.article_id: Seen(d.carried[0].entry_hash, made.NOON, made.NOON) for d in drafts
    }
    poll = made.poll(
        feed_id=feed.feed_id, feed_url=feed.url, items=len(drafts), new_items=len(drafts)
    )
    return Listened(poll_id, feed, poll, new=new)
