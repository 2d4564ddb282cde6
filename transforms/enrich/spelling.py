"""What a name looks like: its bounds within a stretch of text, its places, its titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.enrich.knowledge import packaged

MAX_WORDS = 12  # a longer "name" is a misread sentence
_BEFORE = re.compile(r"(?:[\W_]+|(?:the|a|an)\s+)+", re.IGNORECASE)
_AFTER = re.compile(r"(?:['’]s?|[^\w.)]|_|\s(?:of|and|in|on|for|the|at|to|with|or|by|from))+$")
_UNWELCOME = re.compile(r"[@\ud800-\udfff]|https?:|www\.|^[A-Z]-[A-Z]\w*\.")


@dataclass(frozen=True)
class Name:
    """A name in a text: its place, its kind and the actors that are known by it."""

    start: int
    end: int
    type: ActorType
    ids: tuple[str, ...] = ()
    seen: bool = True  # by the language model, not only known or repeated


def tidy(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The bounds of the bare name: one line, no article, no possessive; None if nothing is left.

    >>> text = "the “European Union”’s\\nrole"
    >>> text[slice(*tidy(text, 0, len(text)))]
    'European Union'
    >>> tidy("the", 0, 3), tidy("some 20 people", 0, 14)
    (None, None)
    """
    stretch = text[start:end]
    lead = len(stretch) - len(stretch.lstrip())
    start, stretch = start + lead, stretch.lstrip().split("\n")[0]
    if before := _BEFORE.match(stretch):
        start, stretch = start + before.end(), stretch[before.end() :]
    stretch = _AFTER.sub("", stretch)
    if stretch.endswith(")") and "(" not in stretch:
        stretch = stretch[:-1]
    if stretch.endswith(".") and not re.search(r"\b(?:[A-Z]|Jr|Sr|Inc|Co|Corp|Ltd)\.$", stretch):
        stretch = stretch[:-1]
    stretch = stretch.rstrip(" ,-–—")
    good = any(c.isupper() for c in stretch) or not stretch.isascii()
    if len(stretch) < 2 or not good or _UNWELCOME.search(stretch):
        return None
    return (start, start + len(stretch)) if len(stretch.split()) <= MAX_WORDS else None


@lru_cache(maxsize=1)
def titles() -> frozenset[str]:
    """Words that stand before a person's name and are no part of it."""
    return frozenset(row["title"] for row in packaged("titles.csv"))


@lru_cache(maxsize=1)
def not_actors() -> frozenset[str]:
    """Capitalised words that the model takes for actors and that name none."""
    return frozenset(row["words"] for row in packaged("not_actors.csv"))


def without_title(text: str, start: int, end: int) -> int:
    """Where the name proper begins in a person's span.

    >>> text = "Foreign Minister Sergey Lavrov"
    >>> text[without_title(text, 0, len(text)):]
    'Sergey Lavrov'
    """
    for word in re.finditer(r"\S+\s+", text[start:end]):
        if word[0].strip() not in titles():
            return start + word.start()
    return start + text[start:end].rfind(" ") + 1 if " " in text[start:end].strip() else start


def places(text: str, name: str) -> Iterator[int]:
    """Where the name stands in the text as whole words.

    >>> list(places("Kove, Kovel and Kove", "Kove"))
    [0, 16]
    """
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        inside = (at and text[at - 1].isalnum() and name[0].isalnum()) or (
            text[end : end + 1].isalnum() and name[-1].isalnum()
        )
        if not inside:
            yield at
        at = text.find(name, end)


def every_word_capital(headline: str) -> bool:
    """Whether a headline capitalises its words, so that a capital says nothing.

    >>> every_word_capital("Lavrov Reassures Sokhumi on Security")
    True
    >>> every_word_capital("Lavrov reassures Sokhumi on security")
    False
    """
    return not any(word[0].islower() for word in headline.split() if len(word) > 4)
