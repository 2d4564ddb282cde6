"""Find what is in each article, table by table, in a process that can be killed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import apache_beam as beam

from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.slices import in_parts
from newsbeam.schemas.tables import usual_annotations
from newsbeam.transforms import metrics, sandbox
from newsbeam.transforms.text.annotators import annotate
from newsbeam.transforms.text.knowledge_files import Layer

BATCH = 16  # as fast as any from 8 to 128 for this model; more only takes memory
CHARACTERS = 1_000_000  # of a part of a batch: a text may have as many, a usual one has 4,000
BATCH_SECONDS = 90  # 16 articles take 1 s; a fresh worker first loads the model
ARTICLE_SECONDS = 30  # 100,000 characters take 3 s, and the load comes on top


def enrich(
    articles: Iterable[AnnotatedArticle],
    model: str,
    layers: tuple[Layer, ...] = (),
    tables: tuple[str, ...] = (),
) -> Iterator[AnnotatedArticle]:
    """Each article with what the annotators find in it, in order; none is lost.

    `tables` are those of the annotations to find, the usual ones unless said.
    Where an annotator fails on an article, `problems` says why, and the others' rows are there.
    Raises what keeps the language model from reading anything at all.
    """
    tables = tables or usual_annotations()
    for part in in_parts(articles, BATCH, lambda one: len(one.article.text), CHARACTERS):
        metrics.begin("enriching")
        try:
            yield from _annotated(part, model, layers, tables, BATCH_SECONDS)
        except Exception:  # one of them is to blame, or none
            _annotated(
                [], model, layers, (), BATCH_SECONDS
            )  # the model can be loaded: it is one of them
            yield from (enrich_alone(one, model, layers, tables) for one in part)
        metrics.count("entries_enriched", sum(len(one.origins) for one in part))


def enrich_alone(
    one: AnnotatedArticle,
    model: str,
    layers: tuple[Layer, ...] = (),
    tables: tuple[str, ...] = (),
) -> AnnotatedArticle:
    """As `enrich`, of one article that may stop its reader: each annotator by itself."""
    for table in tables or usual_annotations():
        try:
            (one,) = _annotated([one], model, layers, (table,), ARTICLE_SECONDS)
        except Exception as error:
            annotations = {**one.annotations, table: ()}
            problems = {**one.problems, table: str(error)}
            one = replace(one, annotations=annotations, problems=problems)
    return one


def _annotated(
    part: Sequence[AnnotatedArticle],
    model: str,
    layers: tuple[Layer, ...],
    tables: Collection[str],
    seconds: float,
) -> list[AnnotatedArticle]:
    return sandbox.run("language", annotate, part, model, tables, layers, seconds=seconds)


@dataclass
class EnrichArticles(beam.PTransform):
    """Articles → the same with their annotations, and with the problems of annotators."""

    model: str
    layers: tuple[Layer, ...] = ()  # of the user's own actors and topics
    tables: tuple[str, ...] = ()  # of the annotations to find; the usual ones unless said

    def expand(
        self, articles: beam.PCollection[AnnotatedArticle]
    ) -> beam.PCollection[AnnotatedArticle]:
        return (
            articles
            | "Batch" >> beam.BatchElements(min_batch_size=BATCH, max_batch_size=BATCH)
            | "Enrich"
            >> beam.FlatMap(enrich, self.model, self.layers, self.tables)
            .with_output_types(AnnotatedArticle)
            .with_resource_hints(min_ram="2GB")  # the model takes 0.5 to 0.9 GB a worker
        )
