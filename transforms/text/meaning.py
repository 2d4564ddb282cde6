"""Whom a group of names in an article means: by what is known by hand, or by the large lists."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.text.choice import Choice, Setting, nobody
from newsbeam.transforms.text.context import choose, state_of
from newsbeam.transforms.text.given_names import said_sex
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.link_people import Told, link_person
from newsbeam.transforms.text.link_places import (
    IN_COUNTRY_LARGER,
    WELL_KNOWN,
    link_body,
    link_place,
)
from newsbeam.transforms.text.link_surnames import link_surname
from newsbeam.transforms.text.spelling import Name

# People of a town that the name of a great city may mean, where a part of its country is named.
LARGE_NAMESAKE = 100_000
BESIDE = 0.96  # how sure a sense is that the words beside a name tell; chosen
_PRESS = re.compile(
    r"\b(?:News|CNN|NBC|ABC|CBS|MSNBC|BBC|NPR|Times|Post|Journal|Reuters|Guardian|Politico|Herald|"
    r"Tribune)['’]s?\s+$"
)
_TIME = re.compile(
    r"(?:['’]s)?[-\s](?:administration|era|presidency|White House|years|tax cuts)\b", re.I
)
BEHIND = re.compile(r",\s+([A-Z][\w.]+(?: [A-Z][\w.]+)?)")  # “Alabama” in “Athens, Alabama”


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
    if known and known.told_by:
        sense = knowledge.actors[known.ids[0]].name
        return Choice(known.ids[0], "context", BESIDE, f"“{known.told_by}” beside it: {sense}")
    type, reference = kind_of(group), knowledge.reference
    if known and (reference is None or type not in ("person", "place")):
        return choose(known.words(text), known.ids, text, certain, knowledge, setting.countries)
    if reference is None:
        return None
    if type == "person":
        return _person(text, group, known, role, certain, knowledge, setting)
    words = fullest(text, group)
    if type in ("organisation", "group"):
        surname = words.removesuffix("s") if type == "group" else words
        told = Told(role=role, is_time=_is_time(text, group))
        lone = _surnamed(surname, told, knowledge, setting) if " " not in words else None
        return lone or link_body(words, reference.bodies_called(words), setting)
    after = _country_behind(text, group, setting, knowledge)
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
    if other and is_there:
        return other
    own = max((one.weight for one in towns if one.country == country), default=0)
    near = max((one.weight for one in rivals if setting.names(one.country)), default=0)
    if near and own < min(WELL_KNOWN, IN_COUNTRY_LARGER * near):
        return nobody([(one, 1) for one in towns], words)  # Georgetown, without Guyana
    return choice


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
    if not role and any(_PRESS.search(text, max(0, n.start - 25), n.start) for n in group):
        role = "reporter"  # "Fox News’ John Roberts" is not the judge
    people = [one for id in (known.ids if known else ()) if (one := knowledge.entry(id))]
    if known and not any(one.offices for one in people):
        return choose(known.words(text), known.ids, text, certain, knowledge)
    if " " not in words and not known:
        told = Told("", role, sex, is_time=_is_time(text, group))
        return _surnamed(words, told, knowledge, setting)
    found = {one.id: one for one in (*people, *knowledge.reference.people_called(words))}
    state = state_of(role, knowledge) if role else None
    country = state.country or state.id if state else ""
    told = Told(words, role, sex, country, knowledge.reference.namesakes(words))
    return link_person(tuple(found.values()), setting, told)


def _surnamed(surname: str, told: Told, knowledge: Knowledge, setting: Setting) -> Choice | None:
    """Who is meant by a surname alone."""
    assert knowledge.reference
    holders = {one.id: one for one in knowledge.reference.holders_called(surname)}
    holders |= {one.id: one for one in knowledge.surnamed(surname)}
    return link_surname(tuple(holders.values()), setting, told)


def _is_time(text: str, group: Iterable[Name]) -> bool:
    """Whether words beside a name speak of a time in office: "the Gray administration"."""
    return any(_TIME.match(text, name.end) for name in group)


def _country_behind(
    text: str, group: Iterable[Name], setting: Setting, knowledge: Knowledge
) -> str:
    """The country of the state, or part of one, right behind a place: “Springfield, Illinois”."""
    for name in group:
        if behind := BEHIND.match(text, name.end):
            words = behind[1]
            state = setting.named_at.get(behind.start(1))
            if state and state.ids and state.words(text) == words:
                known = knowledge.actors[state.ids[0]]
                if known.country and words not in known.demonyms:
                    return known.country
            if countries := knowledge.part_countries(words):
                return countries[0]
    return ""
