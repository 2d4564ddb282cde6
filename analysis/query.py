"""SQL over a lake, read-only: the tables as views, and nothing else of this machine."""

import logging
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import date
from itertools import compress
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias

import duckdb
import pyarrow as pa

from newsbeam.analysis.views import (
    EMPTY,
    REVISED,
    literal,
    ready_statements,
    tables_behind,
    view_statements,
)
from newsbeam.schemas.tables import TABLES, Table
from newsbeam.transforms.lake.tables import arrow_schema, folder, is_ours

log = logging.getLogger("newsbeam")

SOON = 0.05  # seconds until a query that goes on is told to end once more
MEMORY_LIMIT = "2GB"  # a quarter of a small laptop; a million articles need a tenth of it
THREADS = 4
DOWNLOADS = 8  # files of a bucket read at once: they are small, and each waits on the network
# What a query may consist of. DuckDB 2.0 calls `WITH x AS (COPY … TO …) SELECT …` a SELECT.
READING_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}

# Characters of an error: DuckDB names every candidate of a function, with all of its types.
LONGEST_SENTENCE = 300
MAGIC = b"PAR1"  # what a Parquet file begins and ends with
SMALLEST = 12  # bytes: the magic twice, and the length of the footer between

Answer: TypeAlias = pa.Table
Params = Mapping[str, Any] | Sequence[Any]


class Lake(Protocol):
    """What is asked of a lake; names are relative to its root, with forward slashes."""

    @property
    def url(self) -> str: ...
    def list(self, folder: str) -> Iterable[str]: ...
    def read(self, name: str) -> bytes: ...


class QueryError(Exception):
    """A query that cannot be answered, said in a sentence."""


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
        for statement in ready_statements():
            self._duckdb.execute(statement)

    @property
    def lake(self) -> str:
        """The address of the lake."""
        return self._lake.url

    def answer(self, sql: str, params: Params = ()) -> Answer:
        """The answer to one SELECT as an Arrow table; times are UTC.

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
                except BaseException:  # Ctrl-C, or whatever else ends the waiting
                    while not answer.done():  # a query that has not begun yet hears nothing
                        self._duckdb.interrupt()
                        wait((answer,), SOON)
                    raise
        except (duckdb.Error, RuntimeError, RecursionError, ValueError) as error:
            raise QueryError(in_a_sentence(error)) from None

    def _answer(self, sql: str, params: Params) -> Answer:
        return self._duckdb.sql(sql, params=params or None).to_arrow_table()

    def rows(self, sql: str, params: Params = ()) -> list[dict[str, Any]]:
        """The answer to one SELECT, row by row, each with its values by name."""
        return list(self.answer(sql, params).to_pylist())

    def span(self, table: str) -> tuple[date, date] | None:
        """The first and last day of which a table has files, also before `since`."""
        names = _files(self._lake, TABLES[table], None)
        if not names:
            return None
        first, last = (name.partition("=")[2][:10] for name in (names[0], names[-1]))
        return date.fromisoformat(first), date.fromisoformat(last)

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
            with ThreadPoolExecutor(DOWNLOADS) as threads:
                sound = list(threads.map(self._sound, files))
            self._define(TABLES[name], compress(files, sound))
            self._loaded.add(name)

    def _sound(self, name: str) -> bool:
        """Whether a file can be read, copied from its bucket; one that is damaged is named."""
        path = self._root / name
        if self._mirror:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self._lake.read(name))
        with suppress(OSError):  # why a file cannot be opened, DuckDB says
            if not is_parquet(path):
                log.error(
                    "%s/%s is damaged or no Parquet file, so the answer goes without it: move it"
                    " away, and newsbeam goes on as if it had never been there.",
                    self._lake.url,
                    name,
                )
                return False
        return True

    def _define(self, table: Table, files: Iterable[str]) -> None:
        for statement in view_statements(table, [str(self._root / file) for file in files]):
            self._duckdb.execute(statement)


def open_record(lake: Lake, since: date | None = None) -> Record:
    """The record of a lake: a local folder is read in place, a bucket's files as they are needed.

    With `since` (UTC), partitions of earlier days are left out, which spares a bucket's download.
    """
    return Record(lake, since)


def as_answer(rows: Sequence[Mapping[str, Any]], columns: Iterable[str]) -> Answer:
    """Rows that were put together here, as a table of these columns."""
    return pa.table({name: [row.get(name) for row in rows] for name in columns})


def is_parquet(path: Path) -> bool:
    """Whether a file has Parquet's marks at both ends, which a torn or foreign one has not."""
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
        file.seek(max(0, path.stat().st_size - len(MAGIC)))
        return head == file.read() == MAGIC and file.tell() >= SMALLEST


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
    # A view names its files twice, and a page asks many views: a fifth of its time is footers.
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute(f"CREATE SCHEMA {EMPTY}")
    for table in TABLES.values():  # with the types that the writer gives its files
        rows = connection.from_arrow(arrow_schema(table.name).empty_table())
        rows.project(f"*, NULL::DATE AS {table.key}").create(f"{EMPTY}.{table.name}")
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
    """The names of a table's files, by day; whatever else lies there is none of ours."""
    first = folder(table, since.isoformat()) if since else ""
    return sorted(name for name in lake.list(table.name) if is_ours(table, name) and name >= first)


def in_a_sentence(error: Exception) -> str:
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
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SENTENCE else line[: LONGEST_SENTENCE - 1] + "…"
