"""Direct quotations of an article, and who said them."""

import re
from typing import NamedTuple

from newsbeam.schemas.annotations import Actor, Field, Quote
from newsbeam.schemas.article import Article
from newsbeam.transforms.enrich.quotation_marks import (
    FEWEST_ALONE,
    FEWEST_WORDS,
    Quotation,
    is_label,
    paragraphs,
    quotations,
)
from newsbeam.transforms.enrich.referents import Cast, Place, Referent, of_subject
from newsbeam.transforms.enrich.speakers import Paragraph, Parse, best_cue, speech_verbs, statements

_OTHER_SCRIPT = re.compile(r"[\u0400-\u052f\u10a0-\u10ff]")
NEAR = 60  # characters between a quotation and the verb or name beside it, without grammar


_SENTENCE_STARTS = (". ", "\n", "” ", '" ', "? ", "! ")


class Said(NamedTuple):
    """A quotation's speaker as found: the referent and the verb of saying, if any."""

    who: Referent
    verb: str | None


NOBODY = Said(Referent(None, -1, -1, 0.1, "nobody is named as its speaker"), None)


def find_quotes(
    article: Article, actors: tuple[Actor, ...], parse: Parse, model_name: str
) -> tuple[Quote, ...]:
    """The article's direct quotations in order, the title's first.

    `parse` gives the grammar of one English paragraph (spaCy's Doc) and is called only for
    those with a quotation; texts in other languages are read by simple patterns.
    """
    rows: list[Quote] = []
    for field, text in (("title", article.title), ("text", article.text)):
        for quotation, said in _in_field(field, text, article.language, actors, parse):
            rows.append(_row(article, field, quotation, said, model_name))
    return tuple(rows)


def _in_field(
    field: Field, text: str, language: str | None, actors: tuple[Actor, ...], parse: Parse
) -> list[tuple[Quotation, Said]]:
    """Each quotation of a field with its speaker."""
    spans = quotations(text)
    worth = {q for q in spans if len(text[q.start : q.end].split()) >= FEWEST_WORDS}
    cast = Cast(actors, field, spans)
    reader = _Reader(text, cast)
    found: list[tuple[Quotation, Said]] = []
    for start, end in paragraphs(text):
        inside = tuple(q for q in spans if start <= q.start < end)
        if not worth.intersection(inside):
            continue
        if language in (None, "en") and not _OTHER_SCRIPT.search(text[start:end]):
            doc = parse(text[start:end])
            local = tuple(Quotation(q.start - start, q.end - start, q.continued) for q in inside)
            said = reader.english(Paragraph(text[start:end], local, doc), start)
        else:
            said = [reader.plain(q, start, end, speech_verbs(language or "ru")) for q in inside]
        for quotation, speaker in zip(inside, said, strict=True):
            if quotation in worth and _is_quotation(text, quotation, speaker):
                found.append((quotation, speaker))
    return found


def _is_quotation(text: str, quotation: Quotation, said: Said) -> bool:
    """Names, titles and terms between marks are none; few words need somebody who said them."""
    if is_label(text, quotation):
        return False
    few = len(text[quotation.start : quotation.end].split()) < FEWEST_ALONE
    return not few or said.who.confidence > 0.5


