"""The names that the language model saw, trimmed; those of a headline by what the body knows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.enrich.nlp import Span
from newsbeam.transforms.enrich.roles import role_words
from newsbeam.transforms.enrich.spelling import (
    Name,
    every_word_capital,
    not_actors,
    places,
    tidy,
    titles,
    without_title,
)

KINDS: dict[str, ActorType] = {  # OntoNotes labels that name an actor; all others are left out
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
MAX_PERSON_WORDS = 5  # for a person who was taken for something else
_OWNER = re.compile(
    r"(.+?)(?:['’]s|(?<=s)['’])\s+(?=\S+\s+\S)"
)  # "Senate's Permanent Subcommittee"
# "Plenipotentiary of the President" is an office, no organisation.
_ROLES_OF = frozenset(("Plenipotentiary", "Minister", "President", "Ambassador", "Head", "Envoy"))


def model_names(text: str, spans: Iterable[Span]) -> Iterator[Name]:
    for span in spans:
        kind = KINDS.get(span.label)
        bounds = kind and tidy(text, span.start, span.end)
        if kind and bounds:
            start, end = bounds
            if kind == "person":
                start = without_title(text, start, end)
                end = start + len(text[start:end].split("/")[0])  # "Jane Doe/AP"
            if text[start:end] in titles() or text[start:end] in not_actors():
                continue
            owner = _OWNER.match(text[start:end]) if kind == "organisation" else None
            if owner and len(list(places(text, owner[1]))) > 1:
                yield Name(start, start + owner.end(1), kind)
                start += owner.end()
            yield Name(start, end, kind)


def headline_trimmed(text: str, headline: int, seen: Sequence[Name]) -> list[Name]:
    """The model's names with those of the headline cut to what the body knows.

    Every word of a headline may be capitalised, so the model takes "Reassures Sokhumi" for a
    person; a name of the body within it is the name, and a word that the body writes small none.
    """
    if not every_word_capital(text[:headline]):
        return list(seen)
    body = text[headline:]
    known: dict[str, ActorType] = {}
    for name in seen:
        if name.start >= headline:
            words = text[name.start : name.end]
            known[words] = name.type
            if name.type == "person":
                known.setdefault(words.split()[-1], name.type)
    kept = []
    for name in seen:
        words = text[name.start : name.end]
        if name.start >= headline or words in body:
            kept.append(name)
            continue
        inner = [w for w in known if w in words and any(places(words, w))]
        if inner:
            longest = max(inner, key=len)
            start = name.start + next(places(words, longest))
            kept.append(Name(start, start + len(longest), known[longest]))
        elif not any(word.lower() in body for word in words.split()):
            kept.append(name)
    return kept


def by_role_words(text: str, name: Name) -> Name | None:
    """The name, made a person's after a title, or None where it is only a title itself."""
    if name.ids or name.type == "person":
        return name
    words = text[name.start : name.end].split()
    heads, _ = role_words()
    if name.type == "organisation" and (words[-1].lower() in heads or words[0] in _ROLES_OF):
        return None
    if len(words) <= MAX_PERSON_WORDS and name.type == "organisation" and len(words) > 1:
        before = text[max(0, name.start - 30) : name.start].split(" ")
        if len(before) > 2 and not before[-1] and before[-2].lower() in heads:
            return replace(name, type="person")
    return name
