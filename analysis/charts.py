"""The measures of the report's charts; templates/charts.html.jinja draws them."""

import math

HEIGHT = 150  # pixels of the tallest bar
DATES = 5  # below the bars: more would touch each other on a phone
# How a bar is named there, by what it stands for; others by their year.
LABELS = {"day": "%-d %b", "week": "%-d %b", "month": "%b %Y"}
LINES = 4  # behind the bars, at most, for counting


def scale(most: int) -> tuple[int, int]:
    """The top of a scale that holds `most`, and the step of its lines, both round numbers.

    >>> scale(0), scale(5), scale(130), scale(999)
    ((1, 1), (6, 2), (150, 50), (1000, 500))
    """
    tens = 10 ** (len(str(most)) - 1)
    steps = (tens * part // 10 for part in (1, 2, 5, 10, 20, 50))
    step = next(step for step in steps if step and most <= step * LINES)
    return max(1, math.ceil(most / step)) * step, step


def percent(part: float, whole: int) -> str:
    """A share of a width.

    >>> percent(1, 12)
    '8.33333%'
    """
    return f"{100 * part / max(whole, 1):.6g}%"


def height(part: int, whole: int) -> str:
    """A share of the chart's height, in pixels."""
    return f"{HEIGHT * part / whole:.6g}"
