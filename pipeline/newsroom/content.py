"""What the sample newsroom has written: one TOML file an outlet (see articles/README.md)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

ARTICLES = Path(__file__).with_name("articles")


@dataclass(frozen=True, kw_only=True)
class SampleFeed:
    """A feed of an outlet, with what is peculiar about it."""

    path: str
    kind: Literal["rss", "atom", "rdf", "page"] = "rss"  # page: HTML where a feed is expected
    section: str = ""  # only articles of this section
    full_text: bool = False
    cdata: bool = False
    entities: bool = False  # titles escaped twice, as many publishers do
    relative: bool = False  # links relative to xml:base
    tracking: str = ""  # appended to every link
    cut_at: str = ""  # these words and what follows do not arrive
    slow: bool = False
    validators: bool = True  # ETag and Last-Modified
    status: int = 200

    @property
    def trouble(self) -> str:
        """What is wrong with it on purpose; "" where nothing is."""
        if self.kind == "page":
            return "has become an ordinary page"
        if self.cut_at:
            return "breaks off in the middle"
        return {200: "", 404: "is not there (404)", 410: "is gone for good (410)"}[self.status]

    @property
    def media_type(self) -> str:
        """The type it is announced with."""
        return "text/html" if self.kind == "page" else f"application/{self.kind}+xml"


@dataclass(frozen=True, kw_only=True)
class SampleArticle:
    """An article: the feed entry and the page, which do not always agree."""

    slug: str
    title: str
    text: str
    published: datetime
    updated: datetime | None = None
    authors: Sequence[str] = ()
    sections: Sequence[str] = ()
    day: int = 1  # published on this day of the demo
    page: Literal["article", "missing", "pdf", "paywall"] = "article"
    page_date: bool = True
    feed_date: datetime | Literal[False]  # as published, but where the file says otherwise
    feed_title: bool = True

    @property
    def paragraphs(self) -> list[str]:
        """The text without its blank lines; a subheading begins with `## `."""
        return self.text.strip().split("\n\n")

    @property
    def changed(self) -> datetime:
        """When its page was last changed."""
        return self.updated or self.published


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """An outlet; `slug` is the name of its file and the first part of its paths."""

    slug: str
    name: str
    motto: str
    country: str
    language: str
    layout: Literal["broadsheet", "portal", "magazine"]
    colour: str
    charset: str = "utf-8"
    disallow: str = ""  # closed to robots
    feeds: Sequence[SampleFeed]
    articles: Sequence[SampleArticle]  # the newest first

    @property
    def changed(self) -> datetime:
        """When anything of it was last changed."""
        return max(article.changed for article in self.articles)

    def path(self, slug: str = "") -> str:
        """Where an article or a feed of it is served; without a name, its front page."""
        return f"/{self.slug}/{quote(slug)}"


def read_outlets(day: int) -> list[Outlet]:
    """Every outlet as it stands on that day."""
    outlets = []
    for path in sorted(ARTICLES.glob("*.toml")):
        file = tomllib.loads(path.read_text("utf-8"))
        feeds = [SampleFeed(**feed) for feed in file["feed"]]
        articles = [_article(fields, day) for fields in file["article"]]
        shown = [article for article in articles if article.day <= day]
        shown.sort(key=lambda article: article.published, reverse=True)
        outlets.append(Outlet(slug=path.stem, feeds=feeds, articles=shown, **file["outlet"]))
    return outlets


def _article(fields: dict[str, Any], day: int) -> SampleArticle:
    """An article of a file, as it was corrected by that day."""
    corrected = fields.pop("corrected", {})
    known = {"feed_date": fields["published"], **fields}
    return SampleArticle(**(known | corrected if day >= 2 else known))
