"""What an HTML page says of itself: title, authors, date, language, address, picture.

Only what is stated in meta tags, JSON-LD and <time> is read; nothing is guessed from the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from newsbeam.transforms.page.authors import authors, byline
from newsbeam.transforms.page.clean import one_line
from newsbeam.transforms.page.linked_data import (
    Object,
    author_offers,
    folded,
    is_article,
    linked_data,
    own_articles,
    words,
)
from newsbeam.transforms.page.moments import stated_moment
from newsbeam.transforms.page.titles import headings, names_of, page_title
from newsbeam.transforms.page.tree import Element, content, is_beside
from newsbeam.transforms.page.urls import source_of
from newsbeam.transforms.page.visible_date import is_publication, visible_date

Meta = dict[str, list[str]]  # the meta tags of a page, by their name in lower case

# Names in meta tags, in order of trust: those that decided on some of 700 pages (November 2026)
# and their nearest spellings; eighteen others decided on none and went.
DATES = ("article:published_time", "article:published", "og:published_time")
OTHER_DATES = (  # after JSON-LD: some give the day on which the page was made
    "parsely-pub-date", "dc.date.issued", "dcterms.date", "dc.date", "pubdate", "publishdate",
    "publish-date", "publish_date", "date", "cxenseparse:recs:publishtime",
)  # fmt: skip
AUTHORS = ("author", "parsely-author", "dc.creator", "article:author")
SITE_NAMES = ("og:site_name", "application-name", "twitter:site")
_CANONICAL = "//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href"
_DATE_MARKS = "//*[@itemprop='datePublished' or @pubdate][@datetime or @content]"


@dataclass(frozen=True)
class PageHead:
    """What the page states; lists in order of trust."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    shown: datetime | None = None  # the date over the article, where none is stated
    unread_date: str = ""
    unread_data: int = 0  # blocks of JSON-LD
    language: str = ""
    canonical: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    description: str = ""
    body: str = ""  # the article's text as JSON-LD has it
    free: bool = True


def page_head(tree: Element, url: str = "") -> PageHead:
    """Everything the page states of itself; see PageHead."""
    meta, (objects, unread) = _meta(tree), linked_data(tree)
    shown, metas = headings(tree), [*_stated(meta, "og:title"), *_browser_titles(tree)]
    canonical = [str(link) for link in tree.xpath(_CANONICAL)] + _stated(meta, "og:url")
    own = own_articles(objects, [*shown, *metas], [url, *canonical])
    names = names_of(
        [*_stated(meta, *SITE_NAMES), *_linked(own, "publisher", "name")], source_of(url)
    )
    sections = _sections(meta, own, url)
    others = [one for one in objects if not is_article(one)]
    headlines = _linked(own, "headline")
    title = page_title(headlines, shown, metas, names, sections)
    # What a page gives as its name or its section can be the title itself.
    title = title or page_title(headlines, shown, metas, names_of([], source_of(url)), frozenset())
    dates = _dates(tree, meta, [*own, *others])
    language, site = tree.get("lang") or tree.get("xml:lang") or "", urlsplit(url).hostname or ""
    moments = (stated_moment(text, language, site) for text in dates)
    published = next(filter(None, moments), None)
    return PageHead(
        title=title,
        authors=authors(
            author_offers(own, objects), _stated(meta, *AUTHORS), byline(tree), names=names
        ),
        published=published,
        shown=None if published else visible_date(tree, language, site),
        unread_date=dates[0][:60] if dates and not published else "",
        unread_data=unread,
        language=language,
        canonical=tuple(canonical),
        images=(*_stated(meta, "og:image"), *_linked(own, "image", "url")),
        description=one_line(first(_stated(meta, "og:description", "description")), 5_000),
        body=first(_linked(own, "articleBody")),
        free=all(str(one.get("isAccessibleForFree")).lower() != "false" for one in (*own, *others)),
    )


def _meta(tree: Element) -> Meta:
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


def _browser_titles(tree: Element) -> list[str]:
    """The page's <title>; those within drawings are labels of logos."""
    return [content(one) for one in tree.iter("title")][:1]


def _sections(meta: Meta, own: list[Object], url: str) -> frozenset[str]:
    """The names of the site's sections that hold the article, as they are compared."""
    path = urlsplit(url).path.strip("/").split("/")[:-1]
    stated = [*_stated(meta, "article:section"), *_linked(own, "articleSection"), *path]
    return frozenset(name for one in stated if len(name := folded(one)) > 2)


def _dates(tree: Element, meta: Meta, objects: list[Object]) -> list[str]:
    dates = _stated(meta, *DATES)
    dates += [str(one["datePublished"]) for one in objects if one.get("datePublished")]
    dates += _stated(meta, *OTHER_DATES)
    marks = [one for one in tree.xpath(_DATE_MARKS)[:50] if not is_beside(one)]
    dates += [one.get("datetime") or one.get("content") or "" for one in marks[:3]]
    times = [one for one in tree.xpath("//time[@datetime]")[:50] if is_publication(one)]
    if len(times) <= 2:  # more are those of other articles or of comments
        dates += [one.get("datetime") for one in times[:1]]
    return [date for date in dates if date]


def _linked(articles: list[Object], name: str, inner: str = "") -> list[str]:
    return [text for one in articles for text in words(one.get(name), inner)]
