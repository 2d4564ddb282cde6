"""Charts as still SVG: measured in per cent, so that they are as wide as the page and letters stay.

Colours come from the page's style, light or dark.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from newsbeam.analysis.page import Markup, element

HEIGHT = 150  # pixels of the tallest day
DATES = 5  # below the days: more would touch each other on a phone
LINES = 4  # behind the days, at most, for counting


class Day(NamedTuple):
    """A day of the record; `heard` is false where no feed could be read on it."""

    day: date
    articles: int
    heard: bool


def bar(count: int, most: int) -> Markup:
    """A bar beside its figure; it is full at `most`."""
    rect = element("rect", width=_percent(count, most), height="100%")
    return element("svg", rect, class_="bar", aria_hidden="true")


def days_chart(days: Sequence[Day], label: str) -> Markup:
    """Articles a day; days on which nobody listened lie on grey. `label` is for who cannot see it.

    Hovering over a day, or hearing it read, tells its date and figure. Empty without days.
    """
    if not days:
        return Markup("")
    width, thick = _percent(1, len(days)), _percent(0.86, len(days))  # or neighbours would touch
    apart = math.ceil(len(days) / DATES)
    top, step = scale(max(day.articles for day in days))
    blind, lines, bars, words = [], [], [], []
    for count in range(0, top + 1, step):
        y = _height(top - count, top)
        lines.append(element("line", x2="100%", y1=y, y2=y))
        words.append(element("text", str(count), x="-8", y=y, dy="4", class_="count"))
    for i, day in enumerate(days):
        told = f"{day.day}, articles: {day.articles}" + ("" if day.heard else ", no feed was read")
        title, x = element("title", told), _percent(i, len(days))
        if not day.heard:
            blind.append(element("rect", title, x=x, width=width, height="100%", class_="blind"))
        y, height = _height(top - day.articles, top), _height(day.articles, top)
        bars.append(element("rect", title, x=x, y=y, width=thick, height=height, class_="day"))
        if i % apart == 0:
            middle = _percent(i + 0.43, len(days))
            words.append(element("text", f"{day.day:%-d %b}", x=middle, y=str(HEIGHT + 20)))
    drawn = (*blind, *lines, *bars, *words)
    return element("svg", *drawn, class_="days", height=str(HEIGHT), role="img", aria_label=label)


def scale(most: int) -> tuple[int, int]:
    """The top of a scale that holds `most`, and the step of its lines, both round numbers.

    >>> scale(0), scale(5), scale(130), scale(999)
    ((1, 1), (6, 2), (150, 50), (1000, 500))
    """
    tens = 10 ** (len(str(most)) - 1)
    steps = (tens * part // 10 for part in (1, 2, 5, 10, 20, 50))
    step = next(step for step in steps if step and most <= step * LINES)
    return max(1, math.ceil(most / step)) * step, step


def _percent(part: float, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.6g}%"


def _height(part: int, whole: int) -> str:
    return f"{HEIGHT * part / whole:.6g}"
