"""What is in a lake: rows, days, files and bytes of each table, and which versions wrote them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from newsbeam.analysis.query import Answer, Record, as_answer
from newsbeam.analysis.views import REVISED
from newsbeam.schemas.tables import TABLES, Table

COLUMNS = ("table", "rows", "days", "first", "last", "files", "bytes", "sources", "versions")
SPARE = ("versions", "days")  # what a narrow screen can do without


def inventory(record: Record, files: Mapping[str, tuple[int, int]]) -> Answer:
    """A row a table, with how many `files` and bytes it has; then what lies beside the tables."""
    rows = [
        {"table": name, **_counted(record, table), **_sized(files, name)}
        for name, table in TABLES.items()
    ]
    beside = [{"table": f"{name}/", **_sized(files, name)} for name in files if name not in TABLES]
    return as_answer([*rows, *beside], COLUMNS)


def _sized(files: Mapping[str, tuple[int, int]], name: str) -> dict[str, int]:
    return dict(zip(("files", "bytes"), files.get(name, (0, 0)), strict=True))


def _counted(record: Record, table: Table) -> dict[str, Any]:
    """Counts of all rows, each revision and version with its own."""
    every = f"{table.name}_all" if table.name in REVISED else table.name
    names = {one.name for one in fields(table.record)}
    sources = "count(DISTINCT source)" if "source" in names else "NULL::BIGINT"
    versions = (
        "string_agg(DISTINCT pipeline_version, ' ' ORDER BY pipeline_version)"
        if "pipeline_version" in names
        else "NULL::VARCHAR"
    )
    (row,) = record.rows(
        f'SELECT count(*) AS "rows", count(DISTINCT {table.key}) AS days,'
        f' min({table.key}) AS "first", max({table.key}) AS "last",'
        f" {sources} AS sources, {versions} AS versions FROM {every}"
    )
    return row
