"""Where an article names someone: what the language model sees and the names that are known, put
right against each other and against the rest of the article.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from newsbeam.transforms.text.given_names import is_given_name
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.link_people import suffixes
from newsbeam.transforms.text.nlp import Span
from newsbeam.transforms.text.roles import goes_with_role
from newsbeam.transforms.text.seen_names import is_actor, is_thing, names_from
from newsbeam.transforms.text.spelling import Name, every_word_capital, longest, places

_OF = re.compile(r"\s+of\s+(?:the\s+)?")
# "the Ministry of X and the Ministry of Y" are two, "the Bill and Melinda Gates Foundation" is one.
_SECOND_BODY = re.compile(
    r"\s+and\s+(?:the\s+)?"
    r"(?=(?:Ministry|Department|Committee|Agency|Office|Bureau|Council) (?:of|for|on) )"
)
_FIRST_FOUNDER = re.compile(r"\b([A-Z][a-z]+) (?:and|&) $")
_ACRONYM = re.compile(r"\(\s?([A-Z][A-Za-z&-]{1,9})\s?\)")


def find_names(
    text: str, headline: int, spans: Iterable[Span], knowledge: Knowledge, language: str
) -> list[Name]:
    """The names of a text in order, none overlapping another.

    `headline` is the length of the title at the text's beginning: there every word may be
    capitalised, so that a capital says nothing.
    """
    known = [hit for hit in knowledge.find(text, language) if is_actor(text, hit, knowledge)]
    whole = (part for name in names_from(text, spans) for part in _parted(text, name))
    named = (name for name in whole if not is_thing(text, name, knowledge))
    seen = _cut_headline(text, headline, list(named), known)
    names = _merge(text, seen, known, knowledge)
    names = _join_acronyms(text, _join_owners(text, names))
    return _add_capitals(text, headline, _add_repeats(text, headline, names))


def _parted(text: str, name: Name) -> Iterator[Name]:
    """An organisation as the bodies that it is: two that "and" joins, or one of two founders."""
    words = text[name.start : name.end]
    if name.type != "organisation":
        yield name
    elif second := _SECOND_BODY.search(words):
        yield replace(name, end=name.start + second.start())
        yield from _parted(text, replace(name, start=name.start + second.end()))
    elif words.endswith("Foundation"):
        first = _FIRST_FOUNDER.search(text, max(0, name.start - 30), name.start)
        is_founder = first and is_given_name(first[1])
        yield replace(name, start=first.start()) if first and is_founder else name
    else:
        yield name


def _cut_headline(text: str, headline: int, seen: list[Name], known: list[Name]) -> list[Name]:
    """The model's names with those of the headline cut to what the body knows.

    Every word of a headline may be capitalised, so the model takes "Reassures Sokhumi" for a
    person; a name of the body within it is the name, and a word that the body writes small none.
    """
    if not every_word_capital(text[:headline]):
        return seen
    body = text[headline:]
    later = (name for name in (*known, *seen) if name.start >= headline)
    kinds = {text[name.start : name.end]: name.type for name in later}
    kept = []
    for name in seen:
        words = text[name.start : name.end]
        if name.start >= headline or words in body:
            kept.append(name)
        elif inner := [word for word in kinds if any(places(words, word))]:
            word = max(inner, key=len)
            start = name.start + next(places(words, word))
            kept.append(Name(start, start + len(word), kinds[word]))
        elif not any(word.lower() in body for word in words.split()):
            kept.append(name)
    return kept


def _merge(text: str, seen: list[Name], known: list[Name], knowledge: Knowledge) -> list[Name]:
    """The model's names and the known names, one of them where they overlap."""
    names: list[Name] = []
    is_name: dict[Name, bool] = {}  # of the known names that the model saw too
    for name in seen:
        within = [hit for hit in known if hit.start < name.end and hit.end > name.start]
        better = bool(within) and _known_is_better(text, name, within, knowledge)
        if not better:
            names.append(name)
        elif name.type == "person" and " " in text[within[-1].end + 1 : name.end]:
            names.append(replace(name, start=within[-1].end + 1))  # "Russian Sergey Lavrov"
        for hit in within:
            is_name[hit] = better or is_name.get(hit, False)
    for hit in known:
        ambiguity = knowledge.ambiguous.get(text[hit.start : hit.end])
        # What the model did not see may be an ordinary word or somebody's first name.
        doubtful = (ambiguity is not None and not ambiguity.other_id) or _shouting(text, hit)
        if is_name.get(hit, not doubtful):
            names.append(replace(hit, seen=hit in is_name))
    return longest(names)


