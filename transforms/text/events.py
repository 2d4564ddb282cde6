"""Who did what to whom, where one English sentence says so; else nothing.

Types are PLOVER's (openeventdata.github.io/PLOVER). A row needs a verb of the list, and actors of
the article on both of its sides, reached by the grammar of the sentence. Whether it is denied, to
come, wished for, long past or only reported is told beside it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsbeam.schemas.annotations import Actor, Event, EventType, Field
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.event_grammar import (
    NOT_DONE,
    doers,
    governor_of,
    is_future,
    is_hypothetical,
    is_negated,
    is_reported,
    objects_of,
    reached,
)
from newsbeam.transforms.text.event_verbs import EventVerb, event_nouns, event_verbs, may_tell
from newsbeam.transforms.text.mentions import Mentions
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.quotation_marks import Quotation, paragraphs, quotations
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.speakers import Parse, statements
from newsbeam.transforms.text.speech_verbs import Token

MOST_SENTENCES = 200  # of a field: a long article has about a hundred
LONGEST = 600  # characters of a sentence; longer ones are lists, on which the parser is lost
# How sure a row is by the way in which the other actor is reached: shares that were right of those
# read, in docs/measurements.md.
SURE = {"object": 0.9, "subject": 0.85, "receiver": 0.85, "possessor": 0.8, "owner": 0.75,
        "that": 0.8, "infinitive": 0.75}  # fmt: skip
BY_PREPOSITION = 0.85
SPORT = "15"  # codes of its Media Topics begin so: teams meet, beat and visit each other
_PAST = re.compile(
    r"\b(?:(?:years|decades|centuries|months) ago|last (?:year|decade|century)|"
    r"in (?:1[5-9]|20)\d\d|during the (?:war|\d{4}s)|historically|once)\b"
)
_REPORTED = re.compile(r"\b(?:reportedly|allegedly|according to)\b", re.I)
# Who fights with words, too: an attack of one politician on another is none with arms.
_WORDS_TOO = frozenset({"attack", "bombard", "kill", "shell", "ambush", "torture", "murder"})


class _Told(NamedTuple):
    """What a sentence says: the verb, both actors, and how the second was reached."""

    verb: Token
    rule: EventVerb
    actor: Actor
    target: Actor
    reach: str


def find_events(
    article: Article, actors: Sequence[Actor], parse: Parse, top_topic: str = ""
) -> tuple[Event, ...]:
    """The events that the article tells, in order.

    `parse` gives the grammar of sentences (spaCy's Docs), and is called for those alone that name
    two actors and have a verb of the list. Sport tells none.
    """
    language = article.language or MODEL_LANGUAGE
    if language != MODEL_LANGUAGE or top_topic.startswith(SPORT):
        return ()
    rows: dict[tuple[object, ...], Event] = {}
    for field, text in (("title", article.title), ("text", article.text)):
        sentences = _Sentences(field, text, actors)  # type: ignore[arg-type]
        places = list(sentences.worth_reading())
        docs = parse([text[start:end] for start, end in places]) if places else ()
        for place, doc in zip(places, docs, strict=True):
            for told in sentences.told(doc, place[0]):
                row = _row(article, sentences, place, doc, told)
                key = (row.field, row.verb_start, row.event_type, row.actor_id, row.target_id)
                rows.setdefault(key, row)
    return tuple(rows.values())


class _Sentences:
    """The sentences of a field that may tell an event, and the actors that their words name."""

    def __init__(self, field: Field, text: str, actors: Sequence[Actor]) -> None:
        self.field, self._text = field, text
        self._quotes = quotations(text)
        self._mentions = Mentions(text, field, actors, self._quotes)

    def worth_reading(self) -> Iterator[tuple[int, int]]:
        """The places of sentences with a verb of the list and two actors."""
        found = 0
        for start, end in paragraphs(self._text):
            if not may_tell(self._text, start, end):
                continue
            local = [
                Quotation(q.start - start, q.end - start)
                for q in self._quotes
                if start <= q.start < end
            ]
            for first, last in statements(self._text[start:end], local):
                place = (start + first, start + last)
                if found < MOST_SENTENCES and self._is_worth(*place):
                    found += 1
                    yield place

    def _is_worth(self, start: int, end: int) -> bool:
        named = {one.actor.actor_id for one in self._mentions.between(start, end)}
        return len(named) > 1 and end - start <= LONGEST and may_tell(self._text, start, end)

    def told(self, doc: Sequence[Token], start: int) -> Iterator[_Told]:
        """What the sentence that begins at `start` says."""
        for verb in doc:
            rules = event_verbs().get(verb.lower_, ()) if verb.tag_.startswith("VB") else ()
            at = start + verb.idx
            is_quoted = any(quote.start <= at < quote.end for quote in self._quotes)
            if rules and not is_quoted and governor_of(verb) not in NOT_DONE:
                yield from self._of_verb(verb, rules, start)

    def _of_verb(self, verb: Token, rules: Sequence[EventVerb], start: int) -> Iterator[_Told]:
        for rule in rules:
            if rule.nouns and not any(one.lower_ in rule.nouns for one in objects_of(verb)):
                continue
            if rule.needs and not any(one.dep_ == "xcomp" for one in verb.children):
                continue
            pairs: list[_Told] = []
            for reach in rule.reach:
                targets = self._named(reached(verb, reach, rule), start)
                pairs = pairs or [
                    _Told(verb, rule, actor, target, reach)
                    for actor in self._named(doers(verb), start)
                    for target in targets
                    if target.actor_id != actor.actor_id and _may_be(rule, actor, target)
                ]
            if pairs:
                # "A and B met" is told once.
                yield from (pairs[:1] if pairs[0].reach == "subject" else pairs)
                return

    def _named(self, words: Sequence[Token], start: int) -> list[Actor]:
        """The actors that these words, or what stands for them, name; each once."""
        found = (self._actor(word, start) for word in words)
        return list({one.actor_id: one for one in found if one}.values())

    def _actor(self, word: Token, start: int) -> Actor | None:
        named = self._mentions.at(start + word.idx, start + word.idx + len(word.text))
        if named:
            # "Americans" are not the United States.
            is_people = word.tag_ in ("NNPS", "NNS") and named.actor.type in ("state", "place")
            return None if is_people else named.actor
        if word.lower_ not in event_nouns():
            return None
        beside = [one for one in word.lefts if one.dep_ in ("amod", "compound", "poss", "nmod")]
        beside += [far for one in word.rights if one.lower_ == "of" for far in one.children]
        for one in beside:
            named = self._mentions.at(start + one.idx, start + one.idx + len(one.text))
            if named and named.actor.type != "person":
                return named.actor
        return None


def _may_be(rule: EventVerb, actor: Actor, target: Actor) -> bool:
    """Whether the two may be meant: politicians attack each other with words, who talks with a
    broadcaster is interviewed, and appeals to courts are of another kind."""
    if rule.type == "ASSAULT" and rule.verb in _WORDS_TOO:
        return not actor.type == target.type == "person"
    if rule.type == "CONSULT":
        return "media" not in (actor.sector, target.sector)
    return rule.type != "REQUEST" or "court" not in target.name.casefold()


def _row(
    article: Article,
    sentences: _Sentences,
    place: tuple[int, int],
    doc: Sequence[Token],
    told: _Told,
) -> Event:
    """One row of the table `events`."""
    start, verb = place[0], told.verb
    text: str = getattr(article, sentences.field)
    words = text[start : place[1]]
    kind: EventType = told.rule.type
    where = told.reach if told.reach in SURE else f"“{told.reach}” and"
    return Event(
        **columns_of(article),
        event_type=kind,
        actor_id=told.actor.actor_id,
        actor_name=told.actor.name,
        target_id=told.target.actor_id,
        target_name=told.target.name,
        verb=told.rule.verb,
        verb_start=start + verb.idx,
        verb_end=start + verb.idx + len(verb.text),
        field=sentences.field,
        start_char=start,
        end_char=start + len(words.rstrip()),
        is_negated=is_negated(verb),
        is_future=is_future(verb),
        is_hypothetical=is_hypothetical(verb),
        is_historical=bool(_PAST.search(words)),
        is_reported=is_reported(verb) or bool(_REPORTED.search(words)),
        confidence=SURE.get(told.reach, BY_PREPOSITION),
        reason=f"{told.actor.name} is the subject of “{verb.text}”, {told.target.name} its {where}"
        + ("" if told.reach in SURE else " what is behind it"),
    )
