"""The days of a page: those that its header names, with all of its articles, and the blind ones."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsbeam.analysis.choice import Choice
from newsbeam.analysis.days import MOST_BARS, UNITS, days_of, each, parts, unit_of
from newsbeam.analysis.query import open_record
from newsbeam.schemas.ledger import Poll

from .sample_lake import BLIND, DAYS, END, FolderLake, found, make_article, write_rows
from .sample_lake import write_sample_lake as write_sample

LAST = END.date()


def days_with(root, published, polls=(), choice=None, fetched=END):
    """The days of a lake with one article at each of these times, and these polls."""
    articles = [
        make_article(f"https://a.example/{n}", "t", "x", at) for n, at in enumerate(published)
    ]
    write_rows(root, "articles", [replace(article, fetched_at=fetched) for article in articles])
    rows = [
        Poll(feed_id="f", feed_url="u", source="tbilisi-post.example", polled_at=at, status=status)
        for at, status in polls
    ]
    write_rows(root, "polls", rows)
    with open_record(FolderLake(root)) as record:
        return days_of(record, choice or Choice())


def ago(days):
    return END - timedelta(days=days)


def test_days_without_a_poll_that_was_read_are_blind(tmp_path):
    with open_record(write_sample(tmp_path)) as record:
        days = days_of(record, Choice())
        total = sum(bar.articles for bar in days.bars)
        assert found(record, "SELECT count(*) FROM articles") == [(total,)]
    assert (days.first, days.last, days.unit) == (ago(DAYS - 1).date(), LAST, "day")
    assert {bar.first for bar in days.bars if bar.is_blind} == {ago(n).date() for n in BLIND}
    assert days.blind == len(BLIND)


def test_days_before_the_first_poll_and_after_the_last_one_are_not_blind(tmp_path):
    polls = [(ago(6), "ok"), (ago(5), "timeout"), (ago(3), "truncated")]
    days = days_with(tmp_path, [ago(9), END], polls)
    assert [bar.first for bar in days.bars if bar.is_blind] == [ago(5).date(), ago(4).date()]
    assert days.listened == (ago(6).date(), ago(3).date())


def test_a_lake_that_was_first_polled_today_is_not_blind_on_the_days_of_its_articles(tmp_path):
    assert days_with(tmp_path, [ago(20), ago(3)], [(END, "ok")]).blind == 0


def test_documents_alone_have_no_blind_days_and_are_drawn_at_their_own_time(tmp_path):
    days = days_with(tmp_path, [datetime(2019, 5, day, tzinfo=UTC) for day in (1, 4)])
    assert [(bar.first, bar.articles) for bar in days.bars] == [
        (date(2019, 5, day), int(day in (1, 4))) for day in (1, 2, 3, 4)
    ]
    assert (days.blind, days.listened) == (0, None)


@pytest.mark.parametrize(
    ("span", "unit"),
    [(61, "day"), (62, "week"), (400, "week"), (500, "month"), (3000, "year"), (40_000, "decade")],
)
def test_the_longer_the_days_the_longer_a_bar_and_all_articles_are_in_one(tmp_path, span, unit):
    days = days_with(tmp_path, [ago(span), ago(span // 2), END])
    assert days.unit == unit
    assert (days.first, days.last) == (ago(span).date(), LAST)
    assert sum(bar.articles for bar in days.bars) == 3
    assert len(days.bars) <= MOST_BARS + 2  # a part of one at each end


@pytest.mark.parametrize("unit", UNITS)
def test_bars_leave_no_day_out_and_take_none_twice(unit):
    first, last = date(1899, 12, 30), date(1901, 2, 1)
    bars = list(parts(first, last, unit))
    assert [day for bar in bars for day in each(*bar)] == list(each(first, last))


def test_a_chart_reaches_to_the_last_poll_so_that_silence_is_seen(tmp_path):
    days = days_with(tmp_path, [ago(20), ago(9)], [(ago(10), "ok"), (END, "ok")])
    assert days.last == LAST


def test_a_last_poll_long_after_all_articles_does_not_flatten_the_chart(tmp_path):
    days = days_with(tmp_path, [ago(300), ago(290)], [(END, "ok")])
    assert (days.unit, days.last) == ("day", ago(290).date())


def test_a_few_articles_of_long_ago_do_not_flatten_the_chart_but_are_counted(tmp_path):
    strays = [datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)]
    days = days_with(tmp_path, [ago(n % 30) for n in range(100)] + strays)
    assert (days.unit, days.first, days.last) == ("day", ago(29).date(), LAST)
    assert (days.earlier, days.later) == (1, 1)


def test_many_articles_of_long_ago_are_drawn(tmp_path):
    old = datetime(1990, 1, 1, tzinfo=UTC)
    days = days_with(tmp_path, [ago(n) for n in range(9)] + [old])
    assert (days.unit, days.first, days.earlier) == ("year", old.date(), 0)


def test_chosen_days_are_drawn_as_they_are_chosen(tmp_path):
    choice = Choice(since=ago(5), until=ago(2))
    days = days_with(tmp_path, [ago(9), ago(4), END], [(ago(9), "ok"), (END, "ok")], choice)
    assert (days.first, days.last) == (ago(5).date(), ago(2).date())
    assert [bar.articles for bar in days.bars] == [0, 1, 0, 0]
    assert days.blind == 4  # the polls before and after the chosen days are known


def test_a_day_that_ends_the_choice_at_midnight_is_not_in_it(tmp_path):
    midnight = datetime(2026, 3, 31, tzinfo=UTC)
    days = days_with(tmp_path, [ago(4)], choice=Choice(since=ago(5), until=midnight))
    assert days.last == date(2026, 3, 30)


def test_articles_of_the_future_alone_are_drawn_at_their_own_time(tmp_path):
    days = days_with(tmp_path, [datetime(2090, 1, 1, tzinfo=UTC)])
    assert (days.first, days.last) == (date(2090, 1, 1), date(2090, 1, 1))


def test_a_choice_without_articles_has_no_days(tmp_path):
    assert days_with(tmp_path, [END], choice=Choice(source="nobody.example")) is None


@pytest.mark.parametrize("days", [1, MOST_BARS, MOST_BARS + 1, 10_000, 3_000_000])
def test_there_is_a_unit_for_every_length(days):
    assert unit_of(date(1, 1, 1), date(1, 1, 1) + timedelta(days - 1)) in UNITS
