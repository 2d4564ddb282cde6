"""The large lists: people with their offices, places, parties, outlets, looked up name by name.

They are compiled once into an SQLite file in the user's cache, which processes share through the
system's memory. SQLite comes with Python, reads a name in 20 µs and maps its file; a trie of names
(marisa-trie) is smaller and would need a second file for what it leads to.
"""

import csv
import gzip
import json
import os
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

from newsbeam.schemas.annotations import ActorType
from newsbeam.schemas.ids import digest
from newsbeam.transforms.text.transliteration import name_key

LISTS = ("people.csv.gz", "positions.csv.gz", "places.csv.gz", "bodies.csv.gz")
NOT_SMALL = 30_000  # people of a town whose name in a text may be taken for it
SHAPE = "5"  # of the compiled file
MAPPED = 256 << 20  # bytes that may be mapped: more than the file has
_TABLES = """
    CREATE TABLE actors (
        id TEXT PRIMARY KEY, type TEXT, name TEXT, country TEXT, sector TEXT, sex TEXT, born TEXT,
        died TEXT, weight INTEGER, offices TEXT, as_of TEXT) WITHOUT ROWID;
    CREATE TABLE names (key TEXT, id TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Office:
    """An office that a person held, as a list of that day has it.

    `end` is "" where the list knows of none: it was held on the day `as_of`, and no more is known.
    Dates are as long as they are known: 2014, 2014-09, 2014-09-25.
    """

    label: str
    jurisdiction: str  # ISO 3166-1 alpha-3, or the id of an actor that has none
    kind: str  # office, legislator, or regional: a seat in the parliament of a part of a state
    start: str
    end: str
    as_of: str

    def held_on(self, day: date) -> bool:
        """Whether it is known that the office was held on the day.

        >>> office = Office("President", "USA", "office", "2017-01-20", "", "2022-08")
        >>> [office.held_on(date(year, 6, 1)) for year in (2016, 2018, 2023)]
        [False, True, False]
        """
        now = day.isoformat()
        begun = bool(self.start) and self.start[: len(now)] <= now[: len(self.start)]
        end = self.end or self.as_of
        return begun and now[: len(end)] <= end

    def begun_by(self, day: date) -> bool:
        """Whether it had begun on the day, so that a former holder is meant, or a present one."""
        return not self.start or self.start <= day.isoformat()


@dataclass(frozen=True)
class Entry:
    """An actor of the large lists."""

    id: str
    type: ActorType
    name: str
    country: str = ""
    sector: str = ""
    sex: str = ""  # m or f
    born: str = ""  # year
    died: str = ""
    weight: int = 0  # people of a town; 0 where nothing is counted
    offices: tuple[Office, ...] = ()
    is_loose: bool = False  # found by the first and the last word of a longer name


def plain_key(name: str) -> str:
    """A name of a place or body as it is looked up: case and marks aside, letters as they are.

    >>> plain_key("São Paulo")
    'sao paulo'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.replace("’", "'").rstrip(".").split())


def person_keys(name: str) -> tuple[str, str]:
    """The keys by which a full name is found: of all words but initials, and of first and last.

    A lone word has none, and what is joined by a hyphen is one word.

    >>> person_keys("Charles S. Trump"), person_keys("Kim Jong-un")
    (('sarles trump', 'sarles trump'), ('kim jongun', 'kim jongun'))
    """
    words = name.replace(".", " ").split()
    full = [name_key(word).replace(" ", "") for word in words if len(word) > 1]
    return (" ".join(full), f"{full[0]} {full[-1]}") if len(full) > 1 else ("", "")


def _rows(name: str) -> Iterator[dict[str, str]]:
    data = files("newsbeam.transforms.knowledge").joinpath(name).read_bytes()
    yield from csv.DictReader(StringIO(gzip.decompress(data).decode("utf-8")))


@cache
def version() -> str:
    """The content of the lists in eight hex digits."""
    folder = files("newsbeam.transforms.knowledge")
    return digest(SHAPE, *(folder.joinpath(name).read_bytes().hex() for name in LISTS), length=8)


def _actors() -> Iterator[tuple[tuple[Any, ...], Iterable[str]]]:
    """Each actor of the lists as a row of `actors`, with its keys."""
    positions = {row["number"]: row for row in _rows("positions.csv.gz")}
    for row in _rows("people.csv.gz"):
        offices = []
        for cell in filter(None, row["offices"].split("|")):
            number, start, end = cell.split("~")
            of = positions[number]
            offices.append((of["label"], of["jurisdiction"], of["kind"], start, end, of["as_of"]))
        names = (row["name"], *filter(None, row["other_names"].split("|")))
        keys = set()
        for whole, ends in map(person_keys, names):
            keys |= {f"person {whole}", f"ends {ends}"} if whole else set()
            if any(kind == "office" for _, _, kind, *_ in offices):
                keys.add(f"surname {ends.rpartition(' ')[2]}")
        told = json.dumps(offices, ensure_ascii=False)
        yield (row["id"], "person", row["name"], "", "", row["sex"], row["born"], row["died"],
               0, told, ""), keys  # fmt: skip
    for row in _rows("places.csv.gz"):
        names = (row["name"], *filter(None, row["other_names"].split("|")))
        weight = int(row["population"] or 0)
        yield (row["id"], "place", row["name"], row["country"], row["kind"], "", "", "", weight,
               "[]", ""), {f"place {plain_key(name)}" for name in names}  # fmt: skip
    for row in _rows("bodies.csv.gz"):
        names = (row["name"], *filter(None, row["other_names"].split("|")))
        yield (row["id"], "organisation", row["name"], row["country"], row["sector"], "", "", "",
               0, "[]", row["as_of"]), {f"body {plain_key(name)}" for name in names}  # fmt: skip


