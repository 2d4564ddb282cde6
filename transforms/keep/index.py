"""What the lake already holds: the keys of its visible files, each read once and remembered.

A visible file never changes, so its keys may be remembered for as long as the process lives.
"""

from functools import lru_cache
from typing import Any

from newsbeam.schemas.tables import TABLES, Table
from newsbeam.transforms.keep.storage import Lake, NotThere
from newsbeam.transforms.keep.tables import folder, read_columns


@lru_cache(maxsize=8192)  # files of a few rows each: about 1 kB a file
def _keys(lake: Lake, table: str, name: str) -> frozenset[tuple[Any, ...]]:
    return frozenset(read_columns(lake.read(name), TABLES[table].unit))


def keys_of_day(lake: Lake, table: Table, day: str) -> set[tuple[Any, ...]]:
    """The units (see schemas.tables) of a day's rows."""
    found: set[tuple[Any, ...]] = set()
    for name in lake.list(folder(table, day)):
        try:
            found.update(_keys(lake, table.name, name))
        except NotThere:
            continue  # merged into another file between the listing and the reading
    return found
