"""A lake's rows as sets that can be compared: all that was written, but for clocks and run ids."""

from collections import Counter
from typing import Any

from newsbeam.schemas.tables import STAMPS, TABLES, annotation_tables
from newsbeam.schemas.wire import to_json
from newsbeam.transforms.lake.storage import open_lake
from newsbeam.transforms.lake.tables import read_rows

# Which of two feeds brought an article first is a matter of timing too; `sightings` has them all.
CLOCKS = {
    "articles": ("first_seen_at", "fetched_at", "run_id", "feed_id", "feed_url"),
    **dict.fromkeys(annotation_tables(), ("annotated_at",)),
    "sightings": ("seen_at",),
    "polls": ("polled_at", "seconds", "next_due_at", "run_id"),
    "failures": ("failed_at", "run_id"),
    "runs": ("run_id", "started_at", "finished_at"),
}


def rows(lake: str, table: str) -> list[dict[str, Any]]:
    """All rows of a table as plain values."""
    opened, kind = open_lake(lake), TABLES[table]
    names = [name for name in opened.list(table) if name.endswith(".parquet")]
    return [vars(row) for name in names for row in read_rows(opened, kind.record, name)]


def titles(lake: str) -> list[str]:
    """The titles of all wordings that are in the lake, sorted."""
    return sorted(row["title"] for row in rows(lake, "articles"))


def content(lake: str, table: str) -> Counter[str]:
    """The rows as a multiset of JSON lines: clocks left out, and dates that are clocks too."""
    undated = {
        row["article_id"] for row in rows(lake, "articles") if row["published_from"] == "fetch"
    }
    lines: Counter[str] = Counter()
    for row in rows(lake, table):
        kept = {k: v for k, v in row.items() if k not in CLOCKS.get(table, ())}
        if "published_at" in kept and kept["article_id"] in undated:
            kept["published_at"] = "when first seen"
        lines[to_json(kept)] += 1
    return lines


def all_content(lake: str, tables: tuple[str, ...]) -> dict[str, Counter[str]]:
    """The content of several tables."""
    return {table: content(lake, table) for table in tables}


def doubled(lake: str) -> dict[str, list[tuple[Any, ...]]]:
    """For each table the identities that stand there more than once: there may be none.

    Annotations are compared without the versions that made them: no test reads an article anew.
    """
    found = {}
    for name, table in TABLES.items():
        identity = [c for c in table.identity if c not in STAMPS]
        met = Counter(tuple(row[c] for c in identity) for row in rows(lake, name))
        if twice := [key for key, times in met.items() if times > 1]:
            found[name] = twice
    return found
