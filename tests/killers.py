"""Readers and annotators that fail at a word, as hostile input has made real ones do."""

import os
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from newsbeam.schemas.annotations import Quote
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.transforms.page.extract import texts_of
from newsbeam.transforms.text import annotators, nlp
from newsbeam.transforms.text.knowledge_files import Layer
from newsbeam.transforms.text.reading import Reading, columns_of

WORD = "lethal"


def annotate_in_trouble(
    articles: Sequence[AnnotatedArticle],
    model: str,
    tables: Collection[str],
    layers: tuple[Layer, ...],
) -> list[AnnotatedArticle]:
    """As `annotate`, without a language model, and `quotes` are found by `quotes_or_trouble`."""
    *others, quotes, events = annotators.ANNOTATORS
    troubled = replace(quotes, find=quotes_or_trouble)
    with (  # the process goes on to serve other tests
        patch.object(nlp, "load", lambda _: NoModel()),
        patch.object(annotators, "annotators", lambda: (*others, troubled, events)),
    ):
        return annotators.annotate(articles, model, tables, layers)


class NoModel:
    """A language model that is loaded at once, and sees nothing."""

    name, memory, parse = "none 1", nullcontext, None

    def entities(self, texts: Sequence[str]) -> list[tuple[()]]:
        if any(WORD in text for text in texts):
            os._exit(9)
        return [() for _ in texts]


def quotes_or_trouble(reading: Reading) -> Iterator[Any]:
    """One quotation, and after it the trouble that the text asks for."""
    columns = columns_of(reading.article)
    yield Quote(**columns, quote="Peace")
    match reading.article.text.split()[-1]:
        case "raises":
            raise ValueError("no words are left")
        case "hangs":
            time.sleep(600)
        case "dies":
            os._exit(9)
        case "leaves":
            sys.exit(9)
        case "eats":
            bytearray(1 << 40)
        case "garbage":
            yield 5
        case "mistypes":
            yield Quote(**columns, quote=5)  # type: ignore[arg-type]
        case "overflows":
            yield Quote(**columns, quote="Peace", start_char=1 << 70)
        case "confuses":
            yield Quote(**{**columns, "revision": "of another"}, quote="Peace")


def model_is_missing(*_: object) -> None:
    """As `annotate`, where there is no language model."""
    raise nlp.missing("no_such_model")


def texts_or_die(html: bytes, url: str, headers: Mapping[str, str], content: str) -> Any:
    """As `texts_of`, but for the word in the page or in the feed."""
    if WORD.encode() in html or WORD in content:
        os._exit(9)
    return texts_of(html, url, headers, content)