class _Reader:
    """Reads a field from top to bottom and remembers who spoke last."""

    def __init__(self, text: str, cast: Cast) -> None:
        self.text = text
        self.cast = cast
        self.last: Said | None = None
        self.last_end = -1

    def english(self, paragraph: Paragraph, base: int) -> list[Said]:
        """The speaker of each quotation of a parsed paragraph that begins at `base`."""
        units = statements(paragraph.text, paragraph.quotes)
        said: list[Said | None] = []
        for quote in paragraph.quotes:
            speaker = self._by_cue(paragraph, quote, units, base)
            if speaker is None and quote.continued and self.last:
                speaker = _again(self.last, 0.85, "the quotation goes on from the paragraph before")
            if speaker is None and said and said[-1] and self._alone(paragraph, quote, units):
                speaker = _again(said[-1], 0.8, "goes on after the quotation before it")
            said.append(speaker)
            if speaker is not None:
                self.last, self.last_end = speaker, base + quote.end
        for nth in range(len(said) - 2, -1, -1):
            later = said[nth + 1]
            if said[nth] is None and later and self._alone(paragraph, paragraph.quotes[nth], units):
                said[nth] = _again(
                    later, 0.6, "the speaker is named after the quotation that follows"
                )
        return [
            speaker or self._nearest(base + q.start, base)
            for speaker, q in zip(said, paragraph.quotes, strict=True)
        ]

    def _by_cue(
        self, paragraph: Paragraph, quote: Quotation, units: list[tuple[int, int]], base: int
    ) -> Said | None:
        """By a word of saying in the same sentence, or “Name: …”, or in the short one after."""
        nth, unit = next((n, u) for n, u in enumerate(units) if u[0] <= quote.start < u[1])
        cue = best_cue(paragraph, quote, unit)
        if cue is None:
            before = self.text[: base + quote.start].rstrip("“\"‘'«„ ")
            place = self.cast.at(len(before) - 2, len(before) - 1) if before.endswith(":") else None
            if place and place.start >= base + unit[0] - 200:
                return Said(
                    Referent(place.actor, place.start, place.end, 0.85, "named before a colon"),
                    None,
                )
            if paragraph.outside(*unit) < 6 and nth + 1 < len(units):
                after = units[nth + 1]
                if not any(after[0] <= q.start < after[1] for q in paragraph.quotes):
                    cue = best_cue(paragraph, quote, after)
        if cue is None:
            return None
        recent = self._recent(base + cue.token.idx)
        who = of_subject(cue.token, base, self.cast, recent and recent.actor)
        return Said(who._replace(reason=f"{cue.path} “{cue.verb}”: {who.reason}"), cue.verb)

    def _alone(self, paragraph: Paragraph, quote: Quotation, units: list[tuple[int, int]]) -> bool:
        """Whether nothing but quotations stands in the sentence, or nobody else is in it."""
        unit = next(u for u in units if u[0] <= quote.start < u[1])
        return paragraph.outside(*unit) < 40

    def _recent(self, at: int) -> Place | None:
        """The person spoken of last before a place: the first one named in the last sentence
        that names one (its subject, as a rule), or the last speaker, whichever is nearer."""
        last = self.last and self.last.who
        speaker = Place(last.start, last.end, last.actor) if last and last.actor else None
        for place in self.cast.before(at):
            if place.actor.type != "person":
                continue
            if speaker and speaker.actor.type == "person" and place.start < self.last_end:
                return speaker
            sentence = max(self.text.rfind(mark, 0, place.start) for mark in _SENTENCE_STARTS)
            named = self.cast.between(max(sentence, 0), at)
            return next((p for p in named if p.actor.type == "person"), place)
        return speaker

    def _nearest(self, at: int, base: int) -> Said:
        """Without any word of saying: whom the paragraph before begins with, or who spoke last."""
        nearest = self._recent(at)
        before = self.text[:base].rstrip()
        start = before.rfind("\n") + 1
        if not self.text[base:at].strip("“\"‘'«„ ") and self.last_end < start:
            if before.endswith(":"):
                start = max(start, before.rfind(". ") + 1)
            named = self.cast.between(start, base)
            speakers = [
                p for kind in ("person", "organisation") for p in named if p.actor.type == kind
            ]
            nearest = speakers[0] if speakers else nearest
        if nearest is None:
            return NOBODY
        reason = "no word of saying; who was last spoken of"
        return Said(Referent(nearest.actor, nearest.start, nearest.end, 0.3, reason), None)

    def plain(self, quote: Quotation, start: int, end: int, verbs: frozenset[str]) -> Said:
        """Without grammar: the actor named beside a verb of saying next to the quotation."""
        stretches = (
            (quote.end, min(end, quote.end + NEAR)),
            (max(start, quote.start - NEAR), quote.start),
        )
        for s, e in stretches:
            verb = next((w for w in re.findall(r"\w+", self.text[s:e]) if _is_verb(w, verbs)), None)
            places = self.cast.between(s, e)
            if verb and places:
                best = max(places, key=lambda p: p.actor.type == "person")
                who = Referent(best.actor, best.start, best.end, 0.6, f"named beside “{verb}”")
                return Said(who, verb)
        return NOBODY


def _is_verb(word: str, verbs: frozenset[str]) -> bool:
    lowered = word.lower()
    return lowered in verbs or any(lowered[:n] + "*" in verbs for n in range(4, len(lowered) + 1))


def _again(said: Said, confidence: float, reason: str) -> Said:
    """The same speaker once more, a little less sure."""
    sure = min(confidence, said.who.confidence)
    return Said(said.who._replace(confidence=sure, reason=reason), None)


def _row(
    article: Article, field: Field, quotation: Quotation, said: Said, model_name: str
) -> Quote:
    """One row of the table `quotes`."""
    text: str = getattr(article, field)
    who, placed = said.who, said.who.start >= 0
    return Quote(
        article_id=article.article_id,
        revision=article.revision,
        published_at=article.published_at,
        source=article.source,
        language=article.language,
        quote=text[quotation.start : quotation.end],
        field=field,
        start=quotation.start,
        end=quotation.end,
        verb=said.verb,
        speaker_text=text[who.start : who.end] if placed else None,
        speaker_start=who.start if placed else None,
        speaker_end=who.end if placed else None,
        actor_id=who.actor.actor_id if who.actor else None,
        speaker_name=who.actor.name if who.actor else None,
        confidence=round(who.confidence, 2),
        reason=who.reason,
        model=model_name,
        pipeline_version=article.pipeline_version,
    )
