"""Record which feed carried which article, once the article is there to be carried."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from newsbeam.schemas.journey import Outcome
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.keep.publish import publish
from newsbeam.transforms.keep.storage import Lake
from newsbeam.transforms.keep.tables import day_of


def seen_day(outcome: Outcome) -> str:
    """The day of a sighting; nothing for what no feed carried, or what is no article."""
    sighting = outcome.carried.sighting
    return day_of(sighting.seen_at) if sighting and outcome.result != "failed" else ""


class _Record(beam.DoFn):
    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def process(self, group: tuple[str, Iterable[Outcome]]) -> Iterator[Outcome]:
        day, outcomes = group[0], list(group[1])
        if day:
            rows = [outcome.carried.sighting for outcome in outcomes]
            publish(self.lake, TABLES["sightings"], day, rows)
        yield from outcomes


@dataclass
class RecordSightings(beam.PTransform):
    """Outcomes → the same outcomes, their sightings written."""

    lake: Lake

    def expand(self, outcomes: beam.PCollection[Outcome]) -> beam.PCollection[Outcome]:
        return (
            outcomes
            | "ByDay"
            >> beam.Map(lambda outcome: (seen_day(outcome), outcome)).with_output_types(
                tuple[str, Outcome]
            )
            | "Together" >> beam.GroupByKey()
            | "Publish" >> beam.ParDo(_Record(self.lake))
        )
