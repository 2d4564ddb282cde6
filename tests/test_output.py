"""Answers as tables, CSV, JSON lines and Parquet: nothing lost, nothing that could do harm."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsbeam.analysis.output import CELL, FORMATS, write_answer
from newsbeam.analysis.query import QueryError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answer(columns: list[str], rows: list[tuple[object, ...]]) -> pa.Table:
    values = [pa.array([row[i] for row in rows]) for i in range(len(columns))]
    return pa.Table.from_arrays(values, columns)


def asked(sql: str) -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.sql(sql).to_arrow_table()


def text_of(table: pa.Table, format: str) -> str:
    out = io.StringIO()
    write_answer(table, format, out)
    return out.getvalue()


def written(columns: list[str], rows: list[tuple[object, ...]], format: str) -> str:
    return text_of(answer(columns, rows), format)


def csv_cells(*values: object) -> list[str]:
    text = written([f"c{i}" for i in range(len(values))], [values], "csv")
    return list(csv.reader(io.StringIO(text)))[1]


def test_a_table_shows_every_script_in_one_line_a_row():
    text = written(["name", "n"], [("საქართველო", 1200), ("Россия\nи мир", 7)], "table")
    lines = [line.split() for line in text.strip().splitlines()]
    assert [lines[0], *lines[2:]] == [
        ["name", "n"],
        ["საქართველო", "1200"],
        ["Россия", "и", "мир", "7"],
    ]


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[2Jgone", "\x1b]0;title\x07", "\x9b31m", "\rover", "a\u202eb", "[red]x[/red]", ":boom:"],
)
def test_a_table_cannot_steer_the_terminal(hostile):
    text = written([hostile, "b", "c"], [(hostile, [hostile], {"k": hostile})], "table")
    assert not set(text) & set("\x1b\x07\x9b\r\u202e")
    if hostile.isprintable():
        assert text.count(hostile) == 4


def test_a_long_text_is_cut_in_a_table_and_nowhere_else():
    long = "x" * (CELL + 1)
    assert "…" in written(["t"], [(long,)], "table")
    assert json.loads(written(["t"], [(long,)], "json"))["t"] == long
    assert csv_cells(long) == [long]


def test_lists_can_be_read_in_a_table_and_are_json_elsewhere():
    rows = [(["Nino", "ა"], [{"id": "x", "n": 1}], {"a": [1.5, None]}), ([], None, None)]
    table = [line.rstrip() for line in written(["who", "ids", "s"], rows, "table").splitlines()]
    assert table[2] == 'Nino, ა  [{"id": "x", "n": 1}]  {"a": [1.5, null]}'
    assert csv_cells(rows[0][0]) == ['["Nino","ა"]']


def test_a_table_that_goes_to_a_file_is_not_folded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert "a" * CELL in written(["t", "u"], [("a" * CELL, "b" * CELL)], "table")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_text_that_a_spreadsheet_would_run_is_marked_in_csv(start):
    (cell,) = csv_cells(f"{start}HYPERLINK(1)")
    assert cell == f"'{start}HYPERLINK(1)".replace("\r", "\n")


def test_column_names_are_guarded_in_csv_too():
    assert written(["=1+1"], [], "csv") == "'=1+1\n"


def test_numbers_lists_times_and_nothing_are_written_plainly_in_csv():
    cells = csv_cells(-5, -0.25, None, ["ა", "b"], NOON, date(2026, 3, 1), 'say "hi",\nnow')
    assert cells == [
        "-5", "-0.25", "", '["ა","b"]', "2026-03-01T12:00:00Z", "2026-03-01", 'say "hi",\nnow',
    ]  # fmt: skip


def test_json_is_one_object_a_line_with_times_in_utc():
    rows = [(NOON, [{"id": "x:ა", "score": float("nan")}], Decimal("1.5")), (None, [], None)]
    lines = written(["at", "who", "share"], rows, "json").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"at": "2026-03-01T12:00:00Z", "who": [{"id": "x:ა", "score": None}], "share": 1.5},
        {"at": None, "who": [], "share": None},
    ]
    assert "ა" in lines[0]


@pytest.mark.parametrize("format", ["csv", "json", "table"])
def test_times_are_written_as_everywhere_with_a_fraction_where_there_is_one(format):
    text = text_of(
        asked(
            "SELECT TIMESTAMPTZ '2026-03-01 16:00+04' AS a,"
            " TIMESTAMPTZ '2026-03-01 12:00:00.25Z' AS b,"
            " TIMESTAMP '2026-03-01 12:00' AS c, TIMESTAMPTZ '12026-03-01 12:00Z' AS far"
        ),
        format,
    )
    assert re.findall(r"[\d-]+T[^\s\",]+", text) == [
        "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.250000Z", "2026-03-01T12:00:00",
        "12026-03-01T12:00:00Z",
    ]  # fmt: skip


def test_numbers_that_json_lacks_are_null_and_words_that_look_so_stay():
    sql = "SELECT 'nan'::DOUBLE a, ['-inf'::DOUBLE, 1.5] b, 'NaN, Infinity ა' c, 2::HUGEINT d"
    (line,) = text_of(asked(sql), "json").splitlines()
    assert json.loads(line, parse_constant=pytest.fail) == {
        "a": None, "b": [None, 1.5], "c": "NaN, Infinity ა", "d": 2,
    }  # fmt: skip
    assert text_of(asked(sql), "csv").splitlines()[1].startswith(",")


def test_any_type_of_sql_is_written_in_every_format():
    every = asked(
        "SELECT uuid(), INTERVAL 3 MONTH, TIME '12:00', MAP {'a': 1}, 'x'::ENUM('x'), '=1'::BLOB,"
        " '101'::BIT, true, NULL, 'infinity'::DATE, union_value(k := 2), 2::HUGEINT, 1 AS a, 2 AS A"
    )
    for format in FORMATS:
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        write_answer(every, format, out)
        out.flush()
        assert out.buffer.getvalue()
    assert ",'=1," in text_of(every, "csv")


def test_a_million_rows_are_written_in_seconds():
    text = text_of(asked("SELECT i, 'ა' || i AS t, [i] AS l FROM range(1000000) t(i)"), "json")
    assert text.count("\n") == 1_000_000


def test_parquet_goes_to_the_bytes_below_a_text_stream():
    below = io.BytesIO()
    out = io.TextIOWrapper(below)
    write_answer(answer(["at", "n"], [(NOON, 3), (None, None)]), "parquet", out)
    table = pq.read_table(io.BytesIO(below.getvalue()))
    assert table.to_pylist() == [{"at": NOON, "n": 3}, {"at": None, "n": None}]


def test_parquet_is_not_thrown_at_a_screen():
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    with pytest.raises(QueryError, match="not for the screen"):
        write_answer(answer(["a"], [(1,)]), "parquet", Screen())


@pytest.mark.parametrize("format", FORMATS)
def test_an_answer_without_rows_can_be_written_in_every_format(format):
    out = io.TextIOWrapper(io.BytesIO())
    write_answer(asked("SELECT 1 AS a WHERE false"), format, out)
    out.flush()
    assert out.buffer.getvalue() or format == "json"
