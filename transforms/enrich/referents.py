"""Which of the article's actors a name, a pronoun or an office in the text means."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from newsbeam.schemas.annotations import Actor, Field
from newsbeam.transforms.enrich.quotation_marks import Quotation
from newsbeam.transforms.enrich.speakers import phrase, speaker_nouns

HE_OR_SHE = frozenset({"he", "she"})
PRONOUNS = HE_OR_SHE | {"they", "it", "who"}
BODIES = frozenset({"organisation", "group", "state"})
# Offices as an article shortens them before a name; its roles may use either form.
SHORT_FORMS = {"sen": "senator", "rep": "representative", "gov": "governor", "gen": "general"}
_WORD = re.compile(r"[^\W\d_]+")


class Place(NamedTuple):
    """A mention of an actor in the field that is being read."""

    start: int
    end: int
    actor: Actor


class Referent(NamedTuple):
    """Who is meant (None: somebody whom the article does not name), how sure, and why."""

    actor: Actor | None
    start: int
    end: int
    confidence: float
    reason: str


class Cast:
    """The actors of one field by place, but for those named inside its quotations."""

    def __init__(
        self, actors: tuple[Actor, ...], field: Field, quotes: Sequence[Quotation] = ()
    ) -> None:
        self._quotes = quotes
        self.places = sorted(
            (
                Place(mention.start, mention.end, actor)
                for actor in actors
                for mention in actor.mentions
                if mention.field == field and not self.quoted(mention.start)
            ),
            key=lambda place: (place.start, -place.end),
        )
        self.senders: dict[str, Actor] = {}  # of the reports and statements already met
        self._starts = [place.start for place in self.places]

    def quoted(self, at: int) -> bool:
        """Whether the place stands inside a quotation."""
        return any(quote.start <= at < quote.end for quote in self._quotes)

    def at(self, start: int, end: int) -> Place | None:
        """The mention that covers a place; a person before anything else, then the longest."""
        near = self.places[bisect_left(self._starts, start - 200) : bisect_left(self._starts, end)]
        covering = [place for place in near if place.start < end and place.end > start]
        return max(
            covering, key=lambda p: (p.actor.type == "person", p.end - p.start), default=None
        )

    def before(self, at: int) -> Iterator[Place]:
        """The mentions before a place, the nearest first."""
        return iter(self.places[: bisect_left(self._starts, at)][::-1])

    def between(self, start: int, end: int) -> list[Place]:
        """The mentions that begin between two places, in order."""
        return self.places[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def of_subject(token: Any, base: int, cast: Cast, recent: Actor | None) -> Referent:
    """Who the subject of a verb of saying is; `base` is where the paragraph begins.

    `recent` is who was last spoken of: the one whom a pronoun means.
    """
    start, end = base + token.idx, base + token.idx + len(token.text)
    named = cast.at(start, end)
    if named is None:
        beside = (word for word in token.children if word.dep_ in ("appos", "flat", "compound"))
        persons = (cast.at(base + w.idx, base + w.idx + len(w.text)) for w in beside)
        named = next((p for p in persons if p is not None and p.actor.type == "person"), None)
    if named is not None:
        return Referent(named.actor, named.start, named.end, 0.95, "named")
    if token.lower_ in PRONOUNS:
        if recent is None or (token.lower_ in HE_OR_SHE and recent.type != "person"):
            return Referent(None, start, end, 0.2, "a pronoun without a name before it")
        return Referent(recent, start, end, 0.75, "a pronoun for the last one named")
    s, e = phrase(token, lambda at: cast.quoted(base + at))
    start, end = base + s, base + e
    return of_office(token, start, end, cast, recent)


def of_office(token: Any, start: int, end: int, cast: Cast, recent: Actor | None) -> Referent:
    """Who “the Abkhaz leader” or “the agency” is: by role, by country, by name, by nearness."""
    noun = token.lemma_.lower()
    words = {word.lower_ for word in token.subtree} & set(
        _words(" ".join(w.text for w in token.subtree))
    )
    definite = any(
        word.lower_ in ("the", "his", "her", "its") or word.dep_ == "poss"
        for word in token.children
    )
    within = [p.actor for p in cast.between(start, end) if p.actor.type != "person"]
    nearest: dict[str, Actor] = {
        p.actor.actor_id: p.actor for p in reversed(list(cast.before(start)))
    }
    order = list(dict.fromkeys(p.actor.actor_id for p in cast.before(start)))
    persons = [nearest[i] for i in order if nearest[i].type == "person"]
    holders = [actor for actor in persons if noun in _words(actor.role or "")]
    if within:
        countries = {actor.country or actor.actor_id for actor in within}
        names = {word for actor in within for m in actor.mentions for word in _words(m.text)}
        fit = [a for a in holders if a.country in countries or names & set(_words(a.role or ""))]
        holders = fit or ([] if any(a.country for a in holders) else holders)
    if holders and definite:
        best = max(
            holders,
            key=lambda a: (len(words & set(_words(a.role or ""))), a is recent, -persons.index(a)),
        )
        return Referent(best, start, end, 0.7, "the office of an actor of the article")
    bodies = [nearest[i] for i in order if nearest[i].type in BODIES]
    if noun in speaker_nouns("document"):
        senders = [a for a in within[::-1] + bodies if a.type == "organisation"]
        sender = cast.senders.get(noun) or next(iter(senders), None)
        if sender is not None:
            cast.senders[noun] = sender  # the next “report” is the same one
            return Referent(sender, start, end, 0.5, "the organisation whose document it is")
    if noun in speaker_nouns("body"):
        own = [a for a in bodies if any(noun in _words(m.text) for m in a.mentions)]
        if own:
            return Referent(own[0], start, end, 0.7, "a body of that name before it")
        if definite and (organisations := [a for a in bodies if a.type == "organisation"]):
            return Referent(organisations[0], start, end, 0.45, "the last organisation named")
    fits = (
        recent is not None
        and recent.type == "person"
        and all(
            None in (actor.country, recent.country) or actor.country == recent.country
            for actor in within
        )
    )
    if definite and fits and noun in speaker_nouns("person"):
        return Referent(recent, start, end, 0.5, "the person last spoken of")
    return Referent(None, start, end, 0.5, "not among the named actors")


def _words(text: str) -> list[str]:
    """The words of a role or name, lower case, short forms written out."""
    lowered = (word.lower() for word in _WORD.findall(text))
    return [SHORT_FORMS.get(word, word) for word in lowered]
