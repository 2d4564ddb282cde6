"""What moment a text states; what it does not hold is not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.page.date_names import LANGUAGES, all_names, names
from newsbeam.transforms.page.moments import iso_moment, stated_moment


def said(text, language="", site=""):
    when = stated_moment(text, language, site)
    return when and when.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Fri, 01 Mar 2024 10:00:00 +0400", "2024-03-01 06:00"),
        ("Fri, 01 Mar 24 10:00 GMT", "2024-03-01 10:00"),
        ("Fri, 01 Mar 94 10:00 GMT", "1994-03-01 10:00"),
        ("Fri, Mar 1 2024 10:00:00 -0400", "2024-03-01 14:00"),
        ("Fri Mar  1 10:00:00 2024", "2024-03-01 10:00"),
        ("Fri Mar 01 2024 10:00:00 GMT+0400 (Georgia Standard Time)", "2024-03-01 06:00"),
        ("01-Mar-2024", "2024-03-01 00:00"),
        ("2024-Mar-01 10:00", "2024-03-01 10:00"),
        ("2024/3/1 9:05", "2024-03-01 09:05"),
        ("2024.03.01", "2024-03-01 00:00"),
        ("March 1st, 2024", "2024-03-01 00:00"),
        ("Mar 1, 2024 02:30 PM", "2024-03-01 14:30"),
        ("1 March 2024, 12:30 a.m.", "2024-03-01 00:30"),
        ("2 pm, 1 March 2024", "2024-03-01 14:00"),
        ("13/03/2024", "2024-03-13 00:00"),
        ("3/13/2024 1:00 PM", "2024-03-13 13:00"),
        ("13.03.2024 10:00", "2024-03-13 10:00"),
    ],
)  # fmt: skip
def test_the_usual_forms(text, moment):
    assert said(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "პარ, 1 მარ. 2024 10:00:00 +0000", "2024 წლის 1 მარტი, 10:00", "1 марта 2024 г., 10:00",
        "пт, 1 мар 2024 10:00:00 +0000", "մարտի 1, 2024 10:00", "1 Mart 2024 Cuma 10:00",
        "1 Mart 2024-cü il, 10:00", "1 березня 2024 р., 10:00", "1 сакавіка 2024 10:00",
        "Freitag, den 1. März 2024 um 10:00 Uhr", "vendredi 1er mars 2024 à 10h00",
        "viernes, 1 de marzo de 2024 10:00", "venerdì 1 marzo 2024, ore 10:00",
        "sexta-feira, 1 de março de 2024 às 10:00", "1 marca 2024 r., godz. 10:00",
        "Παρασκευή, 1 Μαρτίου 2024 10:00", "vr, 1 mrt. 2024 10:00", "2024년 3월 1일 오전 10:00",
        "2024年3月1日 10:00",
    ],
)  # fmt: skip
def test_months_and_days_in_many_languages(text):
    assert said(text) == "2024-03-01 10:00"


def test_dots_put_the_day_first_in_a_language_that_writes_them():
    assert stated_moment("05.03.2024", "de") == stated_moment("05.03.2024", "ka")
    assert stated_moment("05.03.2024", "ru") == stated_moment("2024-03-05")
    assert stated_moment("05.03.2024", "en-GB") is None


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2024", "03-04-2024", "05.03.2024", "03/04/24",
        "2 lis 2024",  # Croatian: July; Polish: November
        "1 March", "2024", "2024-03", "March 2024", "10:00", "yesterday", "2 hours ago", "soon",
        "Fri, 31 Feb 2024 10:00:00 GMT", "1 Mar 2024 25:00", "Sunday,August 6,2017 13:14 pm",
        "1 Mar 2024 10:00 +9999", "1 Mar 2024 10:00 XYZ", "1 Mar 2024 10:00 IST",
        "1 Mar 2024 10:00 CET MSK", "1 Mar 2024 2 Apr 2024", "1 Mar 2024 or so", "2024-03-01 x",
        "Published 1 Mar 2024", "1 Mar 0000", "1 Mar 202", "13.13.2024", "0/0/2024", "²/3/2024",
        "1 Mar 2024" + " " * 200 + "x",
    ],
)  # fmt: skip
def test_what_is_damaged_or_means_two_things_is_not_read(text):
    assert stated_moment(text) is None


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("MSK", 3), ("МСК", 3), ("CET", 1), ("CEST", 2), ("MEST", 2), ("EET", 2), ("EEST", 3),
     ("GET", 4), ("AZT", 4), ("EST", -5), ("PDT", -7), ("Z", 0), ("GMT+4", 4), ("+04:30", 4.5),
     ("+0400 GET", 4), ("(MSK)", 3)],
)  # fmt: skip
def test_named_zones(zone, hours):
    when = stated_moment(f"1 Mar 2024 12:00:00 {zone}")
    assert (12 - when.hour - when.minute / 60) == hours


def test_a_zone_whose_offset_was_changed_is_read_as_of_the_day():
    assert said("1 Mar 2010 12:00 MSK") == "2010-03-01 09:00"
    assert said("1 Mar 2013 12:00 MSK") == "2013-03-01 08:00"


def test_a_zone_of_two_countries_is_read_where_the_feed_names_one():
    date = "1 Mar 2024 12:00 AMT"
    assert said(date) is None
    assert said(date, "hy") == said(date, "en-US", "news.am") == "2024-03-01 08:00"
    assert said(date, "pt-BR") == "2024-03-01 16:00"
    assert said("1 Jul 2024 12:00 BST", "en", "paper.co.uk") == "2024-07-01 11:00"


def test_the_language_decides_which_month_a_word_means():
    assert said("1 listopada 2024", "pl") == "2024-11-01 00:00"
    assert said("1 listopada 2024", "hr") == "2024-10-01 00:00"
    assert said("mar, 5 mar 2024", "es") == "2024-03-05 00:00"  # martes, 5 de marzo


@pytest.mark.parametrize("language", LANGUAGES[:-3])
def test_every_language_has_its_twelve_months(language):
    found = {min(numbers) for numbers in names(language).months.values() if len(numbers) == 1}
    assert found == set(range(1, 13))
    assert len(all_names().months) > 1_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01", "2024-03-01T00:00:00+00:00"),
        ("2024-03-01T10:00:00Z", "2024-03-01T10:00:00+00:00"),
        ("2024-03-01 10:00:00.123+0400", "2024-03-01T06:00:00+00:00"),
        ("2024-03-01T23:30:00-02:30", "2024-03-02T02:00:00+00:00"),
        ("20240301", "2024-03-01T00:00:00+00:00"),
    ],
)
def test_iso_dates_are_read(text, moment):
    assert iso_moment(text).isoformat() == moment


@pytest.mark.parametrize("text", ["", "0000-00-00", "2024-13-01", "9999-12-31T23:59:59-23:59", "x",
                                  "2024-03-01T25:00:00Z", "1" * 200_000])  # fmt: skip
def test_what_is_no_date_is_none(text):
    assert iso_moment(text) is None


@given(st.text(alphabet="0123456789 :/-.+,()MarFeb年日GMTPpm", max_size=60) | st.text(max_size=120))
def test_any_text_is_a_moment_or_none(text):
    when = stated_moment(text, "ka", "news.ge")
    assert when is None or when.utcoffset().total_seconds() == 0
