"""What the language model takes for names, cut to the bare names; and what only sounds like one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.given_names import is_given_name
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE, Span
from newsbeam.transforms.text.roles import role_words
from newsbeam.transforms.text.spelling import Name, tidy

KINDS: dict[str, ActorType] = {  # OntoNotes labels that name an actor; all others are left out
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
_IN = re.compile(r"\b(?:in|near|outside|around|across|into|towards?)\s+$", re.IGNORECASE)
_TRUST = re.compile(
    r"\b(?:confidence|faith|trust|belie\w+|interest\w*|invest\w*|hope)\s+(?:also\s+)?in\s+$",
    re.IGNORECASE,
)
# Titles before a name that are none of its words, as they stand in the news of the world.
_TITLE = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Hon|Rev|Capt|Lt|Col|Gen|Sgt|Maj)\.?|Miss|Sir|Dame|Madam|"
    r"Sheikh|Shaykh|Sheik|Datuk|Dato'|Dato’|Tan Sri|Tun|Haji|Hajji|Ustaz|Maulana|Mullah|"
    r"Hojatoleslam|Father|Sister|Brother|Seri|Shri|Smt)\s+(?=[A-Z])"
)
# A name goes on after its particle: "Ursula von" → "Ursula von der Leyen".
_PARTICLE = re.compile(
    r"(?:\s(?:von|van|der|den|de|del|della|di|da|dos|das|du|la|le|bin|bint|ibn|al|el|ul|y|zu|ter))+"
    r"\s[^\W\d_a-z][\w’'-]+"
)
_ENDS_IN_PARTICLE = re.compile(
    r"\s(?:von|van|der|den|de|del|della|di|da|dos|das|du|bin|bint|ibn|al|el|zu|ter)$"
)
# Things that are called after a state and have nothing to do with it.
_IDIOM = re.compile(
    r"\s(?:coffee|cheese|fries|past(?:ry|ries)|shepherds?|roulette|carpets?|rugs?|whispers|nuts?|"
    r"townhouses?|terraces?|proportions|homes?|houses?|architecture|toast|bulldogs?|sheepdogs?|"
    r"muffins?|breakfast|bath|delight|dressing|salad|omelette|dolls?|wolfhounds?|stew|whiskey|"
    r"chocolate|waffles?|pancakes?|kiss|windows?|bread|tea|cuisine|restaurants?)\b"
)
# Adjectives of states that name a language: "in Spanish", "Czech for “bum”".
_LANGUAGE_BEHIND = re.compile(
    r"[-\s](?:language|speaking|speakers?|lessons?|for [“\"'‘]|word for)\b"
)
_LANGUAGE_BEFORE = re.compile(
    r"\b(?:[Ss]peaks?|spoke|[Ss]peaking|fluent(?: in)?|translated from) $"
)
_REST_OF_NAME = re.compile(r"(?:[)\]]+ ?| [A-Z]\. )[A-Z][a-z]")
_CLUB = re.compile(r" Saint-[A-Z]")
_SHIP = re.compile(r"\b(?:USS|USNS|HMS|HMCS|HMAS|INS)\s$")  # is called after somebody
_STYLES = frozenset(
    ("homes", "home", "houses", "house", "windows", "window", "restaurants", "restaurant")
)


def is_idiom(text: str, hit: Name, knowledge: Knowledge) -> bool:
    """Whether a state is only in the name of a thing: Turkish coffee, a Georgian terrace."""
    words = text[hit.start : hit.end]
    thing = _IDIOM.match(text, hit.end)
    if not thing or hit.type != "state":
        return False
    is_style = thing[0].strip() in _STYLES and words != "Georgian"
    return not is_style and (words in knowledge.actors[hit.ids[0]].demonyms or words == "Brazil")


def is_language(text: str, hit: Name, knowledge: Knowledge) -> bool:
    """Whether an adjective of a state only names a language: a Spanish-language station."""
    words = text[hit.start : hit.end]
    if hit.type != "state" or words not in knowledge.actors[hit.ids[0]].demonyms:
        return False
    return _speaks(text, hit.start) or bool(_LANGUAGE_BEHIND.match(text, hit.end))


def _speaks(text: str, start: int) -> bool:
    """Whether somebody speaks what the name names, or is translated from it."""
    return bool(_LANGUAGE_BEFORE.search(text, max(0, start - 20), start))


def is_first_name(text: str, hit: Name) -> bool:
    """Whether a town's name is the first of another: “Vladimir V. Putin”, “Paris Saint-Germain”."""
    if hit.type != "place":
        return False
    is_given = is_given_name(text[hit.start : hit.end])
    rest = _REST_OF_NAME.match(text, hit.end) if is_given else None
    return bool(rest or _CLUB.match(text, hit.end))


def is_actor(text: str, hit: Name, knowledge: Knowledge) -> bool:
    """Whether a known name stands for its actor here, and is no part of something else."""
    is_adjective = is_idiom(text, hit, knowledge) or is_language(text, hit, knowledge)
    return not (is_adjective or is_first_name(text, hit))


def is_thing(text: str, name: Name, knowledge: Knowledge) -> bool:
    """Whether the model saw the adjective of such a thing."""
    if name.type not in ("group", "place"):
        return False
    beside = (_IDIOM, _LANGUAGE_BEHIND, _REST_OF_NAME, _CLUB)
    if not (any(part.match(text, name.end) for part in beside) or _speaks(text, name.start)):
        return False
    hits = knowledge.find(text[name.start : name.end], MODEL_LANGUAGE)
    return any(
        not is_actor(text, replace(hit, start=name.start, end=name.end), knowledge) for hit in hits
    )


@lru_cache(maxsize=1)
def _not_actors() -> frozenset[str]:
    """Words that the model takes for actors and that name none, such as titles without a name."""
    words = (row["words"].lower() for row in packaged("not_actors.csv"))
    return role_words("head").union(words)


def names_from(text: str, spans: Iterable[Span]) -> Iterator[Name]:
    """The model's spans that name an actor, each cut to its bare name."""
    for span in spans:
        kind = KINDS.get(span.label)
        bounds = kind and tidy(text, span.start, span.end)
        if kind == "person" and bounds:
            bounds = _whole_person(text, *bounds)
        if bounds and _SHIP.search(text, max(0, bounds[0] - 6), bounds[0]):
            continue
        if kind and bounds and text[slice(*bounds)].lower() not in _not_actors():
            lone = " " not in text[slice(*bounds)]
            if kind == "person" and lone and _is_there(text, bounds[0]):
                kind = "place"  # a surname becomes its person's again if that one is named
            elif (
                kind == "place" and lone and _TRUST.search(text, max(0, bounds[0] - 40), bounds[0])
            ):
                kind = "person"  # whom one trusts in
            yield Name(*bounds, kind)


def _whole_person(text: str, start: int, end: int) -> tuple[int, int]:
    """A person's name without the title before it, and with what follows its particle."""
    if title := _TITLE.match(text, start, end):
        start = title.end()
    if _ENDS_IN_PARTICLE.search(text, start, end):
        end = text.rfind(" ", start, end)
    more = _PARTICLE.match(text, end)
    return start, more.end() if more else end


def _is_there(text: str, start: int) -> bool:
    """Whether the words before a name say where something is: "in Gori", not "trust in Gray"."""
    before = max(0, start - 40)
    return bool(_IN.search(text, before, start)) and not _TRUST.search(text, before, start)
