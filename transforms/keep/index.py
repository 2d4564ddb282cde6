"""What the lake already holds: the keys of its visible files, each read once and remembered.

A visible file never changes, so its keys may be remembered for as long as the process lives.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any

from newsbeam.schemas.tables import TABLES, Table
from newsbeam.transforms.keep.storage import Lake, NotThere
from newsbeam.transforms.keep.tables import folder, read_columns


@lru_cache(maxsize=8192)  # files of a few rows each: about 1 kB a file
def _keys(lake: Lake, table: str, name: str) -> tuple[tuple[tuple[Any, ...], datetime], ...]:
    kind = TABLES[table]
    rows = read_columns(lake.read(name), (*kind.unit, kind.dated_by))
    return tuple((row[:-1], row[-1]) for row in rows)


def keys_of_day(lake: Lake, table: Table, day: str) -> dict[tuple[Any, ...], datetime]:
    """The units (see schemas.tables) of a day's rows, each with the time that dates it."""
    found: dict[tuple[Any, ...], datetime] = {}
    for name in lake.list(folder(table, day)):
        try:
            found.update(_keys(lake, table.name, name))
        except NotThere:
            continue  # merged into another file between the listing and the reading
    return found
