"""Which of an article's names are the same person: "Sergey Lavrov" and, later, "Lavrov".

People are named in full once and by surname after that, so a surname belongs to the full name
that precedes it, whatever kind of thing the language model takes the lone surname for.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from newsbeam.transforms.text.given_names import is_given_name, said_sex, sex_of
from newsbeam.transforms.text.large_lists import SUFFIXES
from newsbeam.transforms.text.roles import find_role, role_before
from newsbeam.transforms.text.spelling import Name, longest, places


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a person's name as compared.

    >>> words_of("Bashar al-Assad"), words_of("George H.W. Bush")
    (('bashar', 'assad'), ('george', 'h', 'w', 'bush'))
    """
    words = (word.strip(",'’”“").casefold() for word in name.replace(".", " ").split())
    return tuple(re.sub("^(?:al|el|ul)-", "", word) for word in words)


def same_person(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two full names may be one person's: same surname, and first names that agree.

    >>> same_person(words_of("G. Bush"), words_of("George W. Bush"))
    True
    >>> same_person(words_of("George H.W. Bush"), words_of("George W. Bush"))
    False
    >>> same_person(words_of("Hillary Clinton"), words_of("Bill Clinton"))
    False
    >>> same_person(words_of("Paton Walsh"), words_of("Nick Paton Walsh"))
    True
    """
    if SUFFIXES.intersection(one) != SUFFIXES.intersection(other):
        return False
    initials = [[word for word in name[1:-1] if len(word) == 1] for name in (one, other)]
    if all(initials) and initials[0] != initials[1]:  # George H. W. Bush and George W. Bush
        return False
    shorter, longer = sorted((one, other), key=len)
    initials_agree = one[0].startswith(other[0]) or other[0].startswith(one[0])
    return longer[-len(shorter) :] == shorter or (one[-1] == other[-1] and initials_agree)


def full_names(text: str, names: Sequence[Name]) -> list[list[Name]]:
    """The people named with two words or more, each with those mentions, in order."""
    people: list[list[Name]] = []
    for name in names:
        words = words_of(name.words(text))
        if name.type != "person" or len(words) < 2:
            continue
        for person in people:
            if same_person(words, words_of(person[0].words(text))):
                person.append(name)
                break
        else:
            people.append([name])
    return people


def with_surnames(text: str, names: Sequence[Name]) -> tuple[list[Name], dict[Name, int]]:
    """The names with lone surnames made people's, and each person's number by name.

    A known state or place that is also someone's surname stays what it is.
    """
    people = full_names(text, names)
    person_of = {name: number for number, person in enumerate(people) for name in person}
    spelled: set[str] = set()  # each surname as the text writes it
    surnames: dict[tuple[str, ...], list[int]] = {}  # as compared → those who bear it
    first_names: dict[str, list[int]] = {}
    for number, person in enumerate(people):
        raw = max((name.words(text) for name in person), key=len).split()
        raw = [word for word in raw if not SUFFIXES.intersection(words_of(word))] or raw
        first_names.setdefault(words_of(raw[0])[0], []).append(number)
        if len(raw) == 3 and len(raw[1]) > 3 and not is_given_name(raw[1]):
            # "Javier Ortega Lara" is Ortega, where the text calls him so.
            surnames.setdefault(words_of(raw[1]), []).append(number)
        for first in range(1, len(raw)):
            surname = " ".join(raw[first:])
            if len(surname) > 2 and surname[-1] != ".":  # neither "W." nor "Jr."
                spelled.add(surname)
                surnames.setdefault(words_of(surname), []).append(number)
    unseen = [
        Name(at, at + len(surname), "person", (), False)
        for surname in spelled
        if surname[0].isupper()
        for at in places(text, surname)
    ]
    found = []
    firms: set[tuple[str, ...]] = set()  # called like a person who is named later
    others: dict[tuple[str, ...], int] = {}  # who is named by title and surname before all those
    for name in longest([*names, *unseen]):
        words = words_of(name.words(text))
        owners = surnames.get(words, [])
        is_free = bool(owners) and name not in person_of and not name.ids
        if is_free and (words in others or _is_another(text, name, [people[n] for n in owners])):
            person_of[name] = others.setdefault(words, len(people) + len(others))
            found.append(replace(name, type="person"))
            continue
        if not owners and name.type == "person" and len(first_names.get(words[0], ())) == 1:
            owners = first_names[words[0]]
        place = name.ids and name.type in ("state", "place")
        if owners and name.type == "organisation" and name.seen and not name.ids:
            is_first = text.find("\n") < name.start < people[owners[0]][0].start
            firms.update({words} if is_first else ())  # a headline has no first names
            if words in firms:  # "Ford will cut jobs … Doug Ford called it sad"
                found.append(name)
                continue
        if owners and name not in person_of and not place:
            name = replace(name, type="person", ids=name.ids if name.type == "person" else ())
            person_of[name] = _nearest(people, _of_sex(text, people, owners, name), name.start)
        found.append(name)
    return found, person_of


def _of_sex(
    text: str, people: Sequence[Sequence[Name]], owners: Sequence[int], name: Name
) -> Sequence[int]:
    """Those of a surname whom the title before it may mean: Mrs Gray is not Keith Gray."""
    said = said_sex(text, name.start)
    if not said or len(owners) < 2:
        return owners
    sexes = {n: sex_of(people[n][0].words(text).split()[0]) for n in owners}
    return [n for n in owners if sexes[n] == said] or [n for n in owners if not sexes[n]] or owners


def _is_another(text: str, name: Name, owners: Sequence[Sequence[Name]]) -> bool:
    """Whether a surname with a title is none of those who bear it: they are named later, and with
    another title ("President Gray … his wife Mary Gray")."""
    title = role_before(text, name.start)
    if title is None or any(owner[0].start < name.start for owner in owners):
        return False
    words = set(text[slice(*title)].lower().split())
    titles = (find_role(text, one.start, one.end, ()) for owner in owners for one in owner)
    return not any(place and words & set(text[slice(*place)].lower().split()) for place in titles)


def _nearest(people: Sequence[Sequence[Name]], owners: Sequence[int], place: int) -> int:
    """Of the people with this surname the one named last before the place, else the first."""
    before = [
        (name.start, number) for number in owners for name in people[number] if name.start < place
    ]
    return max(before)[1] if before else owners[0]
