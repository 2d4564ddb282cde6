"""What an annotator is, and what it is given: one article while it is read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from newsbeam.schemas.annotations import Annotation
from newsbeam.schemas.article import Article
from newsbeam.schemas.tables import Table
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.nlp import Span
from newsbeam.transforms.text.topic_lists import TopicList


@dataclass(frozen=True)
class Reading:
    """One article, and what is known of it so far."""

    article: Article
    entities: tuple[Span, ...]  # the language model's, by their places in `whole_text(article)`
    parse: Callable[[Sequence[str]], list[Any]]  # English paragraphs' grammar: spaCy's Docs; slow
    known: Knowledge
    rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # by table, of those before
    topic_lists: tuple[TopicList, ...] = ()  # the user's own


@dataclass(frozen=True)
class Annotator:
    """A table of annotations, and the function that finds an article's rows of it."""

    table: Table
    find: Callable[[Reading], Iterable[Any]]


def columns_of(article: Article) -> dict[str, Any]:
    """The columns with which each annotation begins: those of schemas.annotations.Annotation."""
    return {column.name: getattr(article, column.name) for column in fields(Annotation)}
