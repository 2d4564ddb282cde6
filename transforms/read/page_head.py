"""What an HTML page says of itself: title, authors, date, language, address, picture.

Only what is stated in meta tags, JSON-LD and <time> is read; nothing is guessed from the text.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import html as lxml_html
from lxml.etree import LxmlError, _Element

from newsbeam.transforms.read.clean import AUTHOR_LIMIT, one_line
from newsbeam.transforms.read.dates import iso_moment

MAX_JSON = 500_000  # characters of one JSON-LD block
MAX_OBJECTS = 2_000  # of all JSON-LD objects of a page that are looked at

TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title", "title")
DATES = (
    "article:published_time", "datepublished", "article:published", "og:published_time",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.date",
    "dcterms.issued", "dc.date", "dc.date.created", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "article.published", "published_at", "date",
    "datecreated", "uploaddate", "cxenseparse:recs:publishtime", "rnews:datepublished",
)  # fmt: skip
AUTHORS = ("author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
           "article:author", "citation_author", "twitter:creator:name")  # fmt: skip
IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_ARTICLE = re.compile(r"Article|BlogPosting|Report|LiveBlog|Review$")
_BY = re.compile(r"^(?:by|von|par|por|di|автор:?|written by)\s+(?=\S)", re.I)
_AND = re.compile(r"\s*(?:[,;|•·]|\band\b|\bund\b|\bet\b|\by\b|&)\s*", re.I)
_SEPARATOR = re.compile(r"\s+[|–—·•»:«-]\s+")


def stated_moment(text: str) -> datetime | None:
    """The moment in a meta tag: ISO 8601, as nearly always, or as in e-mail.

    >>> stated_moment("Thu, 08 May 2014 14:04:53 -0400").isoformat()
    '2014-05-08T18:04:53+00:00'
    """
    if found := iso_moment(text):
        return found
    try:
        when = parsedate_to_datetime(text[:60])
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


@dataclass
class PageHead:
    """What the page states; lists in order of trust."""

    titles: list[str] = field(default_factory=list)
    site_name: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    unread_date: str = ""
    language: str = ""
    canonical: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    description: str = ""
    body: str = ""
    free: bool = True


def page_tree(markup: str) -> _Element | None:
    """The tree of an HTML document, or None where there is nothing to make one of."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
    return tree if len(tree) else None


def length_of_text(tree: _Element) -> int:
    """How many characters of text the parser kept (to notice when it gave up)."""
    body = tree.find("body")
    texts = (tree if body is None else body).itertext(with_tail=False)
    return sum(len(text.strip()) for text in texts)


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
        if "ld+json" not in (script.get("type") or "") or len(found) > MAX_OBJECTS:
            continue
        try:
            found.extend(_objects(json.loads((script.text or "")[:MAX_JSON], strict=False)))
        except (ValueError, RecursionError):
            continue
    return sorted(found, key=lambda one: not _ARTICLE.search(str(one.get("@type"))))


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from _names(one.get("name"))
        elif isinstance(one, str):
            yield one


def author_names(stated: list[str]) -> tuple[str, ...]:
    """Names of people and desks out of what a page states, each once.

    >>> author_names(["By Ann Lee and Bo Li", "https://e.org/ann", "Ann Lee"])
    ('Ann Lee', 'Bo Li')
    """
    names: list[str] = []
    for text in stated[:50]:
        for part in _AND.split(_BY.sub("", one_line(text, AUTHOR_LIMIT))):
            name = part.strip(" .")
            known = {kept.lower() for kept in names}
            if (
                1 < len(name) <= 80
                and not re.search(r"https?:|www\.|@|^\d+$", name)
                and name.lower() not in known
            ):
                names.append(name)
    return tuple(names[:20])


def plain_title(title: str, site_name: str, host: str) -> str:
    """The title without the site's name at its end or start.

    >>> plain_title("Talks resume | The Ledger", "The Ledger", "ledger.org")
    'Talks resume'
    >>> plain_title("War - and peace", "", "e.org")
    'War - and peace'
    """

    def is_site(part: str) -> bool:
        letters = re.sub(r"[\W_]+", "", part).lower()
        named = re.sub(r"[\W_]+", "", site_name).lower()
        label = re.sub(r"[\W_]+", "", host.removeprefix("www.")).lower()
        return len(letters) > 2 and (
            letters == named or label.startswith((letters, "the" + letters))
        )

    title = one_line(title)
    while cuts := list(_SEPARATOR.finditer(title)):
        if is_site(title[cuts[-1].end() :]):
            title = title[: cuts[-1].start()].strip()
        elif is_site(title[: cuts[0].start()]):
            title = title[cuts[0].end() :].strip()
        else:
            break
    return title


