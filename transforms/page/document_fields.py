"""Fields that no document has, and the one that was meant: named to the user, never guessed into
place."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from itertools import islice
from types import MappingProxyType

from newsbeam.schemas.document import Document
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.page.clean import one_line

FIELDS = tuple(field.name for field in fields(Document))
ALIKE = 0.8  # of difflib: titel, txt and autor are near, topic and source_url are not
NAME_LIMIT = 40  # characters of a name; the longest usual one has 18
COUNTED = 50  # names of a document, and unknown ones of a file: more are data used as names


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


@cache
def _usual_names() -> dict[str, str]:
    usual = {_bare(row["name"]): row["field"] for row in packaged("document_fields.csv")}
    return usual | {name: name for name in FIELDS}


def meant_by(name: str) -> str:
    """The field that is usually meant by a name that is no field, "" where none is near.

    >>> meant_by("pub-Date"), meant_by("Titel"), meant_by("topic")
    ('published', 'title', '')
    """
    if field := _usual_names().get(_bare(name)):
        return field
    return "".join(difflib.get_close_matches(name.casefold(), FIELDS, n=1, cutoff=ALIKE))


def names_in(values: Iterable[str]) -> tuple[str, ...]:
    """The names of the fields that a document gives, as they can be shown to people.

    >>> names_in({"title": "Talks", "da\\x1bte\\ud800": 1})
    ('title', 'date')
    """
    shown = (one_line(name[:NAME_LIMIT]) for name in islice(values, COUNTED))
    return tuple(dict.fromkeys("".join(filter(str.isprintable, name)) for name in shown))


def count_fields(
    documents: Iterable[Iterable[str]], before: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int]:
    """In how many documents each field stands, and in those `before`; the commonest ones.

    >>> count_fields([("title", "date"), ("title",)], {"date": 7})
    {'title': 2, 'date': 8}
    """
    counted = Counter(before)
    for names in documents:
        counted.update(names)
    first = sorted(counted.items(), key=lambda item: (item[0] not in FIELDS, -item[1], item[0]))
    return dict(first[: COUNTED + len(FIELDS)])


def near_names(names: Iterable[str], field: str) -> list[str]:
    """Those of these names that are no fields and were meant for one.

    >>> near_names(["title", "date", "topic"], "published")
    ['date']
    """
    return [name for name in names if name not in FIELDS and meant_by(name) == field]


def unknown_fields(counted: Mapping[str, int]) -> list[str]:
    """Sentences for people about the fields that are none, from `count_fields`.

    A field that most of the documents have already is not what another name was meant for.

    >>> for words in unknown_fields({"title": 3, "Headline": 1, "date": 3, "topic": 2}):
    ...     print(words)
    "date" in 3 documents is no field of a document; did you mean "published"?
    ignored fields: "Headline" (1), "topic" (2); run --help lists those that are read
    """
    said, ignored = [], []
    for name, documents in counted.items():
        if name in FIELDS:
            continue
        meant = meant_by(name)
        if meant and counted.get(meant, 0) < documents:
            where = "1 document" if documents == 1 else f"{documents:,} documents"
            said.append(f'"{name}" in {where} is no field of a document; did you mean "{meant}"?')
        else:
            ignored.append(f'"{name}" ({documents:,})')
    if ignored:
        names = ", ".join(ignored)
        said.append(f"ignored fields: {names}; run --help lists those that are read")
    return said
