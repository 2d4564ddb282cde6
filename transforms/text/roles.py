"""In which capacity a person appears, in the article's own words.

Two places are read: the title before a name ("Russian Foreign Minister Sergey Lavrov") and the
apposition after it ("Raul Khajimba, the region's leader,"). The words are in role_words.csv.
"""

import re
from collections.abc import Iterable
from functools import cache

from newsbeam.transforms.knowledge import packaged

MAX_BEFORE = 120  # characters; longer titles than "European Union Special Representative for …"
MAX_AFTER = 100  # characters of an apposition
MAX_WORDS = 10

_WORD = re.compile(r"\S+")
_STOP = re.compile(r"[\n,;:()“”\"–—]")
_APPOSITION = re.compile(r",\s+(?:(?:the|a|an|who is|who was)\s+)?(?=\w)")
_APPOSITION_END = re.compile(
    r"[,;()\n—]| – |(?<![A-Z])[.!?](?=\s|$)"
    r"|\s(?:who|which|that|and|said|says|told|held|met|is|was|has|had|will|would|[a-z]{3,}ed)\b"
)
_OPENING = re.compile(r"(?:^|\b)(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir)\s+(?=\w)")
_CONNECTING = frozenset(("of", "for", "on", "to", "in", "at", "with"))


@cache
def role_words(part: str) -> frozenset[str]:
    """Words in lower case: each `head` names a role, each `modifier` goes with one.

    An `opening` has a capital only because it begins a sentence.
    """
    rows = packaged("role_words.csv")
    return frozenset(row["word"].lower() for row in rows if row["part"] == part)


def find_role(text: str, start: int, end: int, people: Iterable[int]) -> tuple[int, int] | None:
    """The place of the role of the person named at start:end, None when unsure.

    `people` are the places where people's names begin: an apposition that reaches another
    name is that person's title.

    >>> text = "Raul Khajimba, the region's leader, met Russian Foreign Minister Sergey Lavrov."
    >>> text[slice(*find_role(text, 0, 13, []))]
    "region's leader"
    >>> start = text.index("Sergey")
    >>> text[slice(*find_role(text, start, start + 13, []))]
    'Russian Foreign Minister'
    """
    return (
        role_before(text, start)
        or role_after(text, end, people)
        or role_before_comma(text, start, end)
    )


def role_before_comma(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The role that a name is put behind: "The foreign minister of Pontia, NAME, said".

    >>> text = "The foreign minister of Pontia, Ann Gray, spoke."
    >>> text[slice(*role_before_comma(text, 32, 40))]
    'foreign minister of Pontia'
    >>> role_before_comma("It met ministers of Pontia, Ann Gray, and Bob.", 28, 36) is None
    True
    """
    if text[start - 2 : start] != ", " or not re.match(r",\s|\.(?:\s|$)|\)", text[end : end + 2]):
        return None
    begin = max(0, start - MAX_BEFORE)
    for stop in _STOP.finditer(text, begin, start - 2):
        begin = stop.end()
    openings = list(_OPENING.finditer(text, begin, start - 2))
    if not openings:
        return None
    words = list(_WORD.finditer(text, openings[-1].end(), start - 2))
    for number, word in enumerate(words[:MAX_WORDS]):
        after = words[number + 1][0].lower() if number + 1 < len(words) else ""
        if _is_head(word[0]) and not goes_with_role(after):
            fits = not after or after in _CONNECTING
            tail = [w[0] for w in words[number + 1 :]]
            good = all(w[0].isupper() or w.lower() in (*_CONNECTING, "the", "and") for w in tail)
            return (words[0].start(), start - 2) if fits and good else None
        named = word[0][0].isupper() or word[0].endswith(("'s", "’s"))
        if not (named or goes_with_role(word[0].lower())):
            return None
    return None


def role_before(text: str, start: int) -> tuple[int, int] | None:
    """The title that ends right before the place.

    >>> role_before("It surprised the Minister. Sergey", 27) is None
    True
    """
    begin = max(0, start - MAX_BEFORE)
    for stop in _STOP.finditer(text, begin, start):
        begin = stop.end()
    words = list(_WORD.finditer(text, begin, start))[-MAX_WORDS:]
    head = last = len(words) - 1
    while head >= 0 and not _is_head(words[head][0]):
        # between the role and the name only its office: "Foreign Minister of Abkhazia Daur Kove"
        bare = words[head][0].lower()
        if _closes_sentence(words[head][0]):
            return None
        if not (words[head][0][0].isupper() or bare in _CONNECTING or bare == "the"):
            return None
        head -= 1
    if head < 0 or (head < last and words[head + 1][0].lower() not in _CONNECTING):
        return None
    first = head
    while first > 0 and _continues(words[first - 1][0]):
        first -= 1
    while first < head and words[first][0].lower() in role_words("opening"):
        first += 1
    if head < last and words[last][0].islower():
        return None
    return words[first].start(), words[last].end()


def _continues(word: str) -> bool:
    """Whether a word before a role belongs to it: "region's government" head."""
    bare = word.lower()
    if bare in ("the", "a", "an") or _closes_sentence(word):
        return False
    return goes_with_role(bare) or word[0].isupper() or word.endswith(("'s", "’s"))


def goes_with_role(word: str) -> bool:
    """Whether a word in lower case names a role or stands beside one."""
    return word in role_words("head") or word in role_words("modifier")


def _is_head(word: str) -> bool:
    return bool({word.lower(), word.lower().split("-")[-1]} & role_words("head"))


def _closes_sentence(word: str) -> bool:
    return word[-1] in ".!?" and not _is_head(word) and len(word.replace(".", "")) > 2


def role_after(text: str, end: int, people: Iterable[int]) -> tuple[int, int] | None:
    """The apposition that begins right after the place.

    >>> role_after("Kove, president Smith said", 4, [16]) is None
    True
    """
    comma = _APPOSITION.match(text, end)
    if not comma:
        return None
    start = comma.end()
    close = _APPOSITION_END.search(text, start, start + MAX_AFTER)
    stop = close.start() if close else min(len(text), start + MAX_AFTER)
    if any(start <= place < stop for place in people):
        return None
    words = list(_WORD.finditer(text, start, stop))[:MAX_WORDS]
    for number, word in enumerate(words):
        if _is_head(word[0]):
            after = words[number + 1][0].lower() if number + 1 < len(words) else ""
            if goes_with_role(after):
                continue  # "the region's leader" ends with its head, "deputy minister" too
            if after and after not in _CONNECTING:
                return start, word.end()
            return start, stop
        named = word[0][0].isupper() or word[0].endswith(("'s", "’s"))
        if not (named or number == 0 or word[0].lower() in role_words("modifier")):
            return None
    return None
