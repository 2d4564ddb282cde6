"""`_schema/<table>.parquet`: each table's columns and no rows, so that an engine can open a table
that has none yet, or whose files are of several versions (BigQuery's reference file)."""

from newsbeam.schemas.tables import TABLES, Table
from newsbeam.transforms.lake.storage import SCHEMAS, Lake, side_by_side
from newsbeam.transforms.lake.tables import to_parquet


def schema_file(table: str) -> str:
    """Where a table's schema lies.

    >>> schema_file("articles")
    '_schema/articles.parquet'
    """
    return f"{SCHEMAS}/{table}.parquet"


def write_schemas(lake: Lake) -> None:
    """Put the schema of every table where another version's lies, or none; one read each."""

    def write(table: Table) -> None:
        data = to_parquet(table, [])
        noted, version = lake.read_versioned(schema_file(table.name))
        if noted != data:
            # Where somebody else was faster, it is written by a run like this one.
            lake.put_if(schema_file(table.name), data, version)

    side_by_side(write, TABLES.values())
