"""The sample newsroom's HTML pages; `layouts/` holds three as different as real sites are."""

import json
import re
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from newsbeam.pipeline.newsroom.content import Outlet, SampleArticle

LAYOUTS = Path(__file__).parent / "layouts"
NOTICE = "A sample page of newsbeam: outlet, people and events are invented."
WORDS = ("front_page", "world", "weather", "subscribe", "read_also", "advertisement")
LABELS = {
    "en": ("Home", "World", "Weather", "Subscribe", "Read also", "Advertisement"),
    "ka": ("მთავარი", "მსოფლიო", "ამინდი", "გამოწერა", "წაიკითხეთ ასევე", "რეკლამა"),
    "ru": ("Главная", "В мире", "Погода", "Подписка", "Читайте также", "Реклама"),
}
LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")  # [words](slug of the same outlet)


def address(base: str, outlet: Outlet, slug: str = "") -> str:
    """The URL of an article of the outlet, or of its front page."""
    return f"{base}/{outlet.slug}/{quote(slug)}"


def plain(paragraph: str) -> str:
    """A paragraph without its links.

    >>> plain("See [the first report](2026/03/01/x).")
    'See the first report.'
    """
    return LINK.sub(r"\1", paragraph)


def as_html(outlet: Outlet, paragraph: str) -> str:
    """A paragraph as HTML; its links are relative to the site."""
    if paragraph.startswith("## "):
        return f"<h2>{escape(paragraph[3:], quote=False)}</h2>"
    words = escape(paragraph, quote=False)
    return f"<p>{LINK.sub(lambda m: _link(outlet, m[2], m[1]), words)}</p>"


def article_page(base: str, outlet: Outlet, article: SampleArticle) -> str:
    """The page of an article in its outlet's layout."""
    labels = dict(zip(WORDS, LABELS[outlet.language], strict=True))
    others = [
        a
        for a in outlet.articles
        if a.page == "article" and a.slug != article.slug and a.day <= article.day
    ]  # a page that nobody edited stays as it was when others are published
    related = [_link(outlet, a.slug, escape(a.title, quote=False)) for a in others[:3]]
    body = [as_html(outlet, paragraph) for paragraph in article.paragraphs]
    if article.page == "paywall":
        body[1:] = [f'<div class="paywall">{labels["subscribe"]} to continue reading.</div>']
    if outlet.layout == "portal":  # what portals put between the paragraphs
        body.insert(1, f'<div class="ad">{labels["advertisement"]}</div>')
        body.insert(3, f'<p class="read-also"><b>{labels["read_also"]}:</b> {related[0]}</p>')
    stamp = article.published.isoformat() if article.page_date else ""
    url, picture = address(base, outlet, article.slug), address(base, outlet, "picture.svg")
    known = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "isAccessibleForFree": article.page != "paywall",
        **({"datePublished": stamp, "dateModified": article.changed.isoformat()} if stamp else {}),
    }
    return Template((LAYOUTS / f"{outlet.layout}.html").read_text("utf-8")).substitute(
        labels,
        **{name: getattr(outlet, name) for name in ("language", "charset", "colour", "motto")},
        title=escape(article.title),
        outlet=escape(outlet.name),
        url=url,
        picture=picture,
        home=address("", outlet),
        summary=escape(plain(article.paragraphs[0])),
        sections=escape(" · ".join(article.sections)),
        authors=escape(", ".join(article.authors)),
        published=stamp,
        time=f'<time datetime="{stamp}">{article.published:%d.%m.%Y, %H:%M}</time>'
        if stamp
        else "",
        text="\n".join(body),
        related="".join(f"<li>{link}</li>" for link in related),
        json_ld=json.dumps(known, ensure_ascii=False),
        notice=NOTICE,
    )


def index_page(title: str, links: list[tuple[str, str]], feeds: list[tuple[str, str]]) -> str:
    """A page that is only a list of links, and says which feeds there are."""
    heads = (f'<link rel="alternate" type="{kind}" href="{url}">' for url, kind in feeds)
    items = (f'<li><a href="{url}">{escape(words, quote=False)}</a></li>' for url, words in links)
    return (
        f"<!DOCTYPE html>\n<html><head><title>{escape(title)}</title>{''.join(heads)}</head>"
        f"<body><h1>{escape(title)}</h1><ul>{''.join(items)}</ul><p>{NOTICE}</p></body></html>"
    )


def picture(outlet: Outlet) -> str:
    """The outlet's picture: its colour."""
    box = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 1">'
    return f'{box}<rect width="40" height="1" fill="{outlet.colour}"/></svg>'


def _link(outlet: Outlet, slug: str, words: str) -> str:
    return f'<a href="{address("", outlet, slug)}">{words}</a>'
