"""The barrier in a stream, and one graph for a list, a stream and a clock."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_stream import TestStream as Script
from apache_beam.transforms import window
from apache_beam.transforms.window import TimestampedValue

import made
from graphs import CONTENT, STREAMS, expect, feeds_of, graph, plan
from lake_rows import all_content, doubled, rows
from newsbeam.pipeline.news import NewsFromFeeds
from newsbeam.schemas.journey import Outcome, Visit
from newsbeam.transforms.close_visits import CloseVisits
from newsbeam.transforms.feed.memory import recall
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.record_runs import record_window
from publisher import Publisher


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=4) as served:
        yield served


def test_in_a_stream_a_visit_is_closed_once_and_after_all_of_its_outcomes(local_lake: Lake):
    first, second = made.read(1, visit="a"), made.read(2, visit="a")
    later, lost = made.read(3, visit="b"), made.read(4, visit="c")
    then = made.poll(polled_at=made.NOON + timedelta(seconds=10))
    (told_first,), (told_second,) = made.outcomes(first), made.outcomes(second)
    (told_later,) = made.outcomes(later)
    script = (
        Script()
        .advance_watermark_to(0)
        .add_elements([TimestampedValue(made.visit(first, second, visit_id="a"), 1)])
        .add_elements([TimestampedValue(told_first, 2)])
        .advance_watermark_to(9)  # the window is still open: nothing may be remembered yet
        .add_elements([TimestampedValue(told_second, 9)])
        .advance_watermark_to(10)
        .add_elements([TimestampedValue(made.visit(later, visit_id="b", poll=then), 11)])
        .add_elements([TimestampedValue(told_later, 12)])
        .add_elements([TimestampedValue(made.visit(lost, visit_id="c"), 13)])
        .advance_watermark_to_infinity()
    )
    with graph(STREAMS) as p:
        met = p | script | beam.WindowInto(window.FixedWindows(10))
        visits = met | "Visits" >> beam.Filter(lambda one: isinstance(one, Visit))
        outcomes = met | "Outcomes" >> beam.Filter(lambda one: isinstance(one, Outcome))
        accounts = (visits, outcomes) | CloseVisits(local_lake, "r")
        expect(
            accounts,
            lambda them: sorted((a.new, a.written, a.missing) for a in them),
            [(2, 1, 1), (2, 2, 0)],
            "an account a window",
        )
    entries = recall(local_lake, made.FEED)[0].entries
    assert set(entries) == {one.article.article_id for one in (first, second, later)}
    assert len(rows(local_lake.url, "sightings")) == 3  # the lost one not at all
    assert doubled(local_lake.url) == {}


def test_the_same_graph_gives_the_same_rows_from_a_list_and_from_a_stream(
    publisher: Publisher, tmp_path: Path
):
    listed, streamed = open_lake(str(tmp_path / "listed")), open_lake(str(tmp_path / "streamed"))
    feeds = feeds_of(publisher)
    with graph() as p:
        accounts = p | beam.Create([feeds]) | NewsFromFeeds(plan(listed))
        expect(accounts, lambda them: [(a.new, a.written, a.merged) for a in them], [(6, 4, 2)])
    script = (
        Script()
        .advance_watermark_to(0)
        .add_elements([TimestampedValue(feeds, 1)])
        .advance_watermark_to(10)
        .add_elements([TimestampedValue(feeds, 11)])  # the feeds have nothing new by then
        .advance_watermark_to_infinity()
    )
    with graph(STREAMS) as p:
        rounds = p | script | beam.WindowInto(window.FixedWindows(10))
        accounts = rounds | NewsFromFeeds(plan(streamed, shards=2))
        runs = accounts | beam.Map(record_window, streamed, made.run())
        # The second round asks feeds whose first visit is done by then: it may have no account.
        counted = runs | beam.Map(lambda run: (run.new, run.balanced))
        expect(counted, lambda them: sorted(them)[-1:], [(6, True)], "the news")
        expect(counted, lambda them: set(them) - {(6, True), (0, True)}, set(), "no more")
    assert all_content(streamed.url, CONTENT) == all_content(listed.url, CONTENT)
    assert len(rows(listed.url, "articles")) == 4
    assert {row["new"] for row in rows(streamed.url, "runs")} >= {6}
