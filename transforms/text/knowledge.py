"""The knowledge base: which actor a name stands for, in which language.

One row an actor, in transforms/knowledge/actors.csv (its SOURCES.md says where each column is
from), with layers of the user's own laid over it (knowledge_files.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import ahocorasick

from newsbeam.schemas.ids import digest
from newsbeam.transforms.knowledge import packaged, packaged_text
from newsbeam.transforms.text import large_lists, reference
from newsbeam.transforms.text.knowledge_files import KnownActor, Layer, parts, read_actors
from newsbeam.transforms.text.reference import Entry, Reference
from newsbeam.transforms.text.spelling import Name
from newsbeam.transforms.text.transliteration import name_key


@dataclass(frozen=True)
class Ambiguity:
    """What else a name may mean, and the words of an article that speak for either."""

    other_id: str
    for_known: tuple[str, ...]
    weak_known: tuple[str, ...]  # speaks for the known one where nothing speaks for the other
    for_other: tuple[str, ...]


def inflected(name: str, language: str) -> Iterator[str]:
    """The name and its other cases, in languages whose cases change the end of a name.

    >>> list(inflected("Южная Осетия", "ru"))[:3]
    ['Южная Осетия', 'Южной Осетии', 'Южной Осетии']
    >>> list(inflected("Tbilisi", "en"))
    ['Tbilisi']
    """
    yield name
    words = name.split(" ")
    endings, every_word = _endings(language)
    cases = [_cases(word, endings) for word in words]
    if not every_word:
        yield from (" ".join([*words[:-1], last]) for last in cases[-1])
    elif all(cases) and len(words) < 4:  # longer names are seldom inflected word by word
        yield from (" ".join(forms) for forms in zip(*cases, strict=True))


def _cases(word: str, endings: dict[str, tuple[str, ...]]) -> list[str]:
    if word.isupper():  # acronyms do not change
        return []
    for length in (3, 2, 1):
        if forms := endings.get(word[-length:]):
            return [word[:-length] + form for form in forms]
    return []


@cache
def _endings(language: str) -> tuple[dict[str, tuple[str, ...]], bool]:
    """The other cases by the ending of a word, and whether every word of a name has them."""
    rows = [row for row in packaged("case_endings.csv") if row["language"] == language]
    endings = {row["ending"]: parts(row["forms"]) for row in rows}
    return endings, any(row["words"] == "all" for row in rows)


class Knowledge:
    """The actors by id, and a search for their names in a text; beside them the large lists."""

    def __init__(
        self, actors: dict[str, KnownActor], version: str, reference: Reference | None = None
    ) -> None:
        self.actors = actors
        self.reference = reference
        self.version = version
        self.ambiguous = {
            row["name"]: Ambiguity(
                row["other_id"],
                parts(row["for_known"]),
                parts(row["weak_known"]),
                parts(row["for_other"]),
            )
            for row in packaged("ambiguous_names.csv")
        }
        self.two_fold = {name for name, one in self.ambiguous.items() if one.other_id}
        self.two_fold_ids = {one.other_id for one in self.ambiguous.values() if one.other_id}
        self._search = cache(self._new_search)
        self._by_surname = cache(self._new_by_surname)
        self._people_by_key = cache(self._new_people_by_key)

        self.get = lru_cache(maxsize=4096)(self._get)
        self._states = {
            actor.country: actor
            for actor in reversed(actors.values())
            if actor.type == "state" and actor.country
        }

    def entry(self, id: str) -> Entry | None:
        """A person known by hand as the large lists have him: with his offices, where they do."""
        known = self.actors.get(id)
        found = self.reference.get(id) if self.reference else None
        if known and found:
            offices = known.offices or found.offices
            return replace(found, name=known.name, country=known.country, offices=offices)
        if known:
            return Entry(
                id, known.type, known.name, known.country, sex=known.sex, offices=known.offices
            )
        return found

    def part_countries(self, words: str) -> tuple[str, ...]:
        """The countries of which the words name a part, that of Texas; none for other words."""
        found = self.reference.places_called(words) if self.reference else ()
        return tuple(one.country for one in found if one.sector == "part")

    def surnamed(self, surname: str) -> tuple[Entry, ...]:
        """The people known by hand of that surname, with their offices where the lists have any.

        One letter is no surname to tell people by (the key of "Xi" is that of "I").
        """
        key = name_key(surname)
        ids = self._by_surname().get(key, ()) if len(key) > 1 else ()
        return tuple(one for id in ids if (one := self.entry(id)))

    def _new_by_surname(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for actor in self.actors.values():
            if actor.type == "person" and " " in actor.name:
                found.setdefault(name_key(actor.name.split()[-1]), {})[actor.id] = None
        return {key: tuple(ids) for key, ids in found.items()}

    def _get(self, id: str) -> KnownActor | None:
        """The actor of that id: known by hand, with what the large lists add, else theirs."""
        known, one = self.actors.get(id), self.reference.get(id) if self.reference else None
        if one is None:
            return known
        if known:
            return replace(known, sex=known.sex or one.sex, offices=known.offices or one.offices)
        return KnownActor(
            one.id,
            one.type,
            one.name,
            {"en": (one.name,)},
            country=one.country,
            sector=one.sector if one.type == "organisation" else "",
            sex=one.sex,
            offices=one.offices,
        )

    def state(self, jurisdiction: str) -> KnownActor | None:
        """The state or disputed entity of a jurisdiction: its alpha-3 code, else its id."""
        return self._states.get(jurisdiction) or self.actors.get(jurisdiction)

    def find(self, text: str, language: str) -> list[Name]:
        """The known names in a text of that language, longest first where they overlap.

        Names are compared letter by letter, at word boundaries. A language without names of its
        own still finds people and organisations as English writes them.
        """
        hits = []
        for last, (length, ids) in self._search(language).iter(text):
            start, end = last - length + 1, last + 1
            if not (_inside_word(text, start) or _inside_word(text, end)):
                hits.append(Name(start, end, self.actors[ids[0]].type, ids, seen=False))
        found: list[Name] = []
        for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
            if not found or hit.start >= found[-1].end:
                found.append(hit)
        return found

    def knows_person(self, name: str) -> bool:
        """Whether somebody bears the full name, in any alphabet."""
        if self.spelled(name):
            return True
        found = self.reference.people_called(name) if self.reference else ()
        return any(not one.is_loose for one in found)

    def spelled(self, name: str) -> tuple[str, ...]:
        """The people who bear the full name in any alphabet: "Никол Пашинян"."""
        return self._people_by_key().get(name_key(name), ()) if " " in name else ()

    def _new_people_by_key(self) -> dict[str, tuple[str, ...]]:
        people: dict[str, dict[str, None]] = {}
        for actor in self.actors.values():
            if actor.type == "person":
                for name in {name for names in actor.names.values() for name in names}:
                    people.setdefault(name_key(name), {})[actor.id] = None
        return {key: tuple(ids) for key, ids in people.items() if " " in key}

    def _new_search(self, language: str) -> Any:
        """What finds the names of one language in a text."""
        ids: dict[str, dict[str, None]] = {}  # each id once, in the order of the files
        for actor in self.actors.values():
            for name in self._names(actor, language):
                ids.setdefault(name, {})[actor.id] = None
        search = ahocorasick.Automaton()
        for name, known in ids.items():
            if len(name) > 1:
                search.add_word(name, (len(name), tuple(known)))
        search.make_automaton()
        return search

    def _names(self, actor: KnownActor, language: str) -> Iterator[str]:
        for name in actor.names.get(language, ()):
            yield from inflected(name, language)
        if language == "en":
            yield from actor.demonyms
        elif actor.type in ("person", "organisation"):
            yield from actor.names["en"]


def _inside_word(text: str, place: int) -> bool:
    """Whether a word goes on across this place."""
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


@lru_cache(maxsize=4)
def load(layers: tuple[Layer, ...] = ()) -> Knowledge:
    """The packaged knowledge base, with the layers of the user over it, the last one uppermost.

    The version is the newest date of check and a hash of the content. Raises BadKnowledge.
    """
    built_in = Layer("actors.csv", packaged_text("actors.csv"))
    files = (*(one for one in layers if one.of == "actors"), built_in)
    actors: dict[str, KnownActor] = {}
    for one in (*reversed(files[:-1]), built_in):
        for actor in {actor.id: actor for actor in read_actors(one.text, one.name)}.values():
            actors.setdefault(actor.id, actor)
    newest = max((actor.checked for actor in actors.values()), default="")
    texts = (one.text for one in files)
    content = digest(*texts, large_lists.version(), length=8)
    return Knowledge(actors, f"{newest}-{content}", reference.load())
