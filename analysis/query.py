"""SQL over a lake, read-only: the tables as views, and nothing else of this machine."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, Protocol, Self

import duckdb

from newsbeam.analysis.views import REVISED, literal, tables_behind, view_statements
from newsbeam.schemas.tables import TABLES, Table

MEMORY_LIMIT = "2GB"  # a quarter of a small laptop; a million articles need a tenth of it
THREADS = 4
DOWNLOADS = 8  # files of a bucket read at once: they are small, and each waits on the network
# What a query may consist of. DuckDB 2.0 calls `WITH x AS (COPY … TO …) SELECT …` a SELECT.
READING_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}

Params = Mapping[str, Any] | Sequence[Any]


class Lake(Protocol):
    """What is asked of a lake; names are relative to its root, with forward slashes."""

    @property
    def url(self) -> str: ...
    def list(self, folder: str) -> Iterable[str]: ...
    def read(self, name: str) -> bytes: ...


class QueryError(Exception):
    """A query that cannot be answered, said in a sentence."""


class Column(str):
    """A column's name that knows its SQL type, so that an empty answer is still typed."""

    sql_type: str

    def __new__(cls, name: str, sql_type: str) -> Self:
        column = super().__new__(cls, name)
        column.sql_type = sql_type
        return column


class Record:
    """The views over one lake, as it stood when each table was first asked for."""

    def __init__(self, lake: Lake, since: date | None = None) -> None:
        self._lake, self._since = lake, since
        self._loaded: set[str] = set()
        self._mirror: tempfile.TemporaryDirectory[str] | None = None
        if "://" in lake.url:
            self._mirror = tempfile.TemporaryDirectory(prefix="newsbeam-")
        self._root = Path(self._mirror.name if self._mirror else lake.url).resolve()
        self._duckdb = _locked_connection(self._root)
        for table in sorted(TABLES.values(), key=lambda table: table.name in REVISED):
            self._define(table, [])  # views of the latest revision stand on those of the others

    def rows(self, sql: str, params: Params = ()) -> tuple[list[Column], list[tuple[Any, ...]]]:
        """The answer to one SELECT: its columns and rows; times are UTC.

        `params` fill `$name` or `?`. Raises QueryError for anything but a single SELECT over the
        tables, and where it fails.
        """
        try:
            _check_reads_only(self._duckdb, sql)
            self._load(_tables_named(sql))
            with ThreadPoolExecutor(1) as apart:  # a recursive query is deaf to Ctrl-C
                answer = apart.submit(self._answer, sql, params)
                try:
                    return answer.result()
                except KeyboardInterrupt:
                    self._duckdb.interrupt()
                    raise
        except (duckdb.Error, RuntimeError, RecursionError, ValueError) as error:
            raise QueryError(_sentence(error)) from None

    def _answer(self, sql: str, params: Params) -> tuple[list[Column], list[tuple[Any, ...]]]:
        answer = self._duckdb.execute(sql, params or None)
        columns = [Column(c[0], str(c[1])) for c in answer.description or ()]
        return columns, answer.fetchall()

    def close(self) -> None:
        """Lets go of the views, and of the copied files of a bucket."""
        self._duckdb.close()
        if self._mirror:
            self._mirror.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _load(self, names: set[str]) -> None:
        """Finds the files of these tables, once; those of a bucket are copied here."""
        for name in names - self._loaded:
            files = _files(self._lake, TABLES[name], self._since)
            if self._mirror:
                with ThreadPoolExecutor(DOWNLOADS) as threads:
                    list(threads.map(self._copy, files))
            self._define(TABLES[name], files)
            self._loaded.add(name)

    def _copy(self, name: str) -> None:
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._lake.read(name))

    def _define(self, table: Table, files: Iterable[str]) -> None:
        for statement in view_statements(table, [str(self._root / file) for file in files]):
            self._duckdb.execute(statement)


def open_record(lake: Lake, since: date | None = None) -> Record:
    """The record of a lake: a local folder is read in place, a bucket's files as they are needed.

    With `since` (UTC), partitions of earlier days are left out, which spares a bucket's download.
    """
    return Record(lake, since)


def to_parquet(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """An answer as a Parquet file; a column of unknown type is text."""
    values = {f"c{i}": [row[i] for row in rows] for i in range(len(columns))}
    selected = ", ".join(
        f'unnest(${key}::{getattr(name, "sql_type", "VARCHAR")}[]) AS "{name.replace(chr(34), "")}"'
        for key, name in zip(values, columns, strict=True)
    )
    with tempfile.TemporaryDirectory(prefix="newsbeam-") as folder, duckdb.connect() as connection:
        file = Path(folder) / "answer.parquet"
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"COPY (SELECT {selected}) TO {literal(str(file))} (FORMAT parquet, CODEC zstd)", values
        )
        return file.read_bytes()


def _locked_connection(root: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that can open the tables' files and nothing else, and stays so."""
    folders = ", ".join(literal(f"{root / table}{os.sep}") for table in TABLES)
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": MEMORY_LIMIT,
            "threads": min(THREADS, os.cpu_count() or 1),
            "temp_directory": "",  # nothing is written, not even when memory runs out
            "python_enable_replacements": False,  # or SQL could name this process's variables
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _check_reads_only(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raises ValueError unless `sql` is one SELECT through and through."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise ValueError("Give exactly one SELECT statement (WITH … SELECT is one, too).")
    tree = connection.execute("SELECT json_serialize_sql($1::VARCHAR)", [sql]).fetchall()[0][0]
    # Quotes within the query's own strings are escaped there, so they cannot look like this.
    nodes = set(re.findall(r'"type":"(\w+_NODE)"', tree))
    if not nodes or nodes - READING_NODES:
        raise ValueError("A query may only read: no COPY, INSERT, UPDATE or DELETE within it.")


def _tables_named(sql: str) -> set[str]:
    """The tables that a query may read: every one it names, or all where it names none plainly."""
    named = set().union(*(tables_behind(word) for word in re.findall(r"\w+", sql)))
    return named or set(TABLES)


def _files(lake: Lake, table: Table, since: date | None) -> list[str]:
    """The names of a table's files; whatever else lies there is none of ours."""
    ours = re.compile(rf"{table.name}/{table.key}=(\d{{4}}-\d\d-\d\d)/\w[\w.-]*\.parquet", re.ASCII)
    found = ((name, ours.fullmatch(name)) for name in lake.list(table.name))
    first = since.isoformat() if since else ""
    return sorted(name for name, match in found if match and match[1] >= first)


def _sentence(error: Exception) -> str:
    """What went wrong, for people: the first paragraph, without DuckDB's own heading."""
    if isinstance(error, RecursionError):
        return "The query is nested too deeply."
    if isinstance(error, duckdb.OutOfMemoryException):
        return f"The query needs more than {MEMORY_LIMIT}: ask for fewer columns or days."
    if isinstance(error, duckdb.PermissionException):
        return "A query may read the lake's tables and no other file: " + ", ".join(TABLES) + "."
    text = re.sub(r"^[A-Z][\w ]+ Error: ", "", str(error).split("\n\nLINE")[0])
    if isinstance(error, duckdb.CatalogException) and text.startswith("Table"):
        return f"{text.splitlines()[0]} The tables are {', '.join(TABLES)}."
    return " ".join(text.split())
