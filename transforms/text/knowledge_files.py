"""The knowledge base as files that a person writes: CSV, or YAML with the same words.

A layer lies over those before it: a row of the same id replaces theirs, and its names come first.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from newsbeam.schemas.annotations import ActorType
from newsbeam.schemas.ids import slug
from newsbeam.transforms.knowledge import rows
from newsbeam.transforms.text.reference import Office

# The columns that hold one value; `names_…`, `demonyms` and `offices` hold several, parted by "|".
PLAIN = (
    "id", "type", "name", "country", "nominal_sovereign", "sector", "source", "checked", "sex",
)  # fmt: skip
SEVERAL = ("demonyms", "offices")
LARGEST = 5_000_000  # characters of a layer: 30,000 actors; it travels with each batch of articles
SHORTEST = 3  # letters of a name; shorter ones are words of some language


class BadKnowledge(Exception):
    """A knowledge file cannot be read; the sentence says where, and what to do."""


@dataclass(frozen=True)
class Layer:
    """A file of the user's own actors or topics, as text: it goes where the articles are read."""

    name: str
    text: str
    of: Literal["actors", "topics"] = "actors"


@dataclass(frozen=True)
class KnownActor:
    """An actor of the knowledge base; `names` by language, the canonical one first."""

    id: str
    type: ActorType
    name: str
    names: dict[str, tuple[str, ...]]
    demonyms: tuple[str, ...] = ()
    country: str = ""
    nominal_sovereign: str = ""
    sector: str = ""
    source: str = ""
    checked: str = ""
    sex: str = ""  # m or f
    offices: tuple[Office, ...] = ()


def parts(cell: str | None) -> tuple[str, ...]:
    """The values of a cell.

    >>> parts("US | U.S.|")
    ('US', 'U.S.')
    """
    return tuple(value.strip() for value in (cell or "").split("|") if value.strip())


def layer(name: str, of: Literal["actors", "topics"] = "actors") -> Layer:
    """A file as a layer. Raises BadKnowledge where it cannot be read."""
    return Layer(name, text_of(name, "CSV or YAML" if of == "actors" else "TOML"), of)


def text_of(name: str, form: str) -> str:
    """The text of a file that should be in this form. Raises BadKnowledge."""
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadKnowledge(
            f"The file {name} cannot be read ({error}). Give the path of a {form} file in UTF-8."
        ) from error
    if len(text) > LARGEST:
        raise BadKnowledge(f"{name} has more than {LARGEST:,} characters; take what you need")
    return text


def read_actors(text: str, where: str) -> list[KnownActor]:
    """The actors of a CSV or YAML text (by the ending of `where`); each has a type and a name.

    An actor without an id has the local one of its name. Raises BadKnowledge.

    >>> read_actors("id,type,name,names_ka\\nQ994,place,Tbilisi,თბილისი\\n", "x.csv")[0].names
    {'en': ('Tbilisi',), 'ka': ('თბილისი',)}
    >>> read_actors("- {type: person, name: Ann Gray}", "x.yaml")[0].id
    'x:ann-gray'
    """
    is_yaml = where.endswith((".yaml", ".yml"))
    numbered = _of_yaml(text, where) if is_yaml else enumerate(rows(text), start=2)
    return [_actor(row, f"{where}, {'row' if is_yaml else 'line'} {n}") for n, row in numbered]


def _of_yaml(text: str, where: str) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        said = yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise BadKnowledge(f"{where} is no YAML: {' '.join(str(error).split())[:200]}") from error
    if not isinstance(said, list) or not all(isinstance(row, dict) for row in said):
        raise BadKnowledge(f'{where}: a list of actors is needed, each begins with "- name: …"')
    for number, row in enumerate(said, start=1):
        yield (
            number,
            {
                str(key): "|".join(map(str, value)) if isinstance(value, list) else str(value or "")
                for key, value in row.items()
            },
        )


def _actor(row: Mapping[str, str], where: str) -> KnownActor:
    """The actor of one row."""
    known = {*PLAIN, *SEVERAL, "names"}
    for column in row:
        if column and column not in known and not str(column).startswith("names_"):
            near = difflib.get_close_matches(str(column), [*known, "names_ka"], 1)
            meant = f'; did you mean "{near[0]}"?' if near else ""
            raise BadKnowledge(f'{where}: "{column}" is no column of an actor{meant}')
    if not row.get("name") or row.get("type") not in get_args(ActorType):
        raise BadKnowledge(
            f"{where}: an actor needs a name and a type out of "
            f"{', '.join(get_args(ActorType))}; correct or delete the line."
        )
    names = {
        column.removeprefix("names_"): parts(cell)
        for column, cell in row.items()
        if column and column.startswith("names_") and cell
    }
    names["en"] = tuple(
        dict.fromkeys((row["name"], *names.get("en", ()), *parts(row.get("names"))))
    )
    plain: dict[str, Any] = {column: row.get(column) or "" for column in PLAIN}
    plain["id"] = plain["id"] or local_id(row["name"])
    home = plain["country"] or plain["nominal_sovereign"]
    offices = tuple(
        _office(cell, home, plain["checked"], where) for cell in parts(row.get("offices"))
    )
    return KnownActor(
        names=dict(sorted(names.items())),
        demonyms=parts(row.get("demonyms")),
        offices=offices,
        **plain,
    )


def _office(cell: str, home: str, checked: str, where: str) -> Office:
    """An office as it is written by hand: "Minister of Defence~2021-03-22~2024-02-08"."""
    label, *dates = (part.strip() for part in cell.split("~"))
    if not label or len(dates) > 2:
        raise BadKnowledge(
            f'{where}: an office is written as "Minister of Defence~2021-03-22~2024-02-08"; '
            "the last day is left out while it is held"
        )
    start, end = (*dates, "", "")[:2]
    return Office(label, home, "office", start, end, checked or "9999")


def local_id(name: str) -> str:
    """The id of an actor that no checked list has one for: the same for the same name.

    >>> local_id("Daur Kove"), local_id("J. K. Gray"), local_id("J.K. Gray")
    ('x:daur-kove', 'x:jk-gray', 'x:jk-gray')
    """
    plain = re.sub(r"['’.,]", "", re.sub(r"\b(\w)\. (?=\w\.)", r"\1", name.casefold()))
    joined = re.sub(r"[\s-]+", "-", plain).strip("-")
    return f"x:{joined if re.fullmatch(r'[a-z0-9-]{1,80}', joined) else slug(plain)}"


def doubts(
    actors: Iterable[KnownActor], countries: Collection[str], known: Mapping[str, Collection[str]]
) -> Iterator[str]:
    """What is odd about the actors of a layer, a sentence each: nothing that keeps it from use.

    `countries` are the codes of states, `known` the ids of other actors by their names.
    """
    seen: dict[str, str] = {}
    for actor in actors:
        if actor.id in seen:
            yield f"{actor.id} stands twice: the last row counts, of {actor.name}"
        seen[actor.id] = actor.name
        for code in filter(None, (actor.country, actor.nominal_sovereign)):
            if code not in countries:
                yield f'{actor.name}: "{code}" is no country (three letters, such as GEO)'
        if actor.id.startswith("Q") and not actor.source:
            yield f"{actor.name}: {actor.id} has no source; who checked that it is this one?"
        for name in {name for names in actor.names.values() for name in names}:
            if len(name) < SHORTEST:
                yield f'{actor.name}: "{name}" is so short that it will be found in other words'
            if others := set(known.get(name, ())) - {actor.id}:
                yield f'{actor.name}: "{name}" is also {", ".join(sorted(others))}: both are told'
