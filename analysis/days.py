"""The days of a page: which ones it covers, their articles, and when nobody listened."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import NamedTuple

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.query import Record
from newsbeam.schemas.ledger import READABLE

MOST_BARS = 62  # two months of days: more bars would be thinner than a letter
# So many of a hundred articles may be older than the chart, if its bars are then of a shorter time:
# a feed that was found yesterday may carry an article of ten years ago.
FEW = 2
# What a bar stands for, from fine to coarse: its usual days, and on which day one begins.
UNITS: dict[str, tuple[int, Callable[[date], bool]]] = {
    "day": (1, lambda day: True),
    "week": (7, lambda day: day.weekday() == 0),
    "month": (30, lambda day: day.day == 1),
    "year": (365, lambda day: (day.month, day.day) == (1, 1)),
    "decade": (3652, lambda day: (day.year % 10, day.month, day.day) == (0, 1, 1)),
    "century": (36524, lambda day: (day.year % 100, day.month, day.day) == (0, 1, 1)),
}

_NEWS = """
    SELECT published_date AS day, count(DISTINCT article_id) AS articles,
           bool_or(published_date <= fetched_at::DATE) AS possible
    FROM articles GROUP BY published_date ORDER BY published_date
"""
_POLLED = f"""
    SELECT polled_date AS day, bool_or(status IN {READABLE}) AS heard
    FROM polls GROUP BY polled_date ORDER BY polled_date
"""


class Bar(NamedTuple):
    """The articles from one day to another; on `blind` of these days no feed could be read."""

    first: date
    last: date
    articles: int
    blind: int = 0

    @property
    def is_blind(self) -> bool:
        """Whether no feed could be read on any of the days."""
        return self.blind > (self.last - self.first).days


class Days(NamedTuple):
    """The days that a page covers, in bars of one unit without a hole.

    `listened` is from the first poll to the last one; `earlier` and `later` are the articles of the
    choice that lie before and after.
    """

    bars: list[Bar]
    unit: str
    listened: tuple[date, date] | None = None
    earlier: int = 0
    later: int = 0

    @property
    def first(self) -> date:
        """The first day."""
        return self.bars[0].first

    @property
    def last(self) -> date:
        """The last day."""
        return self.bars[-1].last

    @property
    def blind(self) -> int:
        """On how many days no feed could be read, though some were polled before and after."""
        return sum(bar.blind for bar in self.bars)


def days_of(record: Record, choice: Choice) -> Days | None:
    """The days that the choice names, else those of its articles; None where it has none."""
    news = Chosen(record, choice).rows(_NEWS)
    always = Chosen(record, replace(choice, since=None, until=None)).rows(_POLLED)
    if not news:
        return None
    heard = {row["day"]: row["heard"] for row in always}
    listened = (min(heard), max(heard)) if heard else None
    articles = {row["day"]: row["articles"] for row in news}
    possible = [row["day"] for row in news if row["possible"]] or list(articles)
    first, last = _span({day: articles[day] for day in possible}, choice, listened)
    unit = unit_of(first, last)
    bars = [
        Bar(
            *part,
            sum(articles.get(day, 0) for day in each(*part)),
            sum(_is_blind(day, heard, listened) for day in each(*part)),
        )
        for part in parts(first, last, unit)
    ]
    earlier = sum(n for day, n in articles.items() if day < first)
    later = sum(n for day, n in articles.items() if day > last)
    return Days(bars, unit, listened, earlier, later)


def _is_blind(day: date, heard: dict[date, bool], listened: tuple[date, date] | None) -> bool:
    """Before the first poll and after the last one there is no record that could be blind."""
    return listened is not None and listened[0] <= day <= listened[1] and not heard.get(day)


def _span(
    articles: dict[date, int], choice: Choice, listened: tuple[date, date] | None
) -> tuple[date, date]:
    """The first and the last day: as chosen, else as the articles and the polls have them."""
    first, last = min(articles), max(articles)
    if choice.until:
        last = (choice.until.astimezone(UTC) - timedelta(microseconds=1)).date()
    elif listened and listened[1] > last and unit_of(first, listened[1]) == unit_of(first, last):
        last = listened[1]  # so that silence is seen
    if choice.since:
        return choice.since.astimezone(UTC).date(), last
    usual = _without_few(articles)
    return (usual if unit_of(usual, last) != unit_of(first, last) else first), last


def _without_few(articles: dict[date, int]) -> date:
    """The first day, when the earliest FEW of a hundred articles are left out."""
    left = sum(articles.values()) * FEW // 100
    for day in sorted(articles):
        left -= articles[day]
        if left < 0:
            return day
    return max(articles)


def unit_of(first: date, last: date) -> str:
    """The finest unit in which the days make a chart that can be read.

    >>> unit_of(date(2026, 3, 1), date(2026, 3, 31)), unit_of(date(2026, 1, 1), date(2026, 7, 31))
    ('day', 'week')
    """
    days = (last - first).days + 1
    fine = (unit for unit, (length, _) in UNITS.items() if days <= length * MOST_BARS)
    return next(fine, "century")


def parts(first: date, last: date, unit: str) -> Iterator[tuple[date, date]]:
    """The first and last days of each unit; at the ends of the days it may be a part of one.

    >>> [(a.day, z.day) for a, z in parts(date(2026, 3, 1), date(2026, 3, 10), "week")]
    [(1, 1), (2, 8), (9, 10)]
    """
    begins = UNITS[unit][1]
    starts = [day for day in each(first, last) if day == first or begins(day)]
    ends = [start - timedelta(1) for start in starts[1:]]
    return zip(starts, [*ends, last], strict=True)


def each(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    return (first + timedelta(n) for n in range((last - first).days + 1))
