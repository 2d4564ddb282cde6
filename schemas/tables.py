"""The tables of the lake: which record is a row, and what a partition is called."""

import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal, Union, get_args, get_origin

from newsbeam.schemas.annotations import Actor, Quote, Topic
from newsbeam.schemas.article import Article, Sighting
from newsbeam.schemas.ledger import Failure, Poll, Run
from newsbeam.schemas.wire import types_of

SCHEMA_VERSION = 1  # part of every file's name: rows of another shape are another file


@dataclass(frozen=True)
class Table:
    """A table: `record` is its row, `dated_by` the column whose UTC day is the partition `key`.

    No two stored rows have the same `identity`. Rows with the same `unit` are written together or
    not at all, so whether one of them is there tells whether all are.
    """

    name: str
    record: type
    key: str
    dated_by: str
    identity: tuple[str, ...]
    unit: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", self.unit or self.identity)


_REVISION = ("article_id", "revision")
TABLES = {
    table.name: table
    for table in (
        Table("articles", Article, "published_date", "published_at", _REVISION),
        Table(
            "actors", Actor, "published_date", "published_at", (*_REVISION, "actor_id"), _REVISION
        ),
        Table(
            "topics",
            Topic,
            "published_date",
            "published_at",
            (*_REVISION, "scheme", "code"),
            _REVISION,
        ),
        Table(
            "quotes",
            Quote,
            "published_date",
            "published_at",
            (*_REVISION, "field", "start"),
            _REVISION,
        ),
        Table("sightings", Sighting, "seen_date", "seen_at", ("article_id", "feed_id", "seen_at")),
        Table("polls", Poll, "polled_date", "polled_at", ("feed_id", "polled_at")),
        Table("failures", Failure, "failed_date", "failed_at", ("failure_id",)),
        Table("runs", Run, "started_date", "started_at", ("run_id", "started_at")),
    )
}
ANNOTATIONS = ("actors", "topics", "quotes")


def json_schema(table: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a table's row as JSON; KeyError for an unknown table."""
    record = TABLES[table].record
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table,
        "description": (record.__doc__ or "").strip(),
        "partitioned_by": TABLES[table].key,
        **_schema_of(record),
    }


def _schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of one type; a nullable type allows null."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (one,) = (k for k in inner if k is not type(None))
        return {"anyOf": [_schema_of(one), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _schema_of(inner[0])}
    if origin is Literal:
        return {"enum": list(inner)}
    if is_dataclass(kind):
        described = {}
        for f in fields(kind):
            doc = {"description": f.metadata["doc"]} if "doc" in f.metadata else {}
            described[f.name] = {**_schema_of(types_of(typing.cast(type, kind))[f.name]), **doc}
        required = [f.name for f in fields(kind) if f.default is MISSING]
        return {"type": "object", "properties": described, "required": required}
    if kind is datetime:
        return {"type": "string", "format": "date-time"}
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[kind]}
