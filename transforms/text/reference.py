"""The large lists: people with their offices, places, parties, outlets, looked up name by name."""

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.text.large_lists import compiled, person_keys, plain_key
from newsbeam.transforms.text.transliteration import name_key

NOT_SMALL = 30_000  # people of a town whose name in a text may be taken for it
MAPPED = 256 << 20  # bytes that may be mapped: more than the file has


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


class Reference:
    """The compiled lists, opened by one process."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        self._file.execute(f"PRAGMA mmap_size = {MAPPED}")
        self.people_called = lru_cache(maxsize=4096)(self._people_called)
        self.holders_called = lru_cache(maxsize=4096)(self._holders_called)
        self.places_called = lru_cache(maxsize=4096)(self._places_called)
        self.bodies_called = lru_cache(maxsize=4096)(self._bodies_called)
        self.namesakes = lru_cache(maxsize=4096)(self._namesakes)
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
        if not (found or loose):  # "Trump Donald", "Trump, Donald J."
            loose = self._keyed([f"ends {' '.join(reversed(ends.split()))}"])
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

    def _namesakes(self, name: str) -> float:
        """How many people of the lists would bear a full name, were first and last names dealt out
        by chance: 4 for "Mark Williams", 0.0 for "Mitt Romney"."""
        _, ends = person_keys(name)
        if " " not in ends.strip():
            return 0.0
        first, last = (self._borne(word) for word in ends.split())
        return first[0] * last[1] / max(self._people, 1)

    def _borne(self, word: str) -> tuple[int, int]:
        """How many people's names begin, and how many end, with a word."""
        asked = "SELECT first, last FROM name_words WHERE word = ?"
        return self._file.execute(asked, (word,)).fetchone() or (0, 0)

    @cached_property
    def _people(self) -> int:
        return self._file.execute("SELECT sum(first) FROM name_words").fetchone()[0] or 0

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
