"""People in languages for which no model is at hand: by given names, capitals and surnames.

Georgian, Armenian, Azerbaijani, Turkish, Ukrainian. A given name that people bear and the word
after it are a person where that word ends as surnames do (surname_endings.csv), is written with a
capital, or makes the name of somebody known. A surname alone is one that the text has with its
first name, or one that nothing else looks like.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import NamedTuple

from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.given_names import is_given_name, is_spelled_so
from newsbeam.transforms.text.large_lists import plain_key
from newsbeam.transforms.text.nlp import Span, readable

LANGUAGES = ("ka", "hy", "az", "tr", "uk")
NAME = "newsbeam-names"  # what `actors.model` says of them
WITHOUT_CAPITALS = ("ka",)
# Surnames that need no first name to be seen: no other words end so.
SURE = {"ka": ("შვილი", "ძე"), "hy": ("յան",), "uk": ("енко",)}
# Georgian surnames after a word that only sounds like a given name: what no other words end in.
_OWN = ("შვილი", "ძე", "ია", "უა", "ავა", "იანი", "ოვი", "ევი", "სკი", "ენკო", "ян", "енко", "յան")
NO_SURNAMES = frozenset(("შვილიშვილი",))  # a grandchild
SHORTEST_TOWN = 5  # letters: shorter names are words
SHORTEST = 3  # letters of a name's word
MOST_WORDS = 4  # of a name: two given names, a patronymic, a surname
# What follows a capital word that is no surname: banks, parties, universities of somebody's name.
_BODIES = re.compile(
    r"\s(?:Bank|Üniversite|Parti|Bakanlı|Holding|Vakf|Hastane|Havaliman|Stad|Caddesi|Meydan|Univ|"
    r"банк|парті|університет|вулиц|площ|бан|համալսարան|փողոց|հրապարակ)"
)
_WORD = re.compile(r"[^\W\d_](?:[\w-]*[^\W_])?")
# Endings of Ukrainian given names in other cases, with those of the nominative, the likelier first.
_GIVEN_CASES = (
    ("ію", ("ія", "ій")), ("ії", ("ія",)), ("ією", ("ія",)), ("ія", ("ій",)), ("ієм", ("ій",)),
    ("ові", ("", "о")), ("єві", ("й",)), ("ою", ("а",)), ("ом", ("", "о")), ("ем", ("",)),
    ("єм", ("й",)), ("у", ("а", "", "о")), ("а", ("", "о")), ("и", ("а",)), ("і", ("а",)),
    ("я", ("й", "ь")), ("ю", ("й", "я", "ь")),
)  # fmt: skip
_APOSTROPHES = "'’ʼ"
# In these a word is parted from its ending by an apostrophe; in Ukrainian it is a letter's.
_PARTED = ("tr", "az")


class _Word(NamedTuple):
    start: int
    end: int
    text: str


@cache
def _endings(language: str) -> tuple[tuple[str, str], ...]:
    """Each form of a surname's ending with the nominative, the longest first."""
    rows = [row for row in packaged("surname_endings.csv") if row["language"] == language]
    pairs = [(form, row["ending"]) for row in rows for form in row["forms"].split("|")]
    pairs += [(row["ending"], row["ending"]) for row in rows]
    return tuple(sorted(set(pairs), key=lambda pair: (-len(pair[0]), pair)))


@cache
def _cases(language: str) -> tuple[tuple[str, str], ...]:
    """Each form of any name's ending with the nominative, the longest first."""
    rows = [row for row in packaged("case_endings.csv") if row["language"] == language]
    pairs = {(form, row["ending"]) for row in rows for form in row["forms"].split("|")}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


@cache
def _titles(language: str) -> tuple[str, ...]:
    """How the words for offices begin: no given name does."""
    rows = [row for row in packaged("local_roles.csv") if row["language"] == language]
    return tuple(row["words"][:-1] for row in rows if row["part"] == "head")


def surname_of(word: str, language: str) -> str:
    """The nominative of a word that ends as surnames do, "" of others.

    >>> surname_of("კობახიძემ", "ka"), surname_of("Ֆաշինյանի", "hy"), surname_of("სახლი", "ka")
    ('კობახიძე', 'Ֆաշինյան', '')
    """
    for form, ending in _endings(language):
        if word.endswith(form) and len(word) - len(form) >= 2:
            return word[: -len(form)] + ending
    return ""


def nominatives(word: str, language: str) -> Iterator[str]:
    """What a word may be in the nominative: itself first."""
    yield word
    for form, ending in (*_endings(language), *_cases(language)):
        if word.endswith(form) and len(word) - len(form) >= 2:
            yield word[: -len(form)] + ending


