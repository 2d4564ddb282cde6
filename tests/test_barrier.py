"""The barrier before memory, and one graph for a list, a stream and a clock."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.test_stream import TestStream as Script
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms import window
from apache_beam.transforms.window import TimestampedValue

import made
from graphs import CONTENT, STREAMS, feeds_of, graph, is_all, listened, outcome_of, plan
from lake_rows import all_content, rows
from newsbeam.pipeline.news import NewsFromDocuments, NewsFromFeeds
from newsbeam.pipeline.stream import ticks
from newsbeam.schemas.journey import (
    Listened,
    Outcome,
)  # fmt: skip
from newsbeam.schemas.ledger import Poll, Run
from newsbeam.transforms.close_visits import CommitPolls
from newsbeam.transforms.feed.memory import recall
from newsbeam.transforms.lake.account import RecordPolls, RecordRun
from newsbeam.transforms.lake.storage import Lake, open_lake
from publisher import Publisher


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=4) as served:
        yield served


def test_a_poll_that_is_accounted_for_is_remembered_and_one_that_is_not_is_not(local_lake: Lake):
    other = replace(made.FEED, feed_id="other", url="https://other.example/feed")
    done, lost = made.draft(1, poll="done"), made.draft(2, poll="lost", feed="other")
    with graph() as p:
        polls = p | "polls" >> beam.Create(
            [listened("done", done), listened("lost", lost, feed=other)]
        )
        outcomes = p | "outcomes" >> beam.Create([outcome_of(done)])
        committed, accounts = (polls, outcomes) | CommitPolls(local_lake)
        recorded = committed | RecordPolls(local_lake)
        run = accounts | RecordRun(local_lake, made.run())
        assert_that(committed | beam.Map(lambda poll: poll.feed_id), equal_to([made.FEED.feed_id]))
    assert recorded is not None
    assert (committed.element_type, run.element_type) == (Poll, Run)
    assert list(recall(local_lake, made.FEED)[0].entries) == [done.article.article_id]
    assert recall(local_lake, other)[0].entries == {}
    assert len(rows(local_lake.url, "polls")) == 1
    (row,) = rows(local_lake.url, "runs")
    assert (row["new"], row["written"], row["balanced"]) == (2, 1, False)


def test_in_a_stream_a_poll_is_committed_once_and_after_all_of_its_outcomes(local_lake: Lake):
    first, second = made.draft(1, poll="a"), made.draft(2, poll="a")
    later, lost = made.draft(3, poll="b"), made.draft(4, poll="c")
    script = (
        Script()
        .advance_watermark_to(0)
        .add_elements([TimestampedValue(listened("a", first, second), 1)])
        .add_elements([TimestampedValue(outcome_of(first), 2)])
        .advance_watermark_to(9)  # the window is still open: nothing may be remembered yet
        .add_elements([TimestampedValue(outcome_of(second), 9)])
        .advance_watermark_to(10)
        .add_elements([TimestampedValue(listened("b", later), 11)])
        .add_elements([TimestampedValue(outcome_of(later), 12)])
        .add_elements([TimestampedValue(listened("c", lost), 13)])
        .advance_watermark_to_infinity()
    )
    with graph(STREAMS) as p:
        met = p | script | beam.WindowInto(window.FixedWindows(10))
        polls = met | "Polls" >> beam.Filter(lambda one: isinstance(one, Listened))
        outcomes = met | "Outcomes" >> beam.Filter(lambda one: isinstance(one, Outcome))
        committed, accounts = (polls, outcomes) | CommitPolls(local_lake)
        counts = committed | beam.Map(lambda poll: poll.new_items)
        assert_that(counts, equal_to([2, 1]), label="once each, the lost one not at all")
        told = accounts | beam.Map(lambda account: (account[0].poll_id, len(account[1])))
        assert_that(told, equal_to([("a", 2), ("b", 1), ("c", 0)]), label="accounts")
    entries = recall(local_lake, made.FEED)[0].entries
    assert set(entries) == {d.article.article_id for d in (first, second, later)}


def test_the_same_graph_gives_the_same_rows_from_a_list_and_from_a_stream(
    publisher: Publisher, tmp_path: Path
):
    listed, streamed = open_lake(str(tmp_path / "listed")), open_lake(str(tmp_path / "streamed"))
    feeds = feeds_of(publisher)
    with graph() as p:
        runs = p | beam.Create([feeds]) | NewsFromFeeds(plan(listed))
        assert_that(runs | beam.Map(lambda run: (run.new, run.balanced)), equal_to([(6, True)]))
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
        runs = rounds | NewsFromFeeds(plan(streamed, windowed=True, shards=2))
        # The second round asks only feeds whose first poll is done by then: it may have no account.
        counted = runs | beam.Map(lambda run: (run.new, run.balanced))
        assert_that(counted, is_all(lambda them: sorted(them)[-1:] == [(6, True)]), "the news")
        assert_that(counted, is_all(lambda them: set(them) <= {(6, True), (0, True)}), "no more")
    assert all_content(streamed.url, CONTENT) == all_content(listed.url, CONTENT)
    assert len(rows(listed.url, "articles")) == 4


def test_the_graph_is_built_alike_behind_a_clock_and_behind_documents(local_lake: Lake):
    pipeline = beam.Pipeline(runner="FnApiRunner")
    runs = ticks(pipeline, 60, (made.FEED,)) | NewsFromFeeds(plan(local_lake, windowed=True))
    assert not runs.is_bounded
    bounded = pipeline | beam.Create([(1, "{}")]) | NewsFromDocuments(plan(local_lake))
    assert (runs.element_type, bounded.element_type) == (Run, Run)
    assert bounded.is_bounded
