"""The period before: as long, just before the chosen one, shown only where the record has it."""

from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.analysis.change import before, with_change
from newsbeam.analysis.choice import Choice
from newsbeam.analysis.days import days_of
from newsbeam.analysis.query import open_record
from newsbeam.schemas.ledger import Poll

from .sample_lake import FolderLake, make_actor, make_article, write_rows

WEEK = Choice(since=datetime(2026, 3, 9, tzinfo=UTC), until=datetime(2026, 3, 16, tzinfo=UTC))
BEFORE = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
MADE = datetime(2026, 4, 1, tzinfo=UTC)


def march(day):
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(day - 1)


@pytest.fixture
def lake(tmp_path):
    """Writes a lake with an article on each of these days of March, and polls on those."""

    def write(days, polled=(), **columns):
        articles = [
            make_article(f"https://a.example/{n}", "t", "Nino", march(day), **columns)
            for n, day in enumerate(days)
        ]
        write_rows(tmp_path, "articles", articles)
        write_rows(
            tmp_path, "actors", [make_actor(a, "Nino", "person", "x:n", None) for a in articles]
        )
        polls = [
            Poll(feed_id="f", feed_url="u", source=articles[0].source, polled_at=march(day))
            for day in polled
        ]
        write_rows(tmp_path, "polls", polls)
        return open_record(FolderLake(tmp_path))

    return write


def compared(record, choice):
    return before(record, choice, days_of(record, choice), MADE)


def test_the_period_before_is_as_long_and_ends_where_the_chosen_one_begins(lake):
    with lake([3, 10]) as record:
        earlier = compared(record, WEEK).choice
    assert (earlier.since, earlier.until) == BEFORE


def test_a_period_without_an_end_ends_with_its_last_day_but_not_in_the_future(lake):
    with lake([3, 10, 15]) as record:
        week = Choice(since=WEEK.since)
        assert compared(record, week).choice.since == BEFORE[0]
        made = datetime(2026, 3, 15, 18, tzinfo=UTC)
        earlier = before(record, week, days_of(record, week), made).choice
    assert earlier.until - earlier.since == made - WEEK.since


def test_the_rest_of_the_choice_stays(lake):
    with lake([3, 10]) as record:
        chosen = Choice(since=WEEK.since, until=WEEK.until, language="en", min_confidence=0.5)
        earlier = compared(record, chosen).choice
    assert (earlier.language, earlier.min_confidence) == ("en", 0.5)


def test_without_a_beginning_there_is_no_period_before(lake):
    with lake([3, 10]) as record:
        assert compared(record, Choice()) is None
        assert compared(record, Choice(until=WEEK.until)) is None


def test_a_period_before_the_calendar_is_none(lake):
    with lake([3, 10]) as record:
        assert compared(record, Choice(since=datetime(1, 2, 1, tzinfo=UTC))) is None


def test_a_period_that_has_not_begun_is_compared_with_none(lake):
    with lake([3, 60]) as record:
        assert compared(record, Choice(since=march(50))) is None


@pytest.mark.parametrize(("first", "is_held"), [(2, True), (1, True), (3, False), (9, False)])
def test_of_feeds_the_record_begins_with_the_first_poll(lake, first, is_held):
    with lake([1, 10], polled=[first, 14]) as record:
        begins = compared(record, Choice(since=march(9), until=march(16)))
    assert begins.is_held is is_held


@pytest.mark.parametrize(("first", "is_held"), [(2, True), (3, False)])
def test_of_documents_the_record_begins_with_the_first_of_them(lake, first, is_held):
    with lake([first, 10], text_from="document") as record:
        assert compared(record, Choice(since=march(9), until=march(16))).is_held is is_held


def test_documents_of_long_ago_are_compared_though_feeds_are_polled_now(lake):
    with lake([1, 10], polled=[28], text_from="document") as record:
        assert compared(record, WEEK).is_held


def test_a_row_knows_its_articles_of_the_period_before(lake):
    found = {"actors": [{"key": "x:n"}, {"key": "x:new"}], "topics": [], "finer": [], "sources": []}
    with lake([3, 4, 10]) as record:
        told = with_change(record, compared(record, WEEK), found)
    assert [row["before"] for row in told["actors"]] == [2, 0]
