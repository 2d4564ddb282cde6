"""The only way into the lake: rows that are not there yet become visible at once, as one file.

And the only way out: a dead letter that turned out untrue is withdrawn.
"""

from collections.abc import Container, Sequence
from functools import cache
from threading import Lock
from typing import Any

from newsbeam.schemas.tables import Table
from newsbeam.transforms.lake.index import keys_of_day
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import file_name, folder, read_rows, to_parquet, values


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
            values(row, table.identity): row
            for row in rows
            if values(row, table.identity) not in there
        }
        added = list(missing.values())
        if added:
            lake.put_new(file_name(table, day, added), to_parquet(table, added))
        return added


def withdraw(lake: Lake, table: Table, day: str, identities: Container[tuple[Any, ...]]) -> None:
    """Take the rows with these identities out of a day.

    What is left of a file becomes visible before the file goes: a kill in between loses nothing,
    and shows those rows twice until the next withdrawal from this day.
    """
    with _turn(lake, table.name, day):
        if not any(key in identities for key in keys_of_day(lake, table, day)):
            return
        names = lake.list(folder(table, day))
        record: type[Any] = table.record
        found = [row for name in names for row in read_rows(record, lake.read(name))]
        rows = {values(row, table.identity): row for row in found}
        left = [row for key, row in rows.items() if key not in identities]
        kept = file_name(table, day, left)
        if left:
            lake.put_new(kept, to_parquet(table, left))
        for name in names:
            if name != kept:
                lake.delete(name)
