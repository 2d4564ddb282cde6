"""Whether a lake is as newsbeam leaves it: files, ids, days, places, balance, letters, claims.

Read only, a day at a time. What the claims say is laid beside the rows in a small database on the
disk of this machine, so memory does not grow with the lake.
"""

import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from newsbeam.schemas.account import is_balanced
from newsbeam.schemas.annotations import Place, Quote
from newsbeam.schemas.ids import revision
from newsbeam.schemas.tables import TABLES, Table, annotation_tables
from newsbeam.transforms.lake import claims
from newsbeam.transforms.lake.forgotten import forgotten
from newsbeam.transforms.lake.storage import Lake, NotThere
from newsbeam.transforms.lake.tables import (
    DamagedFile,
    day_of,
    days_of,
    file_name,
    folder,
    is_ours,
    read_rows,
    values,
)

EXAMPLES = 3  # of what is wrong in one way: where to begin, not a list of everything
ARTICLES, FAILURES, RUNS = TABLES["articles"], TABLES["failures"], TABLES["runs"]

# Each way of being wrong: what it is called, and how it is mended.
WAYS = {
    "stray file": "move it away: engines that read the folder take it for rows, or stop at it",
    "damaged file": "move it away and run newsbeam: what the feeds still show is written again",
    "other rows": "another program wrote this file: move it away",
    "wrong day": "move the file away and run newsbeam: the rows belong under another date",
    "twice": "queries count it once; a copied file is to be moved away",
    "bad id": "another program wrote this row: move its file away",
    "changed text": "a row was changed after it was written: move its file away",
    "wrong place": "a row was changed after it was written: move its file away",
    "no article": "run newsbeam: a run that was killed is finished by the next; else move it away",
    "unbalanced run": "please report it: entries of this run are not all accounted for",
    "bad letter": "move it away: it cannot be replayed",
    "unknown letter": "move it away and run newsbeam: what is still wrong is filed again",
    "lost letter": "run newsbeam: if the feed still shows the entry, it is read or filed again",
    "forgotten, and there": "run newsbeam forget again: a writer that was paused brought it back",
    "damaged claims": "delete it: the next run makes it from the rows",
    "lost article": "put its file back from a copy, or delete the claims named: what the feeds "
    "still show is then written again",
    "no claim": "delete the claims named: the next run makes them from the rows",
    "damaged memory": "delete it: the feed is read anew, and known articles stay as they are",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One way in which a lake is wrong, how often, the first places, and how to mend it."""

    what: str
    times: int
    where: tuple[str, ...]
    to_do: str


class _Found:
    """What is wrong so far: counted, with the first places of each kind."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._where: dict[str, list[str]] = {}

    def add(self, way: str, where: str) -> None:
        self._times[way] += 1
        if len(places := self._where.setdefault(way, [])) < EXAMPLES:
            places.append(where)

    def findings(self) -> list[Finding]:
        return [
            Finding(way, self._times[way], tuple(self._where[way]), to_do)
            for way, to_do in WAYS.items()
            if self._times[way]
        ]


def check_lake(lake: Lake, tell: Callable[[str], None] = lambda _: None) -> list[Finding]:
    """All that is wrong with a lake, by kind; `tell` is told of each day that is looked at.

    Raises LakeError where the lake cannot be read at all. A run at work at the same time may be
    seen half done: check again after it.
    """
    found = _Found()
    with (
        tempfile.TemporaryDirectory(prefix="newsbeam-") as place,
        closing(sqlite3.connect(Path(place, "claims.db"))) as claimed,
    ):
        _load_claims(lake, claimed, found)
        for name in lake.list("state/feeds"):
            _check_memory(lake, name, found)
        for table in TABLES.values():
            if table.key != ARTICLES.key:
                for day in days_of(lake, table):
                    tell(f"{table.name} of {day}")
                    _check_rows(lake, table, day, found, claimed)
        days = {day for (day,) in claimed.execute("SELECT DISTINCT day FROM wording")}
        for name in ("articles", *annotation_tables()):
            days |= set(days_of(lake, TABLES[name]))
        for day in sorted(days):
            tell(f"articles of {day}")
            _check_day(lake, day, found, claimed)
        _check_lost_letters(claimed, found)
    return found.findings()


def _load_claims(lake: Lake, claimed: sqlite3.Connection, found: _Found) -> None:
    """Lay what all claims say into the database, and name those that cannot be read."""
    claimed.execute("CREATE TABLE wording (article, revision, day, is_there, file)")
    claimed.execute("CREATE TABLE letter (name, day, file, is_met DEFAULT 0)")
    for name in lake.list("state/claims"):
        try:
            said = claims.from_bytes(lake.read(name)) or {}
            known = {article: claims.from_json(text) for article, text in said.items()}
        except NotThere:
            continue
        except (ValueError, TypeError, LookupError, AttributeError):
            found.add("damaged claims", name)
            continue
        for article, claim in known.items():
            day = day_of(claim.date) if claim.date else ""
            claimed.executemany(
                "INSERT INTO wording VALUES (?, ?, ?, ?, ?)",
                [(article, one, day, not w.batch, name) for one, w in claim.wordings.items()],
            )
            claimed.executemany(
                "INSERT INTO letter (name, day, file) VALUES (?, ?, ?)",
                [(letter, of, name) for letter, of in claim.letters.items()],
            )
    claimed.execute("CREATE INDEX by_day ON wording (day)")
    claimed.execute("CREATE INDEX by_article ON wording (article, revision)")
    claimed.execute("CREATE INDEX by_name ON letter (name)")


def _check_memory(lake: Lake, name: str, found: _Found) -> None:
    """Look at the frame of a feed's memory; what is in it, its reader alone knows."""
    try:
        said = json.loads(lake.read(name))
        whole = said["feed_id"] == PurePosixPath(name).stem and isinstance(said["entries"], dict)
    except NotThere:
        return
    except (ValueError, TypeError, LookupError):
        whole = False
    if not whole:
        found.add("damaged memory", name)


def _rows(lake: Lake, table: Table, day: str, found: _Found) -> Iterator[tuple[str, Any]]:
    """Every row of a day that can be read, with its file; each identity is met once."""
    met: set[tuple[Any, ...]] = set()
    for name in lake.list(folder(table, day)):
        if not is_ours(table, name):
            found.add("stray file", name)
            continue
        try:
            rows: list[Any] = read_rows(lake, table.record, name)
        except NotThere:
            continue
        except DamagedFile:
            found.add("damaged file", name)
            continue
        except (ValueError, TypeError, LookupError, AttributeError):
            found.add("other rows", name)
            continue
        for row in rows:
            # The same version may have read it twice, with other knowledge: not at the same time.
            identity = (*values(row, table.identity), getattr(row, "annotated_at", None))
            if identity in met:
                found.add("twice", f"{name}: {identity[0]}")
            met.add(identity)
            if day_of(getattr(row, table.dated_by)) != day:
                found.add("wrong day", f"{name}: {identity[0]}")
            yield name, row


def _check_rows(
    lake: Lake, table: Table, day: str, found: _Found, claimed: sqlite3.Connection
) -> None:
    """Look at a day of a table that is not about the day's articles."""
    for name, row in _rows(lake, table, day, found):
        if table is RUNS and not (row.balanced and is_balanced(row)):
            found.add("unbalanced run", f"{name}: {row.run_id}")
        if table is FAILURES:
            _check_letter(name, row, found, claimed)


def _check_letter(name: str, row: Any, found: _Found, claimed: sqlite3.Connection) -> None:
    try:
        whole = isinstance(json.loads(row.element), dict)
    except ValueError:
        whole = False
    if not whole or name != file_name(FAILURES, day_of(row.failed_at), row.failure_id):
        found.add("bad letter", name)
    known = claimed.execute("UPDATE letter SET is_met = 1 WHERE name = ?", [row.failure_id])
    if not known.rowcount and row.article_id:
        found.add("unknown letter", name)


def _check_lost_letters(claimed: sqlite3.Connection, found: _Found) -> None:
    for letter, file in claimed.execute("SELECT name, file FROM letter WHERE NOT is_met"):
        found.add("lost letter", f"{letter}, claimed in {file}")


def _check_day(lake: Lake, day: str, found: _Found, claimed: sqlite3.Connection) -> None:
    """Look at a day's articles and what was found in them."""
    texts: dict[tuple[str, str], dict[str, str]] = {}
    kept_out = forgotten(lake)
    for name, row in _rows(lake, ARTICLES, day, found):
        if kept_out.has(row.article_id, row.source):
            found.add("forgotten, and there", f"{name}: {row.article_id}")
        texts[row.article_id, row.revision] = {"title": row.title, "text": row.text}
        if claims.digits_of(row.article_id).strip(claims.DIGITS) or len(row.article_id) != 36:
            found.add("bad id", f"{name}: {row.article_id[:80]}")
        elif row.revision != revision(row.title, row.text):
            found.add("changed text", f"{name}: {row.article_id}")
    _check_claims(day, set(texts), found, claimed)
    for table in annotation_tables():
        for name, row in _rows(lake, TABLES[table], day, found):
            said = texts.get((row.article_id, row.revision))
            if said is None:
                found.add("no article", f"{name}: {row.article_id}")
            elif any(said[field][start:end] != text for field, start, end, text in _places(row)):
                found.add("wrong place", f"{name}: {row.article_id}")


def _places(row: Any) -> Iterable[tuple[str, int, int, str]]:
    """The places in its article that a row of annotations names, each with the words there."""
    if isinstance(row, Quote):
        yield row.field, row.start_char, row.end_char, row.quote
        if row.speaker_text and row.speaker_start is not None and row.speaker_end is not None:
            yield row.field, row.speaker_start, row.speaker_end, row.speaker_text
    for field in fields(row):
        value = getattr(row, field.name)
        for place in value if isinstance(value, tuple) else ():
            if isinstance(place, Place):
                yield place.field, place.start_char, place.end_char, place.text


def _check_claims(
    day: str, there: set[tuple[str, str]], found: _Found, claimed: sqlite3.Connection
) -> None:
    """Lay a day's rows beside the claims under that date."""
    said = claimed.execute(
        "SELECT article, revision, is_there, file FROM wording WHERE day = ?", [day]
    )
    known = set()
    for article, wording, is_there, file in said:
        known.add((article, wording))
        if is_there and (article, wording) not in there:
            found.add("lost article", f"{article} of {day}, claimed in {file}")
    for article, wording in sorted(there - known):
        other = claimed.execute(
            "SELECT day FROM wording WHERE article = ? AND revision = ?", [article, wording]
        ).fetchone()
        way = "wrong day" if other and other[0] else "no claim"
        found.add(way, f"articles of {day}: {article}; {_claims_file(claimed, article)}")


def _claims_file(claimed: sqlite3.Connection, article: str) -> str:
    row = claimed.execute("SELECT file FROM wording WHERE article = ?", [article]).fetchone()
    return row[0] if row else f"no claims name it ({claims.name_of(claims.digits_of(article)[:1])})"
