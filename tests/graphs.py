"""What tests of the graph need: a pipeline with Beam's type checks on, a plan, and matchers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, TypeOptions
from apache_beam.testing.test_pipeline import TestPipeline as BeamPipeline
from apache_beam.testing.util import assert_that

import made
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.news import Plan
from newsbeam.pipeline.options import USER_AGENT
from newsbeam.schemas.article import Feed
from newsbeam.transforms import coder
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.http.request import Courtesy
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.text.nlp import DEFAULT_MODEL
from publisher import Publisher

COURTESY = Courtesy(USER_AGENT, ("127.0.0.0/8",), per_host_delay=0)
NOBODY = Courtesy(USER_AGENT, (), per_host_delay=0)  # no address of this machine may be asked
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
    """What a pass that works everything off at once is to do."""
    return Plan(lake, made.run(), COURTESY, DEFAULT_MODEL, MAX_NEW, **said)


def feeds_of(publisher: Publisher) -> tuple[Feed, ...]:
    """The publisher's feeds as one shard."""
    return load_feeds(publisher.feeds)


def expect(
    them: beam.PCollection[Any], of: Callable[[list[Any]], Any], value: Any, label: str = ""
) -> None:
    """When the pipeline has run, this is what is found of all elements of a collection."""

    def matches(actual: Any) -> None:
        found = of(list(actual))
        assert found == value, f"{label}: {found!r} is not {value!r}"

    assert_that(them, matches, label or str(value))
