"""What a feed says and what becomes of it: Feed → Entry → Article, and who carried it when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsbeam.schemas.columns import column

TextKind = Literal["full", "summary", "paywalled", "none"]
TextFrom = Literal["page", "feed", "document"]
PublishedFrom = Literal["feed", "page", "url", "text", "fetch", "document"]


@dataclass(frozen=True)
class Feed:
    """A feed as the user names it; what is not named is found out, or stays empty."""

    feed_id: str
    url: str
    name: str = ""
    source: str = ""
    country: str = ""
    language: str = ""
    profile: str = ""
    address: str = ""  # what is asked for, where `url` hides a secret that it holds


@dataclass(frozen=True)
class Entry:
    """One item of a feed, as the feed tells it: nothing fetched, nothing guessed."""

    entry_id: str = ""
    url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    image_url: str = ""
    enclosures: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wishes:
    """When a publisher wants a feed to be asked, as the feed itself says."""

    ttl_minutes: int | None = None  # between two visits: ttl or sy:updatePeriod
    skip_hours: tuple[int, ...] = ()  # of the day, in UTC
    skip_days: tuple[int, ...] = ()  # of the week, Monday is 0


@dataclass(frozen=True)
class ParsedFeed:
    """One feed document: what it says of itself, and its entries in their order."""

    title: str = ""
    link: str = ""
    language: str = ""
    wishes: Wishes = Wishes()
    older: str = ""  # address of the page with the entries before these, where there is one
    entries: tuple[Entry, ...] = ()
    n_items: int = 0  # items in the document; more than `entries` where some were cut or empty
    n_empty: int = 0
    torn: bool = False  # it ends before its end: more may have been sent
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """What the reading of one HTML page gave (the record of `newsbeam extract`, but for `id`)."""

    url: str
    title: str = ""
    text: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_from: PublishedFrom | None = None
    language: str = ""
    canonical_url: str = ""
    image_url: str = ""
    text_kind: TextKind = "none"
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Article:
    """One revision of an article (a row of the table `articles`)."""

    article_id: str = column("uuid5 of the canonical URL")
    revision: str = column("hex digest of the normalised title and text")
    url: str | None = column("the link as the feed gives it", None)
    canonical_url: str | None = column("the link without tracking and other noise", None)
    guid: str | None = column("the feed's own name for the entry", None)
    feed_id: str | None = column("the feed that brought this revision first", None)
    feed_url: str | None = column("its address", None)
    source: str = column("ASCII slug, normally the registrable domain", "unknown")
    source_name: str | None = column("the source as people call it", None)
    source_country: str | None = column("ISO 3166-1 alpha-3, from the feed list", None)
    title: str = column("plain text", "")
    summary: str | None = column("what the feed says of it, plain text", None)
    text: str = column("plain text, paragraphs parted by blank lines; offsets refer to it", "")
    text_kind: TextKind = column("how much of the article the text is", "none")
    text_from: TextFrom = column("where the text was read", "feed")
    authors: tuple[str, ...] = column("as written by the publisher", ())
    categories: tuple[str, ...] = column("the publisher's own", ())
    language: str | None = column("ISO 639-1", None)
    language_confidence: float | None = column("0–1", None)
    published_at: datetime = column("UTC; decides the partition and never moves")
    published_from: PublishedFrom = column("where published_at was read", "fetch")
    date_problem: str | None = column("why a stated date was not believed", None)
    updated_at: datetime | None = column("as stated by the feed", None)
    first_seen_at: datetime = column("when newsbeam first saw the article")
    fetched_at: datetime = column("when the text was received")
    image_url: str | None = column("the lead picture", None)
    word_count: int = column("words of text", 0)
    page_problem: str | None = column("why the page's text is missing, if it is", None)
    extractor: str = column("what read the text, with its version", "")
    raw_sha256: str | None = column("names the kept bytes: raw/<day of fetched_at>/<sha>.gz", None)
    run_id: str = column("the run that wrote the row", "")
    pipeline_version: str = column("newsbeam's version", "")
    told_by: str | None = column("another site whose feed these words are from", None)


@dataclass(frozen=True)
class Sighting:
    """A feed carried an article (a row of the table `sightings`)."""

    article_id: str = column("uuid5 of the canonical URL")
    feed_id: str = column("the feed")
    seen_at: datetime = column("when the feed was first seen to carry this wording of it")
    position: int = column("place in the feed, 0 = top")
    revision: str | None = column("the wording, as in articles", None)
    is_foreign: bool | None = column("the feed is of another site than the article", None)
