"""Where an article names someone: the model's spans and the known names, put right against each
other and against the rest of the article.

The model finds most names but often calls them the wrong thing (a lone surname an organisation),
so the rules repair kinds more than places; measured on CoNLL: type F1 +3.5.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.enrich.knowledge import Knowledge
from newsbeam.transforms.enrich.model_names import by_role_words, headline_trimmed, model_names
from newsbeam.transforms.enrich.nlp import Span
from newsbeam.transforms.enrich.overlaps import longest, reconciled
from newsbeam.transforms.enrich.spelling import Name, places

_ACRONYM = re.compile(r"\(\s?([A-Z][A-Za-z&-]{1,9})\s?\)")
_OF = re.compile(r"\s+of\s+(?:the\s+)?")
_IN = re.compile(
    r"(?:\bin|\bnear|\boutside|\baround|\bacross|\binto|\btowards?)\s+$", re.IGNORECASE
)


def find_names(
    text: str, headline: int, spans: Iterable[Span], knowledge: Knowledge, language: str
) -> list[Name]:
    """The names of a text in order, none overlapping another.

    `headline` is the length of the title at the text's beginning: there every word may be
    capitalised, so that a capital says nothing.
    """
    hits = knowledge.find(text, language)
    seen = headline_trimmed(text, headline, list(model_names(text, spans)))
    names = reconciled(text, headline, seen, hits, knowledge)
    names = [kept for name in names if (kept := by_role_words(text, name))]
    names = _with_acronyms(text, _with_owners(text, names))
    names = _with_repeats(text, headline, names)
    names = _outvoted(text, names)
    return sorted(names, key=lambda name: name.start)


def _with_owners(text: str, names: Sequence[Name]) -> list[Name]:
    """Organisations with the state they name after "of": "Ministry of Defence of Georgia"."""
    joined: list[Name] = []
    for name in sorted(names, key=lambda n: n.start):
        before = joined[-1] if joined else None
        if before and before.type == "organisation" and not before.ids and name.type != "person":
            gap = text[before.end : name.start]
            if name.ids and name.type in ("state", "place") and _OF.fullmatch(gap):
                joined[-1] = replace(before, end=name.end)
                continue
        joined.append(name)
    return joined


def _with_acronyms(text: str, names: list[Name]) -> list[Name]:
    """Names with "World Trade Organization (WTO)" understood: WTO is what the long form is."""
    for found in _ACRONYM.finditer(text):
        short = found[1]
        for long in names:
            if not 0 <= found.start() - long.end <= 2 or long.type == "person":
                continue
            initials = "".join(w[0] for w in re.findall(r"\w+", text[long.start : long.end]))
            capitals = "".join(c for c in initials if c.isupper())
            if short.upper() in (initials.upper(), capitals) or capitals.endswith(short.upper()):
                alike = [
                    Name(at, at + len(short), long.type, long.ids) for at in places(text, short)
                ]
                spots = {(name.start, name.end) for name in alike}
                names = [name for name in names if (name.start, name.end) not in spots]
                names = longest([*names, *alike])
                break
    return names


def _with_repeats(text: str, headline: int, names: list[Name]) -> list[Name]:
    """Names with each further place where the same words stand."""
    firsts: dict[str, Name] = {}
    for name in names:
        words = text[name.start : name.end]
        trusted = name.end > headline or " " in words
        if name.seen and trusted and len(words) > 3 and words[0].isupper():
            firsts.setdefault(words, name)
    covered = bytearray(len(text))
    for name in names:
        covered[name.start : name.end] = b"x" * (name.end - name.start)
    more = []
    for words, name in sorted(firsts.items(), key=lambda item: -len(item[0])):
        for at in places(text, words):
            if not any(covered[at : at + len(words)]):
                covered[at : at + len(words)] = b"x" * len(words)
                more.append(replace(name, start=at, end=at + len(words), seen=False))
    return names + more


def _outvoted(text: str, names: list[Name]) -> list[Name]:
    """Names of which the same words have the same kind: the commonest one in the article."""
    votes: dict[str, Counter[ActorType]] = defaultdict(Counter)
    for name in names:
        if not name.ids:
            votes[text[name.start : name.end]][name.type] += 1
    inside: Counter[str] = Counter(
        text[name.start : name.end]
        for name in names
        if not name.ids and _IN.search(text, max(0, name.start - 10), name.start)
    )
    repaired = []
    for name in names:
        words = text[name.start : name.end]
        if not name.ids:
            kind, _ = votes[words].most_common(1)[0]
            # A lone word that stands after "in" at least every other time is a place.
            if kind == "person" and " " not in words and 2 * inside[words] >= votes[words].total():
                kind = "place"
            name = replace(name, type=kind)
        repaired.append(name)
    return repaired
