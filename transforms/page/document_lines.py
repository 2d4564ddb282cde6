"""A line of JSON → the document that it is, or words for people why it is none."""

import json
from collections.abc import Mapping
from typing import Any

from newsbeam.schemas.document import SAYS_SOMETHING, Document
from newsbeam.transforms.page.clean import TEXT_LIMIT, clean_text, one_line
from newsbeam.transforms.page.document_fields import FIELDS

LINE_LIMIT = 16 << 20  # bytes of a line: the most HTML that is read, written as JSON
EXCERPT = 40  # characters of what is wrong that are shown
NUMBERS_TOO = ("id", "published")  # fields that archives write as numbers
KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list",
         dict: "an object", type(None): "null"}  # fmt: skip
# What Python's reader says of a line that is no JSON, for people.
NO_JSON = {
    "Expecting value": "a value is missing",
    "Expecting property name": "a name in double quotes is missing",
    "Expecting ':'": "a colon is missing",
    "Expecting ','": "a comma is missing",
    "Illegal trailing comma": "a comma stands at the end",
    "Unterminated string": "a text has no closing quotation mark",
    "Invalid control": "a text holds a character that must be written as \\u00…",
    "Invalid \\": "a backslash stands before a character that needs none",
    "Extra data": "something follows the object",
}


def values_of(line: str) -> dict[str, Any]:
    """What a line says, by field; ValueError says what a line must be instead.

    >>> values_of('{"title": "Talks"}')
    {'title': 'Talks'}
    >>> values_of("{title: 'Talks'}")
    Traceback (most recent call last):
    ValueError: not_json: a name in double quotes is missing at character 2: "title: 'Talks'}"
    """
    if len(line.encode("utf-8", "replace")) > LINE_LIMIT:
        raise ValueError(f"too_long: a line holds at most {LINE_LIMIT >> 20} MB")
    try:
        value = json.loads(line.rstrip())
    except json.JSONDecodeError as error:
        words = next((w for said, w in NO_JSON.items() if error.msg.startswith(said)), "it is none")
        rest = one_line(line[error.pos : error.pos + EXCERPT], EXCERPT)
        where = f'at character {error.pos + 1}: "{rest}"' if rest else "where the line ends"
        raise ValueError(f"not_json: {words} {where}") from None
    except (ValueError, RecursionError):  # a number of 5,000 digits; a list in a list in a list …
        raise ValueError(
            "not_json: a number is too long, or too much lies in one another"
        ) from None
    if not isinstance(value, dict):
        raise ValueError(
            'not_a_document: a JSON object with "text" or "html" is needed, '
            f"not {KINDS[type(value)]}"
        )
    return value


def document_of(values: dict[str, Any]) -> Document:
    """The document that the fields of a line make; ValueError says which is not as it must be.

    >>> document_of({"title": "Talks", "published": 1584230400}).published
    '1584230400'
    """
    words = {field: text_in(values, field) for field in FIELDS if field != "authors"}
    authors = values.get("authors") or []
    if isinstance(authors, str):
        authors = [authors]
    if not isinstance(authors, list) or not all(isinstance(one, str) for one in authors):
        raise ValueError('not_a_document: "authors" is a list of texts')
    if not any(words[field].strip() for field in SAYS_SOMETHING):
        raise ValueError('not_a_document: neither "text" nor "html" nor "title" says anything')
    return Document(**words, authors=tuple(clean_text(one) for one in authors))


def text_in(values: dict[str, Any], name: str) -> str:
    """What a field says, "" where nothing; ValueError where it is no text."""
    item = values.get(name)
    if item is None:
        return ""
    if name in NUMBERS_TOO and isinstance(item, int | float) and not isinstance(item, bool):
        return str(item)
    if not isinstance(item, str):
        raise ValueError(f'not_a_document: "{name}" is a text, not {KINDS[type(item)]}')
    return item if name == "html" else clean_text(item)[:TEXT_LIMIT]


# Lines that give no document, by the error.
NO_DOCUMENT = {
    "not_json": "no JSON",
    "not_a_document": "not as a document must be",
    "nothing_to_keep": "HTML without title and text",
    "too_long": "too long",
}


def refusals(refused: Mapping[str, int]) -> list[str]:
    """Sentences for people about lines that were refused, from how many there are by the error.

    >>> for words in refusals({"no_date": 500, "not_json": 2, "too_long": 1}):
    ...     print(words)
    documents with no usable date: 500; mend "published" (--undated now: today's)
    lines that could not be read: 2 (no JSON), 1 (too long); their letters say why
    """
    said = []
    if undated := refused.get("no_date"):
        said.append(
            f'documents with no usable date: {undated:,}; mend "published" '
            "(--undated now: today's)"
        )
    others = [
        f"{n:,} ({NO_DOCUMENT.get(error, error)})"
        for error, n in sorted(refused.items())
        if error != "no_date"
    ]
    if others:
        said.append(f"lines that could not be read: {', '.join(others)}; their letters say why")
    return said
