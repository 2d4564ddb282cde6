"""The Russian language model: named entities of whole articles, each in the nominative.

Models: slovnet's NER with navec's vectors, both MIT, in the wheel of natasha 1.6.0 (natasha itself
is not imported). Cases by pymorphy3 with the dictionary of OpenCorpora.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

from newsbeam.transforms.text.given_names import sex_of
from newsbeam.transforms.text.nlp import Span, missing, readable, stretches

LANGUAGE = "ru"
NAME = "slovnet_ner_news_v1"
BATCH = 8  # stretches of a text that the model sees at once
LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "GPE"}  # as in OntoNotes
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
SEXES = ("masc", "femn")
OTHER_CASE = 0.02  # of a word that has no form of the case that the others are in: set
# The endings of a man's foreign name that the dictionary does not have, by case; and how likely.
MENS_ENDINGS = {"gent": "а", "datv": "у", "accs": "а", "ablt": "ом", "loct": "е"}
BY_ENDING = 0.1
NO_NAME, GUESSED = 0.1, 0.3  # of a word that the dictionary has as no name, or does not have: set
OTHER_SEX = {("m", "femn"): 0.3, ("f", "masc"): 0.3}  # than the given name's: set
LONGEST_BASE = 8  # words; a longer name keeps the case that it stands in

Form = Any  # pymorphy3.analyzer.Parse


class RussianModel:
    """The loaded models; one a process, used by one thread."""

    def __init__(self, ner: Any, morphology: Any) -> None:
        self.name = NAME
        self._ner = ner
        self._morphology = morphology
        self._forms = lru_cache(maxsize=20_000)(morphology.parse)

    def entities(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The named entities of each text, with the labels of nlp.LanguageModel.entities."""
        parts = [
            (nth, start, part)
            for nth, text in enumerate(texts)
            for start, part in stretches(readable(text)[0])
            if part.strip()
        ]
        found: list[list[Span]] = [[] for _ in texts]
        markups = self._ner.map([part for _, _, part in parts])
        for (nth, start, _), markup in zip(parts, markups, strict=True):
            found[nth] += [
                Span(start + span.start, start + span.stop, LABELS[span.type])
                for span in markup.spans
            ]
        return [
            tuple(self._with_bases(text, spans)) for text, spans in zip(texts, found, strict=True)
        ]

    def _with_bases(self, text: str, spans: Sequence[Span]) -> Iterator[Span]:
        """The spans of one article with their names in the nominative."""
        people: Counter[str] = Counter()  # surnames of those who are named with two words or more
        for span in spans:
            words = text[span.start : span.end].split()
            if span.label == "PERSON" and len(words) > 1:
                people[self.person(words)[-1]] += 1
        for span in spans:
            words = text[span.start : span.end].strip('«»"“”„').split()
            if len(words) > LONGEST_BASE:
                yield span
            elif span.label == "PERSON":
                yield span._replace(base=" ".join(self.person(words, people)))
            else:
                yield span._replace(base=" ".join(self.phrase(words)))

    def person(self, words: Sequence[str], surnames: Iterable[str] = ()) -> list[str]:
        """A person's name in the nominative: all its words in one case and of one sex.

        A lone surname is one of `surnames` if any of its forms is.
        """
        options = [self._person_forms(word) for word in words]
        best, score = list(words), 0.0
        for case, sex in product(CASES, SEXES):
            chosen = [forms.get((case, sex)) for forms in options]
            total = 1.0
            for form in chosen:
                total *= form[1] if form else OTHER_CASE
            named = [form[0] if form else word for form, word in zip(chosen, words, strict=True)]
            if len(words) == 1 and named[0] in surnames:
                total += 1
            total *= OTHER_SEX.get((sex_of(named[0]), sex), 1.0) if len(words) > 1 else 1.0
            if total > score:
                best, score = named, total
        return best

    def _person_forms(self, word: str) -> dict[tuple[str, str], tuple[str, float]]:
        """The nominatives of one word of a name, by its case and sex, and how likely each is."""
        forms: dict[tuple[str, str], tuple[str, float]] = {}
        before, hyphen, last = word.rpartition("-")
        if before.islower():  # аль-Асада
            return {
                both: (before + hyphen + named, score)
                for both, (named, score) in self._person_forms(last).items()
            }
        if not word[:1].isupper() or word.endswith(".") or len(word) < 3:  # initials, particles
            return dict.fromkeys(product(CASES, SEXES), (word, 1.0))
        for form in self._forms(word):
            tag = form.tag
            if "plur" in tag or not (form.is_known or {"Surn", "Name", "Patr"} & tag.grammemes):
                continue
            named = 1.0 if {"Surn", "Name", "Patr"} & tag.grammemes else NO_NAME
            named *= 1.0 if form.is_known else GUESSED
            sexes = (tag.gender,) if tag.gender in SEXES and "ms-f" not in tag else SEXES
            for sex in sexes:
                key = (tag.case, sex)
                if key not in forms or form.score * named > forms[key][1]:
                    forms[key] = (_nominative(form, word), form.score * named)
        for case, ending in MENS_ENDINGS.items():
            stem = word.removesuffix(ending)
            if stem != word and stem[-1] not in "аеиоуыэюяйь":
                forms.setdefault((case, "masc"), (stem, BY_ENDING))
        return forms

    def phrase(self, words: Sequence[str]) -> list[str]:
        """A name of a place or an institution in the nominative: its words up to the first noun.

        What follows that noun depends on it and stays: "Министерства обороны" → "Министерство …".
        """
        named = list(words)
        for nth, word in enumerate(words):
            form = next(iter(self._forms(word)), None)
            if sum(letter.isupper() for letter in word) > 1:  # an acronym: МИДа
                named[nth] = word.rstrip("аеуоыйм") if word[0].isupper() else word
                return named
            if form is None or form.tag.POS not in ("NOUN", "ADJF", "PRTF"):
                return list(words) if nth == 0 or form is None else named
            if form.tag.case not in (None, "nomn"):
                named[nth] = _nominative(form, word)
            if form.tag.POS == "NOUN":
                return named
        return list(words)


def _nominative(form: Form, word: str) -> str:
    """The form in the nominative, with the capitals of the word that stands in the text."""
    nominative = form if form.tag.case == "nomn" else form.inflect({"nomn"})
    if nominative is None:
        return word
    plain: str = nominative.word if "ё" in word else nominative.word.replace("ё", "е")
    if word.isupper():
        return plain.upper()
    parts, capitals = plain.split("-"), [part[:1].isupper() for part in word.split("-")]
    if len(parts) != len(capitals):
        return word
    named = (part.capitalize() if big else part for part, big in zip(parts, capitals, strict=True))
    return "-".join(named)


@lru_cache(maxsize=1)
def load() -> RussianModel:
    """The models, loaded once a process (about 0.5 s and 200 MB). Raises nlp.ModelMissing."""
    try:
        from navec import Navec  # here: only the process that reads texts needs them
        from pymorphy3 import MorphAnalyzer
        from slovnet import NER

        found = find_spec("natasha")
    except ImportError as error:
        raise missing("natasha") from error
    if found is None or not found.submodule_search_locations:
        raise missing("natasha")
    data = Path(found.submodule_search_locations[0]) / "data"
    ner = NER.load(data / "model" / f"{NAME}.tar", batch_size=BATCH)
    ner.navec(Navec.load(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar"))
    return RussianModel(ner, MorphAnalyzer(lang=LANGUAGE))
