"""Read what is in a lake, day by day: the source of batch work over rows that are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from newsbeam.schemas.tables import Table
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import days_of, files_of, read_rows


def rows_of_day(day: str, lake: Lake, table: Table) -> Iterator[Any]:
    """Every row of a day, as the table's records; DamagedFile where a file cannot be read."""
    for name in files_of(lake, table, day):
        yield from read_rows(lake, table.record, name)


@dataclass
class ReadLake(beam.PTransform):
    """The rows of a table from one day to another, a day an element for the workers to share."""

    lake: Lake
    table: Table
    since: str = ""
    until: str = "9999-12-31"

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection[Any]:
        days = days_of(self.lake, self.table, self.since, self.until)
        return (
            pipeline
            | "Days" >> beam.Create(days)
            | "Spread" >> beam.Reshuffle()
            | "Rows" >> beam.FlatMap(rows_of_day, self.lake, self.table)
        )
