"""Make each new entry a draft article: its text, its title, its date, its language.

The page's text is taken where it is fuller than what the feed carries; a page that is missing,
forbidden or hostile leaves the feed's own words, and `page_problem` says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import apache_beam as beam

from newsbeam.schemas.article import Article, Page, TextFrom, TextKind
from newsbeam.schemas.ids import normalised, revision
from newsbeam.schemas.journey import Carried, DeadLetter, Draft, FetchedPage
from newsbeam.schemas.version import VERSION
from newsbeam.transforms import sandbox
from newsbeam.transforms.feed.memory import AGAIN_AFTER
from newsbeam.transforms.lake.failures import dead_letter, reading_id
from newsbeam.transforms.page.dates import published
from newsbeam.transforms.page.extract import EXTRACTOR, texts_of
from newsbeam.transforms.page.language import detect
from newsbeam.transforms.page.urls import source_of

EXTRACT_SECONDS = 10  # a page takes 13 ms; 0.9 MB of short paragraphs takes 30 s
FULL_WORDS = 120  # feeds that carry whole articles exceed this, teasers do not (own feeds, 2026)


def chosen_text(page: Page | None, feed_text: str, summary: str) -> tuple[str, TextKind, TextFrom]:
    """The fuller of page and feed, and how much of the article it is.

    >>> chosen_text(None, "", "In short.")
    ('In short.', 'summary', 'feed')
    """
    offered = feed_text if len(feed_text) >= len(summary) else summary
    if page and page.text and (page.text_kind == "full" or len(page.text) > len(offered)):
        return page.text, page.text_kind, "page"
    if not offered:
        return "", "none", "feed"
    if page and page.text_kind == "paywalled":
        return offered, "paywalled", "feed"
    return offered, "full" if len(offered.split()) >= FULL_WORDS else "summary", "feed"


def chosen_title(said: str, page: Page | None) -> str:
    """The page's title, which is one for all feeds; the feed's where the page only adds to it.

    >>> chosen_title("Talks resume", Page("u", title="Talks resume | The Ledger"))
    'Talks resume'
    """
    if not page or not page.title:
        return said
    told = normalised(said)
    return said if told and told.lower() in normalised(page.title).lower() else page.title


def article_of(
    found: FetchedPage, page: Page | None, feed_text: str, run_id: str, fetched_at: datetime
) -> Article:
    """The article that an entry and its page make."""
    entry, said, feed = found.entry, found.entry.entry, found.entry.feed
    text, text_kind, text_from = chosen_text(page, feed_text, said.summary)
    title = chosen_title(said.title, page)
    date = published(said, page, entry.canonical_url, entry.first_seen_at)
    problem = date.problem
    if entry.published_at and entry.published_at != date.at:
        problem = f"kept the first date; the publisher now says {date.at:%Y-%m-%d %H:%M}"
    language, confidence = detect(f"{title}\n{text}", (page and page.language) or feed.language)
    return Article(
        article_id=entry.article_id,
        revision=revision(title, text),
        url=said.url or None,
        canonical_url=entry.canonical_url,
        guid=said.entry_id or None,
        feed_id=feed.feed_id,
        feed_url=feed.url,
        source=feed.source or source_of(said.url or feed.url),
        source_name=feed.name or None,
        source_country=feed.country or None,
        title=title,
        summary=said.summary or None,
        text=text,
        text_kind=text_kind,
        text_from=text_from,
        authors=said.authors or (page.authors if page else ()),
        categories=said.categories,
        language=language or None,
        language_confidence=confidence,
        published_at=entry.published_at or date.at,
        published_from=date.origin,
        date_problem=problem or None,
        updated_at=said.updated,
        first_seen_at=entry.first_seen_at,
        fetched_at=fetched_at,
        image_url=said.image_url or (page.image_url if page else "") or None,
        word_count=len(text.split()),
        page_problem=found.problem or None,
        extractor=EXTRACTOR if text_from == "page" else "feed",
        raw_sha256=found.raw_sha256 or None,
        run_id=run_id,
        pipeline_version=VERSION,
    )


class _Extract(beam.DoFn):
    """Reads a handful of pages at a time, so that every core has one."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id

    def process(self, batch: list[FetchedPage]) -> Iterator[Draft]:
        for found, job in [(found, _submit(found, found.html)) for found in batch]:
            try:
                yield self._draft(found, *job.result())
            except Exception as first:
                yield from self._without_page(found, first)

    def _without_page(self, found: FetchedPage, first: Exception) -> Iterator[Draft]:
        """The page stopped the reader: once more with the feed's words alone."""
        said = replace(found, html=b"", problem=found.problem or _words(first))
        try:
            yield self._draft(said, *_submit(said, b"").result())
        except Exception as error:
            yield beam.pvalue.TaggedOutput("failed", _letter(said, error, self.run_id))

    def _draft(self, found: FetchedPage, page: Page | None, feed_text: str) -> Draft:
        article = article_of(found, page, feed_text, self.run_id, datetime.now(UTC))
        if not article.title and not article.text:
            raise ValueError("nothing_to_keep: neither the feed nor the page gave title or text")
        return Draft(article, (_carried(found),))


def _carried(found: FetchedPage) -> Carried:
    """What the entry's outcome is told of its page."""
    carried = found.entry.carried
    return replace(carried, again=found.passing and carried.tries < len(AGAIN_AFTER))


def _submit(found: FetchedPage, html: bytes) -> sandbox.Job[tuple[Page | None, str]]:
    url = found.final_url or found.entry.entry.url
    return sandbox.submit(
        "read",
        texts_of,
        html,
        url,
        found.headers,
        found.entry.entry.content,
        seconds=EXTRACT_SECONDS,
    )


def _words(error: Exception) -> str:
    return f"unreadable: {error}"[:200]


def _letter(found: FetchedPage, error: Exception, run_id: str) -> DeadLetter:
    entry = found.entry
    return dead_letter(
        "ExtractText",
        reading_id("ExtractText", entry.carried),
        error,
        {"feed": entry.feed, "entry": entry.entry},
        entry.article_id,
        (_carried(found),),
        failed_at=entry.carried.sighting.seen_at if entry.carried.sighting else entry.first_seen_at,
        url=entry.entry.url,
        run_id=run_id,
    )


@dataclass
class ExtractText(beam.PTransform):
    """Pages → drafts (`drafts`); an entry of which nothing can be kept is a dead letter
    (`failed`)."""

    run_id: str

    def expand(self, pages: beam.PCollection[FetchedPage]) -> beam.pvalue.DoOutputsTuple:
        return (
            pages
            | beam.BatchElements(min_batch_size=8, max_batch_size=8)
            | beam.ParDo(_Extract(self.run_id)).with_outputs("failed", main="drafts")
        )
