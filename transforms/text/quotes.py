"""What an article says that somebody said, between marks or reported, and who."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from newsbeam.schemas.annotations import Actor, Field, Quote
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.attribution import Attribution, Speaker
from newsbeam.transforms.text.mentions import Mentions
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.quotation_marks import Quotation, is_label, paragraphs, quotations
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.reported_speech import clauses, clauses_by_words, may_report
from newsbeam.transforms.text.speakers import Paragraph, Parse, statements

_OTHER_SCRIPT = re.compile(r"[\u0400-\u052f]|([\u10a0-\u10ff])")  # Cyrillic, Georgian
FEWEST_WORDS = 3  # of an attributed quotation: one or two words are a term or a scare quote
FEWEST_ALONE = 5  # of a quotation that nobody is named to have said
MOST_QUOTES = 500  # a field: a long interview has fewer than a hundred
SURE_ENOUGH = 0.5  # of the speaker of few words, above which they are no scare quote
MOST_PARSED = 60  # quotations of one paragraph: each is compared with every word of it


class _Found(NamedTuple):
    """What somebody said: the place of the words, who, and whether between marks."""

    words: Quotation
    speaker: Speaker
    kind: Literal["direct", "indirect"] = "direct"


def find_quotes(article: Article, actors: tuple[Actor, ...], parse: Parse) -> tuple[Quote, ...]:
    """What the article says that somebody said, in order, the title's first.

    `parse` gives the grammar of English paragraphs (spaCy's Docs) and is called only for those
    with a quotation or a word of reported speech; texts in other languages are read by simple
    patterns. A quotation of the title that the text has, too, is one.
    """
    text = _found("text", article.text, article.language, actors, parse)
    title = _found("title", article.title, article.language, actors, parse)
    below = [_plain(article.text[one.words.start : one.words.end]) for one in text]
    rows = [
        _row(article, "title", one)
        for one in title
        if not any(_plain(article.title[one.words.start : one.words.end]) in it for it in below)
    ]
    return (*rows, *(_row(article, "text", one) for one in text))


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def language_of_script(text: str) -> str:
    """The language to read a paragraph in where the article's is not known.

    >>> language_of_script("He said no"), language_of_script("Нет"), language_of_script("არა")
    ('en', 'ru', 'ka')
    """
    found = _OTHER_SCRIPT.search(text)
    return "en" if found is None else "ka" if found.group(1) else "ru"


def _found(
    field: Field, text: str, language: str | None, actors: tuple[Actor, ...], parse: Parse
) -> list[_Found]:
    """What somebody said in a field, in order."""
    marked = quotations(text)[:MOST_QUOTES]
    long = {q for q in marked if len(text[q.start : q.end].split()) >= FEWEST_WORDS}
    attribution = Attribution(text, Mentions(text, field, actors, marked))
    parts = list(_parts(field, text, language, marked, long))
    parsed = [text[part.start : part.end] for part in parts if part.is_parsed]
    docs = iter(parse(parsed) if parsed else ())
    found: list[_Found] = []
    for part in parts:
        if not part.is_parsed:
            speakers = [
                attribution.by_words(q, part.start, part.end, part.language) for q in part.inside
            ]
            direct = _kept(text, part.inside, long, speakers)
            found += direct
            if field == "text":
                found += _reported_by_words(text, part, direct, attribution)
            continue
        at = part.start
        local = tuple(Quotation(q.start - at, q.end - at, q.continued) for q in part.inside)
        paragraph = Paragraph(text[at : part.end], at, local, next(docs))
        direct = (
            _kept(text, part.inside, long, attribution.by_grammar(paragraph))
            if long.intersection(part.inside)
            else []
        )
        found += direct
        if field == "text":
            found += _reported(paragraph, direct, attribution)
    return sorted(found, key=lambda one: one.words)


class _Part(NamedTuple):
    """A stretch of a field that is read: a paragraph with quotations, or a sentence without."""

    start: int
    end: int
    inside: tuple[Quotation, ...]
    language: str
    is_parsed: bool


def _parts(
    field: Field,
    text: str,
    language: str | None,
    marked: tuple[Quotation, ...],
    long: set[Quotation],
) -> Iterator[_Part]:
    reported = 0
    for start, end in paragraphs(text):
        inside = tuple(q for q in marked if start <= q.start < end)
        written = language or language_of_script(text[start:end])
        if long.intersection(inside):
            is_read = written == MODEL_LANGUAGE and len(inside) <= MOST_PARSED
            yield _Part(start, end, inside, written, is_read)
        elif field == "text" and written != MODEL_LANGUAGE:
            yield _Part(start, end, (), written, is_parsed=False)
        elif field == "text" and may_report(text, start, end):
            local = [Quotation(q.start - start, q.end - start) for q in inside]
            for s, e in statements(text[start:end], local):
                if may_report(text, start + s, start + e) and reported < MOST_QUOTES:
                    reported += 1
                    there = tuple(q for q in inside if start + s <= q.start < start + e)
                    yield _Part(start + s, start + e, there, written, is_parsed=True)


def _kept(
    text: str,
    inside: Sequence[Quotation],
    long: set[Quotation],
    speakers: Sequence[Speaker],
) -> list[_Found]:
    """The quotations of several words, each with its speaker."""
    return [
        _Found(quotation, speaker)
        for quotation, speaker in zip(inside, speakers, strict=True)
        if quotation in long and _is_quotation(text, quotation, speaker)
    ]


def _reported(
    paragraph: Paragraph, direct: Sequence[_Found], attribution: Attribution
) -> Iterator[_Found]:
    """What the paragraph reports without marks; words between marks are told already."""
    for sentence in statements(paragraph.text, paragraph.quotes):
        for start, end, cue in clauses(paragraph, *sentence):
            words = Quotation(paragraph.start + start, paragraph.start + end)
            if not _is_told(words, direct):
                yield _Found(words, attribution.of_cue(cue, paragraph), "indirect")


def _reported_by_words(
    text: str, part: _Part, direct: Sequence[_Found], attribution: Attribution
) -> Iterator[_Found]:
    """The same in a language that is not parsed, of those who are named."""
    for start, end, sentence, that in clauses_by_words(text, part.start, part.end, part.language):
        words = Quotation(start, end)
        speaker = attribution.of_clause(sentence, that, part.language)
        if speaker.actor and not _is_told(words, direct):
            yield _Found(words, speaker, "indirect")


def _is_told(words: Quotation, direct: Sequence[_Found]) -> bool:
    return any(one.words.start < words.end and words.start < one.words.end for one in direct)


def _is_quotation(text: str, quotation: Quotation, speaker: Speaker) -> bool:
    """Names, titles and terms between marks are none; few words need somebody who said them."""
    if is_label(text, quotation):
        return False
    few = len(text[quotation.start : quotation.end].split()) < FEWEST_ALONE
    return not few or speaker.confidence > SURE_ENOUGH


def _row(article: Article, field: Field, found: _Found) -> Quote:
    """One row of the table `quotes`."""
    quotation, speaker = found.words, found.speaker
    text: str = getattr(article, field)
    start, end = speaker.place or (None, None)
    return Quote(
        **columns_of(article),
        quote=text[quotation.start : quotation.end],
        field=field,
        start_char=quotation.start,
        end_char=quotation.end,
        kind=found.kind,
        verb=speaker.verb,
        polarity=speaker.polarity,
        speaker_text=text[start:end] if speaker.place else None,
        speaker_start=start,
        speaker_end=end,
        actor_id=speaker.actor.actor_id if speaker.actor else None,
        speaker_name=speaker.actor.name if speaker.actor else None,
        confidence=round(speaker.confidence, 2),
        reason=speaker.reason,
    )
