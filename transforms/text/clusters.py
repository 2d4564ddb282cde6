"""The names of an article by the actor that they stand for: first states and what is known by hand,
which tell where the article plays, then places, people and bodies of the large lists.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from newsbeam.transforms.text.context import Choice, choose
from newsbeam.transforms.text.given_names import said_sex
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.knowledge_files import KnownActor, local_id
from newsbeam.transforms.text.linking import (
    Setting,
    link_name,
    link_person,
    link_place,
    link_surname,
)
from newsbeam.transforms.text.local_roles import role_at
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.offices import home_of
from newsbeam.transforms.text.spelling import Name
from newsbeam.transforms.text.state_bodies import BodyKind, body_named, body_of, main_owner

# People of a town that the name of a great city may mean, where a part of its country is named.
LARGE_NAMESAKE = 100_000
# Last words that a body's name may go without: "Labour", "Gazprom".
GENERIC = frozenset(
    "Party Movement Union Council Group Corporation Company Inc. Ltd Agency Bank Airlines".split()
)
_BEHIND = re.compile(r",\s+([A-Z][\w.]+(?: [A-Z][\w.]+)?)")


@dataclass
class Cluster:
    """The mentions of one actor while they are gathered."""

    names: list[Name] = field(default_factory=list)
    fullest: str = ""  # of its names, as the text is read
    choice: Choice | None = None  # None for an actor that the knowledge base does not know
    known: KnownActor | None = None


def gather(
    text: str,
    names: Sequence[Name],
    person_of: dict[Name, int],
    knowledge: Knowledge,
    day: date,
    language: str = MODEL_LANGUAGE,
) -> dict[str, Cluster]:
    """The names by the id of the actor they stand for; `day` is the article's."""
    certain = certain_ids(text, names, knowledge)
    longer = _longer_names(text, names)
    # Whatever else is known by an acronym that the article itself spells.
    names = [
        replace(name, ids=()) if name.ids and name.words(text) in longer else name for name in names
    ]
    bodies = _bodies(text, names, knowledge)
    alike: dict[object, list[Name]] = {}  # those of one person, and those of the same words
    for name in names:
        words = name.words(text)
        same: object = (longer.get(words, words), () if words in longer else name.ids)
        if name in person_of:
            same = person_of[name]
        elif name in bodies:
            same = bodies[name]
        alike.setdefault(same, []).append(name)
    setting = Setting(day, language=language)
    clusters: dict[str, Cluster] = {}
    in_turn = sorted(alike.items(), key=lambda one: _turn(text, one[0], one[1], knowledge))
    for same, group in in_turn:
        choice = None
        if isinstance(same, _Body):
            choice, known = _choose_body(same, setting, knowledge)
        else:
            choice = _choice(text, group, certain, knowledge, setting)
            known = knowledge.get(choice.id) if choice and choice.id else None
        if known:
            home = known.country or known.nominal_sovereign
            if known.type == "person" and not home and known.offices:
                home = home_of(known.offices, day)
            for place in {home, known.id} - {""}:
                setting.countries[place] += len(group)
        if known and choice and knowledge.reference and known.type == "place":
            one = knowledge.reference.get(known.id)
            is_part = (one and one.sector == "part") or known.id in knowledge.two_fold_ids
            setting.parted.update({known.country} if is_part else ())
        fullest = _fullest(text, group)
        key = choice.id if choice and choice.id else local_id(fullest)
        cluster = clusters.setdefault(key, Cluster())
        cluster.known = known
        cluster.names = sorted([*cluster.names, *group], key=lambda name: name.start)
        cluster.fullest = max((name.words(text) for name in cluster.names), key=len)
        if choice and (not cluster.choice or choice.confidence > cluster.choice.confidence):
            cluster.choice = choice
    return clusters


class _Body(NamedTuple):
    """A body that many states have, and the state whose it is, if the text says so."""

    kind: BodyKind
    owner: str


def _bodies(text: str, names: Iterable[Name], knowledge: Knowledge) -> dict[Name, _Body]:
    """The names of such bodies; one without its state is that of the only state that the article
    names with such a body."""
    if knowledge.reference is None:
        return {}
    found = {
        name: named
        for name in names
        if not name.ids and name.type in ("organisation", "group", "place")
        if (named := body_named(text, name, knowledge))
    }
    owners: dict[str, set[str]] = {}
    for kind, owner in found.values():
        owners.setdefault(kind.slug, set()).update({owner.id} if owner else ())
    return {
        name: _Body(
            kind,
            owner.id
            if owner
            else next(iter(owners[kind.slug]))
            if len(owners[kind.slug]) == 1
            else "",
        )
        for name, (kind, owner) in found.items()
    }


def _choose_body(
    body: _Body, setting: Setting, knowledge: Knowledge
) -> tuple[Choice | None, KnownActor | None]:
    """The choice of a state's body, and the body."""
    owner = knowledge.actors.get(body.owner) or main_owner(body.kind, setting.countries, knowledge)
    if owner is None:
        return None, None
    known = body_of(body.kind, owner, knowledge)
    if body.owner:
        return Choice(known.id, "alias", 0.9, f"{body.kind.label}, of {owner.name}"), known
    why = f"{body.kind.label}; {owner.name} is the state that the article names most"
    return Choice(known.id, "context", 0.7, why), known


def _fullest(text: str, group: Sequence[Name]) -> str:
    fullest = max((name.words(text) for name in group), key=len)
    if group[0].type == "group":  # "Communist" and "Communists" are one
        fullest = fullest.removesuffix("s") + "s"
    return fullest


