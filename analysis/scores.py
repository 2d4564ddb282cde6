"""How right annotations are, in figures with their intervals.

Intervals are those of 1,000 samples of the articles, drawn with return (percentile bootstrap,
Efron 1979).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

SAMPLES = 1_000
SEED = 1


@dataclass(frozen=True)
class Tally:
    """Of what is labelled so many were found; of what was given so many are right."""

    found: int = 0
    labelled: int = 0
    right: int = 0
    given: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.found + other.found,
            self.labelled + other.labelled,
            self.right + other.right,
            self.given + other.given,
        )

    @property
    def recall(self) -> float | None:
        """The share found, None where nothing is labelled."""
        return self.found / self.labelled if self.labelled else None

    @property
    def precision(self) -> float | None:
        """The share right, None where nothing was given, or where that is not asked."""
        return self.right / self.given if self.given else None

    @property
    def value(self) -> float | None:
        """F1 where both are counted, else the share.

        >>> Tally(1, 2, 1, 1).value, Tally(found=3, labelled=4).value
        (0.6666666666666666, 0.75)
        """
        if self.precision is None or self.recall is None:
            return self.recall if self.precision is None else self.precision
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


Counts = dict[str, Tally]  # by measure


@dataclass(frozen=True)
class Figure:
    """A measure on a set: its value, and between which two it lies in 95 of 100 samples."""

    measure: str
    value: float
    low: float
    high: float
    tally: Tally


def figures(counts: Sequence[Counts]) -> list[Figure]:
    """The figures of a set, from the counts of its articles."""
    dice = random.Random(SEED)
    drawn = [dice.choices(range(len(counts)), k=len(counts)) for _ in range(SAMPLES)]
    told = []
    for measure in dict.fromkeys(name for one in counts for name in one):
        tallies = [one.get(measure, Tally()) for one in counts]
        tally = sum(tallies, Tally())
        if tally.value is None:
            continue
        values = sorted(
            value
            for sample in drawn
            if (value := sum((tallies[n] for n in sample), Tally()).value) is not None
        )
        low, high = values[int(0.025 * len(values))], values[int(0.975 * len(values))]
        told.append(Figure(measure, tally.value, low, high, tally))
    return told
