"""How a record's fields say what they mean: the words live beside the field, once."""

from dataclasses import MISSING, field
from typing import Any


def column(doc: str, default: Any = MISSING) -> Any:
    """A dataclass field that is a column: `doc` is its description for people and JSON Schema."""
    if default is MISSING:
        return field(metadata={"doc": doc})
    return field(default=default, metadata={"doc": doc})
