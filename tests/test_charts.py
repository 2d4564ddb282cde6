"""Charts: what they show, in every script and number, and that nothing in them can run or lead."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from newsbeam.analysis.charts import HEIGHT, scale
from newsbeam.analysis.coverage import Day
from newsbeam.analysis.page import templates

CHARTS = templates.get_template("charts.html.jinja").module
bar, days_chart = CHARTS.bar, CHARTS.days_chart
FIRST = date(2026, 2, 27)


def days(counts: list[int], deaf: set[int] = frozenset()) -> list[Day]:
    return [Day(FIRST + timedelta(days=i), n, i not in deaf) for i, n in enumerate(counts)]


def chart(counts: list[int], deaf: set[int] = frozenset()) -> str:
    return days_chart(days(counts, deaf), "Articles by day")


def marks(svg: str, name: str, kind: str = "") -> list[ElementTree.Element]:
    return [
        mark
        for mark in ElementTree.fromstring(svg).iter(name)
        if not kind or mark.get("class") == kind
    ]


def texts(svg: str, kind: str = "") -> list[str]:
    return [text.text or "" for text in marks(svg, "text") if text.get("class", "") == kind]


def test_a_bar_is_as_long_as_its_count():
    widths = [marks(bar(count, 12), "rect")[0].get("width") for count in (12, 6, 0, 1)]
    assert widths == ["100%", "50%", "0%", "8.33333%"]
    assert marks(bar(0, 0), "rect")[0].get("width") == "0%"


def test_a_day_is_as_high_as_its_count_and_stands_on_the_ground():
    bars = marks(chart([6, 3, 0]), "rect", "day")
    measured = [(float(bar.get("y")), float(bar.get("height"))) for bar in bars]
    assert measured == [(0, HEIGHT), (HEIGHT / 2, HEIGHT / 2), (HEIGHT, 0)]


def test_the_days_stand_side_by_side_from_edge_to_edge():
    drawn = chart([1, 2, 3, 4], deaf={0, 1, 2, 3})
    grounds = marks(drawn, "rect", "blind")
    assert [ground.get("x") for ground in grounds] == ["0%", "25%", "50%", "75%"]
    assert {ground.get("width") for ground in grounds} == {"25%"}
    assert [bar.get("x") for bar in marks(drawn, "rect", "day")] == ["0%", "25%", "50%", "75%"]


def test_days_on_which_nobody_listened_lie_on_grey():
    drawn = chart([3, 0, 4, 1, 0], deaf={1, 4})
    assert [ground.get("x") for ground in marks(drawn, "rect", "blind")] == ["20%", "80%"]
    assert len(marks(drawn, "rect", "day")) == 5
    assert marks(chart([3, 0, 4]), "rect", "blind") == []


@pytest.mark.parametrize("counts", [[0], [5], [0, 0, 0], [1] * 60, [10**6, 1]])
def test_any_number_of_days_can_be_drawn(counts):
    drawn = chart(counts)
    assert not re.search("nan|inf|-\\d+\\.", drawn)
    assert any(" Feb" in text or " Mar" in text for text in texts(drawn))
    assert 1 <= len(texts(drawn)) <= 5


@pytest.mark.parametrize("most", [*range(40), 99, 100, 101, 12_345, 10**6])
def test_a_scale_holds_the_most_with_few_round_lines(most):
    top, step = scale(most)
    assert most <= top < max(most, 1) + step
    assert top % step == 0
    assert 1 <= top / step <= 4
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert texts(chart([most]), "count") == [str(n) for n in range(0, top + 1, step)]


def test_those_who_hear_or_touch_the_chart_are_told_days_and_figures():
    drawn = chart([3, 1], deaf={1})
    said = [title.text for title in marks(drawn, "title")]
    assert said.count("2026-02-27, articles: 3") == 1
    assert said.count("2026-02-28, articles: 1, no feed was read") == 2  # the bar and its ground
    assert ElementTree.fromstring(drawn).get("aria-label") == "Articles by day"


def test_nothing_makes_no_chart():
    assert days_chart([], "Articles by day") == ""


def test_charts_have_no_width_of_their_own_so_that_they_fit_every_page():
    for drawn in (chart([1]), bar(1, 2)):
        svg = ElementTree.fromstring(drawn)
        assert {svg.get("width"), svg.get("viewBox")} == {None}
