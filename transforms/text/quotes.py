"""Direct quotations of an article, and who said them."""

import re

from newsbeam.schemas.annotations import Actor, Field, Quote
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.attribution import Reader, Said
from newsbeam.transforms.text.quotation_marks import (
    FEWEST_ALONE,
    FEWEST_WORDS,
    Quotation,
    is_label,
    paragraphs,
    quotations,
)
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.speakers import Paragraph, Parse, speech_verbs

_OTHER_SCRIPT = re.compile(r"[\u0400-\u052f]|([\u10a0-\u10ff])")  # Cyrillic, Georgian
MOST_QUOTES = 500  # a field: a long interview has fewer than a hundred
MOST_PARSED = 60  # quotations of one paragraph: each is compared with every word of it


def find_quotes(article: Article, actors: tuple[Actor, ...], parse: Parse) -> tuple[Quote, ...]:
    """The article's direct quotations in order, the title's first.

    `parse` gives the grammar of one English paragraph (spaCy's Doc) and is called only for
    those with a quotation; texts in other languages are read by simple patterns.
    """
    rows: list[Quote] = []
    fields: tuple[tuple[Field, str], ...] = (("title", article.title), ("text", article.text))
    for field, text in fields:
        for quotation, said in _in_field(field, text, article.language, actors, parse):
            rows.append(_row(article, field, quotation, said))
    return tuple(rows)


def language_of_script(text: str) -> str:
    """The language to read a paragraph in where the article's is not known.

    >>> language_of_script("He said no"), language_of_script("Нет"), language_of_script("არა")
    ('en', 'ru', 'ka')
    """
    found = _OTHER_SCRIPT.search(text)
    return "en" if found is None else "ka" if found.group(1) else "ru"


def _in_field(
    field: Field, text: str, language: str | None, actors: tuple[Actor, ...], parse: Parse
) -> list[tuple[Quotation, Said]]:
    """Each quotation of a field with its speaker."""
    spans = quotations(text)[:MOST_QUOTES]
    worth = {q for q in spans if len(text[q.start : q.end].split()) >= FEWEST_WORDS}
    reader = Reader(text, field, actors, spans)
    found: list[tuple[Quotation, Said]] = []
    for start, end in paragraphs(text):
        inside = tuple(q for q in spans if start <= q.start < end)
        if not worth.intersection(inside):
            continue
        written = language or language_of_script(text[start:end])
        if written == "en" and len(inside) <= MOST_PARSED:
            doc = parse(text[start:end])
            local = tuple(Quotation(q.start - start, q.end - start, q.continued) for q in inside)
            said = reader.english(Paragraph(text[start:end], local, doc), start)
        else:
            said = [reader.plain(q, start, end, speech_verbs(written)) for q in inside]
        for quotation, speaker in zip(inside, said, strict=True):
            if quotation in worth and _is_quotation(text, quotation, speaker):
                found.append((quotation, speaker))
    return found


def _is_quotation(text: str, quotation: Quotation, said: Said) -> bool:
    """Names, titles and terms between marks are none; few words need somebody who said them."""
    if is_label(text, quotation):
        return False
    few = len(text[quotation.start : quotation.end].split()) < FEWEST_ALONE
    return not few or said.confidence > 0.5


def _row(article: Article, field: Field, quotation: Quotation, said: Said) -> Quote:
    """One row of the table `quotes`."""
    text: str = getattr(article, field)
    placed = said.start >= 0
    return Quote(
        **columns_of(article),
        quote=text[quotation.start : quotation.end],
        field=field,
        start=quotation.start,
        end=quotation.end,
        verb=said.verb,
        speaker_text=text[said.start : said.end] if placed else None,
        speaker_start=said.start if placed else None,
        speaker_end=said.end if placed else None,
        actor_id=said.actor.actor_id if said.actor else None,
        speaker_name=said.actor.name if said.actor else None,
        confidence=round(said.confidence, 2),
        reason=said.reason,
    )
