"""Record which feed carried which article, once the article is there to be carried.

That is also the moment at which a dead letter of the same entry, filed by an earlier attempt, is no
longer true.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import apache_beam as beam

from newsbeam.schemas.journey import Outcome
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.failures import close_letters
from newsbeam.transforms.lake.publish import publish
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of


def seen_day(outcome: Outcome) -> str:
    """The day of a sighting; nothing for what no feed carried, what is no article, or a page that
    was asked for again and is still out of reach.
    """
    sighting, carried = outcome.carried.sighting, outcome.carried
    again = carried.tries and carried.again and outcome.result == "unchanged"
    return day_of(sighting.seen_at) if sighting and outcome.result != "failed" and not again else ""


def record_day(lake: Lake, day: str, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Make the sightings of one day visible, and close what they disprove; the outcomes again."""
    told = list(outcomes)
    if day:
        rows = [
            replace(sighting, revision=one.revision)
            for one in told
            if (sighting := one.carried.sighting)
        ]
        # Of a live blog's entries, which are one article, the upper one is the sighting.
        rows.sort(key=lambda sighting: -sighting.position)
        publish(lake, TABLES["sightings"], day, rows)
    close_letters(lake, told)
    return told


@dataclass
class RecordSightings(beam.PTransform):
    """Outcomes → the same, their sightings written and the letters that they disprove closed."""

    lake: Lake

    def expand(self, outcomes: beam.PCollection[Outcome]) -> beam.PCollection[Outcome]:
        return (
            outcomes
            | "ByDay" >> beam.GroupBy(seen_day)
            | "Publish" >> beam.FlatMapTuple(partial(record_day, self.lake))
        )
