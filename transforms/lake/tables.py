"""Rows as Parquet: explicit schemas made from the records, and the names of their files."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from newsbeam.schemas.ids import digest
from newsbeam.schemas.tables import SCHEMA_VERSION, TABLES, Table, json_schema
from newsbeam.schemas.wire import from_dict, to_dict
from newsbeam.transforms.lake.storage import Lake, LakeError

Row = TypeVar("Row")


class DamagedFile(LakeError):
    """A file of the lake is no whole Parquet file; the sentence names it."""


# Arrow's own allocator keeps what it was once given; the system's gives it back (see sandbox).
pa.set_memory_pool(pa.system_memory_pool())

# Measured on a million rows: level 3 reads as fast as 15 and is written five times faster.
COMPRESSION = {"compression": "zstd", "compression_level": 3}
# Dictionaries pay on columns of few values and cost on unique ones.
PLAIN = set("article_id revision url canonical_url guid title summary text raw_sha256".split())

_ARROW_TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date-time": pa.timestamp("us", tz="UTC"),
}


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The Parquet schema of a table's rows, after their JSON Schema: `X | None` is nullable."""
    return pa.schema(_fields(json_schema(table)))


def _fields(record: dict[str, Any]) -> list[pa.Field]:
    return [
        pa.field(name, _arrow_type(kind), nullable=True)
        for name, kind in record["properties"].items()
    ]


def _arrow_type(schema: dict[str, Any]) -> pa.DataType:
    schema = schema.get("anyOf", [schema])[0]
    if "enum" in schema:
        return pa.string()
    if schema["type"] == "array":
        return pa.list_(_arrow_type(schema["items"]))
    if schema["type"] == "object":
        return pa.struct(_fields(schema))
    return _ARROW_TYPES[schema.get("format", schema["type"])]


def day_of(moment: datetime) -> str:
    """The UTC day of a moment, as partitions are called.

    >>> day_of(datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    '2026-03-01'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def folder(table: Table, day: str) -> str:
    """Where a day's files of a table lie."""
    return f"{table.name}/{table.key}={day}"


def days_of(lake: Lake, table: Table, since: str = "", until: str = "9999-12-31") -> list[str]:
    """The days from `since` to `until`, both included, that have rows, as YYYY-MM-DD."""
    days = (name.rpartition("=")[2] for name in lake.folders(table.name) if "=" in name)
    return [day for day in days if since <= day <= until]


def files_of(lake: Lake, table: Table, day: str) -> list[str]:
    """A day's files of a table; others that lie there are left out."""
    return [name for name in lake.list(folder(table, day)) if is_ours(table, name)]


def values(row: Any, columns: Iterable[str]) -> tuple[Any, ...]:
    """The row's values in these columns."""
    return tuple(getattr(row, column) for column in columns)


def file_name(table: Table, day: str, stem: str) -> str:
    """The name of a day's file; its stem is made of hex digits, so that others' are told apart."""
    return f"{folder(table, day)}/{stem}.parquet"


def is_lake(lake: Lake) -> bool:
    """Whether newsbeam has written here: a day of a table, or what it remembers.

    So a folder of somebody's own `articles` is none, and a lake whose feeds had no news is one.
    """
    days = [f"{table.name}/{table.key}=" for table in TABLES.values()]
    ours = (*days, "state/claims", "state/feeds", "state/runs")
    there = {name.partition("/")[0] for name in ours}.intersection(lake.folders(""))
    return any(name.startswith(ours) for top in sorted(there) for name in lake.folders(top))


def is_ours(table: Table, name: str) -> bool:
    """Whether a file is one of the table's rows: whatever else lies there is none of ours.

    >>> from newsbeam.schemas.tables import TABLES
    >>> is_ours(TABLES["polls"], "polls/polled_date=2026-03-01/00c0ffee00c0ffee-1.parquet")
    True
    >>> is_ours(TABLES["polls"], "polls/polled_date=2026-03-01/README.parquet")
    False
    """
    file = rf"{table.name}/{table.key}=\d{{4}}-\d\d-\d\d/[0-9a-f]{{16,64}}(-\d+)?\.parquet"
    return bool(re.fullmatch(file, name, re.ASCII))


def stem_of(table: Table, rows: Iterable[Any]) -> str:
    """A stem that is a function of which rows a file holds: the same rows, the same file."""
    keys = sorted(repr(to_dict(values(row, table.identity))) for row in rows)
    return digest(str(SCHEMA_VERSION), *keys)


def to_parquet(table: Table, rows: Sequence[Any]) -> bytes:
    """The rows as one Parquet file, in the order of their identity."""
    ordered = sorted(rows, key=lambda row: repr(to_dict(values(row, table.identity))))
    schema = arrow_schema(table.name)
    sink = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_pylist([_plain(row) for row in ordered], schema),
        sink,
        use_dictionary=[name for name in schema.names if name not in PLAIN],
        **COMPRESSION,
    )
    return bytes(sink.getvalue())


def _plain(value: Any) -> Any:
    """A value as pyarrow takes it: records as dicts, times left as they are.

    Half a surrogate pair, which JSON can smuggle in, is no text: it becomes "?" in its place, for
    one character must never stop the write of all others.
    """
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "replace").decode()
        return value  # no copy: texts are what a batch is made of
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def read_columns(lake: Lake, name: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The values of some columns of a file of the lake, row by row; NotThere, DamagedFile."""
    table = _read(lake, name, columns)
    return list(zip(*(table.column(column).to_pylist() for column in columns), strict=True))


def read_rows(lake: Lake, record: type[Row], name: str) -> list[Row]:
    """The records that a file of the lake holds; NotThere, DamagedFile."""
    return [from_dict(record, row) for row in _read(lake, name).to_pylist()]


def _read(lake: Lake, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The file's table, read in this thread from Arrow's own memory.

    Given a Python file, `read_table` lets threads of its own go of it, and one that does so while
    Python ends takes the process down: 18 of 100 short passes ended with SIGABRT, their work done.
    """
    data = lake.read(name)
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        if lacks := set(columns or ()) - set(file.schema_arrow.names):
            raise OSError(f"it has no {', '.join(sorted(lacks))}: another program's")
        return file.read(columns=None if columns is None else list(columns), use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise DamagedFile(
            f"{lake.url}/{name} is damaged: move it away, newsbeam goes on without it "
            f"({str(error)[:100]})."
        ) from error
