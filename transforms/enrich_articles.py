"""Find what is in each article, table by table, in a process that can be killed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import AnnotatedArticle, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.wire import to_json
from newsbeam.transforms import sandbox
from newsbeam.transforms.lake.letters import ENRICHING, enriching_letter, kind_and_message
from newsbeam.transforms.text.annotators import annotate

BATCH = 16  # as fast as any from 8 to 128 for this model; more only takes memory
CHARACTERS = 1_000_000  # of a part of a batch: a text may have as many, a usual one has 4,000
BATCH_SECONDS = 90  # 16 articles take 1 s; a fresh worker first loads the model
ARTICLE_SECONDS = 30  # 100,000 characters take 3 s, and the load comes on top

Annotations = dict[str, tuple[Any, ...]]  # rows by table


def failure_of(article: Article, error: Exception, run_id: str) -> Failure:
    """The dead letter of an article that stops its reader."""
    kind, message = kind_and_message(error)
    element = {
        "article_id": article.article_id,
        "revision": article.revision,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "raw_sha256": article.raw_sha256,
    }
    return Failure(
        failure_id=enriching_letter(article.article_id, article.revision),
        step=ENRICHING,
        error=kind,
        message=message,
        element=to_json(element),
        feed_id=article.feed_id,
        url=article.url,
        failed_at=article.first_seen_at,
        run_id=run_id,
    )


def parts_of(batch: Iterable[AnnotatedArticle]) -> Iterator[list[AnnotatedArticle]]:
    """The batch in parts of which the reader can hold all texts at once."""
    part: list[AnnotatedArticle] = []
    characters = 0
    for one in batch:
        characters += len(one.article.text)
        if part and characters > CHARACTERS:
            yield part
            part, characters = [], len(one.article.text)
        part.append(one)
    if part:
        yield part


class _Enrich(beam.DoFn):
    def __init__(self, model: str, run_id: str) -> None:
        self.model, self.run_id = model, run_id

    def process(self, batch: list[AnnotatedArticle]) -> Iterator[Any]:
        for part in parts_of(batch):
            yield from self._together(part)

    def _together(self, batch: list[AnnotatedArticle]) -> Iterator[Any]:
        try:
            found = self._annotations([one.article for one in batch], BATCH_SECONDS)
        except Exception:  # one of them is to blame: find out which
            for one in batch:
                yield from self._alone(one)
        else:
            for one, annotations in zip(batch, found, strict=True):
                yield replace(one, annotations=annotations)

    def _alone(self, one: AnnotatedArticle) -> Iterator[Any]:
        try:
            (annotations,) = self._annotations([one.article], ARTICLE_SECONDS)
            yield replace(one, annotations=annotations)
        except Exception as error:
            failure = failure_of(one.article, error, self.run_id)
            for origin in one.origins:
                # Its page may come, but this wording failed: the letter is what becomes of it.
                outcome = Outcome(
                    replace(origin, page_missing=False),
                    one.article.article_id,
                    "failed",
                    failure=failure,
                )
                yield beam.pvalue.TaggedOutput("outcomes", outcome)

    def _annotations(self, articles: list[Article], seconds: float) -> list[Annotations]:
        return sandbox.run("language", annotate, articles, self.model, seconds=seconds)


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
            >> beam.ParDo(_Enrich(self.model, self.run_id))
            .with_output_types(AnnotatedArticle, outcomes=Outcome)
            .with_resource_hints(min_ram="2GB")  # the model takes 0.5 to 0.9 GB a worker
            .with_outputs("outcomes", main="articles")
        )
