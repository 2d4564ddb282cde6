"""What a name looks like: its bounds within a stretch of text, its places, which of two stands."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newsbeam.schemas.annotations import ActorType

_BEFORE = re.compile(r"(?:[\W_]+|(?:the|a|an)\s+)+", re.IGNORECASE)
_AFTER = re.compile(r"(?:['’]s?|[^\w.]|_|\s(?:of|and|in|on|for|the|at|to|with|or|by|from))+$")
_FULL_STOP = re.compile(r"(?<!\b[A-Z])(?<!\b[JS]r)(?<!\bInc)(?<!\bCo)(?<!\bCorp)(?<!\bLtd)\.$")
# Addresses, and a party with its state: "R-Ky.", "R-Utah".
_UNWELCOME = re.compile(r"[@\ud800-\udfff]|https?:|www\.|^[A-Z]-[A-Z]\w*\.|^[DIR]-[A-Z][a-z]")


@dataclass(frozen=True)
class Name:
    """A name in a text: its place, its kind and the actors that are known by it."""

    start: int
    end: int
    type: ActorType
    ids: tuple[str, ...] = ()
    seen: bool = True  # by the language model; else it is only known, or repeated
    base: str = ""  # the name in the nominative, where the text has it in another case
    told_by: str = ""  # the words beside it that tell which of several actors it is

    def words(self, text: str) -> str:
        """The name's words as they are compared: in the nominative where that is known."""
        return self.base or text[self.start : self.end]


def tidy(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The bounds of the bare name: one line, no article, no possessive; None if nothing is left.

    >>> text = "the “European Union”’s\\nrole"
    >>> text[slice(*tidy(text, 0, len(text)))]
    'European Union'
    >>> tidy("the", 0, 3), tidy("some 20 people", 0, 14)
    (None, None)
    """
    stretch = text[start:end].lstrip()
    start = end - len(stretch)
    stretch = re.split(r"[\n/]", stretch)[0]  # "Jane Doe/AP"
    if before := _BEFORE.match(stretch):
        start, stretch = start + before.end(), stretch[before.end() :]
    stretch = _FULL_STOP.sub("", _AFTER.sub("", stretch)).rstrip(" ,-–—")
    good = any(c.isupper() for c in stretch) or not stretch.isascii()
    if len(stretch) < 2 or not good or _UNWELCOME.search(stretch):
        return None
    return start, start + len(stretch)


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


def longest(names: Iterable[Name]) -> list[Name]:
    """Of names that overlap the longest, in the order of the text."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda n: (n.start, -n.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
        elif name.end - name.start > kept[-1].end - kept[-1].start:
            kept[-1] = name
    return kept
