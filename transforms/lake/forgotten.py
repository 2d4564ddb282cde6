"""What was forgotten stays out: a tombstone an article or a source, and rows taken out of files.

Files of rows never change but for this: the same name is put again without the rows, by
compare-and-set, so a reader sees the one file or the other, the name stays taken for whoever was to
write it, and a kill in between leaves a whole file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from newsbeam.schemas.tables import Table
from newsbeam.transforms.lake.storage import Lake, LakeError
from newsbeam.transforms.lake.tables import read_rows, to_parquet

FOLDER = "state/forgotten"
TRIES = 20  # others that may replace a file at the same time: there should be none


@dataclass(frozen=True)
class Forgotten:
    """The ids of articles and the slugs of sources that are to stay out."""

    articles: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    def has(self, article_id: str, source: str) -> bool:
        """Whether an article of this source is to stay out."""
        return article_id in self.articles or source in self.sources


def forgotten(lake: Lake) -> Forgotten:
    """All that is to stay out; one listing, for names say everything."""
    names = [name.removesuffix(".json").split("/")[2:] for name in lake.list(FOLDER)]
    by_kind = {kind: frozenset(n for k, n in names if k == kind) for kind in ("article", "source")}
    return Forgotten(by_kind["article"], by_kind["source"])


def keep_out(lake: Lake, kind: str, name: str, at: str) -> None:
    """Put the tombstone of an "article" or a "source"; it names neither address nor words."""
    lake.put_new(f"{FOLDER}/{kind}/{name}.json", json.dumps({"forgotten_at": at}).encode())


def take_out(lake: Lake, table: Table, name: str, is_gone: Callable[[Any], bool]) -> int:
    """Take rows out of a file; how many went. Raises DamagedFile, NotThere."""
    for _ in range(TRIES):
        _, version = lake.read_versioned(name)
        rows: list[Any] = read_rows(lake, table.record, name)
        kept = [row for row in rows if not is_gone(row)]
        if len(kept) == len(rows) or lake.put_if(name, to_parquet(table, kept), version):
            return len(rows) - len(kept)
    raise LakeError(f"{lake.url}/{name} is replaced by others all the time: stop them, run again.")
