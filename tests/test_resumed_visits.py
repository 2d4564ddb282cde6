"""Visits that cannot be read for now, and two that meet: what was received is not given up."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from graphs import feeds_of
from newsbeam.schemas.article import ParsedFeed
from newsbeam.schemas.ledger import Poll
from newsbeam.transforms.feed import visit, visitor
from newsbeam.transforms.feed.memory import change, recall
from newsbeam.transforms.feed.visit import ATTEMPTS
from newsbeam.transforms.http.request import Request, Response
from newsbeam.transforms.lake.storage import Lake
from publisher import Publisher
from steps import poll


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=4) as served:  # the main feed shows four entries
        yield served


@pytest.mark.parametrize("is_begun", [False, True])
def test_a_visit_that_cannot_be_read_again_stays_unfinished_for_a_few_runs(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch, is_begun: bool
):
    """Also where some of its entries are remembered already: the others are not lost."""
    feed = feeds_of(publisher)[0]
    poll(local_lake, [feed])
    note = recall(local_lake, feed)[0].unfinished
    assert note
    begun = replace(note, is_counted=is_begun)
    change(local_lake, feed, lambda memory: replace(memory, unfinished=begun))

    def unread(poll: Poll, *_: Any) -> tuple[Poll, ParsedFeed]:
        return replace(poll, status="parse_timeout", detail="too slow"), ParsedFeed()

    with monkeypatch.context() as patched:
        patched.setattr(visit, "read_entries", unread)
        for attempt in range(1, ATTEMPTS):
            for _ in range(2):  # slices of one run are one attempt
                told = poll(local_lake, [feed], f"run {attempt}", goes_on=True)
                assert [visit.is_put_off for visit in told.visits] == [True]
            note = recall(local_lake, feed)[0].unfinished
            assert note
            assert note.attempts == attempt
        (last,) = poll(local_lake, [feed], "the last run").visits
        assert (last.poll.status, last.is_put_off) == ("parse_timeout", False)
    told = poll(local_lake, [feed], "a run whose reader lives")
    assert len(told.main) == 4


def test_two_visits_at_the_same_time_are_one(publisher: Publisher, local_lake: Lake):
    """Two ticks of a stream that come at once, or two runs on one lake: both have planned to ask
    before either has noted its visit."""
    feed = feeds_of(publisher)[0]
    first, second = (
        visitor.Visitor(local_lake, run_id, 100, False, False, frozenset())
        for run_id in ("r", "another run")
    )
    plans = [one.plan(feed) for one in (first, second)]
    assert all(isinstance(plan, Request) for plan in plans)
    body = b"<rss version='2.0'><channel><item><title>News</title></item></channel></rss>"
    answer = Response(Request(feed.feed_id, feed.url), "ok", 200, body=body)
    told = first.receive(answer)
    assert told
    assert len(told.entries) == 1
    assert second.receive(answer) is None
    note = recall(local_lake, feed)[0].unfinished
    assert note
    assert note.held_by == "r"
