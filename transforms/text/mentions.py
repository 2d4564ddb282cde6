"""Where a field of an article names its actors outside quotations."""

from collections.abc import Sequence
from typing import NamedTuple

from newsbeam.schemas.annotations import Actor, ActorType, Field
from newsbeam.transforms.text.quotation_marks import Quotation

LONGEST_NAME = 200  # characters; far more than the longest name of an institution
_SENTENCE_STARTS = (". ", "\n", "” ", '" ', "? ", "! ")


class ActorMention(NamedTuple):
    """A place that names an actor."""

    start: int
    end: int
    actor: Actor


class Mentions:
    """The mentions of actors in one field, in order, but for those inside its quotations."""

    def __init__(
        self, text: str, field: Field, actors: Sequence[Actor], quotations: Sequence[Quotation]
    ) -> None:
        self._text = text
        self._mentions = sorted(
            (
                ActorMention(mention.start_char, mention.end_char, actor)
                for actor in actors
                for mention in actor.mentions
                if mention.field == field
                and not any(q.start <= mention.start_char < q.end for q in quotations)
            ),
            key=lambda mention: mention.start,
        )

    def between(self, start: int, end: int, type: ActorType | None = None) -> list[ActorMention]:
        """Those that begin between two places; with `type`, of actors of that type only."""
        inside = (mention for mention in self._mentions if start <= mention.start < end)
        return [mention for mention in inside if type is None or mention.actor.type == type]

    def at(self, start: int, end: int) -> ActorMention | None:
        """The longest one that shares a character with the words between two places."""
        sharing = [m for m in self.between(start - LONGEST_NAME, end) if m.end > start]
        return max(sharing, key=lambda mention: mention.end - mention.start, default=None)

    def latest_actors(self, before: int) -> list[Actor]:
        """The actors named before a place, each once, the one named last first."""
        mentions = reversed(self.between(0, before))
        return list({mention.actor.actor_id: mention.actor for mention in mentions}.values())

    def person_in_view(self, before: int) -> ActorMention | None:
        """Of the last sentence that names people the first one: its subject, as a rule."""
        people = self.between(0, before, "person")
        if not people:
            return None
        sentence = max(self._text.rfind(mark, 0, people[-1].start) for mark in _SENTENCE_STARTS)
        return next(person for person in people if person.start >= sentence)
