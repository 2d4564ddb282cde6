"""The tables of the lake: which record is a row, and what a partition is called.

Installed packages add annotation tables of their own (see CONTRIBUTING.md).
"""

import re
import types
import typing
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Literal, Protocol, Union, get_args, get_origin

from newsbeam.schemas.annotations import Actor, Annotation, Event, NothingFound, Quote, Topic
from newsbeam.schemas.article import Article, Sighting
from newsbeam.schemas.document import SAYS_SOMETHING, Document
from newsbeam.schemas.ledger import Failure, Poll, Run
from newsbeam.schemas.wire import types_of

SCHEMA_VERSION = 2  # part of every file's name: rows of another shape are another file
GROUP = "newsbeam.annotators"  # the entry points by which packages add annotators
DOCUMENTS = "documents"  # what is handed in: described as the tables are, and no table
STAMPS = ("model", "pipeline_version", "annotated_at")  # what each annotation says of its making


class BadAnnotator(Exception):
    """An installed package offers an annotator that cannot be used; the message says which."""


@dataclass(frozen=True)
class Table:
    """A table: `record` is its row, `dated_by` the column whose UTC day is the partition `key`.

    No two stored rows have the same `identity`.
    """

    name: str
    record: type
    key: str
    dated_by: str
    identity: tuple[str, ...]


def annotation_table(name: str, record: type[Annotation], *identity: str) -> Table:
    """A table of annotations: a row is named by its wording, `identity` and what made it.

    So reading an article anew, with another model or version, adds rows and replaces none. Raises
    ValueError for a name that is none for a table, or a record without the columns of STAMPS.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name.endswith("_all"):
        raise ValueError(f"{name!r} is no name for a table (a-z, 0-9, _; no _all at the end)")
    if lacking := sorted(set(STAMPS) - {column.name for column in fields(record)}):
        raise ValueError(f"{record.__name__} lacks the columns {', '.join(lacking)}")
    made_by = ("model", "pipeline_version")
    identity = ("article_id", "revision", *identity, *made_by)
    return Table(name, record, "published_date", "published_at", identity)


_ANNOTATIONS = (
    annotation_table("actors", Actor, "actor_id", "kb_version"),
    annotation_table("topics", Topic, "scheme", "code"),
    annotation_table("quotes", Quote, "field", "start_char"),
    annotation_table("events", Event, "field", "verb_start", "event_type", "actor_id", "target_id"),
)
ON_REQUEST = ("events",)  # annotations that are found only where they are asked for
BUILT_IN = {
    table.name: table
    for table in (
        Table("articles", Article, "published_date", "published_at", ("article_id", "revision")),
        *_ANNOTATIONS,
        Table(
            "nothing_found",
            NothingFound,
            "published_date",
            "published_at",
            ("article_id", "revision", "looked_for", *STAMPS),
        ),
        Table("sightings", Sighting, "seen_date", "seen_at", ("article_id", "feed_id", "seen_at")),
        Table("polls", Poll, "polled_date", "polled_at", ("feed_id", "polled_at")),
        Table("failures", Failure, "failed_date", "failed_at", ("failure_id",)),
        Table("runs", Run, "started_date", "started_at", ("run_id", "started_at")),
    )
}


class _Annotator(Protocol):  # transforms.text.reading.Annotator, which this layer cannot name
    table: Table
    find: Callable[[Any], Iterable[Annotation]]


@cache
def added_annotators() -> tuple[_Annotator, ...]:
    """The annotators that installed packages add, by name of package and entry point.

    Raises BadAnnotator for one that cannot be used: passed over, its rows would be missed unseen.
    """
    added: dict[str, _Annotator] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (_package(p), p.name)):
        try:
            annotator: _Annotator = point.load()
            table = annotator.table
            if not callable(annotator.find):
                raise ValueError(f"{annotator.find!r} is no function")
            if table.name in {*BUILT_IN, *added}:
                raise ValueError(f"there is a table {table.name!r} already")
            if table != annotation_table(table.name, table.record, *table.identity[2:-2]):
                raise ValueError(f"{table.name!r} is not made by annotation_table")
        except Exception as error:
            raise BadAnnotator(
                f"the annotator {point.name!r} of the package {_package(point)} cannot be used "
                f"({type(error).__name__}: {error}); mend or uninstall the package"
            ) from error
        added[table.name] = annotator
    return tuple(added.values())


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""


class _Tables(Mapping[str, Table]):
    """The tables by name, newsbeam's own first.

    Packages are asked when a name is none of newsbeam's or all are wanted, and not before: what
    they offer is made with this module.
    """

    def __getitem__(self, name: str) -> Table:
        return BUILT_IN[name] if name in BUILT_IN else self._added()[name]

    def __iter__(self) -> Iterator[str]:
        yield from (*BUILT_IN, *self._added())

    def __len__(self) -> int:
        return len(BUILT_IN) + len(self._added())

    def _added(self) -> dict[str, Table]:
        return {added.table.name: added.table for added in added_annotators()}


TABLES: Mapping[str, Table] = _Tables()
# All that `json_schema` describes: what is handed in, and the tables, asked for as late as these.
DESCRIBED: Mapping[str, Any] = ChainMap({DOCUMENTS: Document}, typing.cast(dict[str, Any], TABLES))


def annotation_tables() -> tuple[str, ...]:
    """The names of the annotation tables in the order in which their rows are found."""
    return tuple(table.name for table in (*_ANNOTATIONS, *(a.table for a in added_annotators())))


def usual_annotations() -> tuple[str, ...]:
    """Those that are found without being asked for."""
    return tuple(name for name in annotation_tables() if name not in ON_REQUEST)


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a table's row, or of a document; KeyError for another name."""
    if name == DOCUMENTS:
        record: type = Document
        more: dict[str, Any] = {"anyOf": [{"required": [field]} for field in SAYS_SOMETHING]}
    else:
        record, more = TABLES[name].record, {"partitioned_by": TABLES[name].key}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": (record.__doc__ or "").strip(),
        **more,
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
