"""Which of two actors of one name is meant right here: “upstate New York”, “Macon, Georgia”.

The words beside a mention speak for it alone: an article may name the city and the state. They are
in knowledge/senses.csv.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.knowledge_files import parts
from newsbeam.transforms.text.spelling import Name

NEAR = 40  # characters before a name in which the words that tell its sense stand
# A town from this many people on is named without its state; with one behind it, it is a list:
# “Los Angeles, New York”.
GREAT = 500_000
_TOWN = re.compile(
    r"(\b(?:in|near|at|from|of|outside|to) )?([A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2}), $"
)
_ENDS = re.compile(r"[.;:)\n—–]|,? ?(?!an|or)[a-z(]|$")  # behind a name that ends no list


@dataclass(frozen=True)
class Sense:
    """One of the actors of a name; towns of the country `towns` before a comma speak for it."""

    id: str
    before: re.Pattern[str]
    behind: re.Pattern[str]
    towns: str
    not_after: tuple[str, ...]


@cache
def senses() -> dict[str, tuple[Sense, ...]]:
    """The senses of each name that has several."""
    found: dict[str, tuple[Sense, ...]] = {}
    for row in packaged("senses.csv"):
        before = "|".join(map(re.escape, parts(row["before"])))
        behind = "|".join(map(re.escape, parts(row["behind"])))
        sense = Sense(
            row["id"],
            re.compile(rf"\b(?:{before}) $"),
            re.compile(rf" ?(?:{behind})(?!\w)"),
            row["towns"],
            parts(row["not_after"]),
        )
        found[row["name"]] = (*found.get(row["name"], ()), sense)
    return found


def with_senses(text: str, names: Iterable[Name], knowledge: Knowledge) -> list[Name]:
    """The names, each that its neighbours decide with the one actor and the words that tell."""
    return [_decided(text, name, knowledge) if name.ids else name for name in names]


def _decided(text: str, name: Name, knowledge: Knowledge) -> Name:
    several = senses().get(text[name.start : name.end], ())
    before = text[max(0, name.start - NEAR) : name.start]
    for sense in several:
        told = sense.before.search(before) or sense.behind.match(text, name.end)
        told = told or _town_before(before, text[name.end :][:3], sense, several, knowledge)
        if told:
            type = knowledge.actors[sense.id].type
            return replace(name, ids=(sense.id,), type=type, told_by=told[0].strip(" ,"))
    return name


def _town_before(
    before: str, behind: str, sense: Sense, several: tuple[Sense, ...], knowledge: Knowledge
) -> re.Match[str] | None:
    """A town before a comma, if it lies in the sense's country and in none of the others'.

    “Newark, New York and Boston” is a list; “Macon, Georgia and” is none, for no list has both.
    """
    found = _TOWN.search(before)
    if not found or found[2] in sense.not_after or knowledge.reference is None:
        return None
    towns = knowledge.reference.places_called(found[2])
    elsewhere = {other.towns for other in several if other.id != sense.id}
    if not elsewhere and not _ENDS.match(behind):
        return None
    if not towns:  # too small for the lists
        return found if found[1] and not elsewhere else None
    largest = max(towns, key=lambda one: one.weight)
    is_here = largest.country == sense.towns and largest.weight < GREAT
    return found if is_here and not any(one.country in elsewhere for one in towns) else None
