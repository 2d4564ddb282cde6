"""Charts: what they show, and that nothing in them can run, load or lead anywhere."""

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from newsbeam.analysis.charts import Day, bars_chart, days_chart

FIRST = date(2026, 2, 27)
HOSTILE = [
    "</text><script>alert(1)</script>",
    '" onload="alert(1)',
    "javascript:alert(1)",
    "datum.count + toString()",
    "&lt;b&gt;",
    "a\x00\x1b\u202eb",
    "\ud800",
]


def days(counts: list[int], deaf: set[int] = frozenset()) -> list[Day]:
    return [Day(FIRST + timedelta(days=i), n, i not in deaf) for i, n in enumerate(counts)]


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in drawn(svg).iter("{http://www.w3.org/2000/svg}text")]


def marks(svg: str, fill: str) -> list[ElementTree.Element]:
    return [
        path
        for path in drawn(svg).iter("{http://www.w3.org/2000/svg}path")
        if path.get("fill") == fill
    ]


def test_names_and_figures_stand_in_the_order_given_in_every_script():
    svg = bars_chart([("საქართველოს პარლამენტი", 9), ("Владимир", 12), ("Ali", 1)])
    shown = texts(svg)
    assert shown == ["9", "12", "1", "საქართველოს პარლამენტი", "Владимир", "Ali"]


def test_two_actors_of_one_name_stay_two_bars():
    svg = bars_chart([("Giorgi", 3), ("Giorgi", 2)])
    assert len(marks(svg, "#2f7fa5")) == 2
    assert texts(svg).count("Giorgi") == 2


def test_a_bar_is_as_long_as_its_count():
    paths = [
        path.get("d") for path in marks(bars_chart([("a", 10), ("b", 5), ("c", 0)]), "#2f7fa5")
    ]
    long, half, none = (float(re.search(r"h([\d.]+)", path)[1]) for path in paths)
    assert half == pytest.approx(long / 2)
    assert none == 0


def test_a_long_name_is_cut_with_an_ellipsis():
    (shown,) = (text for text in texts(bars_chart([("X" * 200, 1)])) if "X" in text)
    assert shown.endswith("…")
    assert len(shown) < 60


def test_days_on_which_nobody_listened_lie_on_grey():
    svg = days_chart(days([3, 0, 4, 1, 0], deaf={1, 4}))
    assert len(marks(svg, "currentColor")) == 2
    assert len(marks(svg, "#2f7fa5")) == 5
    assert marks(days_chart(days([3, 0, 4])), "currentColor") == []


@pytest.mark.parametrize("counts", [[0], [5], [0, 0, 0], [1] * 60, [10**6, 1]])
def test_any_number_of_days_can_be_drawn(counts):
    svg = days_chart(days(counts))
    assert "NaN" not in svg
    assert any(" Feb" in text or " Mar" in text for text in texts(svg))


def test_a_day_is_the_same_wherever_the_machine_is():
    code = (
        "from datetime import date; from newsbeam.analysis.charts import Day, days_chart;"
        "print(days_chart([Day(date(2026, 3, n), n, n != 2) for n in (1, 2, 3)]))"
    )
    zones = ("Pacific/Kiritimati", "America/Los_Angeles")
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "TZ": zone}, capture_output=True, check=True,
        )
        for zone in zones
    ]  # fmt: skip
    assert runs[0].stdout == runs[1].stdout
    assert b"2026-03-02: 2 articles, no feed was read" in runs[0].stdout


def test_those_who_hear_the_chart_are_told_names_and_figures():
    said = [path.get("aria-label") for path in marks(bars_chart([("Нино", 9)]), "#2f7fa5")]
    assert said == ["Нино: 9"]


def test_nothing_makes_no_chart():
    assert days_chart([]) == bars_chart([]) == ""


def test_all_charts_have_the_same_width_so_that_their_letters_are_alike():
    charts = [days_chart(days([1])), bars_chart([("a", 1)]), bars_chart([("b" * 99, 10**9)])]
    assert {svg.get("viewBox").split()[2] for svg in map(drawn, charts)} == {"680"}
    assert {svg.get("width") for svg in map(drawn, charts)} == {None}


def test_hostile_names_stay_text():
    svg = bars_chart([(name, 1) for name in HOSTILE])
    elements = list(drawn(svg).iter())
    assert {element.tag.split("}")[1] for element in elements} <= {
        "svg",
        "g",
        "path",
        "text",
        "line",
        "rect",
    }
    names = {name.lower() for element in elements for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert "url(" not in svg
    assert "</text><script>alert(1)</script>" in texts(svg)
    assert "datum.count + toString()" in texts(svg)
