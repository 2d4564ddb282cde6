"""Find what is in each article, table by table, in a process that can be killed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import AnnotatedArticle, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.slices import in_parts
from newsbeam.schemas.wire import to_json
from newsbeam.transforms import metrics, sandbox
from newsbeam.transforms.lake.letters import ENRICHING, enriching_letter, kind_and_message
from newsbeam.transforms.text.annotators import annotate

BATCH = 16  # as fast as any from 8 to 128 for this model; more only takes memory
CHARACTERS = 1_000_000  # of a part of a batch: a text may have as many, a usual one has 4,000
BATCH_SECONDS = 90  # 16 articles take 1 s; a fresh worker first loads the model
ARTICLE_SECONDS = 30  # 100,000 characters take 3 s, and the load comes on top
REPLAYED = ("article_id", "revision", "url", "title", "text", "raw_sha256")  # of a dead letter


def failure_of(article: Article, error: Exception, run_id: str) -> Failure:
    """The dead letter of an article that stops its reader."""
    kind, message = kind_and_message(error)
    return Failure(
        failure_id=enriching_letter(article.article_id, article.revision),
        step=ENRICHING,
        error=kind,
        message=message,
        element=to_json({name: getattr(article, name) for name in REPLAYED}),
        feed_id=article.feed_id,
        url=article.url,
        failed_at=article.first_seen_at,
        run_id=run_id,
        article_id=article.article_id,
    )


def annotated(part: list[AnnotatedArticle], model: str, seconds: float) -> list[AnnotatedArticle]:
    """The articles with what the reader finds in so many seconds; raises what stops it."""
    articles = [one.article for one in part]
    found = sandbox.run("language", annotate, articles, model, seconds=seconds)
    return [replace(one, annotations=rows) for one, rows in zip(part, found, strict=True)]


def enrich(batch: list[AnnotatedArticle], model: str, run_id: str) -> Iterator[Any]:
    """The articles with their annotations, and the outcomes of those that stop the reader."""
    for part in in_parts(batch, BATCH, lambda one: len(one.article.text), CHARACTERS):
        metrics.begin("enriching")
        try:
            yield from annotated(part, model, BATCH_SECONDS)
        except Exception:  # one of them is to blame: find out which
            for one in part:
                yield from enrich_alone(one, model, run_id)
        metrics.count("entries_enriched", sum(len(one.origins) for one in part))


def enrich_alone(one: AnnotatedArticle, model: str, run_id: str) -> Iterator[Any]:
    """As `enrich`, of one article that may have stopped the reader."""
    try:
        yield from annotated([one], model, ARTICLE_SECONDS)
    except Exception as error:
        article_id, failure = one.article.article_id, failure_of(one.article, error, run_id)
        for origin in one.origins:
            # Its page may come, but this wording failed: the letter is what becomes of it.
            origin = replace(origin, page_missing=False)
            outcome = Outcome(origin, article_id, "failed", failure=failure)
            yield beam.pvalue.TaggedOutput("outcomes", outcome)


@dataclass
class EnrichArticles(beam.PTransform):
    """Articles → the same with their annotations; `outcomes` of those that stop the reader."""

    model: str
    run_id: str

    def expand(self, articles: beam.PCollection[AnnotatedArticle]) -> beam.pvalue.DoOutputsTuple:
        return (
            articles
            | "Batch" >> beam.BatchElements(min_batch_size=BATCH, max_batch_size=BATCH)
            | "Enrich"
            >> beam.FlatMap(enrich, self.model, self.run_id)
            .with_output_types(AnnotatedArticle, outcomes=Outcome)
            .with_resource_hints(min_ram="2GB")  # the model takes 0.5 to 0.9 GB a worker
            .with_outputs("outcomes", main="articles")
        )
