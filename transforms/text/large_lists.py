"""The large lists as a file that is quick to look up: names by key, actors by id.

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
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

from newsbeam.schemas.ids import digest
from newsbeam.transforms.text.transliteration import name_key

LISTS = ("people.csv.gz", "positions.csv.gz", "places.csv.gz", "bodies.csv.gz")
SHAPE = "7"  # of the compiled file
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))  # of a name: a son is not his father
_TABLES = """
    CREATE TABLE actors (
        id TEXT PRIMARY KEY, type TEXT, name TEXT, country TEXT, sector TEXT, sex TEXT, born TEXT,
        died TEXT, weight INTEGER, offices TEXT, as_of TEXT) WITHOUT ROWID;
    CREATE TABLE names (key TEXT, id TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
    CREATE TABLE name_words (word TEXT PRIMARY KEY, first INTEGER, last INTEGER) WITHOUT ROWID;
"""


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

    Without "Jr." and "III". A lone word has none, and what is joined by a hyphen is one word.

    >>> person_keys("Charles S. Trump"), person_keys("Kim Jong-un")
    (('sarles trump', 'sarles trump'), ('kim jongun', 'kim jongun'))
    """
    words = name.replace(".", " ").replace(",", " ").split()
    words = [word for word in words if len(word) > 1 and word.casefold() not in SUFFIXES]
    full = [name_key(word).replace(" ", "") for word in words]
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


def _name_words() -> Iterator[tuple[str, int, int]]:
    """Each first and last word of people's names: how many begin with it, how many end with it."""
    ends = [person_keys(row["name"])[1].split() for row in _rows("people.csv.gz")]
    firsts = Counter(words[0] for words in ends if words)
    lasts = Counter(words[-1] for words in ends if words)
    for word in firsts.keys() | lasts.keys():
        yield word, firsts[word], lasts[word]


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
            made.executemany("INSERT INTO name_words VALUES (?, ?, ?)", _name_words())
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
