"""The only way into the lake: rows that are not there yet become visible at once, as one file."""

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

from newsbeam.schemas.tables import Table
from newsbeam.transforms.keep.index import keys_of_day
from newsbeam.transforms.keep.storage import Lake
from newsbeam.transforms.keep.tables import file_name, to_parquet, values


@cache
def _turn(lake: Lake, table: str, day: str) -> Lock:
    """Two windows of one stream may hold the same day at once: they take turns, or both would find
    the other's rows missing. Between workers the runner sees to it, by the key of the GroupByKey.
    """
    return Lock()


def publish(lake: Lake, table: Table, day: str, rows: Sequence[Any]) -> list[Any]:
    """Add those rows of a day that are not in the lake yet; the rows that were added.

    Rows of one unit (see schemas.tables) are in one file, so none is ever half there.
    """
    with _turn(lake, table.name, day):
        there = keys_of_day(lake, table, day) if rows else set()
        missing = {
            values(row, table.identity): row for row in rows if values(row, table.unit) not in there
        }
        added = list(missing.values())
        if added:
            lake.put_new(file_name(table, day, added), to_parquet(table, added))
        return added
