"""Who said each quotation of a text, read from top to bottom: which of the article's actors the
name, the pronoun or the office beside a verb of saying means.

How sure each way is was set with 40 hand-read articles; right there on 2026-11-24: named 39 of 40,
by office 3 of 3, by pronoun 14 of 14, goes on 13 of 14, unnamed 2 of 3, nearest 5 of 6.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from newsbeam.schemas.annotations import Actor, Field
from newsbeam.transforms.text.quotation_marks import Quotation
from newsbeam.transforms.text.speakers import (
    Cue,
    Paragraph,
    Token,
    best_cue,
    phrase,
    speaker_nouns,
    statements,
)

NEAR = 60  # characters between a quotation and the verb or name beside it, without grammar
PRONOUNS = frozenset({"he", "she", "they", "it", "who"})
_SENTENCE_STARTS = (". ", "\n", "” ", '" ', "? ", "! ")
_OPENING = "“\"‘'«„ "
_WORD = re.compile(r"[^\W\d_]+")


class Place(NamedTuple):
    """A mention of an actor in the field that is being read."""

    start: int
    end: int
    actor: Actor


class Said(NamedTuple):
    """A quotation's speaker as found: the actor (None: somebody whom the article does not name),
    the place that means it, how sure that is and why, and the verb of saying, if any."""

    actor: Actor | None
    start: int
    end: int
    confidence: float
    reason: str
    verb: str | None = None


NOBODY = Said(None, -1, -1, 0.1, "nobody is named as its speaker")


class Reader:
    """Reads a field from top to bottom and remembers who spoke last.

    It knows the actors of the field by place, but for those named inside its quotations.
    """

    def __init__(
        self, text: str, field: Field, actors: Sequence[Actor], quotes: Sequence[Quotation]
    ) -> None:
        self.text = text
        self.places = sorted(
            (
                Place(mention.start, mention.end, actor)
                for actor in actors
                for mention in actor.mentions
                if mention.field == field
                and not any(q.start <= mention.start < q.end for q in quotes)
            ),
            key=lambda place: place.start,
        )
        self._starts = [place.start for place in self.places]
        self.senders: dict[str, Actor] = {}  # of the reports and statements already met
        self.last: Said | None = None
        self.last_end = -1

    def english(self, paragraph: Paragraph, base: int) -> list[Said]:
        """The speaker of each quotation of a parsed paragraph that begins at `base`."""
        units = statements(paragraph.text, paragraph.quotes)
        said: list[Said] = []
        before: Said | None = None  # who said the quotation before this one, if that is known
        for quote in paragraph.quotes:
            nth, unit = next((n, u) for n, u in enumerate(units) if u[0] <= quote.start < u[1])
            speaker = self._by_cue(paragraph, quote, units[nth : nth + 2], base)
            if speaker is None and quote.continued and self.last:
                speaker = _again(self.last, 0.85, "the quotation goes on from the paragraph before")
            if speaker is None and before and paragraph.outside(*unit) < 40:
                speaker = _again(before, 0.8, "goes on after the quotation before it")
            if speaker is not None:
                self.last, self.last_end = speaker, base + quote.end
            said.append(speaker or self._nearest(base + quote.start))
            before = speaker
        return said

    def plain(self, quote: Quotation, start: int, end: int, verbs: frozenset[str]) -> Said:
        """Without grammar: the actor named beside a verb of saying next to the quotation."""
        stretches = (
            (quote.end, min(end, quote.end + NEAR)),
            (max(start, quote.start - NEAR), quote.start),
        )
        for s, e in stretches:
            verb = next((w for w in re.findall(r"\w+", self.text[s:e]) if _is_verb(w, verbs)), None)
            places = self._between(s, e)
            if verb and places:
                best = max(places, key=lambda p: p.actor.type == "person")
                return Said(best.actor, best.start, best.end, 0.6, f"named beside “{verb}”", verb)
        return NOBODY

    def _between(self, start: int, end: int) -> list[Place]:
        """The mentions that begin between two places, in order."""
        return self.places[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _at(self, start: int, end: int) -> Place | None:
        """The longest mention that covers a place."""
        covering = [place for place in self._between(start - 200, end) if place.end > start]
        return max(covering, key=lambda place: place.end - place.start, default=None)

    def _by_cue(
        self, paragraph: Paragraph, quote: Quotation, units: list[tuple[int, int]], base: int
    ) -> Said | None:
        """By a word of saying in the same sentence, or “Name: …”, or in the one after."""
        cue = best_cue(paragraph, quote, units[0])
        if cue is None:
            before = self.text[: base + quote.start].rstrip(_OPENING)
            place = self._at(len(before) - 2, len(before) - 1) if before.endswith(":") else None
            if place and place.end > base:
                return Said(place.actor, place.start, place.end, 0.85, "named before a colon")
            after = units[1:] if paragraph.outside(*units[0]) < 6 else []
            for start, end in after:
                if not any(start <= q.start < end for q in paragraph.quotes):
                    cue = best_cue(paragraph, quote, (start, end))
        return self._of_subject(cue, paragraph, base) if cue else None

    def _of_subject(self, cue: Cue, paragraph: Paragraph, base: int) -> Said:
        """Who the subject of a verb of saying is; the paragraph begins at `base`."""
        token = cue.token
        start, end = base + token.idx, base + token.idx + len(token.text)
        beside = (word for word in token.children if word.dep_ in ("appos", "flat", "compound"))
        persons = (self._at(base + w.idx, base + w.idx + len(w.text)) for w in beside)
        named = self._at(start, end) or next(
            (p for p in persons if p is not None and p.actor.type == "person"), None
        )
        why = f"{cue.path} “{cue.verb}”: "
        if named is not None:
            return Said(named.actor, named.start, named.end, 0.95, why + "named", cue.verb)
        recent = self._body(start, base) if token.lower_ == "it" else self._recent(start)
        if token.lower_ in PRONOUNS:
            if recent is None:
                why += "a pronoun without a name before it"
                return Said(None, start, end, 0.2, why, cue.verb)
            why += "a pronoun for the last one named"
            return Said(recent.actor, recent.start, recent.end, 0.75, why, cue.verb)
        begin, stop = phrase(token, paragraph)
        actor, sure, reason = self._of_office(
            token, base + begin, base + stop, recent and recent.actor
        )
        return Said(actor, base + begin, base + stop, sure, why + reason, cue.verb)

    def _of_office(
        self, token: Token, start: int, end: int, recent: Actor | None
    ) -> tuple[Actor | None, float, str]:
        """Who “the Abkhaz leader” or “the agency” is: by role, by name, by nearness."""
        noun, words = token.lemma_.lower(), {word.lower_ for word in token.subtree}
        definite = any(
            word.lower_ in ("the", "his", "her", "its") or word.dep_ == "poss"
            for word in token.children
        )
        before = reversed(self._between(0, start))
        nearest = list({place.actor.actor_id: place.actor for place in before}.values())
        holders = [actor for actor in nearest if noun in _words(actor.role or "")]
        if holders and definite:
            best = max(holders, key=lambda actor: len(words & _words(actor.role or "")))
            return best, 0.7, "the office of an actor of the article"
        organisations = [actor for actor in nearest if actor.type == "organisation"]
        if noun in speaker_nouns("document"):
            within = (place.actor for place in self._between(start, end))
            senders = [actor for actor in within if actor.type == "organisation"]
            if sender := self.senders.get(noun) or next(iter(senders[-1:] + organisations), None):
                self.senders[noun] = sender  # the next “report” is the same one
                return sender, 0.5, "the organisation whose document it is"
        bare = len(list(token.subtree)) == 2  # “the company”, but not “the state company”
        if noun in speaker_nouns("body") and definite and bare and organisations:
            return organisations[0], 0.45, "the last organisation named"
        if noun in speaker_nouns("person") and definite and recent:
            return recent, 0.5, "the person last spoken of"
        return None, 0.5, "not among the named actors"

    def _recent(self, at: int) -> Place | None:
        """The person spoken of last before a place: the first one named in the last sentence
        that names one (its subject, as a rule), or the last speaker, whichever is nearer."""
        persons = [p for p in self._between(0, at) if p.actor.type == "person"]
        if not persons:
            return None
        last = self.last
        if (
            last
            and last.actor
            and last.actor.type == "person"
            and persons[-1].start < self.last_end
        ):
            return Place(last.start, last.end, last.actor)
        sentence = max(self.text.rfind(mark, 0, persons[-1].start) for mark in _SENTENCE_STARTS)
        return next(p for p in persons if p.start >= sentence)

    def _body(self, at: int, base: int) -> Place | None:
        """The organisation that this paragraph and the one before name first: “it”."""
        start = self.text[:base].rstrip().rfind("\n") + 1
        named = self._between(start, at)
        return next((p for p in named if p.actor.type == "organisation"), None)

    def _nearest(self, at: int) -> Said:
        """Without any word of saying: who was last spoken of."""
        nearest = self._recent(at)
        if nearest is None:
            return NOBODY
        why = "no word of saying; who was last spoken of"
        return Said(nearest.actor, nearest.start, nearest.end, 0.3, why)


def _words(text: str) -> set[str]:
    """The words of a role, in lower case."""
    return {word.lower() for word in _WORD.findall(text)}


def _is_verb(word: str, verbs: frozenset[str]) -> bool:
    lowered = word.lower()
    return lowered in verbs or any(lowered[:n] + "*" in verbs for n in range(4, len(lowered) + 1))


def _again(said: Said, confidence: float, reason: str) -> Said:
    """The same speaker once more, a little less sure."""
    sure = min(confidence, said.confidence)
    return said._replace(confidence=sure, reason=reason, verb=None)