def _turn(text: str, same: object, group: Sequence[Name], knowledge: Knowledge) -> int:
    """States and bodies known by hand come first, then towns, then other bodies and people: where
    the article plays tells who they are. Last comes what is of the state named most."""
    if isinstance(same, _Body):
        return 1 if same.owner else 5
    if group[0].type == "person":
        return 4
    if any(text[name.start : name.end] in knowledge.two_fold for name in group):
        return 2  # Georgia
    if any(name.ids for name in group):
        return 3 if group[0].type == "place" and knowledge.reference else 0
    return 1 if group[0].type == "place" else 3


def _choice(
    text: str, group: Sequence[Name], certain: set[str], knowledge: Knowledge, setting: Setting
) -> Choice | None:
    """Whom the names of a group mean; a choice without id where the article does not tell."""
    known = next((name for name in group if name.ids), None)
    type = Counter(name.type for name in group).most_common(1)[0][0]
    reference = knowledge.reference
    if reference is None or (known and type not in ("person", "place")):
        if known is None:
            return None
        return choose(known.words(text), known.ids, text, certain, knowledge, setting.countries)
    if type == "person":
        return _person(text, group, known, certain, knowledge, setting)
    fullest = _fullest(text, group)
    after = _country_behind(text, group, knowledge) if type == "place" else ""
    if known:
        choice = choose(known.words(text), known.ids, text, certain, knowledge)
        country = knowledge.actors[choice.id].country
        towns = reference.places_called(known.words(text))
        rivals = tuple(one for one in towns if one.country != country)
        is_elsewhere = after not in ("", country) or not setting.names(country)
        if not country or not is_elsewhere or not rivals:
            return choice
        other = link_place(fullest, rivals, setting, after)
        is_there = bool(after) or any(
            one.country in setting.parted and one.weight >= LARGE_NAMESAKE for one in rivals
        )
        return other if other and is_there else choice
    return link_name(fullest, type, reference, setting, after)


def _person(
    text: str,
    group: Sequence[Name],
    known: Name | None,
    certain: set[str],
    knowledge: Knowledge,
    setting: Setting,
) -> Choice | None:
    """Who a person is: by hand or by the large lists, by what the text says of him."""
    assert knowledge.reference
    fullest, starts = _fullest(text, group), [name.start for name in group]
    language = setting.language
    roles = (role_at(text, name.start, name.end, starts, language, knowledge) for name in group)
    role = next((text[slice(*place)] for place in roles if place), "")
    sex = next(filter(None, (said_sex(text, start) for start in starts)), "")
    people = [one for id in (known.ids if known else ()) if (one := knowledge.entry(id))]
    if known and not any(one.offices for one in people):
        return choose(known.words(text), known.ids, text, certain, knowledge)
    if " " not in fullest and not known:
        holders = {one.id: one for one in knowledge.reference.holders_called(fullest)}
        holders |= {one.id: one for one in knowledge.surnamed(fullest)}
        return link_surname(fullest, tuple(holders.values()), setting, role, sex)
    found = {one.id: one for one in (*people, *knowledge.reference.people_called(fullest))}
    return link_person(fullest, tuple(found.values()), setting, role, sex)


def _country_behind(text: str, group: Iterable[Name], knowledge: Knowledge) -> str:
    """The country of what stands right behind a place: “Springfield, Illinois”."""
    for name in group:
        if behind := _BEHIND.match(text, name.end):
            hits = [
                hit
                for hit in knowledge.find(behind[1], "en")
                if hit.end - hit.start == len(behind[1])
            ]
            states = [knowledge.actors[hit.ids[0]] for hit in hits]
            states = [state for state in states if behind[1] not in state.demonyms]
            parts = knowledge.reference.places_called(behind[1]) if knowledge.reference else ()
            countries = [one.country for one in states] + [one.country for one in parts]
            if found := next(filter(None, countries), ""):
                return found
    return ""


def certain_ids(text: str, names: Iterable[Name], knowledge: Knowledge) -> set[str]:
    """The ids of the actors that are named by names of which there is no doubt."""
    alone = (name for name in names if len(name.ids) == 1)
    return {name.ids[0] for name in alone if text[name.start : name.end] not in knowledge.ambiguous}


def _longer_names(text: str, names: Sequence[Name]) -> dict[str, str]:
    """For "Pond Council", "GPC" or "Pond" the one "Grand Pond Council" of the article.

    An acronym that the article itself spells is that name, whatever else is known by it.
    """
    words_of = {
        text[name.start : name.end]: name
        for name in names
        if name.type in ("organisation", "place")
    }
    longer: dict[str, list[str]] = {}
    for long, name in words_of.items():
        words = long.split()
        shorter = [" ".join(words[first:]) for first in range(1, len(words) - 1)]
        if len(words) > 1 and words[-1] in GENERIC:
            shorter.append(" ".join(words[:-1]))
        acronym = "".join(word[0] for word in words if word[0].isupper())
        for short in words_of.keys() & {*shorter, acronym}:
            is_free = not words_of[short].ids and not name.ids
            spelled = short == acronym and len(short) > 2 and words_of[short].ids != name.ids
            if short != long and (is_free or spelled):
                longer.setdefault(short, []).append(long)
    return {short: fuller[0] for short, fuller in longer.items() if len(fuller) == 1}


def state_of(words: str, knowledge: Knowledge, language: str = MODEL_LANGUAGE) -> KnownActor | None:
    """The one state or disputed entity that a role or an organisation's name speaks of."""
    found = certain_ids(words, knowledge.find(words, language), knowledge)
    states = [knowledge.actors[known] for known in found]
    states = [state for state in states if state.country or state.nominal_sovereign]
    return states[0] if len(states) == 1 else None
