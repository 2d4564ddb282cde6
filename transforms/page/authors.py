"""Who wrote a page's article: the names in what it states, and in its byline."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from newsbeam.transforms.page.clean import AUTHOR_LIMIT, one_line
from newsbeam.transforms.page.linked_data import folded
from newsbeam.transforms.page.tree import Element, content, is_beside

LONGEST = 100  # characters of a byline; a box with more is about something else
MARKS = (  # where bylines stand, the surest first
    "//*[@rel='author' or @itemprop='author' or contains(@class,'author-name')"
    " or contains(@class,'byline__name') or @class='author' or @class='byline']",
    "//*[contains(@class,'author') or contains(@class,'byline') or contains(@class,'autor')"
    " or contains(@class,'Byline')]",
    "//a[contains(@href,'/author/') or contains(@href,'/authors/') or contains(@href,'/profile/')]",
)
_MADE = (
    r"(?:written|words|text|posted|published|reported|erstellt|publiziert|veröffentlicht|verfasst"
    r"|publié|écrit|publicado|escrito) "
)
_BY = re.compile(
    rf"^(?:[^:\d]{{1,30}}:\s+)?(?:(?:{_MADE})?(?:by|von|par|por)\s+(?=\S)|(?-i:di)\s+)?"
    r"|^about the author\W+",
    re.I,
)
_PART = re.compile(r"\s*(?:[;|•·]|\s/\s|,(?!\s*(?:[JS]r|I{2,3}|IV)\b))\s*")
_AND = re.compile(r"\s+(?:and|und|et|y|e|by|&)\s+")
_SUFFIX = re.compile(
    r",?\s+(?:M\.?D|M\.?A|Ph\.?\s?D|MBA|B\.?A|M\.?Sc)\.?$|^(?:[JS]r|MD|MA|PhD|MBA)$"
)
_MONTH = (
    r"jan\w*|feb\w*|mar|march|märz|apr\w*|may|mai|jun[ei]?|jul[yi]?|aug\w*|sept?\w*|o[ck]t\w*|nov\w*"
    r"|de[cz]\w*"
)
# What stands behind a name: an office, another link, the place or those who helped in brackets.
_FIELD = (
    r"senior|chief|deputy|managing|executive|associate|contributing|staff|special|news|digital|"
    r"politics|political|national|foreign|world|international|diplomatic|defen[cs]e|business|"
    r"economics?|markets|sports?|games|science|health|technology|tech|culture|arts|education|"
    r"environment|security|investigations"
)
_BEHIND = re.compile(
    rf"(?:,?\s+(?:{_FIELD}))*,?\s+(?:editor|reporter|writer|"
    r"correspondent|columnist)$|\s+more (?:stories|articles|from|by)\b.*$|\s+(?:기자|특파원)\b.*$"
    r"|^view orcid profile\s*",
    re.I,
)
_BRACKET = re.compile(r"\s*\((?=[^)]*[\s,])[^)]*\)?")
_PICTURE = re.compile(r"^(?:bild|photos?|fotos?|images?|illustration|фото)(?: by)?:", re.I)
_SECTION = re.compile(r"\s+in\s+[A-Z]\w+$")  # "Written by Ann Lee in Games"
# From a figure on it is a date, a time, a count of comments; the month or the day before goes too.
_DAY = r"(?:mon|tues?|wed\w*|thur?s?|fri|sat\w*|sun)(?:day)?"
_DATE = re.compile(rf"(?:[\s(-]*\b(?:on|at|am|{_MONTH}|{_DAY})\.?,?)*\s*\d.*$", re.I)
_ADDRESS = re.compile(r"https?:|www\.|@")
_NO_NAME = re.compile(
    r"^(?:(?:last )?updated?|posted|published|edited|reviewed|see|view|show|more|read|follow|share"
    r"|photos?|fotos?|images?|illustration|graphics?|video|contact|lesedauer|aktualisiert|veröffentlicht|publié"
    r"|mis à jour|обновлено|опубликовано|фото)\b"
    r"|^(?:(?:(?:staff|senior|contributing|guest) )?"
    r"(?:writer|reporter|editor|contributor|correspondent)s?"
    r"|admin(?:istrator)?|readers?|guest|unknown|anonymous|author|byline|redakteure?|leser|\w)$",
    re.I,
)


def _parts(text: str) -> Iterable[str]:
    """The names that a byline joins; a word is no name, so "Peace and Security Desk" stays one."""
    for part in _PART.split(text):
        names = _AND.split(part)
        yield from names if all(" " in name.strip() for name in names) else [part]


def author_names(stated: Iterable[str]) -> tuple[str, ...]:
    """Names of people and desks out of what a page states, each once.

    >>> author_names(["By Ann Lee and Bo Li", "https://e.org/ann", "Ann Lee"])
    ('Ann Lee', 'Bo Li')
    >>> author_names(["Kim Y. Sung, MD | 10 July 2015, 14:30 | Updated 1 hour ago"])
    ('Kim Y. Sung',)
    """
    names: dict[str, str] = {}
    for text in islice(stated, 50):
        if _ADDRESS.search(text) or _PICTURE.match(text.strip()):
            continue
        line = _BY.sub("", one_line(text, AUTHOR_LIMIT))
        for part in _parts(_BRACKET.sub("", line)):
            name = _SECTION.sub("", _DATE.sub("", part))
            name = name if _NO_NAME.search(name) else _BEHIND.sub("", name)
            name = _SUFFIX.sub("", name).strip(" .,:–-")
            if 1 < len(name) <= 80 and not _NO_NAME.search(name):
                names.setdefault(name.lower(), name)
    return tuple(names.values())[:20]


def byline(tree: Element) -> Iterator[str]:
    """The texts of the first byline of the page that is not beside the article.

    What stands in the same box as the first mark belongs to it; marks further on are those of
    other stories.
    """
    for marks in MARKS:
        found = [one for one in tree.xpath(marks)[:50] if not is_beside(one)]
        for first in found:
            together = [one for one in found if one.getparent() is first.getparent()]
            texts = [text for one in together[:5] if len(text := content(one)) <= LONGEST]
            if author_names(texts):
                yield from texts
                return


def authors(*offers: Iterable[str], names: frozenset[str]) -> tuple[str, ...]:
    """Who the first offer names; the site's own name only where none names anybody else.

    >>> authors(["The Ledger"], ["Ann Lee"], names=frozenset({"ledger"}))
    ('Ann Lee',)
    """
    desks: tuple[str, ...] = ()
    for offer in offers:
        found = author_names(offer)
        if any(folded(one).removeprefix("the") not in names for one in found):
            return found
        desks = desks or found
    return desks
