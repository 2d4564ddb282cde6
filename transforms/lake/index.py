"""What the lake already holds: the keys of its visible files, each read once and remembered.

A visible file never changes, so its keys may be remembered for as long as the process lives.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from newsbeam.schemas.tables import Table
from newsbeam.transforms.lake.storage import Lake, NotThere
from newsbeam.transforms.lake.tables import folder, read_columns


@lru_cache(maxsize=8192)  # files of a few rows each: about 1 kB a file
def _read(lake: Lake, name: str, columns: tuple[str, ...]) -> frozenset[tuple[Any, ...]]:
    return frozenset(read_columns(lake.read(name), columns))


def rows_of_day(
    lake: Lake, table: Table, day: str, columns: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    """The values of some columns, row by row."""
    for name in lake.list(folder(table, day)):
        try:
            yield from _read(lake, name, columns)
        except NotThere:
            continue  # merged into another file between the listing and the reading


def keys_of_day(lake: Lake, table: Table, day: str) -> set[tuple[Any, ...]]:
    """The identities of a day's rows."""
    return set(rows_of_day(lake, table, day, table.identity))
