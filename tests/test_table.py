"""A table that people read fits its place, whatever is in it, and breaks no word."""

import io
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from modes import NEWSBEAM
from newsbeam.analysis.output import visible
from newsbeam.analysis.table import Column, folded, print_columns
from newsbeam.schemas.tables import TABLES
from terminal import terminal

from .sample_lake import write_sample_lake

URL = "https://tbilisi-ledger.example/2026/03/27/the-railway-that-nobody-wanted/index.html"
GEORGIAN, CHINESE, HEBREW = (
    "საქართველოს პარლამენტის თავმჯდომარე",
    "第比利斯国会主席。" * 9,
    "שלום עולם",
)
CELLS = st.one_of(
    st.sampled_from(["", "Nino Beridze", "x" * 70, URL, GEORGIAN, CHINESE, HEBREW, "👨‍👩‍👧 🇬🇪 ok"]),
    st.text(max_size=300).map(visible),
)
LETTERS = "[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65\U00020000-\U0003ffff]"
NUMBERS = st.integers(-(10**12), 10**12).map(str)
NAME = st.from_regex(r"[a-z][a-z_]{0,27}", fullmatch=True)


@st.composite
def tables(draw: st.DrawFn) -> list[Column]:
    """Up to forty columns of words or numbers, of up to three rows."""
    names = draw(st.lists(NAME, min_size=1, max_size=40, unique=True))
    rows = draw(st.integers(0, 3))
    columns = []
    for name in names:
        number = draw(st.booleans())
        cells = draw(st.lists(NUMBERS if number else CELLS, min_size=rows, max_size=rows))
        columns.append(Column(name, cells, number, number))
    return columns


def printed(columns: list[Column], width: int | None, spare: tuple[str, ...] = ()) -> list[str]:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width or ""))
        print_columns(columns, out, spare)
    return [line.rstrip() for line in out.getvalue().splitlines()]


@given(tables(), st.integers(40, 200))
@example([Column(f"column_{n}", [URL, CHINESE]) for n in range(40)], 40)
@example([Column("a", [CHINESE]), Column("b", [GEORGIAN]), Column("c", [URL])], 60)
def test_no_line_is_wider_than_the_place_and_no_name_number_or_word_is_broken(columns, width):
    lines = printed(columns, width)
    assert all(cell_len(line) <= width for line in lines)
    seen = {word for line in lines for word in line.split()}
    assert seen >= {column.name for column in columns}
    assert seen >= {cell for column in columns if column.number for cell in column.cells}
    words = {word for column in columns for cell in column.cells for word in cell.split()}
    rows = {str(n + 1) for n in range(len(columns[0].cells))}
    anywhere = [word for word in words if re.search(LETTERS, word)]  # Chinese or Japanese
    for word in seen - words - rows - {column.name for column in columns}:
        # What is left was drawn, or is cut and says so, or may be folded anywhere.
        assert set(word) == {"─"} or "…" in word or any(word in whole for whole in anywhere)


def test_rows_stand_side_by_side_where_every_column_has_room_and_else_as_blocks():
    columns = [Column("who", ["Nino Beridze", "EU"]), Column("n", ["7", "12"], True, True)]
    assert printed(columns, 40) == [
        "who            n",
        "────────────────",
        "Nino Beridze   7",
        "EU            12",
    ]
    assert printed([*columns, Column("a_long_name_of_a_column", ["x", "y"])], 35) == [
        f"1 {'─' * 33}",
        "who                      Nino",
        "                         Beridze",
        "n                        7",
        "a_long_name_of_a_column  x",
        f"2 {'─' * 33}",
        "who                      EU",
        "n                        12",
        "a_long_name_of_a_column  y",
    ]


def test_in_a_narrow_place_a_value_stands_below_its_name_before_a_number_is_cut():
    columns = [Column("a_long_name_of_a_column", ["x"]), Column("n", ["-2667030537"], True, True)]
    assert printed(columns, 34) == [
        f"1 {'─' * 32}", "a_long_name_of_a_column", "  x", "n", "  -2667030537",
    ]  # fmt: skip


def test_only_columns_that_can_be_spared_are_left_out_and_no_more_than_must_be():
    columns = [Column(f"column_{n}", ["text"]) for n in range(5)]
    spare = ("column_3", "column_1")
    assert printed(columns, 60, spare)[0].split() == [f"column_{n}" for n in range(5)]
    assert printed(columns, 40, spare)[0].split() == [
        "column_0",
        "column_1",
        "column_2",
        "column_4",
    ]
    # Where even the others have no room, the blocks have all.
    assert sum(line.startswith("column_") for line in printed(columns, 20, spare)) == 5


def test_a_row_has_four_lines_at_most_and_shows_that_there_is_more():
    lines = printed([Column("a", ["word " * 40]), Column("b", ["word " * 40])], 60)
    assert len(lines) == 2 + 4
    assert lines[-1].count("…") == 2


def test_an_address_keeps_both_its_ends_and_chinese_is_folded_after_any_letter():
    assert folded(f"see {URL}", 23) == ["see", "https://tbi…/index.html"]
    assert folded("第比利斯国会。", 8) == ["第比利斯", "国会。"]
    assert folded("国会主席。", 8) == ["国会主", "席。"]  # no line begins with a full stop


def test_an_answer_without_rows_shows_its_columns():
    assert printed([Column("who", []), Column("n", [])], 40)[0].split() == ["who", "n"]
    many = [Column(f"column_{n}", []) for n in range(20)]
    assert printed(many, 40) == [column.name for column in many]


def test_a_file_gets_a_line_a_row_unless_a_width_is_asked_for():
    columns = [Column("a", ["word " * 50]), Column("b", [URL * 3])]
    assert len(printed(columns, None)) == 3
    assert URL * 3 in printed(columns, None)[-1]
    assert max(map(cell_len, printed(columns, 70))) <= 70


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_lake(tmp_path_factory.mktemp("sample") / "lake").root


def on_a_terminal(width: int, lake: Path, *words: str) -> list[str]:
    with terminal(*NEWSBEAM, *words, "--lake", lake, columns=width, rows=100) as screen:
        assert screen.end() == 0
    return screen.lines()


def test_the_most_named_actors_fit_eighty_columns(sample):
    lines = on_a_terminal(80, sample, "top", "actors", "--limit", "3")
    assert lines[0].split() == ["name", "type", "articles", "mentions", "sources", "first", "last"]
    day = r"2026-\d\d-\d\d"
    assert sum(bool(re.search(rf"( +\d+){{3}}  {day}  {day}$", line)) for line in lines) == 3
    assert "actor_id" in on_a_terminal(120, sample, "top", "actors")[0]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("table", ["quotes", "articles", "polls"])
def test_a_whole_row_of_any_table_can_be_read_at_any_width(table, width, sample):
    lines = on_a_terminal(width, sample, "query", f"SELECT * FROM {table} LIMIT 2")
    assert all(cell_len(line) <= width for line in lines)
    seen = {word for line in lines for word in line.split()}
    assert seen >= {column.name for column in fields(TABLES[table].record)}
