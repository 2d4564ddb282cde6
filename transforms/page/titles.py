"""The title of a page's article, without the names of the site and of its sections."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newsbeam.transforms.page.clean import one_line
from newsbeam.transforms.page.linked_data import folded
from newsbeam.transforms.page.tree import Element, content

# What stands between a title and a name; where no space is around it, the name must follow.
_SEPARATOR = re.compile(r"\s+[-–—/·•»«:|‹›]+\s+|\s*[|｜ㅣǀ：_»]\s*|:\s+|(?<=\S)[-:](?=\S)")
_WORD = re.compile(r"\w+")
_LEAST = 3  # letters of a name of a site: two may be a country ("EU", "US")


def names_of(stated: Iterable[str], site: str) -> frozenset[str]:
    """The names that a site states for itself, and its domain, as they are compared.

    >>> sorted(names_of(["The Ledger – News"], "ledger.org"))
    ['ledger', 'ledgernews', 'ledgerorg']
    """
    names = {folded(name).removeprefix("the") for name in (*stated, site, site.partition(".")[0])}
    return frozenset(name for name in names if len(name) >= _LEAST)


def plain_title(title: str, names: frozenset[str], sections: frozenset[str] = frozenset()) -> str:
    """The title without the site's name at its end or start; "" where it says nothing else.

    A section goes from the end alone: at the start the same word may be what the title is about.

    >>> plain_title("Talks resume | Sport | The Ledger", names_of(["The Ledger"], ""), {"sport"})
    'Talks resume'
    >>> plain_title("Georgia – EU talks end", names_of(["Georgia Today"], "georgiatoday.ge"))
    'Georgia – EU talks end'
    """

    def is_name(part: str) -> bool:
        return folded(part).removeprefix("the") in names

    def shorter(title: str) -> str:
        cuts = list(_SEPARATOR.finditer(title))
        for cut in cuts:  # the longest end first: a name may hold a separator itself
            end = title[cut.end() :]
            if is_name(end) or folded(end) in sections:
                return title[: cut.start()].strip()
        for cut in reversed(cuts):
            if is_name(title[: cut.start()]):
                return title[cut.end() :].strip()
        return title

    title = one_line(title)
    while (cut := shorter(title)) and cut != title:
        title = cut
    return "" if is_name(title) or folded(title) in sections else title


def headings(tree: Element) -> list[str]:
    """The texts of the page's <h1>, each once, without empty ones and links to the site's front."""
    found: dict[str, None] = {}
    for heading in tree.iter("h1"):
        link = heading.xpath("string(.//a/@href | ancestor::a/@href)")
        if not link or urlsplit(link).path.strip("/"):
            found[content(heading)] = None
    return [text for text in found if text]


def without_kicker(title: str, others: Iterable[str]) -> str:
    """The title without the words set before it, where the page states it without them too.

    >>> without_kicker("Vote in Poland: Only two are left", ["Only two are left"])
    'Only two are left'
    """
    for other in others:
        kicker, found, rest = title.rpartition(other)
        whole = len(other) >= max(len(title) / 3, 12)  # less may be its last words by chance
        if kicker and found and not rest and whole and _SEPARATOR.search(kicker + "x"):
            return other
    return title


def is_known(title: str, others: Iterable[str]) -> bool:
    """Whether any word of a title stands in one of the page's other titles, if there are others.

    >>> is_known("About this site", ["Talks resume | The Ledger"])
    False
    """
    words = set(_WORD.findall(title.lower()))
    known = [words.isdisjoint(_WORD.findall(one.lower())) for one in others]
    return not all(known) or not known


def page_title(
    headlines: Iterable[str],
    shown: Iterable[str],
    metas: Iterable[str],
    names: frozenset[str],
    sections: frozenset[str],
) -> str:
    """The title of the article: the JSON-LD's, the heading, or the one for browsers and networks.

    A headline or heading of which the other titles know nothing is that of something else.
    """

    def plain(titles: Iterable[str]) -> list[str]:
        return [short for one in titles if (short := plain_title(one, names, sections))]

    stated, headings, meant = plain(headlines), plain(shown), plain(metas)
    sure = [one for one in stated if is_known(one, [*headings, *meant])]
    sure += [one for one in headings if is_known(one, [*stated, *meant])][:1]
    titles = [*sure, *stated, *meant, *headings]
    return without_kicker(titles[0], [*meant, *headings]) if titles else ""
