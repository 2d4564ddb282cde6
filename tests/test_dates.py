"""Which date is believed, and what is said of the others."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.schemas.article import Entry, Page
from newsbeam.transforms.page.dates import (
    believed,
    published,
    url_date,
)

SEEN = datetime(2024, 3, 10, 12, tzinfo=UTC)
DAY = datetime(2024, 3, 1, tzinfo=UTC)


def test_a_date_is_believed_from_1990_until_a_day_after_it_was_seen():
    assert believed(SEEN + timedelta(hours=23), SEEN) == (SEEN + timedelta(hours=23), "")
    assert believed(SEEN + timedelta(hours=25), SEEN)[1].endswith(
        "more than a day after it was seen"
    )
    assert (
        believed(datetime(1989, 12, 31, tzinfo=UTC), SEEN)[1] == "1989-12-31 00:00 is before 1990"
    )
    assert believed(datetime(2024, 3, 1), SEEN)[0] == DAY


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://e.org/2024/03/01/x", "2024-03-01"),
        ("https://e.org/news/2024-03-01-title", "2024-03-01"),
        ("https://e.org/a/20240301/b", "2024-03-01"),
        ("https://e.org/2024/02/30/x", None),
        ("https://e.org/2024/03/x", None),
        ("https://e.org/x?d=/2024/03/01/", None),
        ("https://e.org/12024/03/011", None),
        ("https://e.org/id/20240399", None),
    ],
)
def test_the_day_in_an_address(url, day):
    found = url_date(url)
    assert (found.date().isoformat() if found else None) == day


def test_the_order_is_feed_page_address_and_then_the_moment_it_was_seen():
    url, feed = "https://e.org/2024/03/01/x", datetime(2024, 3, 4, tzinfo=UTC)
    page = Page("u", published=datetime(2024, 3, 3, tzinfo=UTC), published_from="page")
    assert published(Entry(published=feed), page, url, SEEN) == (feed, "feed", "")
    assert published(Entry(), page, url, SEEN) == (page.published, "page", "")
    assert published(Entry(), None, url, SEEN) == (DAY, "url", "")
    assert published(Entry(), None, "https://e.org/x", SEEN) == (SEEN, "fetch", "")


def test_a_date_that_is_not_believed_is_told_and_the_next_is_taken():
    page = Page("u", published=DAY, published_from="page")
    date = published(Entry(published=datetime(2031, 1, 1, tzinfo=UTC)), page, "", SEEN)
    assert (date.at, date.origin) == (DAY, "page")
    assert date.problem == "the feed's date 2031-01-01 00:00 is more than a day after it was seen"


def test_the_dates_of_an_entry_and_its_page():
    entry = Entry(updated=DAY, problems=("published: could not read the date 'soon'",))
    assert published(entry, None, "", SEEN) == (DAY, "feed", entry.problems[0])
    guessed = Page("u", published=DAY, published_from="url")
    assert published(Entry(), guessed, "https://e.org/x", SEEN).origin == "fetch"
    stated = Page("u", published=DAY, published_from="page")
    assert published(Entry(), stated, "", SEEN).origin == "page"


@given(st.none() | st.datetimes(timezones=st.just(UTC)), st.text(max_size=40))
def test_the_result_is_always_between_1990_and_tomorrow(date, url):
    at = published(Entry(published=date), None, "https://e.org/" + url, SEEN).at
    assert datetime(1990, 1, 1, tzinfo=UTC) <= at <= SEEN + timedelta(hours=24)
