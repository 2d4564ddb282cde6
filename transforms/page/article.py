"""The article that an entry and its page make: its text, its title, its date, its language.

The page's text is taken where it is the same article, and fuller than what the feed carries; a page
that is missing, forbidden, hostile or something else leaves the feed's own words, and
`page_problem` says why.
"""

import re
from dataclasses import replace
from datetime import datetime

from newsbeam.schemas.article import Article, Entry, Page, TextFrom, TextKind
from newsbeam.schemas.ids import normalised, revision
from newsbeam.schemas.journey import NewEntry
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.page.agreement import SHORT_WORDS, is_same_title, why_another
from newsbeam.transforms.page.dates import published
from newsbeam.transforms.page.debris import without_headline
from newsbeam.transforms.page.extract import EXTRACTOR
from newsbeam.transforms.page.language import detect
from newsbeam.transforms.page.urls import source_of, with_secrets_as

FULL_WORDS = (
    120  # feeds that carry whole articles exceed this, teasers do not (81 captured feeds, 2026)
)


WHOLE = 0.75  # of the feed's words: feeds add links and captions, a page with less is a teaser
NAME_WORDS = 6  # of a separator and the name of a site after it

_NAME_FOLLOWS = re.compile(r"\s+[|–—·•»-]\s")


def chosen_text(page: Page | None, feed_text: str, summary: str) -> tuple[str, TextKind, TextFrom]:
    """The fuller of page and feed, and how much of the article it is.

    >>> chosen_text(None, "", "In short.")
    ('In short.', 'summary', 'feed')
    """
    offered = feed_text if len(feed_text) >= len(summary) else summary
    words = len(offered.split())
    if page and page.text:
        is_whole = page.text_kind == "full" and len(page.text.split()) >= WHOLE * words
        if is_whole or (page.text_kind != "full" and len(page.text) > len(offered)):
            return page.text, page.text_kind, "page"
    if not offered:
        return "", "none", "feed"
    if page and page.text_kind == "paywalled":
        return offered, "paywalled", "feed"
    return offered, "full" if words >= FULL_WORDS else "summary", "feed"


def chosen_title(feed_title: str, page: Page | None) -> str:
    """The page's title, which is one for all feeds; the feed's where the page's is that of
    something else, or only adds to it what may be the name of the site.

    >>> chosen_title("Talks resume", Page("u", title="Talks resume | The Ledger"))
    'Talks resume'
    >>> chosen_title("she took bribes", Page("u", title="Minister denies that she took bribes"))
    'Minister denies that she took bribes'
    """
    stated, shown = normalised(feed_title), normalised(page.title) if page else ""
    if not page or not shown or (stated and not is_same_title(stated, shown)):
        return feed_title
    if stated and shown.lower().startswith(stated.lower()):
        added = shown[len(stated) :]
        if not added or (_NAME_FOLLOWS.match(added) and len(added.split()) <= NAME_WORDS):
            return feed_title
    return page.title


def statements(
    new: NewEntry, page: Page | None, feed_text: str
) -> tuple[Entry, str, Page | None, str]:
    """What may be said of the article: by the entry, by its text, by the page; and why not by that.

    A feed of another site is a witness. It may not sign the article; where the page can be read,
    the page alone speaks, and till then the feed's words stand in.
    """
    entry, page_problem = new.entry, ""
    if page:
        page_problem = why_another(entry.title, feed_text or entry.summary, page, entry.url)
    if not new.origin.is_foreign:
        return entry, feed_text, None if page_problem else page, page_problem
    entry = replace(entry, authors=(), categories=(), image_url="", updated=None)
    # Of a long page that disagrees it is the feed that is not believed; a short one is a wall.
    if page and page.text and (not page_problem or len(page.text.split()) >= SHORT_WORDS):
        return replace(entry, title="" if page.title else entry.title, summary=""), "", page, ""
    return entry, feed_text, None, page_problem


def source_named(new: NewEntry) -> str:
    """The source of an entry: as the list says of its feed, if it is that site's own, else by its
    address."""
    stated = "" if new.origin.is_foreign else new.feed.source
    return stated or source_of(new.entry.url or new.feed.url)


def article_of(
    new: NewEntry,
    page: Page | None,
    feed_text: str,
    *,
    page_problem: str = "",
    raw_sha256: str = "",
    run_id: str,
    fetched_at: datetime,
) -> Article:
    """The article of a new entry; `feed_text` is its content as the feed carries it, as text.

    Raises ValueError where neither feed nor page gives a title or a text.
    """
    feed, is_foreign = new.feed, new.origin.is_foreign
    feed_text = without_headline(feed_text, new.entry.title)
    entry, feed_text, page, another = statements(new, page, feed_text)
    page_problem = another or page_problem
    if is_foreign:  # what the list says of a feed is said of its own site
        feed = replace(feed, name="", source="", country="")
    text, text_kind, text_from = chosen_text(page, feed_text, entry.summary)
    if page and page.text and text_from == "feed":
        page_problem = page_problem or "shorter_page: the feed carries more than the page"
    title = chosen_title(entry.title, page)
    if not title and not text:
        raise ValueError("nothing_to_keep: neither the feed nor the page gave title or text")
    date = published(entry, page, new.canonical_url, new.first_seen_at, is_foreign)
    language, confidence = detect(f"{title}\n{text}", (page and page.language) or feed.language)
    return Article(
        article_id=new.article_id,
        revision=revision(title, text),
        url=with_secrets_as(entry.url, "") or None,
        canonical_url=new.canonical_url,
        guid=with_secrets_as(entry.entry_id, "") or None,
        feed_id=feed.feed_id,
        feed_url=feed.url,
        source=source_named(new),
        source_name=feed.name or None,
        source_country=feed.country or None,
        title=title,
        summary=entry.summary or None,
        text=text,
        text_kind=text_kind,
        text_from=text_from,
        authors=entry.authors or (page.authors if page else ()),
        categories=entry.categories,
        language=language or None,
        language_confidence=confidence,
        published_at=date.at,
        published_from=date.origin,
        date_problem=date.problem or None,
        updated_at=entry.updated,
        first_seen_at=new.first_seen_at,
        fetched_at=fetched_at,
        image_url=with_secrets_as(entry.image_url or (page.image_url if page else ""), "") or None,
        word_count=len(text.split()),
        page_problem=page_problem or None,
        extractor=EXTRACTOR if text_from == "page" else "feed",
        raw_sha256=raw_sha256 or None,
        run_id=run_id,
        pipeline_version=VERSION,
        told_by=source_of(feed.url) if is_foreign and text_from == "feed" else None,
    )
