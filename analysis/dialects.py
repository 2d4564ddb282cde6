"""The statements that open a lake in another engine: tables, partitions, latest-revision views.

DuckDB and ClickHouse (chdb) are tried by tests; BigQuery, Athena and Trino are written
by their documents (Hive-partitioned loads, CREATE EXTERNAL TABLE, the Hive connector; November
2026) and were not run there.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from newsbeam.analysis.views import REVISED, latest_by_rank, literal
from newsbeam.schemas.tables import TABLES, Table, annotation_tables, json_schema

# A lake that another engine reaches elsewhere than we do: what the user has to fill in.
_ELSEWHERE = "s3://YOUR-BUCKET/lake"
_NAMED = {"string": 0, "integer": 1, "number": 2, "boolean": 3, "date-time": 4}
_TYPES: Mapping[str, tuple[str, str, str, str, str]] = {
    "spark": ("STRING", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP"),
    "athena": ("string", "bigint", "double", "boolean", "timestamp"),
    "trino": ("varchar", "bigint", "double", "boolean", "timestamp"),
    "clickhouse": ("String", "Int64", "Float64", "Bool", "DateTime64(6, 'UTC')"),
}  # fmt: skip
Has = Callable[[str], bool]  # whether a table has any file


def statements(dialect: str, lake: str, has_rows: Has) -> list[str]:
    """The statements to paste, in order; `lake` is the address, KeyError for another dialect."""
    tables = list(TABLES.values())
    made = [MADE[dialect](table, lake.rstrip("/"), has_rows(table.name)) for table in tables]
    views = [_latest(dialect)] + [_view(dialect, table) for table in tables if _is_revised(table)]
    return [*_before(dialect, lake), *(one for some in made for one in some), *views]


def _is_revised(table: Table) -> bool:
    return table.name in REVISED


def _every(table: Table) -> str:
    """What a table with all its rows is called: `articles_all` beside a view `articles`."""
    return f"{table.name}_all" if _is_revised(table) else table.name


def _quoted(dialect: str, name: str) -> str:
    """A column's name as no reserved word: `end` is one nearly everywhere."""
    mark = "`" if dialect in ("spark", "bigquery", "clickhouse") else '"'
    return f"{mark}{name}{mark}"


def _latest(dialect: str) -> str:
    """The view of which wording of each article is shown."""
    rank = latest_by_rank(_in(dialect, "articles_all"), _in(dialect, "sightings"))
    return f"CREATE OR REPLACE VIEW {_in(dialect, 'latest_revisions')} AS{rank.rstrip()};"


def _view(dialect: str, table: Table) -> str:
    """The view of a table's rows of the latest wordings, of those the newest annotation."""
    every, latest = _in(dialect, _every(table)), _in(dialect, "latest_revisions")
    names = [*json_schema(table.name)["properties"], table.key]
    columns = ", ".join(f"a.{(q := _quoted(dialect, name))} AS {q}" for name in names)
    same = "{0}.article_id = a.article_id AND {0}.revision = a.revision"
    sql = f"SELECT {columns}\nFROM {every} AS a\nJOIN {latest} AS l ON {same.format('l')}"
    if table.name in annotation_tables():
        newest = (
            "SELECT article_id, revision, max(annotated_at) AS newest FROM (\n"
            f"      SELECT article_id, revision, annotated_at FROM {every} UNION ALL\n"
            "      SELECT article_id, revision, annotated_at FROM "
            f"{_in(dialect, 'nothing_found')} WHERE looked_for = '{table.name}') AS readings\n"
            "      GROUP BY article_id, revision"
        )
        sql += f"\nJOIN ({newest}) AS n ON {same.format('n')}"
        sql += "\nWHERE n.newest IS NULL OR a.annotated_at = n.newest"
    return f"CREATE OR REPLACE VIEW {_in(dialect, table.name)} AS\n{sql};"


def _in(dialect: str, name: str) -> str:
    """A table's or view's name where the engine wants its data set before it."""
    return f"newsbeam.{name}" if dialect in ("bigquery", "athena", "spark") else name


def _type(dialect: str, schema: dict[str, Any]) -> str:
    """The engine's name of a column's type."""
    schema = schema.get("anyOf", [schema])[0]
    if "enum" in schema:
        return _plain(dialect, "string")
    if schema["type"] == "array":
        inner = _type(dialect, schema["items"])
        return {
            "trino": f"array({inner})", "clickhouse": f"Array({inner})",
        }.get(dialect, f"array<{inner}>")  # fmt: skip
    if schema["type"] == "object":
        named = {name: _type(dialect, kind) for name, kind in schema["properties"].items()}
        if dialect in ("trino", "clickhouse"):
            word = "row" if dialect == "trino" else "Tuple"
            inside = ", ".join(f"{_quoted(dialect, name)} {kind}" for name, kind in named.items())
            return f"{word}({inside})"
        return f"struct<{', '.join(f'`{name}`:{kind}' for name, kind in named.items())}>"
    return _plain(dialect, schema.get("format", schema["type"]))


def _plain(dialect: str, kind: str) -> str:
    name = _TYPES[dialect][_NAMED[kind]]
    return f"Nullable({name})" if dialect == "clickhouse" else name


