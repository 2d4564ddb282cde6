"""Which feeds and news sitemaps a site has: what its page and robots.txt name, the usual places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsbeam.transforms.page.charset import decode
from newsbeam.transforms.page.clean import clean_markup, one_line
from newsbeam.transforms.page.tree import content, page_tree
from newsbeam.transforms.page.urls import web_link

TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
)
# Where feeds lie when nothing names them: WordPress and Drupal, Hugo and Jekyll, Blogger, Bitrix.
USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/news-sitemap.xml")
MOST = 20  # candidates of a page: a section page of a paper names some ten
_LOOKS_LIKE_ONE = re.compile(r"\b(?:rss|feeds?|atom)\b|\.rdf$|feed\.json$", re.I)
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.I | re.M)


@dataclass(frozen=True)
class Candidate:
    """An address that may be a feed."""

    url: str
    named_by: str  # where it was found
    title: str = ""


def in_page(html: bytes, content_type: str, url: str) -> list[Candidate]:
    """The feeds that a page names in its head, then what its links call so; each address once."""
    tree = page_tree(clean_markup(decode(html, content_type)))
    found: dict[str, Candidate] = {}
    if tree is None:
        return []
    for link in tree.iter("link"):
        is_other = "alternate" in (link.get("rel") or "").lower().split()
        address = web_link(link.get("href") or "", url)
        if is_other and address and (link.get("type") or "").lower().strip() in TYPES:
            title = one_line(link.get("title") or "", 100)
            found.setdefault(address, Candidate(address, "the page's head", title))
    for link in tree.iter("a"):
        address = web_link(link.get("href") or "", url)
        if address and address != url and _LOOKS_LIKE_ONE.search(address.partition("://")[2]):
            title = one_line(content(link), 100)
            found.setdefault(address, Candidate(address, "a link of the page", title))
    return list(found.values())[:MOST]


def in_robots(text: str, site: str) -> Iterator[Candidate]:
    """The sitemaps that a robots.txt names, those of news first.

    >>> [one.url for one in in_robots("Sitemap: /a.xml\\nsitemap: /news.xml", "https://e.org/")]
    ['https://e.org/news.xml', 'https://e.org/a.xml']
    """
    links = [web_link(found, site) for found in _SITEMAP.findall(text)[:MOST]]
    for link in sorted(filter(None, links), key=lambda link: "news" not in link):
        yield Candidate(link, "robots.txt")


def usual(site: str) -> list[Candidate]:
    """Where a site's feed may lie that nothing names."""
    return [Candidate(web_link(path, site), "a usual place") for path in USUAL]