def page_head(tree: _Element) -> PageHead:
    """Everything the page states of itself; see PageHead."""
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := (element.get(attribute) or "").strip().lower():
                meta.setdefault(name, []).append((element.get("content") or "").strip())
    linked = linked_data(tree)
    articles = [one for one in linked if _ARTICLE.search(str(one.get("@type")))]
    head = PageHead()
    says = [one.get("headline") for one in articles]
    headings = [_content(one) for one in tree.iter("h1")]
    head.titles = [t for t in (
        *(meta.get(TITLES[0], [])), *(str(s) for s in says if isinstance(s, str)),
        *(headings if len(headings) == 1 else []),
        *(value for name in TITLES[1:] for value in meta.get(name, [])),
        *(_content(one) for one in tree.iter("title")), *headings,
    ) if t]  # fmt: skip
    head.site_name = next(
        (v for n in ("og:site_name", "application-name") for v in meta.get(n, []) if v), ""
    )
    head.authors = _authors(tree, meta, articles)
    _set_date(head, tree, meta, articles, linked)
    root = tree.getroottree().getroot()
    stated = [
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
    ]
    stated += [
        *meta.get("content-language", []),
        *meta.get("og:locale", []),
        *meta.get("language", []),
    ]
    head.language = next((value for value in stated if value), "")
    head.canonical = [
        one.get("href") or ""
        for one in tree.iter("link")
        if "canonical" in (one.get("rel") or "").lower().split()
    ]
    head.canonical += meta.get("og:url", [])
    head.images = [value for name in IMAGES for value in meta.get(name, []) if value]
    head.images += [u for one in articles for u in _addresses(one.get("image"))]
    head.description = one_line(
        next((v for n in ("og:description", "description") for v in meta.get(n, []) if v), ""),
        5_000,
    )
    head.body = max((str(one.get("articleBody") or "") for one in articles), key=len, default="")
    head.free = not any(str(one.get("isAccessibleForFree")).lower() == "false" for one in linked)
    if any(
        value.lower() in ("locked", "metered") for value in meta.get("article:content_tier", [])
    ):
        head.free = False
    return head


def _content(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())[:2_000]


def _addresses(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from _addresses(one.get("url"))
        elif isinstance(one, str):
            yield one


def _authors(
    tree: _Element, meta: dict[str, list[str]], articles: list[dict[str, Any]]
) -> tuple[str, ...]:
    if names := author_names([name for one in articles for name in _names(one.get("author"))]):
        return names
    if names := author_names([v for n in AUTHORS for v in meta.get(n, [])]):
        return names
    marked = tree.xpath(
        "//*[@rel='author' or @itemprop='author' or contains(@class,'author-name')"
        " or contains(@class,'byline__name') or @class='author' or @class='byline']"
    )
    return author_names([text for one in marked[:5] if len(text := _content(one)) <= 100])[:5]


def _set_date(
    head: PageHead,
    tree: _Element,
    meta: dict[str, list[str]],
    articles: list[dict[str, Any]],
    linked: list[dict[str, Any]],
) -> None:
    stated = [v for n in DATES[:4] for v in meta.get(n, [])]
    stated += [
        str(one["datePublished"]) for one in (*articles, *linked) if one.get("datePublished")
    ]
    stated += [v for n in DATES[4:] for v in meta.get(n, [])]
    stated += [str(one["dateCreated"]) for one in articles if one.get("dateCreated")]
    marked = tree.xpath("//*[@itemprop='datePublished' or @pubdate]")
    stated += [one.get("datetime") or one.get("content") or "" for one in marked[:3]]
    times = tree.xpath("//time[@datetime]")
    if len(times) <= 2 or tree.xpath("count(//article//time[@datetime])") == 1:
        inside = tree.xpath("//article//time[@datetime]") or times
        stated += [one.get("datetime") for one in inside[:1]]
    stated = [value.strip() for value in stated if value and value.strip()]
    head.published = next((when for value in stated if (when := stated_moment(value))), None)
    head.unread_date = stated[0][:60] if stated and not head.published else ""
