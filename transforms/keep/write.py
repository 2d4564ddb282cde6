"""Write enriched articles: annotations first, articles last.

An article that can be seen has its annotations; a crash in between leaves annotations that wait for
their article, and that the next attempt finds and does not write again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from newsbeam.schemas.journey import Enriched, Outcome
from newsbeam.schemas.tables import ANNOTATIONS, TABLES
from newsbeam.transforms import metrics
from newsbeam.transforms.keep.publish import publish
from newsbeam.transforms.keep.settle import outcomes_of
from newsbeam.transforms.keep.storage import Lake
from newsbeam.transforms.keep.tables import day_of


def write_day(lake: Lake, day: str, enriched: list[Enriched]) -> list[Outcome]:
    """Make the articles of one day visible; what became of each entry behind them."""
    for table in ANNOTATIONS:
        rows = [row for one in enriched for row in getattr(one, table)]
        publish(lake, TABLES[table], day, rows)
    articles = [one.draft.article for one in enriched]
    added = publish(lake, TABLES["articles"], day, articles)
    metrics.count("articles_written", len(added))
    return [outcome for one in enriched for outcome in outcomes_of(one.draft, "written", "merged")]


class _Write(beam.DoFn):
    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def process(self, group: tuple[str, Iterable[Enriched]]) -> Iterator[Outcome]:
        yield from write_day(self.lake, group[0], list(group[1]))


@dataclass
class WriteLake(beam.PTransform):
    """Enriched articles → files of their day; the outcomes account for the entries behind them."""

    lake: Lake

    def expand(self, enriched: beam.PCollection[Enriched]) -> beam.PCollection[Outcome]:
        return (
            enriched
            | "ByDay"
            >> beam.Map(
                lambda one: (day_of(one.draft.article.published_at), one)
            ).with_output_types(tuple[str, Enriched])
            | "Together" >> beam.GroupByKey()
            | "Publish" >> beam.ParDo(_Write(self.lake))
        )
