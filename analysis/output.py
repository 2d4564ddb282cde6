"""An answer as a table for people, or as CSV, JSON lines or Parquet for programs."""

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

import duckdb

from newsbeam.analysis.query import Answer, QueryError, in_a_sentence
from newsbeam.analysis.table import Column, print_columns
from newsbeam.analysis.views import literal

CELL = 300  # characters of a cell shown to people; the other formats keep everything
STEERING = {"Cc", "Cf", "Cs"}  # control, format, half a surrogate pair
JOINERS = (
    "\u200c\u200d"  # also Cf, but a letter's shape and so a word of Persian or Hindi rests on it
)
FORMULA = r"\A([=+\-@\t\n＝＋－＠])"  # a spreadsheet would run what begins so (OWASP)

# DuckDB's names of its types.
FRACTIONS = {"float", "double"}
NUMBERS = FRACTIONS.union(
    "tinyint smallint integer bigint utinyint usmallint uinteger ubigint decimal".split()
)
NESTED = {"list", "array", "struct", "map", "union"}


def write_answer(answer: Answer, format: str, out: IO[Any], spare: Sequence[str] = ()) -> None:
    """Writes an answer to `out`; Parquet goes to `out.buffer` where there is one.

    `format` is one of FORMATS; KeyError for another. QueryError where it cannot be written so. Of a
    table, the columns named in `spare` are left out where there is no room, the first one first.
    """
    try:
        if format == "table":
            _write_table(answer, out, spare)
        else:
            FORMATS[format](answer, out)
    except duckdb.Error as error:
        raise QueryError(in_a_sentence(error)) from None


def visible(text: str) -> str:
    """Text on one line without the characters that steer a terminal or turn its direction.

    >>> visible("a\\x1b[31m\\nb\\u202e")
    'a[31m b'
    """
    line = " ".join(text.split())
    return "".join(c for c in line if unicodedata.category(c) not in STEERING or c in JOINERS)


def for_programs(column: str, kind: str) -> str:
    """SQL for a column's values: times as ISO 8601, with a fraction only where there is one.

    `kind` is DuckDB's name of the type.
    """
    if kind.startswith("timestamp"):
        zone = "Z" if kind.endswith("zone") else ""
        form = f"%Y-%m-%dT%H:%M:%S.%f{zone}"
        return f"replace(strftime({column}, '{form}'), '.000000{zone}', '{zone}')"
    return column


def for_people(column: str, kind: str) -> str:
    """SQL for a column's values as text: lists and structures as JSON, fractions to four digits."""
    if kind in NESTED:
        return f"to_json({column})::VARCHAR"
    if kind in FRACTIONS:
        return f"format('{{:.4g}}', {column})"
    return f"({for_programs(column, kind)})::VARCHAR"


def for_spreadsheets(column: str, kind: str) -> str:
    """SQL for a column's values in CSV, where no text may be run as a formula."""
    if kind in FRACTIONS:
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if kind in NUMBERS:
        return column
    # A lone \r would end the line for some readers.
    text = rf"regexp_replace({for_people(column, kind)}, '\r\n?', chr(10), 'g')"
    return rf"regexp_replace({text}, '{FORMULA}', '''\1')"


Cell = Callable[[str, str], str]


@contextmanager
def _selected(answer: Answer, cell: Cell) -> Iterator[duckdb.DuckDBPyRelation]:
    """The answer with each column's values as `cell` has them."""
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.from_arrow(answer)
        columns = ['"' + name.replace('"', '""') + '"' for name in rows.columns]
        pairs = zip(columns, rows.types, strict=True)
        yield rows.project(", ".join(f"{cell(name, kind.id)} AS {name}" for name, kind in pairs))


@contextmanager
def _copied(answer: Answer, cell: Cell, options: str) -> Iterator[IO[bytes]]:
    """The answer as DuckDB writes it to a file, which is temporary."""
    with (
        tempfile.TemporaryDirectory(prefix="newsbeam-") as folder,
        _selected(answer, cell) as rows,
    ):
        file = Path(folder, "answer")
        rows.query("answer", f"COPY (FROM answer) TO {literal(str(file))} ({options})")
        with file.open("rb") as written:
            yield written


def _as_text(written: IO[bytes]) -> IO[str]:
    return TextIOWrapper(written, encoding="utf-8", newline="\n")  # line ends stay as they are


def _write_table(answer: Answer, out: IO[Any], spare: Sequence[str] = ()) -> None:
    kinds: list[str] = []

    def cell(column: str, kind: str) -> str:
        kinds.append(kind)
        return for_people(column, kind)

    with _selected(answer, cell) as rows:
        of_columns = list(zip(*rows.fetchall(), strict=True)) or [()] * answer.num_columns
    columns = []
    for name, kind, values in zip(answer.column_names, kinds, of_columns, strict=True):
        cells = [_cell(value or "", kind in NESTED) for value in values]
        number = kind in NUMBERS
        whole = number or kind.startswith(("date", "time", "bool"))
        columns.append(Column(visible(name), cells, number, whole))
    print_columns(columns, out, spare)


def _cell(value: str, nested: bool) -> str:
    """A value on one line; a list has blanks, so that it can be folded between its parts."""
    if nested and value:
        parts = json.loads(value)
        words = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
        value = ", ".join(parts) if words else json.dumps(parts, ensure_ascii=False)
    line = visible(value)
    return line if len(line) <= CELL else f"{line[: CELL - 1]}…"


def _write_csv(answer: Answer, out: IO[Any]) -> None:
    heads = [re.sub(FORMULA, r"'\1", name) for name in answer.column_names]
    with _copied(answer.rename_columns(heads), for_spreadsheets, "FORMAT csv, HEADER") as written:
        shutil.copyfileobj(_as_text(written), out)


def _write_json_lines(answer: Answer, out: IO[Any]) -> None:
    """One object a line, as everything else that newsbeam prints; `jq` and pandas read it."""
    within_lists = "TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'"
    with _copied(answer, for_programs, f"FORMAT json, {within_lists}") as written:
        for line in _as_text(written):
            if "NaN" in line or "Infinity" in line:  # DuckDB writes them, and JSON lacks them
                row = json.loads(line, parse_constant=lambda _: None)
                line = json.dumps(row, ensure_ascii=False) + "\n"
            out.write(line)


def _write_parquet(answer: Answer, out: IO[Any]) -> None:
    if out.isatty():
        raise QueryError("Parquet is not for the screen: write it to a file with “> FILE”.")
    with _copied(answer, lambda column, _: column, "FORMAT parquet, CODEC zstd") as written:
        shutil.copyfileobj(written, getattr(out, "buffer", out))


FORMATS: dict[str, Callable[[Answer, IO[Any]], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "json": _write_json_lines,
    "parquet": _write_parquet,
}
