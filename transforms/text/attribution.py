"""Who said each quotation of a text: which of the article's actors the name, the pronoun or the
description beside a verb of saying means.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from newsbeam.schemas.annotations import Actor, Polarity
from newsbeam.transforms.text.descriptions import Descriptions
from newsbeam.transforms.text.given_names import sex_of
from newsbeam.transforms.text.mentions import ActorMention, Mentions
from newsbeam.transforms.text.quotation_marks import Quotation
from newsbeam.transforms.text.speakers import Cue, Paragraph, best_cue, phrase, statements
from newsbeam.transforms.text.speech_verbs import Token, speech_verbs, verb_entry

# How sure each way is; set, and counted where a figure stands, on 40 hand-read articles.
NAMED = 0.95  # 39 of 40 right
BEFORE_COLON = 0.85
CONTINUED = 0.85
SAME_SPEAKER = 0.8  # 13 of 14 right
PRONOUN = 0.75  # 14 of 14 right
BESIDE_VERB = 0.6
LAST_SPOKEN_OF = 0.3  # 5 of 6 right, but nothing in the text says so
UNKNOWN_PRONOUN = 0.2
MEMBER = 0.5  # that the article names nobody who is meant

SPEAKERS = ("person", "organisation")
NEAR = 60  # characters between a quotation and the verb or name beside it, without grammar
SHORT_REST = 40  # characters of a sentence beside its quotation: no room for another speaker
MARKS_ONLY = 6  # characters: so few are marks and spaces, and the sentence is all quotation
NEGATIONS = frozenset({"не", "ні", "არ", "ვერ", "nicht", "ne"})  # right before the verb
SEXES = {"he": "m", "she": "f"}
PRONOUNS = frozenset({"he", "she", "they", "it", "who"})
_OPENING = "“\"‘'«„ "


class Speaker(NamedTuple):
    """Who said a quotation, and the place in the field that means them.

    The actor is None for somebody whom the article does not name.
    """

    actor: Actor | None
    place: tuple[int, int] | None
    confidence: float
    reason: str
    verb: str | None = None  # of saying
    polarity: Polarity = "said"


NOBODY = Speaker(None, None, 0.1, "nobody is named as its speaker")


class Attribution:
    """Finds the speakers of one field from top to bottom, and remembers who spoke last."""

    def __init__(self, text: str, mentions: Mentions) -> None:
        self._text = text
        self._mentions = mentions
        self._descriptions = Descriptions(mentions)
        self._last: Speaker | None = None
        self._last_end = -1  # of what that speaker said

    def by_grammar(self, paragraph: Paragraph) -> list[Speaker]:
        """The speaker of each quotation of a parsed paragraph."""
        sentences = statements(paragraph.text, paragraph.quotes)
        speakers: list[Speaker] = []
        before: Speaker | None = None  # of the quotation before this one, if that is known
        for quote in paragraph.quotes:
            nth = next(n for n, (s, e) in enumerate(sentences) if s <= quote.start < e)
            speaker = self._by_cue(paragraph, quote, sentences[nth : nth + 2])
            if speaker is None and quote.continued and self._last:
                why = "the quotation goes on from the paragraph before"
                speaker = _once_more(self._last, CONTINUED, why)
            if speaker is None and before and paragraph.outside(*sentences[nth]) < SHORT_REST:
                speaker = _once_more(before, SAME_SPEAKER, "goes on after the quotation before it")
            if speaker is not None:
                self._last, self._last_end = speaker, paragraph.start + quote.end
            speakers.append(speaker or self._last_spoken_of(paragraph.start + quote.start))
            before = speaker
        return speakers

    def by_words(self, quote: Quotation, start: int, end: int, language: str) -> Speaker:
        """The actor named beside a verb of saying next to the quotation: no grammar is asked.

        The quotation's paragraph stands between `start` and `end`.
        """
        verbs = speech_verbs(language)
        after, before = min(end, quote.end + NEAR), max(start, quote.start - NEAR)
        sides = ((quote.end, after), (before, quote.start))
        # A state in the genitive ("the minister of Pontia") is not who says it.
        named = [
            [one for one in self._mentions.between(s, e) if one.actor.type in SPEAKERS]
            for s, e in sides
        ]
        for side, (s, e) in enumerate(sides):
            words = re.findall(r"\w+", self._text[s:e])
            verb = next((word for word in words if verb_entry(verbs, word)), None)
            # Where verbs come last, who speaks stands on the other side: “X, “…” dedi”.
            beside = named[side] or named[1 - side] or (self._metonym(s, e, verb) if verb else [])
            if verb and beside:
                best = max(beside, key=lambda mention: mention.actor.type == "person")
                speaker = _named(best, BESIDE_VERB, f"named beside “{verb}”", verb)
                return speaker._replace(polarity=_polarity(verbs, words, verb))
        return NOBODY

    def of_clause(self, start: int, that: int, language: str) -> Speaker:
        """Who is named beside the verb of saying between a sentence's start and its "that"."""
        verbs = speech_verbs(language)
        words = re.findall(r"\w+", self._text[start:that])
        verb = next((word for word in reversed(words) if verb_entry(verbs, word)), "")
        named = [one for one in self._mentions.between(start, that) if one.actor.type in SPEAKERS]
        if not verb or not named:
            return NOBODY
        people = [one for one in named if one.actor.type == "person"]
        speaker = _named((people or named)[-1], BESIDE_VERB, f"named beside “{verb}”", verb)
        return speaker._replace(polarity=_polarity(verbs, words, verb))

    def _metonym(self, start: int, end: int, verb: str) -> list[ActorMention]:
        """A capital that stands for its government: right beside the verb, "said Tbilisi"."""
        return [
            one
            for one in self._mentions.between(start, end, "place")
            if self._text[: one.start].rstrip().endswith(verb)
            or self._text[one.end :].lstrip().startswith(verb)
        ]

    def _by_cue(
        self, paragraph: Paragraph, quote: Quotation, sentences: list[tuple[int, int]]
    ) -> Speaker | None:
        """By a word of saying in the quotation's sentence, by “Name: …”, or by a word of saying in
        the next sentence, where that holds no quotation.
        """
        sentence, *following = sentences
        cue = best_cue(paragraph, quote, sentence)
        if cue is None:
            before = self._text[: paragraph.start + quote.start].rstrip(_OPENING)
            colon = len(before) - 1
            named = self._mentions.at(colon - 1, colon) if before.endswith(":") else None
            if named and named.end > paragraph.start:
                return _named(named, BEFORE_COLON, "named before a colon")
            if following and paragraph.outside(*sentence) < MARKS_ONLY:
                start, end = following[0]
                if not any(start <= q.start < end for q in paragraph.quotes):
                    cue = best_cue(paragraph, quote, (start, end))
        return self.of_cue(cue, paragraph) if cue else None

    def of_cue(self, cue: Cue, paragraph: Paragraph) -> Speaker:
        """The speaker that the subject of a word of saying means, and what the word makes of it."""
        return self._subject(cue, paragraph)._replace(polarity=cue.polarity)

    def _subject(self, cue: Cue, paragraph: Paragraph) -> Speaker:
        word, why = cue.token, f"{cue.path} “{cue.verb}”: "
        start, end = paragraph.place_of(word)
        # The Obama campaign is not Obama.
        kinds = ("appos", "flat") if word.tag_ in ("NN", "NNS") else ("appos", "flat", "compound")
        beside = (w for w in word.children if w.dep_ in kinds)
        named_beside = (self._mentions.at(*paragraph.place_of(w)) for w in beside)
        named = self._mentions.at(start, end) or next(
            (m for m in named_beside if m and m.actor.type == "person"), None
        )
        if named and _is_member(word, named):
            why += f"a member of {named.actor.name}"
            return Speaker(None, (start, end), MEMBER, why, cue.verb)
        if named:
            return _named(named, NAMED, why + "named", cue.verb)
        person = self._person(start)
        if word.lower_ in PRONOUNS:
            meant: ActorMention | None
            if word.lower_ == "they":
                meant = None  # several, of whom the last one named is one at most
            elif word.lower_ == "it":
                meant = self._organisation(start, paragraph)
            else:
                meant = self._of_sex(SEXES.get(word.lower_, ""), person, start)
            if meant is None:
                why += "a pronoun without a name before it"
                return Speaker(None, (start, end), UNKNOWN_PRONOUN, why, cue.verb)
            return _named(meant, PRONOUN, why + "a pronoun for the last one named", cue.verb)
        start, end = (paragraph.start + at for at in phrase(word, paragraph))
        actor, sure, reason = self._descriptions.meaning(
            word, start, end, person.actor if person else None
        )
        return Speaker(actor, (start, end), sure, why + reason, cue.verb)

    def _person(self, before: int) -> ActorMention | None:
        """The person spoken of last before a place: the one in view, or a later speaker."""
        people, last = self._mentions.between(0, before, "person"), self._last
        speaks_later = bool(people) and people[-1].start < self._last_end
        if speaks_later and last and last.actor and last.place and last.actor.type == "person":
            return ActorMention(*last.place, last.actor)
        return self._mentions.person_in_view(before)

    def _of_sex(self, sex: str, person: ActorMention | None, before: int) -> ActorMention | None:
        """The person in view if "he" or "she" may be that one, else who was named last of those."""
        if person is None or _may_be(sex, person.actor):
            return person
        people = reversed(self._mentions.between(0, before, "person"))
        return next((one for one in people if _may_be(sex, one.actor)), None)

    def _organisation(self, before: int, paragraph: Paragraph) -> ActorMention | None:
        """The organisation that this paragraph and the one before it name first: “it”."""
        start = self._text[: paragraph.start].rstrip().rfind("\n") + 1
        return next(iter(self._mentions.between(start, before, "organisation")), None)

    def _last_spoken_of(self, before: int) -> Speaker:
        """Without any word of saying: the person last spoken of."""
        person = self._person(before)
        why = "no word of saying; who was last spoken of"
        return _named(person, LAST_SPOKEN_OF, why) if person else NOBODY


