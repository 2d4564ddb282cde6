"""Whom a description means: “the Abkhaz leader”, “the agency”, “the report”, “the senator”."""

import re

from newsbeam.schemas.annotations import Actor
from newsbeam.transforms.text.mentions import Mentions
from newsbeam.transforms.text.speakers import speaker_nouns
from newsbeam.transforms.text.speech_verbs import Token, noun_of

# How sure each way is; set, and counted where a figure stands, on 40 hand-read articles.
OFFICE = 0.7  # 3 of 3 right
DOCUMENT = 0.3  # 0 of 5 right on hand-read news: a report quotes others more often than its makers
LAST_ORGANISATION = 0.45
LAST_PERSON = 0.5
NOT_NAMED = 0.5  # 2 of 3 right

# Nouns that any organisation may be called by; a ministry or a court is called so in its name.
ANY_BODY = frozenset(
    "agency body company corporation firm group institute movement office organisation "
    "organization outlet watchdog newspaper paper".split()
)
_DEFINITE = ("the", "his", "her", "its")
_WORD = re.compile(r"[^\W\d_]+")


class Descriptions:
    """Whom the descriptions of one field mean, read from top to bottom."""

    def __init__(self, mentions: Mentions) -> None:
        self._mentions = mentions
        self._senders: dict[str, Actor] = {}  # by “report”, “statement”: whose the last one was

    def meaning(
        self, head: Token, start: int, end: int, person: Actor | None
    ) -> tuple[Actor | None, float, str]:
        """The actor that the noun phrase between two places means, how sure that is, and why.

        `head` is the phrase's noun, `person` the one last spoken of. The actor is None where it is
        somebody whom the article does not name.
        """
        if head.tag_ == "NNS":  # "the lawmakers", and no one of them
            return None, NOT_NAMED, "not among the named actors"
        noun, words = noun_of(head), {word.lower_ for word in head.subtree}
        definite = any(w.lower_ in _DEFINITE or w.dep_ == "poss" for w in head.children)
        actors = self._mentions.latest_actors(start)
        # Who holds the office in the article comes before those who held it that day, by the lists.
        holders = [actor for actor in actors if noun in _words(actor.role or "")]
        holders = [actor for actor in holders if actor.role_from == "text"] or holders
        if holders and definite:
            # Of "President" and "Turkish President" the president is the first.
            best = max(
                holders,
                key=lambda one: (
                    len(words & _words(one.role or "")),
                    -len(_words(one.role or "") - words),
                ),
            )
            return best, OFFICE, "the office of an actor of the article"
        organisations = [actor for actor in actors if actor.type == "organisation"]
        if noun in speaker_nouns("document"):
            within = self._mentions.between(start, end, "organisation")
            candidates = [mention.actor for mention in within[-1:]] + organisations
            if sender := self._senders.get(noun) or next(iter(candidates), None):
                self._senders[noun] = sender  # the next “report” is the same one
                return sender, DOCUMENT, "the organisation whose document it is"
        bare = len(list(head.subtree)) == 2  # “the company”, but not “the state company”
        if noun in speaker_nouns("body") and definite and bare:
            called = [one for one in organisations if noun in _words(one.name)]
            if called:
                return called[0], OFFICE, "the one so called that was named last"
            if organisations and noun in ANY_BODY:
                return organisations[0], LAST_ORGANISATION, "the last organisation named"
        if noun in speaker_nouns("person") and definite and person:
            return person, LAST_PERSON, "the person last spoken of"
        return None, NOT_NAMED, "not among the named actors"


def _words(role: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(role)}
