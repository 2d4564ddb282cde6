"""Who is named as saying something: the grammar of one English paragraph.

The paragraph comes parsed (spaCy's Doc: Penn tags, dependencies of the ClearNLP kind); what is
inside quotation marks is never read as grammar of the sentence around it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from newsbeam.schemas.annotations import Polarity
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.quotation_marks import Quotation
from newsbeam.transforms.text.speech_verbs import (
    REFUSALS,
    REPORTS,
    Token,
    noun_of,
    speech_verbs,
    verb_of,
)

Parse = Callable[[Sequence[str]], list[Any]]

_BOUNDARY = re.compile(r"[.!?…][”\"’'»]*\s+(?=[A-Z“\"‘'«(\[0-9…])")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Maj|Adm|St|Prof|Rev|Hon|No|vs|Inc|"
    r"Corp|Co|Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z]\.[A-Z])$"
)
ACCORDING = re.compile(r"\b(?:according to|in the words of)\s+", re.I)
WRONG_SIDE = 120  # characters: a verb on the side that the punctuation does not ask for
LONGEST_CHAIN = 6  # verbs that share a subject; longer ones occur only where the parser is lost
_SHARE_SUBJECT = set("conj advcl xcomp ccomp pcomp dep parataxis prep aux auxpass".split())
_UNDER = _SHARE_SUBJECT - {"conj", "advcl", "dep", "parataxis"}  # what a verb above speaks of
_CLOSING = ("”", '"', "’", "'", "»")


class Cue(NamedTuple):
    """A word of saying and the one who says it."""

    verb: str  # lemma
    token: Token  # the head of the subject
    path: str  # how it was found, in words
    polarity: Polarity = "said"


class Paragraph(NamedTuple):
    """One paragraph of a field that begins at `start`, its quotations (by their places in the
    paragraph) and its grammar.
    """

    text: str
    start: int
    quotes: tuple[Quotation, ...]
    doc: Any

    def place_of(self, token: Token) -> tuple[int, int]:
        """Where a word stands in the field."""
        return self.start + token.idx, self.start + token.idx + len(token.text)

    def quoted(self, at: int) -> bool:
        """Whether the character stands inside a quotation."""
        return any(quote.start <= at < quote.end for quote in self.quotes)

    def outside(self, start: int, end: int) -> int:
        """How many characters between two places are not quoted."""
        inside = sum(max(0, min(end, q.end) - max(start, q.start)) for q in self.quotes)
        return end - start - inside


@cache
def speaker_nouns(kind: str) -> frozenset[str]:
    """English nouns that stand for who speaks: kind is body, person or document.

    “the agency said”, “the senator said”, “the statement said”: the last means its sender.
    """
    rows = packaged("speaker_nouns.csv")
    return frozenset(row["noun"] for row in rows if row["kind"] == kind)


def statements(text: str, quotes: Sequence[Quotation]) -> list[tuple[int, int]]:
    """The sentences of a paragraph, where a quotation never breaks the one around it.

    >>> text = "“It is. It was,” Mr. Kove said. “It will be.”"
    >>> [text[s:e] for s, e in statements(text, (Quotation(1, 16), Quotation(33, 44)))]
    ['“It is. It was,” Mr. Kove said. ', '“It will be.”']
    """
    starts = [0]
    for found in _BOUNDARY.finditer(text):
        at = found.start()
        around = next((q for q in quotes if q.start <= at < q.end), None)
        ends_quote = around is not None and around.end <= found.end()
        if around is None and text[at] == "." and _ABBREVIATION.search(text[max(0, at - 5) : at]):
            continue
        if around is None or ends_quote:
            starts.append(found.end())
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def cues(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[int, Cue]]:
    """Each word of saying between two places, with its place and its subject."""
    unquoted = [token for token in paragraph.doc if not paragraph.quoted(token.idx)]
    for token in unquoted:
        if start <= token.idx < end and _is_saying(token):
            subject = subject_of(token, paragraph)
            if subject is not None:
                verb, why = verb_of(token), "subject of the verb of saying"
                yield token.idx, Cue(verb, subject, why, polarity_of(token, paragraph))
    for found in ACCORDING.finditer(paragraph.text, start, end):
        if not paragraph.quoted(found.start()):
            after = (word for word in unquoted if word.idx >= found.end() and word.dep_ == "pobj")
            if (named := next(after, None)) is not None:
                yield found.start(), Cue("according to", named, "after")


def polarity_of(verb: Token, paragraph: Paragraph) -> Polarity:
    """Whether the words are said, denied (“denied having said …”), not said (“never said”, “refused
    to say”) or said to be said (“was quoted as saying”), by the verbs that share the subject."""
    for _ in range(LONGEST_CHAIN):
        if paragraph.quoted(verb.idx):
            break
        lemma = verb_of(verb)
        if any(word.dep_ == "neg" or word.lower_ == "never" for word in verb.children):
            return "unsaid"
        if lemma in REFUSALS:
            return "unsaid"
        if speech_verbs("en").get(lemma) == "denied":
            return "denied"
        if lemma in REPORTS and any(word.dep_ == "nsubjpass" for word in verb.children):
            return "reported"
        if verb.dep_ not in _UNDER or verb.head is verb:
            break
        verb = verb.head
    return "said"


def _is_saying(token: Token) -> bool:
    return verb_of(token) in speech_verbs("en")


def subject_of(verb: Token, paragraph: Paragraph) -> Token | None:
    """Who says it, also where the verb shares the subject of another (“he stated …, adding …”).

    Of the verbs above, one of saying comes before a nearer other one. A relative pronoun stands
    for the noun before it; a letter or a statement for those who sent it.
    """
    own = _own_subject(verb, paragraph, is_cue=True)
    nearest: Token | None = None
    for _ in range(LONGEST_CHAIN):
        if own is not None:
            return own
        if verb.dep_ in ("acl", "relcl"):
            noun = verb.head
            if noun_of(noun) not in speaker_nouns("document") or noun.dep_ != "dobj":
                return nearest or (None if paragraph.quoted(noun.idx) else noun)
            verb = noun.head
        elif verb.dep_ in _SHARE_SUBJECT and verb.head is not verb:
            verb = verb.head
        else:
            break
        above = _own_subject(verb, paragraph, is_cue=False)
        if above is not None:
            nearest = nearest or above
            own = above if _is_saying(verb) and not paragraph.quoted(verb.idx) else None
    return nearest


def _own_subject(verb: Token, paragraph: Paragraph, is_cue: bool) -> Token | None:
    """The subject of the verb itself: “X said”, and above a cue also “X was quoted as saying”."""
    for word in verb.children:
        if word.dep_ == "nsubj" or (word.dep_ == "nsubjpass" and not is_cue):
            if word.lower_ in ("who", "that", "which"):
                return verb.head if verb.dep_ == "relcl" else None
            if not paragraph.quoted(word.idx):
                return word
    before = paragraph.text[: verb.idx].rstrip()
    if is_cue and verb.tag_ == "VBD" and before.endswith(_CLOSING):
        # “…,” recalled one of them: often read as object
        nouns = (word for word in verb.rights if word.dep_ in ("dobj", "attr", "oprd", "npadvmod"))
        return next((word for word in nouns if not paragraph.quoted(word.idx)), None)
    return None


def best_cue(paragraph: Paragraph, quote: Quotation, sentence: tuple[int, int]) -> Cue | None:
    """The word of saying in a sentence that belongs to the quotation: the nearest.

    A quotation that ends with a comma asks for one after it (“…,” he said), others for one
    before it.
    """
    ends_open = paragraph.text[quote.start : quote.end].rstrip("”’'\" ").endswith((",", "?", "!"))
    ranked: list[tuple[int, int, Cue]] = []
    for at, cue in cues(paragraph, *sentence):
        after = at >= quote.end
        distance = paragraph.outside(*((quote.end, at) if after else (at, quote.start)))
        ranked.append((distance + (0 if ends_open == after else WRONG_SIDE), at, cue))
    if not ranked:
        return None
    _, at, cue = min(ranked, key=lambda entry: entry[:2])
    introduced = paragraph.text[: quote.start].rstrip("“\"‘'«„ ").endswith(":")
    # “He denied it: “I was at home”” and ““Nonsense,” he retorted, denying it” are what was said.
    alone = not any(other.polarity == "denied" for _, _, other in ranked if other != cue)
    own_words = alone and speech_verbs("en").get(cue.verb) == "denied" and at >= quote.end
    return cue._replace(polarity="said") if introduced or own_words else cue


def phrase(token: Token, paragraph: Paragraph) -> tuple[int, int]:
    """The start and end of the noun phrase of which the token is the head, marks left out."""
    words = (w for w in token.subtree if not w.is_punct and not paragraph.quoted(w.idx))
    return min([token.idx, *(w.idx for w in words)]), token.idx + len(token.text)