def _may_be(sex: str, actor: Actor) -> bool:
    """Whether a pronoun of that sex may mean the actor, by the first name."""
    known = sex_of(actor.name.split()[0])
    return not sex or not known or known == sex


def _is_member(word: Token, named: ActorMention) -> bool:
    """Whether "the 80-year-old Democrat" is one of a party, and not the party."""
    is_one = word.tag_ in ("NN", "NNP") and any(w.dep_ == "det" for w in word.children)
    is_word = named.end - named.start == len(word.text) and word.lower_ != "party"
    is_party = named.actor.type != "person" and named.actor.sector in ("party", "politics")
    return is_one and is_word and is_party


def _named(mention: ActorMention, sure: float, reason: str, verb: str | None = None) -> Speaker:
    """The actor of a mention as the speaker."""
    return Speaker(mention.actor, (mention.start, mention.end), sure, reason, verb)


def _once_more(speaker: Speaker, sure: float, reason: str) -> Speaker:
    """The same speaker again, never surer than the first time."""
    sure = min(sure, speaker.confidence)
    return speaker._replace(confidence=sure, reason=reason, verb=None)


def _polarity(verbs: Mapping[str, Polarity], words: Sequence[str], verb: str) -> Polarity:
    """What a verb, with the word before it, makes of the words between the marks."""
    before = words[words.index(verb) - 1].lower() if words.index(verb) else ""
    return "unsaid" if before in NEGATIONS else verbs[verb_entry(verbs, verb) or verb]
