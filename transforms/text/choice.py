"""What a name was taken for, and what an article tells of where and when it plays."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from newsbeam.schemas.annotations import Link, ScoredId
from newsbeam.transforms.text.reference import Entry
from newsbeam.transforms.text.spelling import Name

MOST_CANDIDATES = 5  # that a row tells
IN_PASSING = 5  # times as often as a country the most named one is: then it is named in passing


@dataclass(frozen=True)
class Choice:
    """The actor a name was taken for, how surely, and what else it could have meant."""

    id: str
    link: Link
    confidence: float
    reason: str
    candidates: tuple[ScoredId, ...] = ()


@dataclass
class Setting:
    """What an article tells of where and when it plays; `countries` by how often each is named."""

    day: date
    countries: Counter[str] = field(default_factory=Counter)
    parted: set[str] = field(default_factory=set)  # countries of which a part is named: Alabama
    named_at: Mapping[int, Name] = field(default_factory=dict)  # the names, by where they begin

    def names(self, *countries: str) -> bool:
        """Whether the article names one of the countries."""
        return any(self.countries[country] for country in countries if country)

    def is_about(self, *countries: str) -> bool:
        """Whether one of the countries is named, and not only in passing."""
        named = max((self.countries[country] for country in countries if country), default=0)
        most = max(self.countries.values(), default=0)
        return bool(named) and IN_PASSING * named >= most


def nobody(candidates: Sequence[tuple[Entry, int]], name: str) -> Choice:
    """That the article does not tell which of the candidates is meant."""
    why = f"the lists know {len(candidates)} of that name; the article does not tell"
    if len(candidates) == 1:
        why = f"the lists know one {name}; the article does not say that it is this one"
    return Choice("", "none", 0.0, why, scored(candidates, 1))


def scored(candidates: Iterable[tuple[Entry, int]], best: int) -> tuple[ScoredId, ...]:
    """Candidates with a share of what speaks for them, the best first."""
    told = [(one, max(points, 0)) for one, points in candidates]
    total = sum(points for _, points in told) + max(best, 1)
    return tuple(ScoredId(one.id, round(points / total, 2)) for one, points in told)[
        :MOST_CANDIDATES
    ]
