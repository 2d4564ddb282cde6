"""Where an article in another language than English names someone: what its model or its rules
see, and the names that are known.
"""

from collections.abc import Iterable
from dataclasses import replace

from newsbeam.transforms.text.given_names import is_given_name
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.nlp import Span
from newsbeam.transforms.text.seen_names import KINDS
from newsbeam.transforms.text.spelling import Name, longest, tidy


def find_local_names(
    text: str, spans: Iterable[Span], knowledge: Knowledge, language: str
) -> list[Name]:
    """The names of a text in order, none overlapping another.

    A known name within a longer one that is seen is a part of it: Vladimir is no city in
    "Владимир Путин", nor Moscow in «Эхо Москвы».
    """
    seen = (_seen_name(text, span, knowledge, language) for span in spans)
    names = [name for name in seen if name]
    for hit in knowledge.find(text, language):
        touched = [name for name in names if name.start < hit.end and name.end > hit.start]
        covered = all(hit.start <= name.start and name.end <= hit.end for name in touched)
        first_name = hit.type != "person" and is_given_name(text[hit.start : hit.end])
        if not touched:
            ambiguity = knowledge.ambiguous.get(text[hit.start : hit.end])
            if not (first_name or (ambiguity and not ambiguity.other_id)):
                names.append(replace(hit, seen=False))
        elif covered and not (first_name and touched[0].type == "person"):
            names = [name for name in names if name not in touched]
            names.append(replace(hit, seen=True, base=touched[0].base if len(touched) == 1 else ""))
    return longest(names)


def _seen_name(text: str, span: Span, knowledge: Knowledge, language: str) -> Name | None:
    """What a span names, with those who are known by that name."""
    bounds = tidy(text, span.start, span.end)
    if bounds is None:
        return None
    kind = KINDS[span.label]
    base = span.base or text[slice(*bounds)]
    hits = [hit for hit in knowledge.find(base, language) if hit.end - hit.start == len(base)]
    ids = hits[0].ids if hits and (kind == "person") == (hits[0].type == "person") else ()
    if kind == "person" and not ids:
        ids = knowledge.spelled(base)
    type = knowledge.actors[ids[0]].type if ids else kind
    return Name(*bounds, type, ids, base=base)
