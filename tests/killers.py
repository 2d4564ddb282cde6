"""Readers that end their own process at a word, as hostile input has made real ones do."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from newsbeam.schemas.article import Article
from newsbeam.transforms.page.extract import texts_of
from newsbeam.transforms.text.annotators import annotate

WORD = "lethal"


def annotate_or_die(articles: Sequence[Article], model: str) -> Any:
    """As `annotate`, but for the word."""
    if any(WORD in article.text for article in articles):
        os._exit(9)
    return annotate(articles, model)


def texts_or_die(html: bytes, url: str, headers: Mapping[str, str], content: str) -> Any:
    """As `texts_of`, but for the word in the page or in the feed."""
    if WORD.encode() in html or WORD in content:
        os._exit(9)
    return texts_of(html, url, headers, content)
