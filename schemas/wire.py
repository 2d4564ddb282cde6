"""Records to and from JSON: times as ISO 8601 UTC, tuples as lists, nothing else changed."""

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

Record = TypeVar("Record")
LARGEST = (1 << 63) - 1  # of a whole number in a file of the lake


def iso(moment: datetime) -> str:
    """A time as it is written everywhere: UTC, `Z`, microseconds only where there are any.

    >>> iso(datetime(2026, 3, 1, 12, tzinfo=UTC))
    '2026-03-01T12:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_dict(value: Any) -> Any:
    """A record (or anything within one) as plain JSON values."""
    if is_dataclass(value):
        return {f.name: to_dict(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, tuple | list):
        return [to_dict(item) for item in value]
    if isinstance(value, dict):
        return {key: to_dict(item) for key, item in value.items()}
    return value


def to_json(value: Any) -> str:
    """A record as one line of JSON, readable in every script."""
    return json.dumps(to_dict(value), ensure_ascii=False)


@cache
def types_of(record: type) -> dict[str, Any]:
    """The field names of a record with their types, in order."""
    hints = typing.get_type_hints(record)
    return {f.name: hints[f.name] for f in fields(record)}


def from_dict(kind: type[Record], value: dict[str, Any]) -> Record:
    """The record that `to_dict` was given; fields that are not known are passed over.

    Raises TypeError or ValueError where the value is not such a record.
    """
    if not isinstance(value, dict):
        raise TypeError(f"{kind.__name__} is made from an object, not from {value!r:.80}")
    known = types_of(typing.cast(type, kind))
    return kind(**{name: _read(known[name], item) for name, item in value.items() if name in known})


def from_json(kind: type[Record], line: str) -> Record:
    """The record that `to_json` was given."""
    return from_dict(kind, json.loads(line))


def _read(kind: Any, value: Any) -> Any:
    """`value` as the type that the field states."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(k for k in inner if k is not type(None)), value)
    if kind is datetime:
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if is_dataclass(kind):
        return from_dict(typing.cast(type[Any], kind), value)
    if origin is tuple:
        return tuple(_read(inner[0], item) for item in value)
    if origin is dict:
        return {key: _read(inner[1], item) for key, item in value.items()}
    if origin is Literal:
        if value not in inner:
            raise ValueError(f"{value!r} is none of {', '.join(map(repr, inner))}")
        return value
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, not {value!r:.80}")
    if kind is int and not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{value} is no number of 64 bits")
    return value
