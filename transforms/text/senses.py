"""Which of two actors of one name is meant right here: “upstate New York”, “Macon, Georgia”.

The words beside a mention speak for it alone: an article may name the city and the state. They are
in knowledge/senses.csv.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import takewhile

from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.knowledge_files import parts
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.spelling import Name

NEAR = 40  # characters before a name in which the words that tell its sense stand
# A town from this many people on is named without its state; with one behind it, it is a list:
# “Los Angeles, New York”.
GREAT = 500_000
_TOWN = re.compile(
    r"(\b(?:in|near|at|from|of|outside|to) )?([A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2}), $"
)
# “Senator Ann Gray of New York” sits for the state.
_LAWMAKER_OF = re.compile(
    r"\b(?:Sens?\.|Senators?|Reps?\.|Representatives?|Gov\.|Governors?|Congress(?:man|woman)|"
    r"Attorneys? General|[Ss]ecretary of [Ss]tate|Democrats?|Republicans?)"
    r"(?: [A-Z][\w.’'-]+){0,4}(?: \([DR]\))?,? of $"
)
LISTED = 2  # states beside a name make it one of them: “Ohio, Georgia and Maine”
SENTENCE = 200  # characters of a sentence on each side of a name
WIDE = 80  # characters on each side of a name in which such a list stands
_SENTENCE_END = re.compile(r"(?<=[a-z\d)”\"])[.?!]”?\s|\n")
_LISTED = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)?")
_BETWEEN = re.compile(r",? (?:and |or |& )?|, ")
_ENDS = re.compile(r"[.;:)\n—–]|,? ?(?!an|or)[a-z(]|$")  # behind a name that ends no list


@dataclass(frozen=True)
class Sense:
    """One of the actors of a name: the words that speak for it right before and behind it, and in
    its sentence (`near`); towns of the country `towns` before a comma do, too."""

    id: str
    before: re.Pattern[str]
    behind: re.Pattern[str]
    towns: str
    not_after: tuple[str, ...]
    near: re.Pattern[str]
    spreads: bool


def _any_of(cell: str) -> str:
    """A pattern of any of a cell's words; of none, one that nothing matches."""
    return "|".join(map(re.escape, parts(cell))) or "(?!)"


@cache
def senses() -> dict[str, tuple[Sense, ...]]:
    """The senses of each name that has several."""
    found: dict[str, tuple[Sense, ...]] = {}
    for row in packaged("senses.csv"):
        before, behind, near = map(_any_of, (row["before"], row["behind"], row["near"]))
        sense = Sense(
            row["id"],
            re.compile(rf"(?<!\w)(?:{before}) $"),
            re.compile(rf" ?(?:{behind})(?!\w)"),
            row["towns"],
            parts(row["not_after"]),
            re.compile(rf"(?<!\w)(?:{near})(?!\w)"),
            row["spreads"] == "yes",
        )
        found[row["name"]] = (*found.get(row["name"], ()), sense)
    return found


def with_senses(text: str, names: Iterable[Name], knowledge: Knowledge) -> list[Name]:
    """The names, each that its neighbours decide with the one actor and the words that tell.

    Where nothing stands beside a name, it is what all others of the article are that something
    tells ("one sense a discourse", Gale, Church and Yarowsky, 1992), if that sense spreads: an
    article names New York state often, and Washington state beside the capital.
    """
    decided = [_decided(text, name, knowledge) if name.ids else name for name in names]
    told: dict[str, dict[str, Name]] = {}  # by their words, one of each sense
    for name in decided:
        if name.told_by and _spreads(name, text):
            told.setdefault(name.words(text), {})[name.ids[0]] = name
    only = {words: next(iter(of.values())) for words, of in told.items() if len(of) == 1}
    return [
        replace(name, ids=one.ids, type=one.type, told_by=one.told_by)
        if not name.told_by and (one := only.get(name.words(text)))
        else name
        for name in decided
    ]


def _spreads(name: Name, text: str) -> bool:
    of = (sense for sense in senses()[name.words(text)] if sense.id == name.ids[0])
    return any(sense.spreads for sense in of)


