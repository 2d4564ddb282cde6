"""Rows that are new by construction: of one visit, of one run. Their file is named by what made
them, so nothing is looked up: it is put where there is none.

A visit that is worked off in parts, or taken up again, may bring some of its rows twice. Then the
number of a file is its lock: whoever finds the first name taken reads what is there, leaves those
rows out, and puts the rest under the next number, if nobody was faster.
"""

import itertools
from collections.abc import Sequence
from typing import Any

from newsbeam.schemas.tables import Table
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import DamagedFile, file_name, read_columns, to_parquet, values


def add_rows(lake: Lake, table: Table, day: str, stem: str, rows: Sequence[Any]) -> None:
    """Make those rows of a day visible that are not yet in the files of this stem."""
    missing = {values(row, table.identity): row for row in rows}
    for number in itertools.count():
        if not missing:
            return
        name = file_name(table, day, f"{stem}-{number}" if number else stem)
        if lake.put_new(name, to_parquet(table, list(missing.values()))):
            return
        try:
            for identity in read_columns(lake, name, table.identity):
                missing.pop(identity, None)
        except DamagedFile:
            continue  # what it held is written again
