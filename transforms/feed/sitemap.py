"""News sitemaps (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)
in JSON Feed's words: many papers list the articles of two days there, and in no feed.
"""

import re
from html import unescape
from typing import Any

from newsbeam.transforms.feed.json_feed import NotAFeed

_URL = re.compile(r"<url\b[^>]{0,500}>(.*?)</url\s*>", re.S)
_FIELD = re.compile(
    r"<(?:[\w-]{1,20}:)?(loc|title|name|language|publication_date|keywords|lastmod)\b[^>]{0,500}>"
    r"\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</",
    re.S,
)
_PICTURE = re.compile(r"<image:image\b.*?</image:image\s*>", re.S)


def is_sitemap(markup: str) -> bool:
    """Whether a document is a sitemap, or a list of some.

    >>> is_sitemap("<?xml version='1.0'?><urlset xmlns='x'>"), is_sitemap("<rss>")
    (True, False)
    """
    return bool(re.match(r"(?:<[?!][^>]{0,500}>\s*)*<(?:urlset|sitemapindex)\b", markup))


def read_sitemap(markup: str) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """What a news sitemap says of itself, its articles, and how many there were.

    Raises NotAFeed for a sitemap without news, and for a list of sitemaps, of which it names one.
    """
    if "<sitemapindex" in markup[:5_000]:
        listed = [found[2].strip() for found in _FIELD.finditer(markup) if found[1] == "loc"]
        news = [link for link in listed if "news" in link.lower()] or listed
        named = f", such as {unescape(news[0])[:200]}" if news else ""
        raise NotAFeed(f"a list of sitemaps: name one that lists news{named}")
    urls = [found[1] for found in _URL.finditer(markup)]
    articles = [_article(url) for url in urls if "<news:" in url]
    if not articles and re.search(r"<url\b", markup):
        raise NotAFeed("a sitemap without news: it lists pages, but neither titles nor dates")
    first = articles[0] if articles else {"source": "", "language": ""}
    about = {"title": first["source"], "language": first["language"]}
    return about, articles, len(urls)


def _article(markup: str) -> dict[str, Any]:
    """One article as an item of JSON Feed.

    >>> url = "<loc>https://e.org/1</loc><news:news><news:title>A &amp; B</news:title></news:news>"
    >>> _article(url)["title"], _article(url)["url"]
    ('A & B', 'https://e.org/1')
    """
    said = {
        found[1]: unescape(found[2].strip()) for found in _FIELD.finditer(_PICTURE.sub("", markup))
    }
    return {
        "id": said.get("loc", ""),
        "url": said.get("loc", ""),
        "title": said.get("title", ""),
        "date_published": said.get("publication_date") or said.get("lastmod", ""),
        "tags": [tag.strip() for tag in said.get("keywords", "").split(",") if tag.strip()],
        "source": said.get("name", ""),
        "language": said.get("language", ""),
    }
