"""Labelled sets that say whom a name means, by the title of a Wikipedia article.

N3 RSS-500 (Turtle in the NIF vocabulary, Röder et al. 2014) and GUM (WebAnno TSV 3, Zeldes 2017).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from newsbeam.analysis.labelled import KINDS, Labelled, Link

_SUBJECT = re.compile(r"^<([^>#]+)#char=(\d+),(\d+)>$(.*?)\.$", re.MULTILINE | re.DOTALL)
_TEXT = re.compile(r'nif:isString\s+"((?:[^"\\]|\\.)*)"')
_MEANT = re.compile(r"itsrdf:taIdentRef\s+<([^>]+)>")
_KNOWN = "dbpedia.org/resource/"
_NUMBER = re.compile(r"\[(\d+)\]$")


def of_turtle(text: str, file: str) -> list[Labelled]:
    """The texts of N3, each with its names; a name that Wikipedia does not know has no title."""
    texts: dict[str, str] = {}
    links: dict[str, list[Link]] = defaultdict(list)
    for address, start, end, said in _SUBJECT.findall(text):
        if whole := _TEXT.search(said):
            texts[address] = whole[1].replace('\\"', '"').replace("\\\\", "\\")
        elif meant := _MEANT.search(said):
            known = _title(meant[1].partition(_KNOWN)[2])
            links[address].append((int(start), int(end), known))
    return [
        Labelled(f"{file}:{address.rpartition('/')[2]}", whole, links=tuple(sorted(links[address])))
        for address, whole in texts.items()
    ]


def of_webanno(files: Mapping[str, str], file: str) -> list[Labelled]:
    """The texts of GUM with what is named in them: entities that have an identity."""
    found = []
    for name, text in sorted(files.items()):
        if name.endswith(".tsv"):
            found.append(_of_table(text, f"{file}:{name.removesuffix('.tsv')}"))
    return found


def _of_table(text: str, name: str) -> Labelled:
    """One text: its tokens, and the spans of tokens with the same number and identity.

    Columns: number, place, token, entity, status, salience, identity, …; "a[1]|b[2]" is two.
    """
    whole = ""
    spans: dict[tuple[str, str], tuple[int, int]] = {}
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        cells = line.split("\t")
        if not re.fullmatch(r"\d+-\d+", cells[0]) or len(cells) < 7:
            whole += "\n" if whole and not line else ""
            continue
        gap = " " if whole and not whole.endswith("\n") else ""
        start = len(whole) + len(gap)
        whole += gap + cells[2]
        kinds |= {number: KINDS.get(kind, "") for kind, number in _parts(cells[3], cells[0])}
        for title, number in _parts(cells[6], cells[0]):
            first = spans.get((number, title), (start, 0))[0]
            spans[number, title] = (first, len(whole))
    named = [(*place, kinds.get(number, "")) for (number, _), place in spans.items()]
    links = [
        (*place, _title(title)) for (number, title), place in spans.items() if kinds.get(number)
    ]
    return Labelled(
        name,
        whole,
        spans=tuple(sorted(span for span in named if span[2])),
        links=tuple(sorted(links)),
    )


def _parts(cell: str, token: str) -> Iterator[tuple[str, str]]:
    """The values of a cell with their numbers, the token's where it is alone; "_" is none."""
    for part in cell.split("|"):
        number = _NUMBER.search(part)
        if part not in ("", "_"):
            yield (part[: number.start()], number[1]) if number else (part, token)


def _title(title: str) -> str:
    """A title as it is read: both sets write it as addresses do."""
    return unquote(title.replace("\\_", "_")).replace("_", " ").strip("* ")


def are_alike(name: str, title: str) -> bool:
    """Whether an actor's name and a title name the same: the words of one are all in the other, or
    its first letters.

    >>> are_alike("Republican Party", "Republican Party (United States)")
    True
    >>> are_alike("Paris", "Paris, Texas"), are_alike("Georgia", "Georgian cuisine")
    (True, False)
    """
    one, other = _words(name), _words(title)
    letters = {"".join(c for c in words if c.isupper()) for words in (name, title)}
    is_within = one <= other or other <= one
    return bool(one and other) and (is_within or bool(letters & {name, title}))


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", "", name).casefold())
    return set(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def _shared(place: tuple[int, int, str, str], start: int, end: int) -> int:
    """How many characters a mention and a labelled name share: a part of a longer one is neither
    found nor linked by it."""
    return min(place[1], end) - max(place[0], start)


def count_links(
    links: Iterable[Link], places: Iterable[tuple[int, int, str, str]]
) -> tuple[int, int, int, int, int]:
    """How many of the labelled names are found, how many of them there are, how many are linked
    right, how many could be, and how many are linked at all.

    `places` are those of mentions, with their actor's id and name.
    """
    known = list(places)
    found = right = linked = labelled = asked = 0
    for start, end, title in links:
        labelled += 1
        asked += bool(title)
        over = [place for place in known if 2 * _shared(place, start, end) >= end - start]
        found += bool(over)
        ids = [place for place in over if place[2].startswith("Q")]
        linked += bool(ids)
        right += bool(title) and any(are_alike(place[3], title) for place in ids)
    return found, labelled, right, asked, linked