def find_people(
    text: str, language: str, is_known: Callable[[str], bool] = lambda name: False
) -> tuple[Span, ...]:
    """The people named in a text, each with its name in the nominative.

    `is_known`: whether somebody of that full name is known.
    """
    kept = readable(text)[0]
    words = [_bare(found, language) for found in _WORD.finditer(kept)]
    spans: list[Span] = []
    surnames: set[str] = set()
    after = 0
    for nth in range(len(words)):
        if nth < after:
            continue
        found = _full_name(kept, words, nth, language, is_known)
        if found:
            count, base = found
            last = words[nth + count - 1]
            spans.append(Span(words[nth].start, last.end, "PERSON", base))
            surnames.add(base.split()[-1])
            after = nth + count
    taken = [(span.start, span.end) for span in spans]
    for word in words:
        if any(start <= word.start < end for start, end in taken) or not _may_be_name(
            word.text, language
        ):
            continue
        bases = list(nominatives(word.text, language))
        base = next((one for one in bases if one in surnames), "")
        sure = surname_of(word.text, language)
        is_sure = sure.endswith(SURE.get(language, ("\0",))) and sure not in NO_SURNAMES
        if not base and is_sure and len(sure) > 5:
            base = sure
        if base:
            spans.append(Span(word.start, word.end, "PERSON", base))
    return tuple(sorted(spans))


def find_towns(text: str, language: str, towns: Collection[str]) -> tuple[Span, ...]:
    """The towns named in a text, each with its name in the nominative; `towns` by their keys."""
    kept = readable(text)[0]
    spans = []
    for found in _WORD.finditer(kept):
        word = _bare(found, language)
        if len(word.text) < SHORTEST_TOWN or not _may_be_name(word.text, language):
            continue
        bases = (base for base in nominatives(word.text, language) if len(base) >= SHORTEST_TOWN)
        base = next((base for base in bases if plain_key(base) in towns), "")
        if base and not is_given_name(base):
            spans.append(Span(word.start, word.end, "GPE", base))
    return tuple(spans)


def _bare(found: "re.Match[str]", language: str) -> _Word:
    text = found[0]
    if language in _PARTED:
        text = re.split(f"[{_APOSTROPHES}]", text)[0]
    return _Word(found.start(), found.start() + len(text), text)


def _may_be_name(word: str, language: str) -> bool:
    if len(word) < SHORTEST:
        return False
    if language in WITHOUT_CAPITALS:
        return True
    return word[0].isupper() and not (word.isupper() and len(word) < 6)


def _full_name(
    text: str, words: list[_Word], nth: int, language: str, is_known: Callable[[str], bool]
) -> tuple[int, str] | None:
    """How many words from here on are a person's full name, and that name in the nominative."""
    first = words[nth]
    if not _may_be_name(first.text, language):
        return None
    given = next((one for one in _given_forms(first.text, language) if is_given_name(one)), "")
    if language in WITHOUT_CAPITALS and first.text.startswith(_titles(language)):
        return None
    bases, last, count = [given or first.text], first, 1
    best: tuple[int, str] | None = None
    for word in words[nth + 1 : nth + MOST_WORDS]:
        if text[last.end : word.start] != " " or not _may_be_name(word.text, language):
            break
        count, last = count + 1, word
        surname = _surname(bases, word.text, language, is_known, bool(given))
        if surname and not _BODIES.match(text, word.end):
            best = count, " ".join([*bases, surname])
        middle = next((w for w in _given_forms(word.text, language) if is_given_name(w)), "")
        if not given or not middle:
            break
        bases.append(middle or word.text)
    return best


def _given_forms(word: str, language: str) -> Iterator[str]:
    """A given name in the nominative: only Ukrainian declines it before a surname."""
    yield word
    if language == "uk":
        for ending, nominatives in _GIVEN_CASES:
            if word.endswith(ending) and len(word) - len(ending) >= 2:
                yield from (word[: -len(ending)] + one for one in nominatives)


def _surname(
    before: list[str], word: str, language: str, is_known: Callable[[str], bool], has_given: bool
) -> str:
    """The nominative of a word that may be the surname of a name that begins so, "" of others."""
    for base in nominatives(word, language):
        if is_known(" ".join([*before, base])):
            return base
        # Georgian writes a foreign name with an ending of its own: "პუტინი".
        if language == "ka" and base.endswith("ი") and is_known(" ".join([*before, base[:-1]])):
            return base[:-1]
    surname = surname_of(word, language)
    if surname and has_given and (is_spelled_so(before[0]) or surname.endswith(_OWN)):
        return surname
    if has_given and language not in WITHOUT_CAPITALS and is_spelled_so(before[0]):
        return word
    return ""
