"""An answer as text for people, or as CSV, JSON lines or Parquet for programs."""

import csv
import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import IO, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsbeam.analysis.query import QueryError, to_parquet
from newsbeam.schemas.wire import iso

CELL = 300  # characters of a cell shown to people; the other formats keep everything
WIDE = 10_000  # columns of a file that is no terminal: nothing is folded there
STEERING = {"Cc", "Cf", "Cs"}  # control, format, half a surrogate pair
JOINERS = (
    "\u200c\u200d"  # also Cf, but a letter's shape and so a word of Persian or Hindi rests on it
)
FORMULA = tuple("=+-@\t\n＝＋－＠")  # a spreadsheet would run what begins so (OWASP)

Rows = Sequence[Sequence[Any]]


def write_rows(columns: Sequence[str], rows: Rows, format: str, out: IO[Any]) -> None:
    """Writes an answer to `out`; Parquet goes to `out.buffer` where there is one.

    `format` is one of FORMATS; KeyError for another.
    """
    FORMATS[format](columns, rows, out)


def plain(value: Any) -> Any:
    """A value as JSON has it: times ISO 8601 in UTC, no number that JSON lacks.

    >>> plain({"day": date(2026, 3, 1), "share": float("nan")})
    {'day': '2026-03-01', 'share': None}
    """
    if isinstance(value, datetime):
        return iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | int) else str(value)


def visible(text: str) -> str:
    """Text on one line without the characters that steer a terminal or turn its direction.

    >>> visible("a\\x1b[31m\\nb\\u202e")
    'a[31m b'
    """
    line = " ".join(text.split())
    return "".join(c for c in line if unicodedata.category(c) not in STEERING or c in JOINERS)


def _words(value: Any) -> str:
    """A value as one cell of text; lists and structures as JSON."""
    value = plain(value)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _for_people(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    text = visible(_words(value))
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


def _safe_in_spreadsheets(value: Any) -> str:
    text = re.sub("\r\n?", "\n", _words(value))  # a lone \r would end the line for some readers
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def _write_table(columns: Sequence[str], rows: Rows, out: IO[Any]) -> None:
    width = None if out.isatty() else WIDE
    console = Console(file=out, highlight=False, markup=False, emoji=False, width=width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(columns):
        numbers = any(isinstance(row[i], int | float) for row in rows)
        table.add_column(
            Text(visible(name)), justify="right" if numbers else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(_for_people(value)) for value in row))
    console.print(table)


def _write_csv(columns: Sequence[str], rows: Rows, out: IO[Any]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_safe_in_spreadsheets(name) for name in columns])
    writer.writerows([_safe_in_spreadsheets(value) for value in row] for row in rows)


def _write_json_lines(columns: Sequence[str], rows: Rows, out: IO[Any]) -> None:
    """One object a line, as everything else that newsbeam prints; `jq` and pandas read it."""
    for row in rows:
        line = dict(zip(columns, plain(row), strict=True))
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


def _write_parquet(columns: Sequence[str], rows: Rows, out: IO[Any]) -> None:
    if out.isatty():
        raise QueryError("Parquet is not for the screen: write it to a file with “> FILE”.")
    getattr(out, "buffer", out).write(to_parquet(columns, rows))


FORMATS: dict[str, Callable[[Sequence[str], Rows, IO[Any]], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "json": _write_json_lines,
    "parquet": _write_parquet,
}
