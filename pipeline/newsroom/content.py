"""What the sample newsroom has written: one TOML file an outlet (see articles/README.md)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

ARTICLES = Path(__file__).parent / "articles"


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
    feed_date: datetime | Literal["", "none"] = ""  # where the feed says otherwise
    feed_title: bool = True

    @property
    def paragraphs(self) -> list[str]:
        """The text without its blank lines; a subheading begins with `## `."""
        return [part.strip() for part in self.text.strip().split("\n\n")]

    @property
    def date_in_feed(self) -> datetime | None:
        """What the feed gives as its date."""
        if isinstance(self.feed_date, datetime):
            return self.feed_date
        return None if self.feed_date == "none" else self.published

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
    feeds: tuple[SampleFeed, ...] = ()
    articles: tuple[SampleArticle, ...] = ()

    @property
    def changed(self) -> datetime:
        """When anything of it was last changed."""
        return max(article.changed for article in self.articles)


def read_outlets(day: int) -> list[Outlet]:
    """Every outlet as it stands on that day, its newest articles first."""
    files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in ARTICLES.glob("*.toml")}
    texts = {f"{slug}/{a['slug']}": a for slug, file in files.items() for a in file["article"]}
    return [
        Outlet(
            slug=slug,
            **file["outlet"],
            feeds=tuple(SampleFeed(**feed) for feed in file["feed"]),
            articles=tuple(
                sorted(
                    (_article(a, texts, day) for a in file["article"] if a.get("day", 1) <= day),
                    key=lambda article: article.published,
                    reverse=True,
                )
            ),
        )
        for slug, file in sorted(files.items())
    ]


def _article(fields: dict[str, Any], texts: dict[str, dict[str, Any]], day: int) -> SampleArticle:
    """One article of a file, with the agency's text it reprints and the edits made by that day."""
    known = {k: v for k, v in fields.items() if k not in ("reprints", "paragraphs", "edit")}
    if "reprints" in fields:  # an outlet puts its own words above and cuts from the end
        parts = texts[fields["reprints"]]["text"].strip().split("\n\n")[: fields.get("paragraphs")]
        known["text"] = "\n\n".join([*filter(None, [fields.get("text", "").strip()]), *parts])
    edit = fields.get("edit") if day >= 2 else None
    if edit:
        known["updated"] = edit["updated"]
        for old, new in edit["replace"]:
            known |= {name: known[name].replace(old, new) for name in ("title", "text")}
    return SampleArticle(**known)
