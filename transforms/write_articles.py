"""Write articles: annotations first, articles last, each wording once (see lake/batches)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from newsbeam.schemas.journey import AnnotatedArticle, Outcome
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.batches import add_articles, key_of
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.letters import withdraw_letters
from newsbeam.transforms.lake.storage import Lake


def write(lake: Lake, articles: Iterable[AnnotatedArticle]) -> list[Outcome]:
    """Make the articles visible; what became of each entry behind them."""
    written = list(articles)
    claims = claims_of(lake)
    added = add_articles(lake, claims, written)
    metrics.count("articles_written", len(added.new))
    outcomes = []
    for one in written:
        article_id, revision = key = key_of(one.article)
        for place, origin in enumerate(one.origins):
            if key not in added.new:
                outcomes.append(Outcome(origin, article_id, "unchanged", revision))
            elif place == 0:
                outcomes.append(Outcome(origin, article_id, "written", revision))
            else:
                outcomes.append(Outcome(origin, article_id, "merged", revision))
    withdraw_letters(lake, claims, added.claims, outcomes)
    return outcomes


def shard_of(one: AnnotatedArticle, shards: int) -> int:
    """The part of the work to which an article belongs: all its wordings have one writer."""
    return int(one.article.article_id.replace("-", "")[-8:], 16) % shards


class _Write(beam.DoFn):
    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def process(self, group: tuple[int, Iterable[AnnotatedArticle]]) -> Iterator[Outcome]:
        yield from write(self.lake, group[1])


@dataclass
class WriteArticles(beam.PTransform):
    """Annotated articles → files of their day; the outcomes account for the entries behind them."""

    lake: Lake
    shards: int = 1

    def expand(self, articles: beam.PCollection[AnnotatedArticle]) -> beam.PCollection[Outcome]:
        shards = self.shards
        return (
            articles
            | "ByShard"
            >> beam.Map(lambda one: (shard_of(one, shards), one)).with_output_types(
                tuple[int, AnnotatedArticle]
            )
            | "Together" >> beam.GroupByKey()
            | "Write" >> beam.ParDo(_Write(self.lake)).with_output_types(Outcome)
        )
