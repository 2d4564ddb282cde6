"""Find the actors, topics and quotations of each article, in a process that can be killed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import apache_beam as beam

from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import DeadLetter, Draft, Enriched
from newsbeam.transforms import sandbox
from newsbeam.transforms.lake.failures import dead_letter, enriching_id
from newsbeam.transforms.text.annotators import Rows, annotate

BATCH = 16  # as fast as any from 8 to 128 for this model; more only takes memory
BATCH_SECONDS = 90  # 16 articles take 1 s; a fresh worker first loads the model
ARTICLE_SECONDS = 30  # 100,000 characters take 3 s, and the load comes on top


class _Enrich(beam.DoFn):
    def __init__(self, model: str, run_id: str) -> None:
        self.model = model
        self.run_id = run_id

    def process(self, batch: list[Draft]) -> Iterator[Enriched]:
        try:
            found = self._find([draft.article for draft in batch], BATCH_SECONDS)
        except Exception:
            found = []  # one of them is to blame: find out which
        if found:
            for draft, rows in zip(batch, found, strict=True):
                yield Enriched(draft, **rows)
        else:
            for draft in batch:
                yield from self._alone(draft)

    def _alone(self, draft: Draft) -> Iterator[Enriched]:
        try:
            yield Enriched(draft, **self._find([draft.article], ARTICLE_SECONDS)[0])
        except Exception as error:
            yield beam.pvalue.TaggedOutput("failed", _letter(draft, error, self.run_id))

    def _find(self, articles: list[Article], seconds: float) -> list[Rows]:
        found: list[Rows] = sandbox.run("language", annotate, articles, self.model, seconds=seconds)
        return found


def _letter(draft: Draft, error: Exception, run_id: str) -> DeadLetter:
    article = draft.article
    return dead_letter(
        "EnrichArticles",
        enriching_id(article.article_id, article.revision),
        error,
        {"article_id": article.article_id, "revision": article.revision, "url": article.url,
         "title": article.title, "text": article.text, "raw_sha256": article.raw_sha256},
        article.article_id,
        # Its page may come, but this wording failed: the letter is what becomes of the entry.
        tuple(replace(one, again=False) for one in draft.carried),
        failed_at=article.first_seen_at,
        url=article.url or "",
        run_id=run_id,
    )  # fmt: skip


@dataclass
class EnrichArticles(beam.PTransform):
    """Drafts → enriched articles (`enriched`); one that stops the reader is a dead letter."""

    model: str
    run_id: str

    def expand(self, drafts: beam.PCollection[Draft]) -> beam.pvalue.DoOutputsTuple:
        return (
            drafts
            | beam.BatchElements(min_batch_size=BATCH, max_batch_size=BATCH)
            | beam.ParDo(_Enrich(self.model, self.run_id)).with_outputs("failed", main="enriched")
        )
