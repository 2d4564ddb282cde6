"""The annotators in their order, and the reading of articles by them all.

`annotate` is the work that runs in the language sandbox.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.tables import TABLES, added_annotators
from newsbeam.schemas.version import VERSION
from newsbeam.schemas.wire import from_dict, to_dict
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.entities import seen_entities
from newsbeam.transforms.text.events import find_events
from newsbeam.transforms.text.knowledge_files import Layer
from newsbeam.transforms.text.own_topics import find_own_topics
from newsbeam.transforms.text.quotes import find_quotes
from newsbeam.transforms.text.reading import Annotator, Reading
from newsbeam.transforms.text.topic_lexicon import load_lexicon
from newsbeam.transforms.text.topic_lists import load_topic_lists
from newsbeam.transforms.text.topics import find_topics

ANNOTATORS = (
    Annotator(TABLES["actors"], lambda of: find_actors(of.article, of.entities, of.known)),
    Annotator(
        TABLES["topics"],
        lambda of: (
            *find_topics(of.article, load_lexicon()),
            *find_own_topics(of.article, of.rows.get("actors", ()), of.topic_lists),
        ),
    ),
    Annotator(TABLES["quotes"], lambda of: find_quotes(of.article, of.rows["actors"], of.parse)),
    Annotator(
        TABLES["events"],
        lambda of: find_events(of.article, of.rows["actors"], of.parse, _first_topic(of)),
    ),
)

LONGEST = 200  # characters of what is told of an error


def _first_topic(of: Reading) -> str:
    """The code of the Media Topic that an article is about most, if that was found."""
    topics = (row.code for row in of.rows.get("topics", ()) if row.scheme == "medtop")
    return next(topics, "")


def annotators() -> tuple[Annotator, ...]:
    """Every annotator: newsbeam's own, then those of installed packages."""
    return (*ANNOTATORS, *cast(tuple[Annotator, ...], added_annotators()))


def versions(model: str, layers: tuple[Layer, ...] = ()) -> tuple[str, str]:
    """The names of the language model and of the knowledge base that a run will use.

    Raises ModelMissing if no such model is installed; does not load it.
    """
    try:
        installed = version(model.replace("_", "-"))
    except PackageNotFoundError:
        raise nlp.missing(model) from None
    return f"{model} {installed}", knowledge.load(layers).version


def annotate(
    articles: Sequence[AnnotatedArticle],
    model: str,
    tables: Collection[str],
    layers: tuple[Layer, ...] = (),
) -> list[AnnotatedArticle]:
    """The articles with the rows that the annotators of these tables find, each given those before.

    All rows found in an article have one `annotated_at`. A row that names no model of its own was
    found with what saw the article's names. An annotator that fails costs an article the rows of
    its own table: `problems` says why.
    """
    language_model, known = nlp.load(model), knowledge.load(layers)
    lists = load_topic_lists(layers)
    asked = [annotator for annotator in annotators() if annotator.table.name in tables]
    with language_model.memory():
        texts = [(_language(one.article), whole_text(one.article)) for one in articles]
        found = seen_entities(texts, language_model, known)
        readings = [
            Reading(
                one.article, entities, language_model.parse, known, dict(one.annotations), lists
            )
            for one, (entities, _) in zip(articles, found, strict=True)
        ]
        return [
            _annotated(one, reading, asked, model_name)
            for one, reading, (_, model_name) in zip(articles, readings, found, strict=True)
        ]


def _annotated(
    one: AnnotatedArticle, reading: Reading, asked: Iterable[Annotator], model: str
) -> AnnotatedArticle:
    """The article with what each of these annotators finds in it."""
    now, problems = datetime.now(UTC), dict(one.problems)
    for annotator in asked:
        name = annotator.table.name
        try:
            rows = list(annotator.find(reading))
            if annotator not in ANNOTATORS:  # our own were checked as they were written, by mypy
                rows = [_checked(row, annotator.table.record, one.article) for row in rows]
        except MemoryError:  # the other articles of the batch took it as well: each is read alone
            raise
        except Exception as error:
            rows, problems[name] = [], f"{type(error).__name__}: {error}"[:LONGEST]
        reading.rows[name] = tuple(
            replace(row, model=row.model or model, pipeline_version=VERSION, annotated_at=now)
            for row in rows
        )
    return replace(one, annotations=reading.rows, problems=problems)


def _checked(row: Any, record: Any, article: Article) -> Any:
    """The row as its table can hold it; TypeError or ValueError for any other thing."""
    if not isinstance(row, record):
        raise TypeError(f"expected {record.__name__}, not {row!r:.80}")
    if (row.article_id, row.revision) != (article.article_id, article.revision):
        raise ValueError(f"a row of another article: {row.article_id} {row.revision}")
    return from_dict(record, to_dict(row))


def _language(article: Article) -> str:
    """The language to read an article in."""
    return article.language or nlp.MODEL_LANGUAGE
