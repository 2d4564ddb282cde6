"""`newsbeam kb build | check | show | add | export`: the knowledge base and the user's layers."""

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import IO

from newsbeam.analysis.table import Column, print_columns
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.layers import layers_of
from newsbeam.pipeline.options import KnowledgeOptions
from newsbeam.pipeline.progress import log
from newsbeam.transforms.text.knowledge import Knowledge, load
from newsbeam.transforms.text.knowledge_files import (
    BadKnowledge,
    KnownActor,
    doubts,
    local_id,
    read_actors,
)
from newsbeam.transforms.text.large_lists import compiled
from newsbeam.transforms.text.reference import Office

# Of a row that `add` writes and `export` prints; the names of other languages follow.
COLUMNS = (
    "id", "type", "name", "names_en", "demonyms", "country", "nominal_sovereign", "sector", "sex",
    "offices", "source", "checked",
)  # fmt: skip
MOST = 20  # rows that are shown of one name


def main(options: KnowledgeOptions) -> int:
    """Do what was asked; answers go to standard output."""
    if options.what == "check":
        return _check(options.words)
    if options.what == "add":
        return _add(options)
    known = load(layers_of(options.knowledge))
    if options.what == "build":
        path, counts = compiled(), known.reference.counts() if known.reference else {}
        told = ", ".join(f"{number:,} of type {kind}" for kind, number in sorted(counts.items()))
        log.info("%s: %s", path, told)
        log.info("by hand: %s actors; version %s", f"{len(known.actors):,}", known.version)
    elif options.what == "show":
        print_columns(_shown(known, options.words), sys.stdout)
    else:
        write_actors(known.actors.values(), sys.stdout)
    return DONE


def _check(files: Iterable[str]) -> int:
    """Say what is odd about files that can be read; UsageError where one cannot."""
    for name in files:
        (layer,) = layers_of([name])
        actors, known = read_actors(layer.text, layer.name), load()
        names: dict[str, set[str]] = defaultdict(set)
        for other in known.actors.values():
            for words in other.names.values():
                for word in words:
                    names[word].add(other.id)
        countries = {other.country for other in known.actors.values() if other.country}
        found = list(doubts(actors, countries, names))
        for sentence in found:
            print(f"{name}: {sentence}")
        log.info("%s: %d actors, %d to look at", name, len(actors), len(found))
    return DONE


def _add(options: KnowledgeOptions) -> int:
    """Put one row at the end of a file."""
    assert options.file
    path, (name,) = Path(options.file), options.words
    row = {
        "id": options.id or local_id(name),
        "type": options.type,
        "name": name,
        "names_en": options.names,
        "country": options.country.upper(),
        "offices": options.offices,
        "source": "by hand",
        "checked": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    columns = list(COLUMNS)
    if path.exists() and (before := path.read_text(encoding="utf-8-sig")):
        columns = next(csv.reader(before.splitlines()))
        if lacking := [column for column, cell in row.items() if cell and column not in columns]:
            raise UsageError(f"{path} has no column {', '.join(lacking)}: add it to its first line")
        if row["id"] in {actor.id for actor in read_actors(before, path.name)}:
            raise UsageError(f"{path} has a row of {row['id']} already: change it there")
    try:
        line = {column: row.get(column, "") for column in columns}
        text = ",".join(columns) + "\n" + _csv_line(line.values())
        read_actors(text, path.name)
    except BadKnowledge as error:
        raise UsageError(str(error)) from None
    is_new = not path.exists() or not path.stat().st_size
    with path.open("a", encoding="utf-8", newline="") as file:
        if not is_new and not before.endswith("\n"):
            file.write("\n")
        file.write(text if is_new else _csv_line(line.values()))
    log.info("%s: %s, %s", path, row["id"], name)
    return DONE


def _csv_line(cells: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def write_actors(actors: Iterable[KnownActor], out: IO[str]) -> None:
    """Actors as CSV, such as `--knowledge` reads."""
    actors = list(actors)
    languages = sorted({language for actor in actors for language in actor.names} - {"en"})
    columns = [*COLUMNS, *(f"names_{language}" for language in languages)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for actor in actors:
        cells = {
            column: getattr(actor, column)
            for column in COLUMNS
            if column not in ("names_en", "demonyms", "offices")
        }
        cells |= {f"names_{code}": "|".join(names) for code, names in actor.names.items()}
        cells["demonyms"] = "|".join(actor.demonyms)
        cells["offices"] = "|".join(map(_written, actor.offices))
        writer.writerow([cells.get(column, "") for column in columns])


def _written(office: Office) -> str:
    return "~".join((office.label, office.start, office.end)).rstrip("~")


def _shown(known: Knowledge, words: Iterable[str]) -> list[Column]:
    """Who bears each name or id, the actors known by hand first."""
    rows = []
    for word in words:
        found = dict.fromkeys(_bearers(known, word))
        if not found:
            log.info('nobody is known as "%s" (newsbeam kb add)', word)
        for id in list(found)[:MOST]:
            if actor := known.get(id):
                held = [
                    f"{o.label} {o.start}–{o.end or f'? (as of {o.as_of})'}" for o in actor.offices
                ]
                sovereign = actor.nominal_sovereign
                where = actor.country or (f"({sovereign})" if sovereign else "")
                by = "by hand" if id in known.actors else "lists"
                rows.append((word, id, actor.type, actor.name, where, "; ".join(held), by))
    names = ("asked", "id", "type", "name", "country", "offices", "from")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return [Column(name, column) for name, column in zip(names, columns, strict=True)]


def _bearers(known: Knowledge, word: str) -> Iterator[str]:
    if known.get(word):
        yield word
    for actor in known.actors.values():
        names = {name.casefold() for names in actor.names.values() for name in names}
        if word.casefold() in names:
            yield actor.id
    if lists := known.reference:
        for called in (lists.people_called, lists.places_called, lists.bodies_called):
            yield from (one.id for one in called(word))
