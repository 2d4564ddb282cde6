"""Who sees the names of an article, by its language: a model, rules, or nobody."""

from collections.abc import Iterable, Sequence

from newsbeam.transforms.text import local_people, russian
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE, LanguageModel, Span


def seen_entities(
    texts: Sequence[tuple[str, str]], english: LanguageModel, known: Knowledge
) -> list[tuple[tuple[Span, ...], str]]:
    """For each language and text the entities in it, and the name and version of what saw them.

    In a language that nothing here reads none are seen; known names are found without.
    """
    found: list[tuple[tuple[Span, ...], str]] = [((), english.name) for _ in texts]
    by_language: dict[str, list[int]] = {}
    for nth, (language, _) in enumerate(texts):
        by_language.setdefault(language, []).append(nth)
    for language, places in by_language.items():
        read = [texts[nth][1] for nth in places]
        for nth, seen in zip(places, _seen(language, read, english, known), strict=True):
            found[nth] = seen
    return found


def _seen(
    language: str, texts: Sequence[str], english: LanguageModel, known: Knowledge
) -> Iterable[tuple[tuple[Span, ...], str]]:
    if language == MODEL_LANGUAGE:
        return [(spans, english.name) for spans in english.entities(texts)]
    if language == russian.LANGUAGE:
        model = russian.load()
        return [(spans, model.name) for spans in model.entities(texts)]
    if language in local_people.LANGUAGES:
        return [(_by_rules(text, language, known), local_people.NAME) for text in texts]
    return [((), english.name) for _ in texts]


def _by_rules(text: str, language: str, known: Knowledge) -> tuple[Span, ...]:
    """People, and towns that are no part of their names."""
    people = local_people.find_people(text, language, known.knows_person)
    towns = known.reference.towns if known.reference else ()
    places = (
        place
        for place in local_people.find_towns(text, language, towns)
        if not any(one.start <= place.start < one.end for one in people)
    )
    return tuple(sorted((*people, *places)))