def _columns(dialect: str, table: Table, mark: str) -> str:
    """The columns of CREATE TABLE, but for the partition's; Athena quotes here as Hive does."""
    described = json_schema(table.name)["properties"].items()
    return ",\n  ".join(f"{mark}{name}{mark} {_type(dialect, kind)}" for name, kind in described)


def _days_found(table: str) -> str:
    return f"MSCK REPAIR TABLE {table}; -- after each run: it finds the new days"


def _duckdb(table: Table, lake: str, has_rows: bool) -> list[str]:
    schema = literal(f"{lake}/_schema/{table.name}.parquet")
    rows = f"SELECT *, NULL::DATE AS {table.key} FROM read_parquet({schema})"
    if has_rows:
        files = literal(f"{lake}/{table.name}/*/*.parquet")
        rows += (
            f"\nUNION ALL BY NAME SELECT * FROM read_parquet({files}, union_by_name = true,"
            f"\n  hive_partitioning = true, hive_types = {{'{table.key}': DATE}})"
        )
    note = "" if has_rows else f"-- {table.name} has no rows yet: print this again once it has\n"
    return [f"{note}CREATE OR REPLACE VIEW {_every(table)} AS\n{rows};"]


def _spark(table: Table, lake: str, _: bool) -> list[str]:
    name, where = f"newsbeam.{_every(table)}", literal(f"{lake}/{table.name}")
    return [
        f"DROP TABLE IF EXISTS {name};",  # of an external table: its files stay
        f"CREATE TABLE {name} (\n  {_columns('spark', table, '`')},\n  {table.key} DATE\n)"
        f" USING parquet PARTITIONED BY ({table.key}) LOCATION {where};",
        _days_found(name),
    ]


def _bigquery(table: Table, lake: str, _: bool) -> list[str]:
    return [
        f"CREATE OR REPLACE EXTERNAL TABLE newsbeam.{_every(table)}\n"
        f"WITH PARTITION COLUMNS ({table.key} DATE)\nOPTIONS (\n  format = 'PARQUET',"
        f" uris = ['{lake}/{table.name}/*'],\n"
        f"  hive_partition_uri_prefix = '{lake}/{table.name}', enable_list_inference = true,\n"
        f"  reference_file_schema_uri = '{lake}/_schema/{table.name}.parquet');"
    ]


def _athena(table: Table, lake: str, _: bool) -> list[str]:
    name = f"newsbeam.{_every(table)}"
    return [
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {name} (\n  {_columns('athena', table, '`')}\n)\n"
        f"PARTITIONED BY (`{table.key}` date) STORED AS PARQUET"
        f" LOCATION '{_reached(lake)}/{table.name}/';",
        _days_found(name),
    ]


def _trino(table: Table, lake: str, _: bool) -> list[str]:
    return [
        f"CREATE TABLE IF NOT EXISTS {_every(table)} (\n  {_columns('trino', table, chr(34))},\n"
        f"  {table.key} date\n) WITH (format = 'PARQUET', partitioned_by = ARRAY['{table.key}'],\n"
        f"  external_location = '{lake}/{table.name}');",
        f"CALL system.sync_partition_metadata('newsbeam', '{_every(table)}', 'FULL');",
    ]


def _clickhouse(table: Table, lake: str, _: bool) -> list[str]:
    columns = literal(_columns("clickhouse", table, "`").replace("\n", ""))
    files = f"{lake}/{table.name}/*/*.parquet"
    source = f"file({literal(files)}"
    if lake.startswith("gs://"):
        address = files.replace("gs://", "https://storage.googleapis.com/", 1)
        source = f"gcs({literal(address)}"
    key = f"toDate(extract(_path, '{table.key}=([0-9-]+)')) AS {table.key}"
    return [
        f"CREATE OR REPLACE VIEW {_every(table)} AS\nSELECT *, {key}\n"
        f"FROM {source}, 'Parquet',\n  {columns});"
    ]


def _reached(lake: str) -> str:
    """Where Athena finds the lake: it reads S3 alone."""
    return lake if lake.startswith("s3://") else _ELSEWHERE


def _before(dialect: str, lake: str) -> Iterable[str]:
    """What stands before the tables: the database, and what the user has to do first."""
    if dialect == "athena" and _reached(lake) != lake:
        yield f"-- Athena reads S3: copy {lake} to {_ELSEWHERE}, and put your bucket there."
    if dialect == "bigquery" and not lake.startswith("gs://"):
        yield f"-- BigQuery reads gs://: copy {lake} to a bucket and print this for it."
    if dialect in ("spark", "athena"):
        yield "CREATE DATABASE IF NOT EXISTS newsbeam;"
    if dialect == "bigquery":
        yield "CREATE SCHEMA IF NOT EXISTS newsbeam;"
    if dialect == "trino":
        yield "-- In a catalog of the Hive connector: USE it.newsbeam first."
    if dialect == "spark":
        yield "SET spark.sql.session.timeZone=UTC;"


MADE: dict[str, Callable[[Table, str, bool], list[str]]] = {
    "duckdb": _duckdb, "spark": _spark, "bigquery": _bigquery, "athena": _athena,
    "trino": _trino, "clickhouse": _clickhouse,
}  # fmt: skip
