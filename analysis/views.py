"""The tables as SQL views: their types come from the records, so an empty lake has them too."""

import types
import typing
from collections.abc import Iterable
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any, Literal, Union, get_args, get_origin

from newsbeam.schemas.tables import ANNOTATIONS, TABLES, Table
from newsbeam.schemas.wire import types_of

REVISED = ("articles", *ANNOTATIONS)  # these have `<name>_all` with every revision

_SQL_TYPES = {
    str: "VARCHAR",
    int: "BIGINT",
    float: "DOUBLE",
    bool: "BOOLEAN",
    datetime: "TIMESTAMPTZ",
}


def tables_behind(view: str) -> set[str]:
    """The tables whose files a view reads; nothing for a name that is no view of ours.

    >>> sorted(tables_behind("actors")), tables_behind("actors_all"), tables_behind("x")
    (['actors', 'articles'], {'actors'}, set())
    """
    view = view.lower()
    table = view.removesuffix("_all")
    if table not in TABLES or (view != table and table not in REVISED):
        return set()
    return {table, "articles"} if view in ANNOTATIONS else {table}


def view_statements(table: Table, files: Iterable[str]) -> list[str]:
    """The CREATE VIEW statements for a table whose rows are in these Parquet files.

    Files written by another version may have columns more or fewer: they are matched by name,
    and what a file lacks is NULL.
    """
    rows = empty_relation(table)
    paths = ", ".join(literal(file) for file in files)
    if paths:
        rows += (
            f" UNION ALL BY NAME FROM read_parquet([{paths}], union_by_name = true,"
            f" hive_partitioning = true, hive_types = {{'{table.key}': DATE}})"
        )
    if table.name not in REVISED:
        return [f"CREATE OR REPLACE VIEW {table.name} AS {rows}"]
    every = f"{table.name}_all"
    # Only three narrow columns are sorted out, then the wide rows stream past: no text in memory.
    latest = (
        "SELECT article_id, arg_max(revision, (fetched_at, revision)) AS revision"
        " FROM articles_all GROUP BY article_id"
    )
    return [
        f"CREATE OR REPLACE VIEW {every} AS {rows}",
        f"CREATE OR REPLACE VIEW {table.name} AS"
        f" SELECT * FROM {every} SEMI JOIN ({latest}) USING (article_id, revision)",
    ]


def empty_relation(table: Table) -> str:
    """A SELECT without rows that has the table's columns and types, the partition key last."""
    columns = {name: sql_type(kind) for name, kind in types_of(table.record).items()}
    nulls = ", ".join(
        f'NULL::{kind} AS "{name}"' for name, kind in (columns | {table.key: "DATE"}).items()
    )
    return f"SELECT {nulls} WHERE false"


def sql_type(kind: Any) -> str:
    """A field's type in SQL.

    >>> sql_type(tuple[str, ...]), sql_type(float | None)
    ('VARCHAR[]', 'DOUBLE')
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return sql_type(next(k for k in inner if k is not type(None)))
    if origin is tuple:
        return f"{sql_type(inner[0])}[]"
    if origin is Literal:
        return "VARCHAR"
    if is_dataclass(kind):
        parts = types_of(typing.cast(type, kind)).items()
        inside = ", ".join(f'"{name}" {sql_type(part)}' for name, part in parts)
        return f"STRUCT({inside})"
    return _SQL_TYPES[kind]


def literal(text: str) -> str:
    """Text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
