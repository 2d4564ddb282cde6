"""Write articles: annotations first, articles last, each wording once (see lake/batches)."""

from collections.abc import Iterable
from dataclasses import dataclass

import apache_beam as beam

from newsbeam.schemas.ids import shard_of
from newsbeam.schemas.journey import AnnotatedArticle, Outcome, Result
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.batches import add_articles, key_of
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.letters import withdraw_letters
from newsbeam.transforms.lake.storage import Lake


def write(lake: Lake, articles: Iterable[AnnotatedArticle]) -> list[Outcome]:
    """Make the articles visible; what became of each entry behind them."""
    metrics.begin("writing")
    written = list(articles)
    claims = claims_of(lake)
    added = add_articles(lake, claims, written)
    metrics.count("articles_written", len(added.new))
    outcomes = []
    for one in written:
        article_id, revision = key = key_of(one.article)
        for place, origin in enumerate(one.origins):
            result: Result = "unchanged"
            if key in added.new:
                result = "merged" if place else "written"
            outcomes.append(Outcome(origin, article_id, result, revision))
    withdraw_letters(lake, claims, added.claims, outcomes)
    return outcomes


@dataclass
class WriteArticles(beam.PTransform):
    """Annotated articles → files of their day; the outcomes account for the entries behind them."""

    lake: Lake
    shards: int = 1

    def expand(self, articles: beam.PCollection[AnnotatedArticle]) -> beam.PCollection[Outcome]:
        lake, shards = self.lake, self.shards
        return (
            articles
            # All wordings of an article have one writer.
            | "ByShard" >> beam.GroupBy(lambda one: shard_of(one.article.article_id, shards))
            | "Write"
            >> beam.FlatMapTuple(lambda _, batch: write(lake, batch)).with_output_types(Outcome)
        )
