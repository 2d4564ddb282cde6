"""Which of several actors a name means, by what else the article names."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from newsbeam.schemas.annotations import Link, ScoredId
from newsbeam.transforms.text.choice import Choice
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.knowledge_files import KnownActor
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.spelling import Name, places

# How sure each way is, by what was right of it on the tuning set and of 1,480 linked rows of other
# articles that were read one by one (docs/measurements.md): what is called exactly so, by another
# form, by the adjective, in another alphabet; what may be a namesake; one of several, named
# otherwise too or not.
EXACT, FORM, ADJECTIVE, TRANSLITERATED = 0.97, 0.96, 0.95, 0.95
PERHAPS_NAMESAKE = 0.8
NAMED_OTHERWISE, FIRST_OF_SEVERAL = 0.85, 0.5


def choose(
    word: str,
    ids: tuple[str, ...],
    text: str,
    certain: set[str],
    knowledge: Knowledge,
    countries: Mapping[str, int] = MappingProxyType({}),
) -> Choice:
    """The actor that the name means in this article.

    `certain` are the actors that the article names by names of which there is no doubt,
    `countries` how often it names each.
    """
    ambiguity = knowledge.ambiguous.get(word)
    if ambiguity and ambiguity.other_id in knowledge.actors:
        known = [cue for cue in ambiguity.for_known if any(places(text, cue))]
        weak = [cue for cue in ambiguity.weak_known if any(places(text, cue))]
        other = [cue for cue in ambiguity.for_other if any(places(text, cue))]
        home = knowledge.actors[ambiguity.other_id].country
        # Where nothing but neighbours speaks for the one, and the other's state is what the article
        # is about, the other is meant: American news of Georgia name Russia, too.
        if not known and countries.get(home, 0) > len(weak):
            other = other or [home]
            weak = []
        return _by_cues(ids[0], ambiguity.other_id, [*known, *weak], other)
    if len(ids) > 1:
        return _by_company(word, ids, certain, knowledge)
    actor = knowledge.actors[ids[0]]
    link: Link = "exact" if word == actor.name else "alias"
    if actor.type == "person" and not any(word in names for names in actor.names.values()):
        link = "translit"
    if actor.type == "person" and actor.country:
        near = {knowledge.actors[known].country for known in certain if known != actor.id}
        if actor.country not in near:
            why = "its name in the knowledge base; perhaps a namesake, its country is not named"
            return Choice(actor.id, link, PERHAPS_NAMESAKE, why)
    if link == "translit":
        return Choice(actor.id, link, TRANSLITERATED, f"'{word}' is {actor.name} in other letters")
    if link == "exact":
        return Choice(actor.id, link, EXACT, "its name in the knowledge base")
    if word in actor.demonyms:
        return Choice(actor.id, link, ADJECTIVE, f"'{word}' is the adjective of {actor.name}")
    return Choice(actor.id, link, FORM, f"'{word}' is a form of {actor.name}")


def _by_cues(known_id: str, other_id: str, known: list[str], other: list[str]) -> Choice:
    share = (1 + len(known)) / (2 + len(known) + len(other))
    if len(other) > len(known):
        chosen, rest, confidence, cues = other_id, known_id, 1 - share, other
    else:
        chosen, rest, confidence, cues = known_id, other_id, share, known
    why = f"the article also names {', '.join(cues[:3])}" if cues else "the commoner meaning"
    candidates = (ScoredId(rest, round(1 - confidence, 2)),)
    return Choice(chosen, "context", round(confidence, 2), why, candidates)


def _by_company(word: str, ids: tuple[str, ...], certain: set[str], knowledge: Knowledge) -> Choice:
    named = [known for known in ids if known in certain]
    chosen = (named or ids)[0]
    name = knowledge.actors[chosen].name
    if len(named) == 1:
        sure, why = NAMED_OTHERWISE, f"'{word}' could be several; only {name} is named otherwise"
    else:
        sure = FIRST_OF_SEVERAL
        why = f"'{word}' could be {len(ids)} actors; the article does not tell, {name} comes first"
    share = round((1 - sure) / (len(ids) - 1), 2)
    rest = tuple(ScoredId(known, share) for known in ids if known != chosen)
    return Choice(chosen, "context", sure, why, rest)


def certain_ids(text: str, names: Iterable[Name], knowledge: Knowledge) -> set[str]:
    """The ids of the actors that are named by names of which there is no doubt."""
    alone = (name for name in names if len(name.ids) == 1)
    return {name.ids[0] for name in alone if text[name.start : name.end] not in knowledge.ambiguous}


def state_of(words: str, knowledge: Knowledge, language: str = MODEL_LANGUAGE) -> KnownActor | None:
    """The one state or disputed entity that a role or an organisation's name speaks of."""
    found = certain_ids(words, knowledge.find(words, language), knowledge)
    states = [knowledge.actors[known] for known in found]
    states = [state for state in states if state.country or state.nominal_sovereign]
    return states[0] if len(states) == 1 else None
