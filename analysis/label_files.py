"""Labelled data as others publish it: articles with what a reader or an annotator found in them.

Read are JSON lines of hand-read articles (`actors`, `quotes`, `topics`, or `expect`: single
statements; docs/accuracy.md says how they are written), columns of tokens whose last one is BIO
(CoNLL 2003, W-NUT, MasakhaNER, BSNLP), archives of factRuEval-2016 and of GUM, and N3 (NIF).
"""

import gzip
import io
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from newsbeam.analysis.labelled import KINDS, Labelled
from newsbeam.analysis.linked_sets import of_turtle, of_webanno

TOGETHER = 20  # sentences that are read as one article, where the file does not say


class BadLabels(Exception):
    """A file of labelled data cannot be read; the sentence says which, and why."""


def read_labelled(name: str, language: str) -> list[Labelled]:
    """The labelled articles of a file; `language` is that of columns, which do not say it.

    Raises BadLabels.
    """
    path = Path(name)
    try:
        if path.name.endswith((".tar.gz", ".tgz")):
            files = dict(_members(path))
            if any(name.endswith(".tsv") for name in files):
                return of_webanno(files, path.name)
            return _factrueval(files, path.name)
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = data.decode("utf-8")
        if path.name.removesuffix(".gz").endswith(".jsonl"):
            return [_of_line(json.loads(line), path.name) for line in text.splitlines() if line]
        if path.name.removesuffix(".gz").endswith(".ttl"):
            return of_turtle(text, path.name)
        return list(_of_columns(text, path.name, language))
    except (OSError, EOFError, ValueError, LookupError, TypeError, tarfile.TarError) as error:
        raise BadLabels(
            f"{name} cannot be read as labelled data ({type(error).__name__}: {error}). Known are "
            "JSON lines with actors, quotes, topics or expect, columns whose last one is BIO, N3 "
            "(.ttl), and archives of factRuEval and GUM"
        ) from error


def _of_line(said: dict[str, Any], file: str) -> Labelled:
    """An article of JSON lines."""
    known = ("actors", "quotes", "topics", "events", "expect")
    labels = {key: tuple(said[key]) for key in known if key in said}
    if "event" in said and "eventText" in said:
        labels["events"] = (_of_plover(said),)
    if not labels:
        raise ValueError("a line without actors, quotes, topics, events or expect")
    return Labelled(
        f"{file}:{said.get('id', '')}",
        said["text"],
        said.get("title") or "",
        said.get("language") or "en",
        said.get("published") or said.get("date") or "",
        **labels,
    )


# What PLOVER's first version parted, and its present one does not.
_MERGED = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}


def _of_plover(said: dict[str, Any]) -> dict[str, Any]:
    """The event of a record of PLOVER's: its type, and how the text names both sides."""
    sides = {
        side: [one["actorText"] for one in said[side]] if isinstance(said.get(side), list) else []
        for side in ("source", "target")
    }
    return {"type": _MERGED.get(said["event"], said["event"]), **sides}


def _of_columns(text: str, file: str, language: str) -> Iterator[Labelled]:
    """Articles of columns of tokens: those that the file parts, else so many sentences each."""
    sentences: list[list[tuple[str, str]]] = [[]]
    number = 0
    says_where = bool(re.search("^.?-?DOCSTART", text, re.MULTILINE))
    for line in [*text.splitlines(), ""]:
        cells = line.split("\t") if "\t" in line else line.split()
        begins = "DOCSTART" in line
        if cells and not begins:
            # BSNLP numbers its tokens.
            token = cells[1] if cells[0].isdigit() and len(cells) > 2 else cells[0]
            sentences[-1].append((token, cells[-1]))
            continue
        if sentences[-1]:
            sentences.append([])
        if (begins if says_where else len(sentences) > TOGETHER) and len(sentences) > 1:
            yield _joined(sentences, f"{file}:{number}", language)
            sentences, number = [[]], number + 1
    if len(sentences) > 1:
        yield _joined(sentences, f"{file}:{number}", language)


def _joined(sentences: Iterable[list[tuple[str, str]]], name: str, language: str) -> Labelled:
    """Sentences of tokens as a text, a paragraph each, with the places of what is labelled."""
    text, spans = "", []
    start, kind = 0, ""
    for sentence in sentences:
        for token, label in [*sentence, ("", "O")]:
            if kind and not label.startswith("I-"):
                spans.append((start, len(text.rstrip()), kind))
                kind = ""
            if label[:2] in ("B-", "I-") and not kind:
                start, kind = len(text), KINDS.get(label[2:].lower(), "")
            text += f"{token} " if token else ""
        text = f"{text.rstrip()}\n\n"
    return Labelled(name, text.rstrip(), language=language, spans=tuple(spans))


def _members(path: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)):
                with io.TextIOWrapper(file, encoding="utf-8") as lines:
                    yield member.name.rpartition("/")[2], lines.read()


def _factrueval(files: dict[str, str], file: str) -> list[Labelled]:
    """Articles of factRuEval-2016: spans by number, and objects made of spans."""
    found = []
    for name in sorted(files):
        stem, dot, kind = name.rpartition(".")
        if not dot or kind != "objects":
            continue
        rows = (line.split() for line in files[f"{stem}.spans"].splitlines())
        places = {row[0]: (int(row[2]), int(row[2]) + int(row[3])) for row in rows if len(row) > 3}
        spans = set()
        for line in files[name].splitlines():
            cells = line.split("#")[0].split()  # number, label, the numbers of its spans
            inside = [places[one] for one in cells[2:] if one in places]
            if inside and (actor := KINDS.get(cells[1].lower())):
                spans.add((min(s for s, _ in inside), max(e for _, e in inside), actor))
        text = files[f"{stem}.txt"]
        found.append(Labelled(f"{file}:{stem}", text, language="ru", spans=tuple(sorted(spans))))
    if not found:
        raise ValueError("an archive without *.objects")
    return found
