"""What the sample newsroom's server says to each path."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from newsbeam.pipeline.newsroom.content import Outlet, SampleArticle, SampleFeed, read_outlets
from newsbeam.pipeline.newsroom.feeds import feed_document
from newsbeam.pipeline.newsroom.pages import address, article_page, index_page, picture

OPENED = datetime(2026, 3, 1, tzinfo=UTC)  # what was last modified before all articles
FEED_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "page": "text/html",
}


@dataclass(frozen=True)
class Answer:
    """What the server says to a path."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    modified: datetime = OPENED
    status: int = 200
    slow: bool = False
    validators: bool = True

    @property
    def headers(self) -> dict[str, str]:
        """The headers that let a client ask again cheaply."""
        if not self.validators or self.status != 200:
            return {}
        etag = f'W/"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        return {"ETag": etag, "Last-Modified": format_datetime(self.modified, usegmt=True)}

    def is_known(self, etag: str | None, since: str | None) -> bool:
        """Whether the client has it: the ETag counts before the date (RFC 9110, 13.2.2)."""
        named, asked = ("ETag", etag) if etag else ("Last-Modified", since)
        return asked is not None and asked == self.headers.get(named)


NOT_FOUND = Answer(b"<h1>404 Not Found</h1>", status=404)


def answers(base: str, day: int) -> dict[str, Answer]:
    """Every path of the newsroom on that day."""
    outlets = read_outlets(day)
    closed = "".join(f"Disallow: /{o.slug}/{o.disallow}\n" for o in outlets if o.disallow)
    front = index_page("The sample newsroom", [(f"/{o.slug}/", o.name) for o in outlets], [])
    site = {
        "/robots.txt": Answer(f"User-agent: *\n{closed}".encode(), "text/plain; charset=utf-8"),
        "/": Answer(front.encode()),
    }
    for outlet in outlets:
        root = f"/{outlet.slug}/"
        listed = [(address("", outlet, a.slug), a.title) for a in outlet.articles]
        offered = [(root + feed.path, FEED_TYPES[feed.kind]) for feed in outlet.feeds]
        front = index_page(outlet.name, listed, offered)
        site[root] = Answer(front.encode(), modified=outlet.changed.astimezone(UTC))
        site[root + "picture.svg"] = Answer(picture(outlet).encode(), "image/svg+xml")
        for feed in outlet.feeds:
            site[root + feed.path] = _feed_answer(base, outlet, feed)
        for article in outlet.articles:
            site[root + article.slug] = _article_answer(base, outlet, article)
    return site


def _feed_answer(base: str, outlet: Outlet, feed: SampleFeed) -> Answer:
    if feed.status != 200:
        return Answer(f"<h1>{feed.status}</h1>".encode(), status=feed.status)
    if feed.kind == "page":
        return Answer(index_page(f"{outlet.name}: our feeds have moved", [], []).encode())
    return Answer(
        feed_document(base, outlet, feed).encode(outlet.charset, "xmlcharrefreplace"),
        f"{FEED_TYPES[feed.kind]}; charset={outlet.charset}",
        outlet.changed.astimezone(UTC),
        slow=feed.slow,
        validators=feed.validators,
    )


def _article_answer(base: str, outlet: Outlet, article: SampleArticle) -> Answer:
    if article.page == "missing":
        return NOT_FOUND
    if article.page == "pdf":
        return Answer(b"%PDF-1.4\n%%EOF\n", "application/pdf")
    body = article_page(base, outlet, article).encode(outlet.charset, "xmlcharrefreplace")
    kind = f"text/html; charset={outlet.charset}"
    return Answer(body, kind, article.changed.astimezone(UTC))
