"""The verbs that say what somebody did to somebody, and how each reaches the one it was done to.

knowledge/event_verbs.csv has a row a verb, type and kind of object. `nouns` are objects that the
verb must have ("hold talks"), `needs` an infinitive without which it is another thing ("asked him
to go", not "asked him why"). `reach` says where the other actor stands: `object`, its `owner`
("rejected the Turkish plan") or `possessor` ("Turkey's plan") alone, a `subject` beside the first
("A and B met"), the `receiver` ("gave Georgia aid"), behind `that` or within an `infinitive`, or
behind a preposition, which is named.
"""

import re
from functools import cache
from typing import NamedTuple, cast

from newsbeam.schemas.annotations import EventType
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.knowledge_files import parts
from newsbeam.transforms.text.speech_verbs import inflected_verb


class EventVerb(NamedTuple):
    """One thing that a verb may say."""

    verb: str
    type: EventType
    nouns: frozenset[str]
    needs: str
    reach: tuple[str, ...]


@cache
def event_verbs() -> dict[str, tuple[EventVerb, ...]]:
    """What each form of a verb may say, the more special first."""
    found: dict[str, list[EventVerb]] = {}
    for row in packaged("event_verbs.csv"):
        nouns = frozenset(parts(row["nouns"]))
        kind = cast(EventType, row["type"])
        one = EventVerb(row["verb"], kind, nouns, row["needs"], parts(row["reach"]))
        for form in {*inflected_verb(one.verb), *parts(row["forms"])}:
            found.setdefault(form, []).append(one)
    return {
        form: tuple(sorted(several, key=lambda one: not one.nouns))
        for form, several in found.items()
    }


@cache
def _forms() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(event_verbs()))})\b")


def may_tell(text: str, start: int, end: int) -> bool:
    """Whether one of the verbs stands between two places, without which nothing is told: cheap.

    >>> may_tell("They met.", 0, 9), may_tell("They slept.", 0, 11)
    (True, False)
    """
    return bool(_forms().search(text, start, end))


@cache
def event_nouns() -> frozenset[str]:
    """Nouns that stand for the state or organisation beside them: "Russian troops"."""
    return frozenset(row["noun"] for row in packaged("event_nouns.csv"))
