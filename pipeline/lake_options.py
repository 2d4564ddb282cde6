"""What the commands that look after a lake can be told."""

from dataclasses import dataclass

from newsbeam.pipeline.flags import Options, format_flag, lake_flag, said
from newsbeam.pipeline.values import lake_address

DIALECTS = ("duckdb", "spark", "bigquery", "athena", "trino", "clickhouse")


@dataclass(frozen=True, kw_only=True)
class SqlOptions(Options):
    """`newsbeam sql`."""

    dialect: str = said("duckdb", "the engine that is to read", choices=DIALECTS)
    lake: str = lake_flag()


@dataclass(frozen=True, kw_only=True)
class LakeOptions(Options):
    """`newsbeam lake` and `newsbeam check`."""

    lake: str = said(
        help="a folder, or gs://bucket/prefix", word="lake", type=lake_address, metavar="LAKE"
    )
    format: str = format_flag()
