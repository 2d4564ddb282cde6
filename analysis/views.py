"""The tables as SQL views: their types come from the schemas, so an empty lake has them too."""

from collections.abc import Iterable
from typing import Any

from newsbeam.schemas.tables import TABLES, Table, annotation_tables, json_schema

REVISED = ("articles", *annotation_tables())  # these have `<name>_all` with every revision

_SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date-time": "TIMESTAMPTZ",
}


def tables_behind(view: str) -> set[str]:
    """The tables whose files a view reads; nothing for a name that is no view of ours.

    >>> sorted(tables_behind("actors")), tables_behind("actors_all"), tables_behind("x")
    (['actors', 'articles', 'sightings'], {'actors'}, set())
    """
    view = view.lower()
    table = view.removesuffix("_all")
    if table not in TABLES or (view != table and table not in REVISED):
        return set()
    return {table, "articles", "sightings"} if view in REVISED else {table}


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
    # The wording seen last, for an edit may be undone; but words of a feed whose page is missing
    # hide no text. Only narrow columns are sorted out, then the wide rows stream past.
    latest = (
        "SELECT article_id, arg_max(revision, (whole, seen_at, carried, fetched_at, revision))"
        " AS revision FROM (SELECT article_id, revision, page_problem IS NULL AS whole,"
        " first_seen_at AS seen_at, 0 AS carried, fetched_at FROM articles_all"
        " UNION ALL SELECT article_id, revision, page_problem IS NULL, sightings.seen_at, 1,"
        " fetched_at FROM sightings JOIN articles_all USING (article_id, revision)"
        ") GROUP BY article_id"
    )
    return [
        f"CREATE OR REPLACE VIEW {every} AS {rows}",
        f"CREATE OR REPLACE VIEW {table.name} AS"
        f" SELECT * FROM {every} SEMI JOIN ({latest}) USING (article_id, revision)",
    ]


def empty_relation(table: Table) -> str:
    """A SELECT without rows that has the table's columns and types, the partition key last."""
    columns = json_schema(table.name)["properties"]
    nulls = [f'NULL::{sql_type(kind)} AS "{name}"' for name, kind in columns.items()]
    return f"SELECT {', '.join(nulls)}, NULL::DATE AS {table.key} WHERE false"


def sql_type(schema: dict[str, Any]) -> str:
    """The SQL type of what a JSON Schema of ours describes; one with `anyOf` is nullable.

    >>> sql_type({"type": "array", "items": {"type": "string", "format": "date-time"}})
    'TIMESTAMPTZ[]'
    """
    schema = schema.get("anyOf", [schema])[0]
    if "enum" in schema:
        return "VARCHAR"
    if schema["type"] == "array":
        return f"{sql_type(schema['items'])}[]"
    if schema["type"] == "object":
        parts = (f'"{name}" {sql_type(part)}' for name, part in schema["properties"].items())
        return f"STRUCT({', '.join(parts)})"
    return _SQL_TYPES[schema.get("format", schema["type"])]


def literal(text: str) -> str:
    """Text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
