"""What somebody is reported to have said, without marks: "X said that …", "according to X, …".

Read is the grammar of an English sentence: the clause that a verb of saying governs, with its
subject. What one believes, hopes or may say was not said. In other languages it is what follows a
verb of saying and the word for "that", to the end of the sentence.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from newsbeam.schemas.annotations import Polarity
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.speakers import (
    ACCORDING,
    Cue,
    Paragraph,
    cues,
    polarity_of,
    subject_of,
)
from newsbeam.transforms.text.speech_verbs import Token, forms_of, speech_verbs, verb_entry, verb_of

FEWEST = 4  # words of a clause: "said so", "said no" report nothing that could be read alone
# Whose words are no news of what an actor said, and auxiliaries by which nothing was said yet.
NOBODY = frozenset({"i", "we", "you", "one", "this", "that", "which", "there", "what"})
UNREAL = frozenset({"would", "should", "could", "might", "may", "can", "must", "will", "'d"})
QUESTIONS = frozenset({"whether", "if"})
_LOOSE = re.compile(r",?\s+(?:and|but|or|while|as)[\s,]*$")  # joined to what is not reported
_MARKS = " \t,;:.!?–—-“”\"'‘’"


@cache
def clause_verbs() -> frozenset[str]:
    """The English verbs of saying with which "that" and a clause stand."""
    rows = packaged("speech_verbs.csv")
    return frozenset(row["verb"] for row in rows if row["clause"])


@cache
def _cue() -> re.Pattern[str]:
    forms = sorted({form for verb in clause_verbs() for form in forms_of(verb)})
    return re.compile(rf"\b(?:{'|'.join(forms)}|according to)\b", re.IGNORECASE)


def may_report(text: str, start: int, end: int) -> bool:
    """Whether a word stands between two places without which nothing is reported: cheap."""
    return bool(_cue().search(text, start, end))


def clauses(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[int, int, Cue]]:
    """The clauses reported in a sentence of the paragraph, outermost first, each with its cue."""
    found = [*_governed(paragraph, start, end), *_according(paragraph, start, end)]
    done: list[tuple[int, int]] = []
    for first, last, cue in sorted(found, key=lambda one: one[0] - one[1]):
        if not any(s < last and first < e for s, e in done):
            done.append((first, last))
            yield first, last, cue


def _governed(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[int, int, Cue]]:
    """Clauses that a verb of saying governs: "said (that) …", "…, he said"."""
    for verb in paragraph.doc:
        lemma = verb_of(verb) if start <= verb.idx < end else ""
        if lemma not in clause_verbs() or paragraph.quoted(verb.idx):
            continue
        polarity = polarity_of(verb, paragraph)
        if _is_unreal(verb, polarity):
            continue
        clause = next((word for word in verb.children if word.dep_ == "ccomp"), None)
        place = _place(clause, paragraph) if clause is not None else None
        if place is None or place[0] <= verb.idx < place[1]:
            continue
        if paragraph.text.startswith(":", place[1]):  # it leads to the words between marks
            continue
        subject = subject_of(verb, paragraph)
        if subject is None or subject.lower_ in NOBODY or place[0] <= subject.idx < place[1]:
            continue
        yield *place, Cue(lemma, subject, "subject of the verb of saying", polarity)


def _is_unreal(verb: Token, polarity: Polarity) -> bool:
    """Whether nothing was said yet: "would say", and "wants to say", but not "refused to say"."""
    beside = {word.lower_ for word in verb.children if word.dep_ == "aux"}
    return bool(beside & UNREAL) or ("to" in beside and polarity == "said")


def _place(clause: Token, paragraph: Paragraph) -> tuple[int, int] | None:
    """The words of a clause without "that" and marks at the ends; None of a question or scrap."""
    words: Sequence[Token] = list(clause.subtree)
    marks = [word for word in clause.children if word.dep_ == "mark" and word.i == words[0].i]
    if any(word.lower_ in QUESTIONS for word in marks):
        return None
    if marks and words[0].lower_ == "that":
        words = words[1:]
    return _trimmed(paragraph.text, words[0].idx, words[-1].idx + len(words[-1].text))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    words = text[start:end]
    start += len(words) - len(words.lstrip(_MARKS))
    end -= len(words) - len(_LOOSE.sub("", words).rstrip(_MARKS))
    return (start, end) if start < end and len(text[start:end].split()) >= FEWEST else None


def _according(paragraph: Paragraph, start: int, end: int) -> Iterator[tuple[int, int, Cue]]:
    """What stands beside "according to X": behind its comma, or before it."""
    text = paragraph.text
    for at, cue in cues(paragraph, start, end):
        if not ACCORDING.match(text, at):
            continue
        named = max(word.idx + len(word.text) for word in cue.token.subtree)
        if not text[start:at].strip(_MARKS):
            comma = text.find(",", named, end)
            place = _trimmed(text, comma + 1, end) if comma >= 0 else None
        else:
            place = _trimmed(text, start, at)
        if place:
            yield *place, cue


NEAR = 60  # characters between a verb of saying and its "that", without grammar
_SENTENCE = re.compile(r"[^.!?…։\n]+(?:[.!?…։]+(?!\s|$)[^.!?…։\n]+)*")


@cache
def _conjunction(language: str) -> re.Pattern[str] | None:
    rows = packaged("conjunctions.csv")
    words = [row["word"] for row in rows if row["language"] == language]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)[’']?\s*") if words else None


def clauses_by_words(
    text: str, start: int, end: int, language: str
) -> Iterator[tuple[int, int, int, int]]:
    """The clauses reported between two places: of each the start and end, where its sentence
    begins, and where "that" stands.

    >>> text = "Министр заявил, что мост откроют в мае. Дождь шёл."
    >>> [text[s:e] for s, e, *_ in clauses_by_words(text, 0, len(text), "ru")]
    ['мост откроют в мае']
    """
    that, verbs = _conjunction(language), speech_verbs(language)
    if that is None:
        return
    for sentence in _SENTENCE.finditer(text, start, end):
        for found in that.finditer(text, sentence.start(), sentence.end()):
            begin = max(sentence.start(), found.start() - NEAR)
            words = re.findall(r"\w+", text[begin : found.start()])
            if any(verb_entry(verbs, word) for word in words):
                if place := _trimmed(text, found.end(), sentence.end()):
                    yield *place, sentence.start(), found.start()
                break
