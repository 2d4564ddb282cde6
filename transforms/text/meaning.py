"""Whom a group of names in an article means: by what is known by hand, or by the large lists."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.text.choice import Choice, Setting
from newsbeam.transforms.text.context import choose
from newsbeam.transforms.text.given_names import said_sex
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.link_people import link_person, link_surname
from newsbeam.transforms.text.link_places import link_body, link_place
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.spelling import Name

# People of a town that the name of a great city may mean, where a part of its country is named.
LARGE_NAMESAKE = 100_000
_BEHIND = re.compile(r",\s+([A-Z][\w.]+(?: [A-Z][\w.]+)?)")  # “Alabama” in “Athens, Alabama”


def kind_of(group: Iterable[Name]) -> ActorType:
    """What most names of a group were taken for."""
    return Counter(name.type for name in group).most_common(1)[0][0]


def fullest(text: str, group: Sequence[Name]) -> str:
    """The longest of the names."""
    words = max((name.words(text) for name in group), key=len)
    if group[0].type == "group":  # "Communist" and "Communists" are one
        words = words.removesuffix("s") + "s"
    return words


def meaning(
    text: str,
    group: Sequence[Name],
    role: str,
    certain: set[str],
    knowledge: Knowledge,
    setting: Setting,
) -> Choice | None:
    """Whom the names of a group mean; a choice without id where the article does not tell.

    `role` is what the text calls the person, `certain` (as `choose` has it) who is named anyway.
    """
    known = next((name for name in group if name.ids), None)
    type, reference = kind_of(group), knowledge.reference
    if known and (reference is None or type not in ("person", "place")):
        return choose(known.words(text), known.ids, text, certain, knowledge, setting.countries)
    if reference is None:
        return None
    if type == "person":
        return _person(text, group, known, role, certain, knowledge, setting)
    words = fullest(text, group)
    if type in ("organisation", "group"):
        return link_body(words, reference.bodies_called(words), setting)
    after = _country_behind(text, group, knowledge)
    if known is None:
        return link_place(words, reference.places_called(words), setting, after)
    choice = choose(known.words(text), known.ids, text, certain, knowledge)
    country = knowledge.actors[choice.id].country
    towns = reference.places_called(known.words(text))
    rivals = tuple(one for one in towns if one.country != country)
    is_elsewhere = after not in ("", country) or not setting.names(country)
    if not country or not is_elsewhere or not rivals:
        return choice
    other = link_place(words, rivals, setting, after)
    is_there = bool(after) or any(
        one.country in setting.parted and one.weight >= LARGE_NAMESAKE for one in rivals
    )
    return other if other and is_there else choice


def _person(
    text: str,
    group: Sequence[Name],
    known: Name | None,
    role: str,
    certain: set[str],
    knowledge: Knowledge,
    setting: Setting,
) -> Choice | None:
    """Who a person is: by hand or by the large lists, by what the text says of him."""
    assert knowledge.reference
    words = fullest(text, group)
    sex = next(filter(None, (said_sex(text, name.start) for name in group)), "")
    people = [one for id in (known.ids if known else ()) if (one := knowledge.entry(id))]
    if known and not any(one.offices for one in people):
        return choose(known.words(text), known.ids, text, certain, knowledge)
    if " " not in words and not known:
        holders = {one.id: one for one in knowledge.reference.holders_called(words)}
        holders |= {one.id: one for one in knowledge.surnamed(words)}
        return link_surname(tuple(holders.values()), setting, role, sex)
    found = {one.id: one for one in (*people, *knowledge.reference.people_called(words))}
    return link_person(words, tuple(found.values()), setting, role, sex)


def _country_behind(text: str, group: Iterable[Name], knowledge: Knowledge) -> str:
    """The country of the state, or part of one, right behind a place: “Springfield, Illinois”."""
    for name in group:
        if behind := _BEHIND.match(text, name.end):
            words = behind[1]
            hits = knowledge.find(words, MODEL_LANGUAGE)
            known = [knowledge.actors[hit.ids[0]] for hit in hits if hit.words(words) == words]
            countries = [one.country for one in known if words not in one.demonyms]
            towns = knowledge.reference.places_called(words) if knowledge.reference else ()
            countries += [one.country for one in towns if one.sector == "part"]
            if found := next(filter(None, countries), ""):
                return found
    return ""
