"""Charts: what they show, in every script and number, and that nothing in them can run or lead."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from newsbeam.analysis.charts import HEIGHT, scale
from newsbeam.analysis.days import Bar
from newsbeam.analysis.page import templates

CHARTS = templates.get_template("charts.html.jinja").module
counted, days_chart = CHARTS.counted, CHARTS.days_chart
FIRST = date(2026, 2, 27)


def days(counts: list[int], deaf: set[int] = frozenset()) -> list[Bar]:
    each = [FIRST + timedelta(days=i) for i in range(len(counts))]
    return [
        Bar(day, day, n, int(i in deaf))
        for i, (day, n) in enumerate(zip(each, counts, strict=True))
    ]


def chart(counts: list[int], deaf: set[int] = frozenset()) -> str:
    return days_chart(days(counts, deaf), "day", "Articles by day")


def marks(svg: str, name: str, kind: str = "") -> list[ElementTree.Element]:
    return [
        mark
        for mark in ElementTree.fromstring(svg).iter(name)
        if not kind or mark.get("class") == kind
    ]


def texts(svg: str, kind: str = "") -> list[str]:
    return [text.text or "" for text in marks(svg, "text") if text.get("class", "") == kind]


def test_a_bar_is_as_long_as_its_count():
    widths = [marks(counted(count, 12), "rect")[0].get("width") for count in (12, 6, 0, 1)]
    assert widths == ["100%", "50%", "0%", "8.33333%"]
    assert marks(counted(0, 0), "rect")[0].get("width") == "0%"


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
    assert said.count("27 February 2026: 3 articles") == 1
    assert said.count("28 February 2026: 1 article, no feed was read") == 2  # the bar, its ground
    assert ElementTree.fromstring(drawn).get("aria-label") == "Articles by day"


def test_a_bar_of_several_days_tells_them_and_is_grey_only_where_all_of_them_are():
    weeks = [
        Bar(FIRST + timedelta(7 * n), FIRST + timedelta(7 * n + 6), 2, n * 7 - 7) for n in (1, 2)
    ]
    drawn = days_chart(weeks, "week", "Articles by week")
    said = [title.text for title in marks(drawn, "title")]
    assert "6 March 2026 to 12 March 2026: 2 articles" in said
    assert "13 March 2026 to 19 March 2026: 2 articles, no feed was read" in said
    assert [ground.get("x") for ground in marks(drawn, "rect", "blind")] == ["50%"]


@pytest.mark.parametrize(
    ("unit", "named"), [("week", "27 Feb"), ("month", "Feb 2026"), ("year", "2026")]
)
def test_a_bar_is_named_by_what_it_stands_for(unit, named):
    assert texts(days_chart(days([1]), unit, "")) == [named]


def test_charts_have_no_width_of_their_own_so_that_they_fit_every_page():
    for drawn in (chart([1]), counted(1, 2)):
        (svg,) = marks(drawn, "svg")
        assert {svg.get("width"), svg.get("viewBox")} == {None}
