"""Which is right where the model and the knowledge base name overlapping stretches."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from newsbeam.transforms.enrich.knowledge import Hit, Knowledge
from newsbeam.transforms.enrich.roles import role_words
from newsbeam.transforms.enrich.spelling import Name, every_word_capital, tidy, without_title


def reconciled(
    text: str, headline: int, seen: Sequence[Name], hits: Sequence[Hit], knowledge: Knowledge
) -> list[Name]:
    """The model's names and the known names, one of them where they overlap."""
    body = text[headline:]
    shouted = headline if every_word_capital(text[:headline]) else 0
    taken: set[Hit] = set()
    dropped: set[Hit] = set()
    names: list[Name] = []
    for name in seen:
        within = [hit for hit in hits if hit.start < name.end and hit.end > name.start]
        if not within:
            names.append(name)
        elif _known_is_better(text, name, within, body if name.start < shouted else "", knowledge):
            taken.update(within)
            rest = _person_beside(text, name, within) or _organisation_before(text, name, within)
            names.extend([rest] if rest else [])
        else:
            names.append(name)
            dropped.update(within)
    for hit in hits:
        word = text[hit.start : hit.end]
        if hit in dropped and hit not in taken:
            continue
        if hit in taken or not (_doubtful(text, word, knowledge) or _shouting(text, hit)):
            kind = knowledge.actors[hit.ids[0]].type
            names.append(Name(hit.start, hit.end, kind, hit.ids, hit in taken))
    return longest(names)


def _known_is_better(
    text: str, name: Name, hits: Sequence[Hit], body: str, knowledge: Knowledge
) -> bool:
    """Whether the known names stand for what the model saw, rather than being parts of it."""
    first, last = hits[0], hits[-1]
    word = text[first.start : first.end]
    if first.start <= name.start and first.end >= name.end:
        return not (word in knowledge.ambiguous and name.type == "person")
    if first.start < name.start or last.end > name.end:
        return True  # they only touch: the known name is a name, the other a misread stretch
    rest = text[name.start : first.start] + text[last.end : name.end]
    for left, right in pairwise(hits):
        rest += text[left.end : right.start]
    if not any(c.isupper() for c in rest):
        return True
    kind = knowledge.actors[first.ids[0]].type
    tail = text[first.end : name.end].split()
    if kind == "organisation" and first.start == name.start and tail:
        heads, modifiers = role_words()
        if tail[0].islower() or all(w.lower() in heads | modifiers for w in tail):
            return True  # "EU Special Representative", "Geneva … Discussions on Security"
    if name.type == "person":
        known_person = any(knowledge.actors[hit.ids[0]].type == "person" for hit in hits)
        nationality = first.start == name.start and " " in rest.strip()
        headline_verb = bool(body) and not any(w in body for w in rest.split() if w[0].isupper())
        return known_person or nationality or headline_verb
    return bool(body) and text[name.start : name.end] not in body and word in body


def _person_beside(text: str, name: Name, hits: Sequence[Hit]) -> Name | None:
    """What is left of a person's span after a nationality ("Russian Sergey Lavrov")."""
    start = hits[-1].end + 1
    if name.type == "person" and hits[0].start == name.start and " " in text[start : name.end]:
        return replace(name, start=without_title(text, start, name.end))
    return None


def _organisation_before(text: str, name: Name, hits: Sequence[Hit]) -> Name | None:
    """What is left of a span that broke off within a state's name ("Ministry of the Republic")."""
    bounds = tidy(text, name.start, hits[0].start)
    if name.type == "organisation" and name.end < hits[0].end and bounds:
        return replace(name, start=bounds[0], end=bounds[1])
    return None


def _doubtful(text: str, word: str, knowledge: Knowledge) -> bool:
    """Whether a known name that the model did not see may be an ordinary word or a first name."""
    ambiguity = knowledge.ambiguous.get(word)
    if ambiguity is None or ambiguity.other_id:
        return False
    return not any(cue in text for cue in ambiguity.for_known)


def _shouting(text: str, hit: Hit) -> bool:
    """Whether a short acronym stands among capitals, where it may be an ordinary word (US, WHO)."""
    if hit.end - hit.start > 4:
        return False
    around = [w for w in text[max(0, hit.start - 20) : hit.end + 20].split() if w.isalpha()]
    return len(around) > 2 and all(w.isupper() for w in around[:3])


def longest(names: Iterable[Name]) -> list[Name]:
    """Of names that overlap the longest, in the order of the text."""
    kept: list[Name] = []
    for name in sorted(names, key=lambda n: (n.start, -n.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
        elif name.end - name.start > kept[-1].end - kept[-1].start:
            kept[-1] = name
    return kept
