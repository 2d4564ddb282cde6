"""Write enriched articles: annotations first, articles last.

An article that can be seen has its annotations; a crash in between leaves annotations that wait for
their article, and that the next attempt finds and does not write again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import apache_beam as beam

from newsbeam.schemas.journey import Enriched, Outcome
from newsbeam.schemas.tables import TABLES, annotation_tables
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.publish import publish
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of
from newsbeam.transforms.settle_articles import outcomes_of


def write_day(lake: Lake, day: str, found: Iterable[Enriched]) -> list[Outcome]:
    """Make the articles of one day visible; what became of each entry behind them."""
    enriched = list(found)
    for table in annotation_tables():
        rows = [row for one in enriched for row in getattr(one, table)]
        publish(lake, TABLES[table], day, rows)
    articles = [one.draft.article for one in enriched]
    added = publish(lake, TABLES["articles"], day, articles)
    metrics.count("articles_written", len(added))
    return [outcome for one in enriched for outcome in outcomes_of(one.draft, "written", "merged")]


def day_of_article(one: Enriched) -> str:
    """The day by which an article is filed."""
    return day_of(one.draft.article.published_at)


@dataclass
class WriteLake(beam.PTransform):
    """Enriched articles → files of their day; the outcomes account for the entries behind them."""

    lake: Lake

    def expand(self, enriched: beam.PCollection[Enriched]) -> beam.PCollection[Outcome]:
        return (
            enriched
            | "ByDay" >> beam.GroupBy(day_of_article)
            | "Publish" >> beam.FlatMapTuple(partial(write_day, self.lake))
        )
