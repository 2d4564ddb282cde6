"""Direct quotations of an article, and who said them."""

import re
from collections.abc import Iterator

from newsbeam.schemas.annotations import Actor, Field, Quote
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.attribution import Attribution, Speaker
from newsbeam.transforms.text.mentions import Mentions
from newsbeam.transforms.text.quotation_marks import Quotation, is_label, paragraphs, quotations
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.speakers import Paragraph, Parse

_OTHER_SCRIPT = re.compile(r"[\u0400-\u052f]|([\u10a0-\u10ff])")  # Cyrillic, Georgian
FEWEST_WORDS = 3  # of an attributed quotation: one or two words are a term or a scare quote
FEWEST_ALONE = 5  # of a quotation that nobody is named to have said
MOST_QUOTES = 500  # a field: a long interview has fewer than a hundred
SURE_ENOUGH = 0.5  # of the speaker of few words, above which they are no scare quote
MOST_PARSED = 60  # quotations of one paragraph: each is compared with every word of it


def find_quotes(article: Article, actors: tuple[Actor, ...], parse: Parse) -> tuple[Quote, ...]:
    """The article's direct quotations in order, the title's first.

    `parse` gives the grammar of one English paragraph (spaCy's Doc) and is called only for
    those with a quotation; texts in other languages are read by simple patterns.
    """
    rows: list[Quote] = []
    fields: tuple[tuple[Field, str], ...] = (("title", article.title), ("text", article.text))
    for field, text in fields:
        for quotation, speaker in _with_speakers(field, text, article.language, actors, parse):
            rows.append(_row(article, field, quotation, speaker))
    return tuple(rows)


def language_of_script(text: str) -> str:
    """The language to read a paragraph in where the article's is not known.

    >>> language_of_script("He said no"), language_of_script("Нет"), language_of_script("არა")
    ('en', 'ru', 'ka')
    """
    found = _OTHER_SCRIPT.search(text)
    return "en" if found is None else "ka" if found.group(1) else "ru"


def _with_speakers(
    field: Field, text: str, language: str | None, actors: tuple[Actor, ...], parse: Parse
) -> Iterator[tuple[Quotation, Speaker]]:
    """Each quotation of a field with its speaker."""
    marked = quotations(text)[:MOST_QUOTES]
    long = {q for q in marked if len(text[q.start : q.end].split()) >= FEWEST_WORDS}
    attribution = Attribution(text, Mentions(text, field, actors, marked))
    for start, end in paragraphs(text):
        inside = tuple(q for q in marked if start <= q.start < end)
        if not long.intersection(inside):
            continue
        written = language or language_of_script(text[start:end])
        if written == "en" and len(inside) <= MOST_PARSED:
            local = tuple(Quotation(q.start - start, q.end - start, q.continued) for q in inside)
            paragraph = Paragraph(text[start:end], start, local, parse(text[start:end]))
            speakers = attribution.by_grammar(paragraph)
        else:
            speakers = [attribution.by_words(q, start, end, written) for q in inside]
        for quotation, speaker in zip(inside, speakers, strict=True):
            if quotation in long and _is_quotation(text, quotation, speaker):
                yield quotation, speaker


def _is_quotation(text: str, quotation: Quotation, speaker: Speaker) -> bool:
    """Names, titles and terms between marks are none; few words need somebody who said them."""
    if is_label(text, quotation):
        return False
    few = len(text[quotation.start : quotation.end].split()) < FEWEST_ALONE
    return not few or speaker.confidence > SURE_ENOUGH


def _row(article: Article, field: Field, quotation: Quotation, speaker: Speaker) -> Quote:
    """One row of the table `quotes`."""
    text: str = getattr(article, field)
    start, end = speaker.place or (None, None)
    return Quote(
        **columns_of(article),
        quote=text[quotation.start : quotation.end],
        field=field,
        start_char=quotation.start,
        end_char=quotation.end,
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
