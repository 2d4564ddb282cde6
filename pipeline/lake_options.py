"""What the commands that look after a lake can be told."""

from dataclasses import dataclass

from newsbeam.pipeline.flags import Options, lake_flag, said

DIALECTS = ("duckdb", "spark", "bigquery", "athena", "trino", "clickhouse")


@dataclass(frozen=True, kw_only=True)
class SqlOptions(Options):
    """`newsbeam sql`."""

    dialect: str = said("duckdb", "the engine that is to read", choices=DIALECTS)
    lake: str = lake_flag()
