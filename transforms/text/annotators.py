"""Read an article once and find everything in it: the work that runs in the language sandbox."""

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar

from newsbeam.schemas.annotations import Actor, Quote, Topic
from newsbeam.schemas.article import Article
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.quotes import find_quotes
from newsbeam.transforms.text.topic_lexicon import load_lexicon
from newsbeam.transforms.text.topics import find_topics

Row = TypeVar("Row", Actor, Topic, Quote)
Found = tuple[tuple[Actor, ...], tuple[Topic, ...], tuple[Quote, ...]]


def versions(model: str) -> tuple[str, str]:
    """The names of the language model and of the knowledge base that a run will use.

    Raises ModelMissing if no such model is installed; does not load it.
    """
    try:
        installed = version(model.replace("_", "-"))
    except PackageNotFoundError:
        raise nlp.ModelMissing(
            f"the language model {model!r} is not installed: "
            f"pip install {model.replace('_', '-')}, or name another with --model"
        ) from None
    return f"{model} {installed}", knowledge.load().version


def enrich(articles: Sequence[Article], model: str) -> list[Found]:
    """The actors, topics and quotations of each article, in order."""
    language_model, known, lexicon = nlp.load(model), knowledge.load(), load_lexicon()
    with language_model.memory():
        readable = [whole_text(a) if _is_read(a) else "" for a in articles]
        found: list[Found] = []
        for article, spans in zip(articles, language_model.entities(readable), strict=True):
            actors = find_actors(article, spans, known)
            quotes = find_quotes(article, actors, language_model.parse)
            topics = find_topics(article, lexicon)
            model = language_model.name
            found.append((_made_by(actors, model), _made_by(topics), _made_by(quotes, model)))
        return found


def _made_by(rows: tuple[Row, ...], model: str | None = None) -> tuple[Row, ...]:
    """The rows with what made them: this version of newsbeam, and the model unless they say."""
    return tuple(replace(row, pipeline_version=VERSION, model=model or row.model) for row in rows)


def _is_read(article: Article) -> bool:
    """Whether the model knows the article's language; of others only known names are found."""
    return (article.language or nlp.MODEL_LANGUAGE) == nlp.MODEL_LANGUAGE
