"""Charts as still SVG: text stays text, colours follow the page, nothing in it can run."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import altair as alt
import vl_convert

from newsbeam.analysis.output import visible

WIDTH = 680  # pixels of every chart, so that the page scales their letters alike
DAY_HEIGHT = 150
BAR = 24  # pixels a bar with its gap: two lines of a list
LABEL = 240  # pixels of the longest label, about 35 letters
FIGURE = 50  # pixels for the figure behind the longest bar
ACCENT = "#2f7fa5"  # contrast of 3:1 or more to white and to #16191d
INK = "currentColor"  # of the page, light or dark
FONT = "system-ui, 'Noto Sans', 'Noto Sans Georgian', 'Segoe UI', sans-serif"

_CONFIG = {
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "padding": {"left": 0, "right": 0, "top": 6, "bottom": 4},
    "autosize": {"type": "fit-x", "contains": "padding"},
    "axis": {
        "labelColor": INK, "titleColor": INK, "domain": False, "ticks": False, "labelFontSize": 13,
        "labelLimit": LABEL, "gridColor": INK, "gridOpacity": 0.12, "labelPadding": 8,
    },
}  # fmt: skip


class Day(NamedTuple):
    """A day of the record; `heard` is false where no feed could be read on it."""

    day: date
    articles: int
    heard: bool


def days_chart(days: Sequence[Day]) -> str:
    """Articles a day as SVG; days on which nobody listened lie on grey. Empty without days."""
    if not days:
        return ""
    values = [
        {
            "from": f"{d.day}T00:00:00Z",
            "to": f"{d.day + timedelta(days=1)}T00:00:00Z",
            "gap": f"{d.day}T21:00:00Z",  # bars end early, or neighbours would touch
            "articles": d.articles,
            "heard": d.heard,
            "said": f"{d.day}: {d.articles} articles" + ("" if d.heard else ", no feed was read"),
        }
        for d in days
    ]
    few = min(len(days), 8)
    axis = alt.Axis(grid=False, format="%-d %b", tickCount=few, labelFlush=True)
    x = alt.X("from:T", title=None, scale=alt.Scale(type="utc"), axis=axis)
    base = alt.Chart(alt.InlineData(values=values)).encode(description="said:N")
    blind = (
        base.mark_rect(color=INK, opacity=0.16, aria=False)
        .encode(x=x, x2="to:T", y=alt.value(0), y2=alt.value(DAY_HEIGHT))
        .transform_filter("!datum.heard")
    )
    most = max(d.articles for d in days)
    y_axis = alt.Axis(tickCount=min(4, max(most, 1)), format="d")
    bars = base.mark_rect(color=ACCENT, stroke="none").encode(
        x=x, x2="gap:T", y=alt.Y("articles:Q", title=None, axis=y_axis), y2=alt.datum(0)
    )
    return _svg(alt.layer(blind, bars).properties(width=WIDTH, height=DAY_HEIGHT))


def bars_chart(counts: Sequence[tuple[str, int]]) -> str:
    """Names with their counts as bars in the order given, as SVG. Empty without names."""
    if not counts:
        return ""
    values = [
        {"place": i, "name": name, "count": count, "said": f"{name}: {count}"}
        for i, (name, count) in enumerate((visible(name), count) for name, count in counts)
    ]
    # Ranked by place, not name: two actors of one name stay two bars. The names are data of a text
    # mark and no axis labels, since those would have to pass through an expression of Vega's.
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("place:O", axis=None), description="said:N"
    )
    inside = alt.Scale(zero=True, nice=False, range=[LABEL, WIDTH - FIGURE])
    length = alt.X("count:Q", axis=None, scale=inside)
    bars = base.mark_bar(color=ACCENT, height=BAR - 9).encode(x=length)
    words = {"color": INK, "fontSize": 13, "font": FONT, "aria": False}
    figures = base.mark_text(align="left", dx=6, **words).encode(x=length, text="count:Q")
    names = base.mark_text(align="right", dx=-8, limit=LABEL - 10, **words).encode(
        x=alt.value(LABEL), text="name:N"
    )
    chart = alt.layer(bars, figures, names)
    return _svg(chart.properties(width=WIDTH, height=alt.Step(BAR)))


def _svg(chart: alt.LayerChart) -> str:
    """The chart drawn; its width and height go, so that the page may scale it."""
    drawn = vl_convert.vegalite_to_svg(chart.configure(**_CONFIG).to_dict())
    return re.sub(r'^(<svg\b[^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", drawn, count=1)
