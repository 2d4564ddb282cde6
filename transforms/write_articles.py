"""Write articles: annotations first, articles last, each wording once (see lake/batches)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from newsbeam.schemas.ids import shard_of
from newsbeam.schemas.journey import AnnotatedArticle, Outcome, Result
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.batches import add_articles, key_of
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.letters import enriching_failure, file_letters, withdraw_letters
from newsbeam.transforms.lake.storage import Lake


def outcomes_of(one: AnnotatedArticle, is_new: bool) -> Iterator[Outcome]:
    """What becomes of the entries behind an article that is written, or was there already."""
    letter = enriching_failure(one) if one.problems and is_new else None
    for place, origin in enumerate(one.origins):
        result: Result = ("merged" if place else "written") if is_new else "unchanged"
        yield Outcome(origin, one.article.article_id, result, one.article.revision, letter)


def write(lake: Lake, articles: Iterable[AnnotatedArticle]) -> list[Outcome]:
    """Make the articles visible; what became of each entry behind them."""
    metrics.begin("writing")
    written = list(articles)
    claims = claims_of(lake)
    # Before the rows: of an article that is there nothing is annotated again after a kill.
    file_letters(lake, claims, [outcome for one in written if one.problems
                                for outcome in outcomes_of(one, is_new=True)])  # fmt: skip
    added = add_articles(lake, claims, written)
    metrics.count("articles_written", len(added.new))
    outcomes = [
        outcome for one in written for outcome in outcomes_of(one, key_of(one.article) in added.new)
    ]
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