def _known_is_better(text: str, name: Name, known: list[Name], knowledge: Knowledge) -> bool:
    """Whether the known names stand for what the model saw, rather than being parts of it."""
    first, last = known[0], known[-1]
    if first.start <= name.start and first.end >= name.end:
        return name.type != "person" or text[first.start : first.end] not in knowledge.ambiguous
    if first.start < name.start or last.end > name.end:
        return True  # they only touch: the known name is a name, the other a misread stretch
    rest = text[name.start : first.start] + text[last.end : name.end]
    rest += "".join(text[left.end : right.start] for left, right in pairwise(known))
    if suffixes(rest):  # Donald Trump Jr. is not Donald Trump
        return False
    is_person = any(hit.type == "person" for hit in known)
    if not any(c.isupper() for c in rest):
        # "West Africa" is not two places; "Republic of Abkhazia Daur Kove" is a state and a person.
        return len(known) == 1 or not rest.isspace() or (is_person and first.type != "person")
    begins = first.start == name.start
    if first.type == "organisation" and begins:  # "… Discussions on Security", "EU Envoy"
        tail = text[first.end : name.end].split()
        return bool(tail) and (tail[0].islower() or all(goes_with_role(w.lower()) for w in tail))
    return name.type == "person" and (is_person or (begins and " " in rest.strip()))


def _shouting(text: str, name: Name) -> bool:
    """Whether a short acronym stands among capitals, where it may be an ordinary word (US, WHO)."""
    around = [w for w in text[max(0, name.start - 20) : name.end + 20].split() if w.isalpha()]
    return name.end - name.start < 5 and len(around) > 2 and all(w.isupper() for w in around[:3])


def _join_owners(text: str, names: Sequence[Name]) -> list[Name]:
    """Organisations with the state they name after "of": "Ministry of Defence of Georgia"."""
    joined: list[Name] = []
    for name in names:
        before = joined[-1] if joined else name
        is_owner = bool(name.ids) and name.type in ("state", "place")
        is_owned = before.type == "organisation" and not before.ids
        if is_owner and is_owned and _OF.fullmatch(text, before.end, name.start):
            joined[-1] = replace(before, end=name.end)
        else:
            joined.append(name)
    return joined


def _join_acronyms(text: str, names: Sequence[Name]) -> list[Name]:
    """Names with "World Trade Organization (WTO)" understood: WTO is what the long form is."""
    ends = {name.end: name for name in names if name.type != "person"}
    long_form: dict[str, Name] = {}
    for found in _ACRONYM.finditer(text):
        short, long = found[1], ends.get(found.start() - 1) or ends.get(found.start())
        if long and _capitals(text[long.start : long.end]).endswith(short.upper()):
            long_form[short] = long
    alike = {
        (at, at + len(short)): replace(long, start=at, end=at + len(short))
        for short, long in long_form.items()
        for at in places(text, short)
    }
    others = (name for name in names if (name.start, name.end) not in alike)
    return longest([*others, *alike.values()])


def _capitals(name: str) -> str:
    return "".join(letter for letter in name if letter.isupper())


def _add_repeats(text: str, headline: int, names: Sequence[Name]) -> list[Name]:
    """Names of several words with each further place where the same words stand.

    Those of one word only in the headline: in the text the model is as often right not to see one.
    """
    seen = (name for name in reversed(names) if name.seen and not name.ids)
    firsts = {text[name.start : name.end]: name for name in seen}
    repeats = [
        replace(name, start=at, end=at + len(words), seen=False)
        for words, name in firsts.items()
        for at in places(text, words)
        if " " in words or (at < headline and len(words) > 3)
    ]
    return longest([*names, *repeats])


def _add_capitals(text: str, headline: int, names: Sequence[Name]) -> list[Name]:
    """The names of a headline in capitals, as the text below writes them: "TURKEY REOPENS …"."""
    title = text[:headline]
    if not title.isupper():
        return list(names)
    below = {text[name.start : name.end]: name for name in names if name.start >= headline}
    for name in tuple(below.values()):
        if name.type == "person" and " " in text[name.start : name.end]:
            surname = text[name.start : name.end].split()[-1]
            below.setdefault(surname, replace(name, seen=False))
    above = [
        replace(name, start=at, end=at + len(words), seen=False)
        for words, name in below.items()
        if len(words) > 2
        for at in places(title, words.upper())
    ]
    kept = [name for name in names if name.start >= headline or name.ids]
    return longest([*kept, *above])
