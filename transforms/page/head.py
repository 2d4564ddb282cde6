"""What an HTML page says of itself: title, authors, date, language, address, picture.

Only what is stated in meta tags, JSON-LD and <time> is read; nothing is guessed from the text.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import html as lxml_html
from lxml.etree import LxmlError, _Element

from newsbeam.transforms.page.clean import AUTHOR_LIMIT, one_line
from newsbeam.transforms.page.moments import stated_moment

MAX_JSON = 500_000  # characters of one JSON-LD block

Meta = dict[str, list[str]]  # the meta tags of a page, by their name in lower case

# Names in meta tags, in order of trust: those that decided on some of 700 pages (November 2026)
# and their nearest spellings; eighteen others decided on none and went.
DATES = ("article:published_time", "article:published", "og:published_time")
OTHER_DATES = (  # after JSON-LD: some give the day on which the page was made
    "parsely-pub-date", "dc.date.issued", "dcterms.date", "dc.date", "pubdate", "publishdate",
    "publish-date", "publish_date", "date", "cxenseparse:recs:publishtime",
)  # fmt: skip
AUTHORS = ("author", "parsely-author", "dc.creator", "article:author")
_AUTHOR_MARKS = (
    "//*[@rel='author' or @itemprop='author' or contains(@class,'author-name')"
    " or contains(@class,'byline__name') or @class='author' or @class='byline']"
)
_DATE_MARKS = "//*[@itemprop='datePublished' or @pubdate]/@*[name()='datetime' or name()='content']"
_ARTICLE = re.compile(r"Article|BlogPosting|Report|LiveBlog|Review$")
_BY = re.compile(r"^(?:by|von|par|por|di|автор:?|written by)\s+(?=\S)", re.I)
_AND = re.compile(r"\s*(?:[,;|•·]|\band\b|\bund\b|\bet\b|\by\b|&)\s*", re.I)
_NO_NAME = re.compile(r"https?:|www\.|@|^\d+$")
_NO_LETTER = re.compile(r"[\W_]+")
_SEPARATOR = re.compile(r"\s+[|–—·•»:«-]\s+")


@dataclass(frozen=True)
class PageHead:
    """What the page states; lists in order of trust."""

    titles: tuple[str, ...] = ()
    site_name: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    unread_date: str = ""
    language: str = ""
    canonical: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    description: str = ""
    free: bool = True


def page_tree(markup: str) -> _Element | None:
    """The tree of an HTML document, or None where there is nothing to make one of."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
    return tree if len(tree) else None


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value[:200]:
            yield from _objects(one, depth)
    elif isinstance(value, dict) and depth < 6:
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _objects(value.get(name), depth + 1)


def linked_data(tree: _Element) -> list[dict[str, Any]]:
    """The objects of the page's JSON-LD, articles first."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            with suppress(ValueError, RecursionError):
                found.extend(_objects(json.loads((script.text or "")[:MAX_JSON], strict=False)))
    return sorted(found, key=lambda one: not _is_article(one))


def _words(value: Any, name: str) -> Iterator[str]:
    """The texts in a value of JSON-LD, which may be one, a list, or objects with a `name`."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from _words(one.get(name), name)
        elif isinstance(one, str) and one:
            yield one


def author_names(stated: list[str]) -> tuple[str, ...]:
    """Names of people and desks out of what a page states, each once.

    >>> author_names(["By Ann Lee and Bo Li", "https://e.org/ann", "Ann Lee"])
    ('Ann Lee', 'Bo Li')
    """
    names: dict[str, str] = {}
    for text in stated[:50]:
        for part in _AND.split(_BY.sub("", one_line(text, AUTHOR_LIMIT))):
            name = part.strip(" .")
            if 1 < len(name) <= 80 and not _NO_NAME.search(name):
                names.setdefault(name.lower(), name)
    return tuple(names.values())[:20]