def _decided(text: str, name: Name, knowledge: Knowledge) -> Name:
    several = senses().get(text[name.start : name.end], ())
    before = text[max(0, name.start - NEAR) : name.start]
    for sense in several:
        told = sense.before.search(before) or sense.behind.match(text, name.end)
        told = told or _town_before(before, text[name.end :][:3], sense, several, knowledge)
        if sense.towns == "USA":
            told = told or _LAWMAKER_OF.search(text, max(0, name.start - WIDE), name.start)
            told = told or _listed(text, name, LISTED, partial(_is_american, knowledge))
        elif sense.towns:
            told = told or _listed(text, name, 1, partial(_is_state, knowledge))
        if told:
            return _meant(name, sense, told[0].strip(" ,"), knowledge)
    return _by_sentence(text, name, several, knowledge) if several else name


def _meant(name: Name, sense: Sense, told_by: str, knowledge: Knowledge) -> Name:
    """The name with the actor of a sense."""
    type = knowledge.actors[sense.id].type
    return replace(name, ids=(sense.id,), type=type, told_by=told_by)


def _by_sentence(text: str, name: Name, several: Sequence[Sense], knowledge: Knowledge) -> Name:
    """The name with the sense of which the words of its sentence speak most, if one is ahead."""
    start, stop = max(0, name.start - SENTENCE), name.end + SENTENCE
    for end in _SENTENCE_END.finditer(text, start, name.start):
        start = end.end()
    if after := _SENTENCE_END.search(text, name.end, stop):
        stop = after.start()
    said = [
        ({*sense.near.findall(text, start, name.start), *sense.near.findall(text, name.end, stop)},
         sense)
        for sense in several
    ]  # fmt: skip
    said.sort(key=lambda one: -len(one[0]))
    if len(said) < 2 or len(said[0][0]) == len(said[1][0]):
        return name
    words, sense = said[0]
    return _meant(name, sense, ", ".join(sorted(words)[:3]), knowledge)


def _listed(
    text: str, name: Name, enough: int, is_alike: Callable[[str], bool]
) -> re.Match[str] | None:
    """One of the names beside it in a list of such places, where there are enough of them."""
    behind, at = [], name.end
    while (gap := _BETWEEN.match(text, at)) and (word := _LISTED.match(text, gap.end())):
        behind.append(word)
        at = word.end()
    before, at = [], name.start
    for word in reversed(list(_LISTED.finditer(text, max(0, at - WIDE), at))):
        if not _BETWEEN.fullmatch(text, word.end(), at):
            break
        before.append(word)
        at = word.start()
    near = [*takewhile(_said(is_alike), before), *takewhile(_said(is_alike), behind)]
    return near[0] if len(near) >= enough else None


def _said(is_alike: Callable[[str], bool]) -> Callable[[re.Match[str]], bool]:
    """Whether a word of a list, or its end ("In Ohio"), names such a place."""
    return lambda word: is_alike(word[0]) or is_alike(word[0].split()[-1])


def _is_american(knowledge: Knowledge, word: str) -> bool:
    """Whether a word names an American state."""
    return "USA" in knowledge.part_countries(word)


def _is_state(knowledge: Knowledge, word: str) -> bool:
    """Whether a word names a state of the world, and nothing else."""
    found = knowledge.find(word, MODEL_LANGUAGE)
    return bool(found) and found[0].end - found[0].start == len(word) and found[0].type == "state"


def _town_before(
    before: str, behind: str, sense: Sense, several: tuple[Sense, ...], knowledge: Knowledge
) -> re.Match[str] | None:
    """A town before a comma, if it lies in the sense's country and in none of the others'.

    “Newark, New York and Boston” is a list; “Macon, Georgia and” is none, for no list has both.
    """
    found = _TOWN.search(before)
    if not (found and sense.towns) or found[2] in sense.not_after or knowledge.reference is None:
        return None
    towns = knowledge.reference.places_called(found[2])
    elsewhere = {other.towns for other in several if other.id != sense.id} - {""}
    if not elsewhere and not _ENDS.match(behind):
        return None
    if not towns:  # too small for the lists
        return found if found[1] and not elsewhere else None
    largest = max(towns, key=lambda one: one.weight)
    is_here = largest.country == sense.towns and largest.weight < GREAT
    return found if is_here and not any(one.country in elsewhere for one in towns) else None
