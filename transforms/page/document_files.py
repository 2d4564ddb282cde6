"""What a file is that should hold documents and does not: named before anything is written."""

import json
from collections.abc import Sequence

LOOKED_AT = 10  # lines that say something: one of them at least begins as a document does


def no_documents(lines: Sequence[str]) -> str:
    """What a file is, and what to do, by the first lines that say something; "" for JSON lines.

    One bad line among others is no reason to refuse a file: it costs itself alone.

    >>> no_documents(['nonsense', '{"title": "Talks"}'])
    ''
    >>> no_documents(['[{"title": "Talks"}]'])
    "is a JSON array; an object a line is needed (jq -c '.[]' FILE)"
    """
    if not lines:
        return ""
    first = lines[0].strip(" \t\r\n")
    if first.startswith("\x1f"):
        return "is packed with gzip; give it a name that ends with .gz"
    if first.startswith("PK\x03\x04"):
        return "is a zip file; unpack it first"
    if "\x00" in first:
        return "is UTF-16 or no text; UTF-8 is needed (iconv -f UTF-16 -t UTF-8 FILE)"
    if first.startswith("[") and _is_array_of_objects(first):
        return "is a JSON array; an object a line is needed (jq -c '.[]' FILE)"
    if first == "{":
        return "is JSON over several lines; an object a line is needed (jq -c . FILE)"
    if any(line.lstrip().startswith(("{", "[")) for line in lines):
        return ""
    if first.startswith("<"):
        return "is XML or HTML; JSON lines are needed (for a feed: newsbeam run FEED)"
    if any(mark in first for mark in ",;\t"):
        return "looks like CSV; JSON lines are needed (csvjson --stream FILE)"
    return "is no JSON lines: none of its first lines begins with {"


def _is_array_of_objects(line: str) -> bool:
    """Whether a line that begins with [ is an array of documents, or the beginning of one."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return True
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
