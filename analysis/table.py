"""Rows for people: columns side by side where each has the room it needs, else a block a row."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import wrap
from typing import IO, Any, Literal

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

GAP = 2  # blanks between columns
ENOUGH = 24  # cells in which a column of any text can be read
LONG_LINE = 100  # cells of a line of words where the place has no width: a file, a pipe
LINES = 4  # of a row where columns stand side by side; what is longer ends with an ellipsis
NARROWEST = 20  # cells of a terminal: below, lines are wider than it is
# Chinese and Japanese may be folded after any letter, but not before a full stop or a bracket.
_LETTER = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"\s*(?:[{_LETTER}][\u3000-\u303f\uff00-\uff65]*|[^\s{_LETTER}]+)")


@dataclass(frozen=True)
class Column:
    """A column of an answer, with its cells as text without line breaks."""

    name: str
    cells: Sequence[str]
    number: bool = False
    whole: bool = False  # never cut, for half a number or date is another one

    @cached_property
    def widest(self) -> int:
        """The width in which nothing of it is folded."""
        return max(1, *map(cell_len, (self.name, *self.cells)))

    @cached_property
    def least(self) -> int:
        """The width below which it cannot be read: words would break, or cells be too high."""
        if self.whole:
            return self.widest
        longest = max(map(cell_len, self.cells), default=0)
        in_words = max(map(_longest_word, self.cells), default=0)
        return max(_longest_word(self.name), min(ENOUGH, max(in_words, longest // LINES)))


def print_columns(columns: Sequence[Column], out: IO[Any], spare: Sequence[str] = ()) -> None:
    """Prints a table that is no wider than its place.

    Columns named in `spare` are left out, the first one first, where there is no room for all.
    Where the others have none either, each row is a block of lines, with all columns.
    """
    room = _room(out)
    shown = _that_fit(columns, room, spare)
    widths = _widths(shown, room)
    width = room or sum(widths) + GAP * len(widths)
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    if shown:
        console.print(_beside(shown, widths))
        return
    for n, row in enumerate(zip(*(column.cells for column in columns), strict=True), 1):
        console.print(Rule(str(n), align="left", style="none"))
        console.print(_block(columns, row, width))
    if not columns[0].cells:
        console.print(_block(columns, [""] * len(columns), width))


def print_paragraphs(rows: Iterable[tuple[str, str]], out: IO[Any]) -> None:
    """Prints a heading and its words below it, which are folded to the width of their place.

    All are on one line each, without characters that steer a terminal.
    """
    room = _room(out)
    for heading, words in rows:
        out.write(f"{heading}\n")
        for line in wrap(words, max((room or LONG_LINE) - 4, NARROWEST)):
            out.write(f"    {line}\n")


def _room(out: IO[Any]) -> int | None:
    """The cells of a line: of the terminal, else as COLUMNS says; None where there is no end."""
    stated = os.environ.get("COLUMNS", "")
    room = int(stated) if stated.isdecimal() else 0
    if out.isatty():
        room = Console(file=out).width
    return max(room, NARROWEST) if room else None


def _that_fit(columns: Sequence[Column], room: int | None, spare: Sequence[str]) -> list[Column]:
    """The columns that have room side by side, without as few of the spare ones as may be."""
    for gone in range(len(spare) + 1):
        left = [column for column in columns if column.name not in spare[:gone]]
        if room is None or sum(column.least + GAP for column in left) - GAP <= room:
            return left
    return []


def _widths(columns: Sequence[Column], room: int | None) -> list[int]:
    """The width of each column: as it likes, or where that is too much none above a limit."""
    if room is None:
        return [column.widest for column in columns]
    most = room - GAP * (len(columns) - 1)

    def up_to(limit: int) -> list[int]:
        return [max(column.least, min(column.widest, limit)) for column in columns]

    return next(widths for limit in range(most, -1, -1) if sum(widths := up_to(limit)) <= most)


def _beside(columns: Sequence[Column], widths: Sequence[int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    cells = []
    for column, width in zip(columns, widths, strict=True):
        side: Literal["left", "right"] = "right" if column.number else "left"
        table.add_column(_text(folded(column.name, width)), justify=side, width=width, no_wrap=True)
        cells.append([_text(folded(cell, width, LINES)) for cell in column.cells])
    for row in zip(*cells, strict=True):
        table.add_row(*row)
    return table


def _block(columns: Sequence[Column], row: Sequence[str], room: int) -> Table | Text:
    """A row as a line for each column: name and value, or two lines where that is too narrow."""
    left = max(cell_len(column.name) for column in columns)
    left = min(left, max([room // 2, *(_longest_word(column.name) for column in columns)]))
    right = room - GAP - left
    pairs = [(column.name, cell) for column, cell in zip(columns, row, strict=True)]
    whole = [cell_len(cell) for column, cell in zip(columns, row, strict=True) if column.whole]
    if right < max([NARROWEST // 2, *whole]):
        lines = []
        for name, value in pairs:
            lines += folded(name, room)
            lines += [" " * GAP + line for line in folded(value, room - GAP)]
        return _text(lines)
    table = Table.grid(padding=(0, GAP, 0, 0))
    for width in (left, right):
        table.add_column(width=width, no_wrap=True)
    for name, value in pairs:
        table.add_row(_text(folded(name, left)), _text(folded(value, right)))
    return table


def _text(lines: Sequence[str]) -> Text:
    return Text("\n".join(lines))


def _longest_word(text: str) -> int:
    return max((cell_len(word.lstrip()) for word in _WORD.findall(text)), default=0)


def folded(text: str, width: int, most: int | None = None) -> list[str]:
    """The text as lines of that width, folded between words; what is longer ends with "…".

    >>> folded("Parliament of Georgia", 10), folded("see https://a.example/1 there", 12)
    (['Parliament', 'of Georgia'], ['see', 'https:…ple/1', 'there'])
    """
    if cell_len(text) <= width:
        return [text]
    lines = [""]
    for word in _WORD.findall(text):
        if cell_len(lines[-1] + word) <= width:
            lines[-1] += word
        else:
            word = word.lstrip()
            lines.append(word if cell_len(word) <= width else _cut(word, width))
    lines = lines if lines[0] else lines[1:]
    if most and len(lines) > most:
        return [*lines[: most - 1], _cut(lines[most - 1], width)]
    return lines


def _cut(text: str, width: int) -> str:
    """As much of the text as leaves room for an ellipsis: its beginning, of an address both ends.

    >>> _cut("Parliament", 6), _cut("https://a.example/news/1", 17)
    ('Parli…', 'https://…e/news/1')
    """
    kept = (width - 1) // 2 if "://" in text and cell_len(text) > width else 0
    end = text[len(text) - kept :]
    room = min(cell_len(text), width - 1 - cell_len(end))
    return set_cell_size(text, room).rstrip(" …") + "…" + end
