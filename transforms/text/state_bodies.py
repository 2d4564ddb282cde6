"""Bodies that many states have: "the Foreign Ministry" of whom, "Congress" where.

The kinds are in state_bodies.csv. The state is named in the words themselves, right before or after
them, else it is the one that the article names most; where it names two as often, nobody is meant.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.choice import Choice, Setting
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.knowledge_files import KnownActor, parts
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.offices import with_article
from newsbeam.transforms.text.spelling import Name

NEAR = 45  # characters before a name in which its state ends
# How sure: the state is named with the body, or is the one named most (28 of 28 on the tuning set,
# and of 230 parties in American news all).
NAMED_OWNER, MOST_NAMED = 0.95, 0.92
MORE = 2  # times as often as any other state of those that have such a body
_BEFORE = re.compile(r"(?:['’]s?)?\s+(?:de facto |so-called |self-proclaimed )?")
_BEHIND = re.compile(r"\s+of\s+(?:the\s+)?(?:Republic of\s+)?")
_OWNED = re.compile(rf"(.+?){_BEHIND.pattern}$")


@dataclass(frozen=True)
class BodyKind:
    """A kind of body; `countries` are those that have one, none where all do."""

    slug: str
    label: str
    countries: tuple[str, ...]
    sector: str
    ids: tuple[tuple[str, str], ...]  # by country, of bodies that are known
    type: ActorType


class Body(NamedTuple):
    """A body that many states have, and the state whose it is, if the text says so."""

    kind: BodyKind
    owner: str


@cache
def body_kinds() -> dict[str, BodyKind]:
    """The kinds of bodies by each form of their names."""
    kinds = {}
    for row in packaged("state_bodies.csv"):
        ids = tuple((cell[:3], cell[4:]) for cell in parts(row["ids"]))
        type: ActorType = "place" if row["type"] == "place" else "organisation"
        kind = BodyKind(
            row["slug"], row["label"], parts(row["countries"]), row["sector"], ids, type
        )
        kinds.update(dict.fromkeys(parts(row["forms"]), kind))
    return kinds


def body_named(
    text: str, name: Name, names: Sequence[Name], knowledge: Knowledge
) -> tuple[BodyKind, KnownActor | None] | None:
    """The kind of body that a name is, and whose the text right there says that it is."""
    words = text[name.start : name.end]
    if kind := body_kinds().get(words):
        return kind, _owner_beside(text, name, names, knowledge)
    for hit in knowledge.find(words, MODEL_LANGUAGE):
        owner = knowledge.actors[hit.ids[0]]
        if not _is_state(owner):
            continue
        behind = _BEFORE.match(words, hit.end)
        if hit.start == 0 and behind and (kind := body_kinds().get(words[behind.end() :])):
            return kind, owner
        before = _OWNED.match(words[: hit.start])
        if before and hit.end == len(words) and (kind := body_kinds().get(before[1])):
            return kind, owner
    return None


def _is_state(actor: KnownActor) -> bool:
    return actor.type == "state" or bool(actor.nominal_sovereign)


def _owner_beside(
    text: str, name: Name, names: Sequence[Name], knowledge: Knowledge
) -> KnownActor | None:
    """The state of the article's names that stands right before one, or after "of" behind it."""
    behind = _BEHIND.match(text, name.end)
    for one in names:
        is_before = name.start - NEAR < one.end <= name.start and bool(
            _BEFORE.fullmatch(text, one.end, name.start)
        )
        if one.ids and (is_before or (behind and one.start == behind.end())):
            owner = knowledge.actors[one.ids[0]]
            return owner if _is_state(owner) else None
    return None


def main_owner(
    kind: BodyKind, countries: Mapping[str, int], knowledge: Knowledge
) -> KnownActor | None:
    """Of the states that have such a body the one that an article names by far the most."""
    counts: Counter[str] = Counter()
    for country, times in countries.items():
        state = knowledge.state(country)
        may_have = state and (not kind.countries or state.country in kind.countries)
        if state and may_have and _is_state(state):
            counts[state.id] = max(counts[state.id], times)
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] < MORE * ranked[1][1]):
        return None
    return knowledge.actors[ranked[0][0]]


def body_of(kind: BodyKind, owner: KnownActor, knowledge: Knowledge) -> KnownActor:
    """A state's body of that kind."""
    if known := knowledge.get(dict(kind.ids).get(owner.country, "")):
        return known
    state = (owner.country or re.sub(r"\W+", "-", owner.name)).lower()
    is_only = len(kind.countries) == 1
    name = kind.label if is_only else f"{kind.label} of {with_article(owner.name)}"
    return KnownActor(
        f"x:{state}-{kind.slug}",
        kind.type,
        name,
        {"en": (name,)},
        country=owner.country,
        nominal_sovereign=owner.nominal_sovereign,
        sector=kind.sector,
    )


def bodies_of(text: str, names: Sequence[Name], knowledge: Knowledge) -> dict[Name, Body]:
    """The names of such bodies; one without its state is that of the only state that the article
    names with such a body."""
    if knowledge.reference is None:
        return {}
    found = {
        name: named
        for name in names
        if not name.ids and name.type in ("organisation", "group", "place")
        if (named := body_named(text, name, names, knowledge))
    }
    owners: dict[str, set[str]] = {}
    for kind, owner in found.values():
        owners.setdefault(kind.slug, set()).update({owner.id} if owner else ())
    only = {slug: next(iter(ids)) for slug, ids in owners.items() if len(ids) == 1}
    return {
        name: Body(kind, owner.id if owner else only.get(kind.slug, ""))
        for name, (kind, owner) in found.items()
    }


def choose_body(
    body: Body, setting: Setting, knowledge: Knowledge
) -> tuple[Choice | None, KnownActor | None]:
    """The choice of a state's body, and the body."""
    owner = knowledge.actors.get(body.owner) or main_owner(body.kind, setting.countries, knowledge)
    if owner is None:
        return None, None
    known = body_of(body.kind, owner, knowledge)
    if body.owner:
        return Choice(known.id, "alias", NAMED_OWNER, f"{body.kind.label}, of {owner.name}"), known
    why = f"{body.kind.label}; {owner.name} is the state that the article names most"
    return Choice(known.id, "context", MOST_NAMED, why), known
