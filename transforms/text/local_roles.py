"""In which capacity a person appears, in other languages: the words right before the name.

Where the language puts the head of a title last (Georgian, Armenian, Azerbaijani, Turkish), it
stands before the name and what it is of before that; in Russian and Ukrainian the head comes first,
and what it is of stands between it and the name. The words are in local_roles.csv.
"""

import re
from collections.abc import Iterable
from functools import cache

from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.local_people import nominatives
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.roles import find_role

HEAD_FIRST = ("ru", "uk")
BEFORE = 110  # characters in which a role stands
MOST_WORDS = 9
_STOP = re.compile(r"[\n.,;:!?()«»“”„\"—–։՝]|\s-\s")
_ELSEWHERE = re.compile(r"['’](?!n?[ıiuü]n$)")  # "Ankara’da", but "Erdoğan’ın sözcüsü"
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


@cache
def _words(language: str, part: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words of a part, and the beginnings that are given as `word*`."""
    rows = packaged("local_roles.csv")
    words = [r["words"] for r in rows if r["language"] == language and r["part"] == part]
    whole = frozenset(word for word in words if not word.endswith("*"))
    return whole, tuple(word[:-1] for word in words if word.endswith("*"))


def _is(word: str, language: str, part: str) -> bool:
    whole, beginnings = _words(language, part)
    small = word.lower().replace("i̇", "i")  # İ
    if small in whole or small.startswith(beginnings or ("\0",)):
        return True
    return part == "head" and any(base in whole for base in nominatives(small, language))


def find_local_role(
    text: str, start: int, language: str, knowledge: Knowledge
) -> tuple[int, int] | None:
    """The place of the role of the person named at `start`; None where the text gives none."""
    begin = max(0, start - BEFORE)
    for stop in _STOP.finditer(text, begin, start):
        begin = stop.end()
    words = list(_WORD.finditer(text, begin, start))[-MOST_WORDS:]
    if not words or text[words[-1].end() : start].strip():
        return None
    states = [
        (hit.start + begin, hit.end + begin)
        for hit in knowledge.find(text[begin:start], language)
        if hit.type in ("state", "organisation") or knowledge.actors[hit.ids[0]].nominal_sovereign
    ]

    def is_state(word: "re.Match[str]") -> bool:
        return any(s <= word.start() and word.end() <= e + 4 for s, e in states)

    def belongs(word: "re.Match[str]") -> bool:
        # Turkish writes the words of a title with capitals.
        is_title = language == "tr" and word[0][0].isupper() and not _ELSEWHERE.search(word[0])
        known = _is(word[0], language, "inner") or _is(word[0], language, "head")
        return known or is_title or is_state(word)

    first = len(words)
    while first and belongs(words[first - 1]):
        first -= 1
    within = words[first:]
    heads = [nth for nth, word in enumerate(within) if _is_head(text, within, nth, language)]
    if not heads:
        return None
    if language in HEAD_FIRST:
        # "в России министр …": a state before the head is none of its words.
        while within and is_state(within[0]) and not _is(within[0][0], language, "head"):
            within = within[1:]
        while within and len(within[0][0]) == 1:  # "з міністром": a preposition
            within = within[1:]
    elif heads[-1] != len(within) - 1:
        return None
    return within[0].start(), within[-1].end()


def _is_head(text: str, words: "list[re.Match[str]]", nth: int, language: str) -> bool:
    """Whether a word is a head, or the end of one of two words: "genel sekreter"."""
    if _is(words[nth][0], language, "head"):
        return True
    return nth > 0 and _is(text[words[nth - 1].start() : words[nth].end()], language, "head")


def role_at(
    text: str, start: int, end: int, people: Iterable[int], language: str, knowledge: Knowledge
) -> tuple[int, int] | None:
    """The place of the role of the person named at start:end, in the language of the text."""
    if language == MODEL_LANGUAGE:
        return find_role(text, start, end, people)
    return find_local_role(text, start, language, knowledge)
