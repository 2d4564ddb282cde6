"""The annotators in their order, and the reading of articles by them all.

`annotate` is the work that runs in the language sandbox.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from newsbeam.schemas.article import Article
from newsbeam.schemas.tables import TABLES, added_annotators
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.quotes import find_quotes
from newsbeam.transforms.text.reading import Annotator, Reading
from newsbeam.transforms.text.topic_lexicon import load_lexicon
from newsbeam.transforms.text.topics import find_topics

ANNOTATORS = (
    Annotator(TABLES["actors"], lambda of: find_actors(of.article, of.entities, of.known)),
    Annotator(TABLES["topics"], lambda of: find_topics(of.article, load_lexicon())),
    Annotator(TABLES["quotes"], lambda of: find_quotes(of.article, of.rows["actors"], of.parse)),
)

Rows = dict[str, tuple[Any, ...]]


def annotators() -> tuple[Annotator, ...]:
    """Every annotator: newsbeam's own, then those of installed packages."""
    return (*ANNOTATORS, *cast(tuple[Annotator, ...], added_annotators()))


def versions(model: str) -> tuple[str, str]:
    """The names of the language model and of the knowledge base that a run will use.

    Raises ModelMissing if no such model is installed; does not load it.
    """
    try:
        installed = version(model.replace("_", "-"))
    except PackageNotFoundError:
        raise nlp.missing(model) from None
    return f"{model} {installed}", knowledge.load().version


def annotate(articles: Sequence[Article], model: str) -> list[Rows]:
    """The rows found in each article, by table and in the order of the annotators.

    All rows of an article have one `annotated_at`. A row that names no model of its own was found
    with the language model.
    """
    language_model, known = nlp.load(model), knowledge.load()
    with language_model.memory():
        readable = [whole_text(article) if _is_read(article) else "" for article in articles]
        return [
            _annotated(Reading(article, entities, language_model.parse, known), language_model.name)
            for article, entities in zip(articles, language_model.entities(readable), strict=True)
        ]


def _annotated(reading: Reading, model: str) -> Rows:
    """What each annotator finds in the article, given the rows of those before it."""
    now = datetime.now(UTC)
    for annotator in annotators():
        reading.rows[annotator.table.name] = tuple(
            replace(row, model=row.model or model, pipeline_version=VERSION, annotated_at=now)
            for row in annotator.find(reading)
        )
    return reading.rows


def _is_read(article: Article) -> bool:
    """Whether the model knows the article's language; of others only known names are found."""
    return (article.language or nlp.MODEL_LANGUAGE) == nlp.MODEL_LANGUAGE
