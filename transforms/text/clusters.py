"""The names of an article by the actor that they stand for: first states and what is known by hand,
which tell where the article plays, then places, people and bodies of the large lists.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from newsbeam.transforms.text.choice import Choice, Setting
from newsbeam.transforms.text.context import certain_ids
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.knowledge_files import KnownActor, local_id
from newsbeam.transforms.text.local_roles import role_at
from newsbeam.transforms.text.meaning import BEHIND, fullest, kind_of, meaning
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.offices import home_of
from newsbeam.transforms.text.senses import with_senses
from newsbeam.transforms.text.spelling import Name
from newsbeam.transforms.text.state_bodies import Body, bodies_of, choose_body

# Last words that a body's name may go without: "Labour", "Gazprom".
GENERIC = frozenset(
    "Party Movement Union Council Group Corporation Company Inc. Ltd Agency Bank Airlines".split()
)
_ANY = re.compile(r"\b(?:an?|another|any|next|future)\s$", re.IGNORECASE)


@dataclass
class Cluster:
    """The mentions of one actor while they are gathered."""

    names: list[Name] = field(default_factory=list)
    fullest: str = ""  # of its names, as the text is read
    choice: Choice | None = None  # None for an actor that the knowledge base does not know
    known: KnownActor | None = None
    role: tuple[int, int] | None = None  # the place of the first one below the headline


def gather(
    text: str,
    headline: int,
    names: Sequence[Name],
    person_of: dict[Name, int],
    knowledge: Knowledge,
    day: date,
    language: str = MODEL_LANGUAGE,
) -> dict[str, Cluster]:
    """The names by the id of the actor they stand for; `day` is the article's, `headline` the
    length of the title at the text's beginning."""
    certain = certain_ids(text, names, knowledge)
    names = with_senses(text, names, knowledge)
    people = [name.start for name in names if name.type == "person"]
    setting = Setting(day, named_at={name.start: name for name in names})
    clusters: dict[str, Cluster] = {}
    alike = _alike(text, names, person_of, knowledge)
    for same, group in sorted(
        alike.items(), key=lambda one: _turn(text, one[0], one[1], knowledge)
    ):
        role = None
        if isinstance(same, Body):
            choice, known = choose_body(same, setting, knowledge)
        else:
            said = None
            if kind_of(group) == "person":
                below = [name for name in group if name.start >= headline]
                role = _role(text, below, people, language, knowledge)
                above = group[: len(group) - len(below)]
                said = role or _role(text, above, people, language, knowledge)
            words = text[slice(*said)] if said and not _is_any(text, group, *said) else ""
            choice = meaning(text, group, words, certain, knowledge, setting)
            known = knowledge.get(choice.id) if choice and choice.id else None
        if known:
            _learn(setting, known, len(group), knowledge)
        key = choice.id if choice and choice.id else local_id(fullest(text, group))
        cluster = clusters.setdefault(key, Cluster())
        cluster.known = known
        cluster.names = sorted([*cluster.names, *group], key=lambda name: name.start)
        cluster.fullest = max((name.words(text) for name in cluster.names), key=len)
        cluster.role = min(filter(None, (cluster.role, role)), default=None)
        if choice and (not cluster.choice or choice.confidence > cluster.choice.confidence):
            cluster.choice = choice
    return clusters


def _alike(
    text: str, names: Sequence[Name], person_of: dict[Name, int], knowledge: Knowledge
) -> dict[object, list[Name]]:
    """The names that stand for the same: those of one person, of one body, of the same words."""
    longer = _longer_names(text, names)
    # Whatever else is known by an acronym that the article itself spells.
    names = [
        replace(name, ids=()) if name.ids and name.words(text) in longer else name for name in names
    ]
    bodies = bodies_of(text, names, knowledge)
    alike: dict[object, list[Name]] = {}
    for name in names:
        words = name.words(text)
        same: object = (longer.get(words, words), () if words in longer else name.ids)
        if name in person_of:
            same = person_of[name]
        elif name in bodies:
            same = bodies[name]
        elif abroad := _elsewhere(text, name, names, knowledge):
            same = (words, abroad)  # "Paris, Texas" beside Paris
        alike.setdefault(same, []).append(name)
    return alike


def _elsewhere(text: str, name: Name, names: Sequence[Name], knowledge: Knowledge) -> str:
    """The country of a great city's namesake, where a part of that country stands behind it and
    something else of the city's own country is named: else all mentions are the namesake's."""
    behind = BEHIND.match(text, name.end) if name.ids and name.type == "place" else None
    if not behind:
        return ""
    own, words = knowledge.actors[name.ids[0]].country, name.words(text)
    others = (one for one in names if one.ids and one.words(text) != words)
    country = next(iter(knowledge.part_countries(behind[1])), "")
    is_two = country != own and any(knowledge.actors[one.ids[0]].country == own for one in others)
    return country if is_two else ""


def _role(
    text: str,
    group: Iterable[Name],
    people: Sequence[int],
    language: str,
    knowledge: Knowledge,
) -> tuple[int, int] | None:
    """The place of the first role that the text gives a person."""
    roles = (role_at(text, name.start, name.end, people, language, knowledge) for name in group)
    return next(filter(None, roles), None)


def _is_any(text: str, group: Sequence[Name], start: int, end: int) -> bool:
    """Whether a role is anybody's: "if a President Gray had come" is not of who was president."""
    is_lone = end <= group[0].start and " " not in fullest(text, group)
    return is_lone and bool(_ANY.search(text, max(0, start - 10), start))


def _learn(setting: Setting, known: KnownActor, times: int, knowledge: Knowledge) -> None:
    """Note where an actor is at home, who is named so often: the article plays there."""
    home = known.country or known.nominal_sovereign
    if known.type == "person" and not home and known.offices:
        home = home_of(known.offices, setting.day)
    for place in {home, known.id} - {""}:
        setting.countries[place] += times
    if knowledge.reference and known.type == "place":
        one = knowledge.reference.get(known.id)
        if (one and one.sector == "part") or known.id in knowledge.two_fold_ids:
            setting.parted.add(known.country)


def _turn(text: str, same: object, group: Sequence[Name], knowledge: Knowledge) -> int:
    """States and bodies known by hand come first, then towns, then other bodies and people: where
    the article plays tells who they are. Last comes what is of the state named most."""
    if isinstance(same, Body):
        return 1 if same.owner else 5
    if group[0].type == "person":
        return 4
    if any(text[name.start : name.end] in knowledge.two_fold for name in group):
        return 2  # Georgia
    if any(name.ids for name in group):
        return 3 if group[0].type == "place" and knowledge.reference else 0
    return 1 if group[0].type == "place" else 3


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