def plain_title(title: str, site_name: str, site: str) -> str:
    """The title without the site's name at its end or start; "" where it says nothing else.

    `site` is its registrable domain, of which the name is often the beginning.

    >>> plain_title("Talks resume | The Ledger", "The Ledger", "ledger.org")
    'Talks resume'
    >>> plain_title("War - and peace", "", "e.org")
    'War - and peace'
    """

    def letters(words: str) -> str:
        return _NO_LETTER.sub("", words).lower().removeprefix("the")

    def is_site(part: str) -> bool:
        name = letters(part)
        return len(name) > 2 and (name == letters(site_name) or letters(site).startswith(name))

    title = one_line(title)
    while cuts := list(_SEPARATOR.finditer(title)):
        if is_site(title[cuts[-1].end() :]):
            title = title[: cuts[-1].start()].strip()
        elif is_site(title[: cuts[0].start()]):
            title = title[cuts[0].end() :].strip()
        else:
            break
    return "" if is_site(title) else title


def page_head(tree: _Element) -> PageHead:
    """Everything the page states of itself; see PageHead."""
    meta, objects = _meta(tree), linked_data(tree)
    articles = [one for one in objects if _is_article(one)]
    dates = _dates(tree, meta, objects)
    published = next((when for text in dates if (when := stated_moment(text))), None)
    canonical = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    return PageHead(
        titles=tuple(_titles(tree, meta, articles)),
        site_name=first(_stated(meta, "og:site_name")),
        authors=author_names(_linked(articles, "author", "name"))
        or author_names(_stated(meta, *AUTHORS))
        or author_names(_bylines(tree))[:5],
        published=published,
        unread_date=dates[0][:60] if dates and not published else "",
        language=tree.get("lang") or tree.get("xml:lang") or "",
        canonical=(*map(str, canonical), *_stated(meta, "og:url")),
        images=(*_stated(meta, "og:image"), *_linked(articles, "image", "url")),
        description=one_line(first(_stated(meta, "og:description", "description")), 5_000),
        free=all(str(one.get("isAccessibleForFree")).lower() != "false" for one in objects),
    )


def _meta(tree: _Element) -> Meta:
    meta: Meta = {}
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or "").strip().lower()
        if value := (element.get("content") or "").strip():
            meta.setdefault(name, []).append(value)
    return meta


def _stated(meta: Meta, *names: str) -> list[str]:
    """What the meta tags state under these names, in their order."""
    return [value for name in names for value in meta.get(name, ())]


def first(offers: Iterable[str]) -> str:
    """The first that is not empty, or ""."""
    return next(filter(None, offers), "")


def _titles(tree: _Element, meta: Meta, articles: list[dict[str, Any]]) -> list[str]:
    headings = [_content(one) for one in tree.iter("h1")]
    titles = _linked(articles, "headline")
    if len(headings) == 1:  # of several the first may be the site's
        titles += headings
    titles += _stated(meta, "og:title")  # often shortened or sharpened for the networks
    return [*titles, *map(_content, tree.iter("title")), *headings]


def _dates(tree: _Element, meta: Meta, objects: list[dict[str, Any]]) -> list[str]:
    dates = _stated(meta, *DATES)
    dates += [str(one["datePublished"]) for one in objects if one.get("datePublished")]
    dates += _stated(meta, *OTHER_DATES)
    dates += tree.xpath(_DATE_MARKS)[:3]
    times = tree.xpath("//time/@datetime")
    if len(times) <= 2:  # more are those of other articles or of comments
        dates += times[:1]
    return dates


def _linked(articles: list[dict[str, Any]], name: str, inner: str = "") -> list[str]:
    return [text for one in articles for text in _words(one.get(name), inner)]


def _is_article(found: dict[str, Any]) -> bool:
    return bool(_ARTICLE.search(str(found.get("@type"))))


def _bylines(tree: _Element) -> list[str]:
    return [text for one in tree.xpath(_AUTHOR_MARKS)[:5] if len(text := _content(one)) <= 100]


def _content(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())[:2_000]