def compile_lists(path: Path) -> None:
    """Compile the lists into a file, which is there as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        with closing(sqlite3.connect(temporary)) as made:
            made.executescript(_TABLES)
            for actor, keys in _actors():
                made.execute(f"INSERT OR IGNORE INTO actors VALUES ({'?,' * 10}?)", actor)
                made.executemany(
                    "INSERT OR IGNORE INTO names VALUES (?, ?)", [(key, actor[0]) for key in keys]
                )
            made.commit()
        os.replace(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def compiled() -> Path:
    """The compiled lists: made where nobody has made them before (about five seconds)."""
    name = f"knowledge-{version()}.sqlite"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsbeam"
    spare = Path(tempfile.gettempdir()) / f"newsbeam-{os.getuid()}"
    for folder in (home, spare):
        if (folder / name).exists():
            return folder / name
    for folder in (home, spare):
        with suppress(OSError, sqlite3.Error):  # a disk that is full, or may not be written to
            compile_lists(folder / name)
            return folder / name
    raise OSError(f"neither {home} nor {spare} can be written to: the knowledge base needs 60 MB")


class Reference:
    """The compiled lists, opened by one process."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self._file.execute(f"PRAGMA mmap_size = {MAPPED}")
        self.people_called = lru_cache(maxsize=4096)(self._people_called)
        self.holders_called = lru_cache(maxsize=4096)(self._holders_called)
        self.places_called = lru_cache(maxsize=4096)(self._places_called)
        self.bodies_called = lru_cache(maxsize=4096)(self._bodies_called)
        self.get = lru_cache(maxsize=4096)(self._get)

    def _people_called(self, name: str) -> tuple[Entry, ...]:
        """The people who bear a full name, in any alphabet; none for a lone word.

        Where there are none, those whose names have the same first and last word.
        """
        whole, ends = person_keys(name)
        if not whole:
            return ()
        found = self._keyed([f"person {whole}"])
        loose = () if found else self._keyed([f"ends {ends}"])
        return found or tuple(replace(one, is_loose=True) for one in loose)

    def _holders_called(self, surname: str) -> tuple[Entry, ...]:
        """The people of that surname who held an office other than a seat in a parliament."""
        key = name_key(surname).replace(" ", "")
        return self._keyed([f"surname {key}"]) if len(key) > 1 else ()

    def _places_called(self, name: str) -> tuple[Entry, ...]:
        """The towns and parts of states of that name, the largest first."""
        return self._keyed([f"place {plain_key(name)}"])

    def _bodies_called(self, name: str) -> tuple[Entry, ...]:
        """The parties, organisations and outlets of that name."""
        return self._keyed([f"body {plain_key(name)}"])

    def _keyed(self, keys: list[str]) -> tuple[Entry, ...]:
        found = self._file.execute(
            "SELECT DISTINCT actors.* FROM names JOIN actors USING (id) WHERE key IN"
            f" ({', '.join('?' * len(keys))}) ORDER BY weight DESC, id LIMIT 200",
            keys,
        )
        return tuple(map(_entry, found))

    @cached_property
    def towns(self) -> frozenset[str]:
        """The keys of the names of all places that are not small: read once, 6 MB."""
        found = self._file.execute(
            "SELECT key FROM names JOIN actors USING (id) WHERE key >= 'place ' AND key < 'place!'"
            f" AND (weight >= {NOT_SMALL} OR sector = 'part')"
        )
        return frozenset(key.removeprefix("place ") for (key,) in found)

    def counts(self) -> dict[str, int]:
        """How many actors of each type the lists have."""
        return dict(self._file.execute("SELECT type, count(*) FROM actors GROUP BY type"))

    def _get(self, id: str) -> Entry | None:
        """The actor of that id."""
        row = self._file.execute("SELECT * FROM actors WHERE id = ?", (id,)).fetchone()
        return _entry(row) if row else None


def _entry(row: tuple[Any, ...]) -> Entry:
    id, type, name, country, sector, sex, born, died, weight, offices, _ = row
    held = tuple(Office(*office) for office in json.loads(offices))
    return Entry(id, type, name, country, sector, sex, born, died, weight, held)


@lru_cache(maxsize=1)
def load() -> Reference:
    """The large lists, opened once a process."""
    return Reference(compiled())
