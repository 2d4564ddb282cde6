"""The verbs of saying in all their forms, so that no lemma of every word is needed."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from newsbeam.schemas.annotations import Polarity
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.word_forms import inflections

Token = Any  # spacy.tokens.Token: spaCy has its one home in nlp.py

REFUSALS = frozenset({"decline", "refuse"})
REPORTS = frozenset({"quote", "report", "cite", "allege", "rumour", "rumor"})  # in the passive
SHORTEST_STEM = 4  # letters of a verb before the `*` that stands for its endings


@cache
def speech_verbs(language: str) -> dict[str, Polarity]:
    """The verbs of saying of a language with what they make of the words: lemmas in English, forms
    (`стем*`) in the others."""
    rows = packaged("speech_verbs.csv")
    return {
        row["verb"]: cast(Polarity, row["polarity"]) for row in rows if row["language"] == language
    }


def inflected_verb(verb: str) -> set[str]:
    """The regular forms of an English verb.

    >>> sorted(inflected_verb("deny")), sorted(inflected_verb("state"))
    (['denied', 'denies', 'deny', 'denying'], ['state', 'stated', 'states', 'stating'])
    """
    forms = {verb, *inflections(verb)}
    if verb.endswith("y") and verb[-2] not in "aeiou":  # which are no forms of a noun
        forms |= {f"{verb[:-1]}ied", f"{verb}ing"}
    return forms


@cache
def _irregular() -> dict[str, frozenset[str]]:
    rows = (row for row in packaged("speech_verbs.csv") if row["language"] == "en")
    return {row["verb"]: frozenset(filter(None, row["forms"].split("|"))) for row in rows}


def forms_of(verb: str) -> frozenset[str]:
    """All forms of a verb, the irregular ones too.

    >>> "told" in forms_of("tell"), "said" in forms_of("say")
    (True, True)
    """
    return _irregular().get(verb, frozenset()) | inflected_verb(verb)


@cache
def _verbs() -> dict[str, str]:
    """The English verb that each form is of: a verb of saying, or one that changes what is said."""
    verbs = dict.fromkeys((*REFUSALS, *REPORTS, *_irregular()))
    return {form: verb for verb in verbs for form in forms_of(verb)}


def verb_of(token: Token) -> str:
    """The verb of saying, refusing or reporting that a word is a form of, "" for all others."""
    is_verb = token.tag_.startswith("VB")
    return _verbs().get(token.lower_, "") if is_verb else ""


def noun_of(token: Token) -> str:
    """A noun in the singular, in small letters: "Spokesmen" is a spokesman."""
    word: str = token.lower_
    if not token.tag_.endswith("S") or len(word) < 4:
        return word
    for plural, singular in (("men", "man"), ("ies", "y"), ("ches", "ch"), ("sses", "ss")):
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    return word.removesuffix("s")


def verb_entry(verbs: Mapping[str, Polarity], word: str) -> str | None:
    """The verb that a word is, or as `стем*` begins with."""
    lowered = word.lower()
    stems = (lowered[:length] + "*" for length in range(SHORTEST_STEM, len(lowered) + 1))
    return next((entry for entry in (lowered, *stems) if entry in verbs), None)
