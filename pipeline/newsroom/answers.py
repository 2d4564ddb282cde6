"""What the sample newsroom's server says to each path."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime

from newsbeam.pipeline.newsroom.content import Outlet, SampleArticle, SampleFeed, read_outlets
from newsbeam.pipeline.newsroom.pages import render

OPENED = datetime(2026, 3, 1, tzinfo=UTC)  # what was last modified before all articles


@dataclass(frozen=True)
class Answer:
    """What the server says to a path."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    modified: datetime | None = OPENED  # None: it cannot be asked whether it is the same still
    status: int = 200
    slow: bool = False

    @property
    def validators(self) -> dict[str, str]:
        """The headers that let a client ask again cheaply."""
        if self.modified is None:
            return {}
        etag = f'W/"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        modified = format_datetime(self.modified.astimezone(UTC), usegmt=True)
        return {"ETag": etag, "Last-Modified": modified}

    def is_known(self, etag: str | None, since: str | None) -> bool:
        """Whether the client has it: the ETag counts before the date (RFC 9110, 13.2.2)."""
        named, asked = ("ETag", etag) if etag else ("Last-Modified", since)
        return asked is not None and asked == self.validators.get(named)


NOT_FOUND = Answer(b"<h1>Not found</h1>", modified=None, status=404)


def answers(base: str, day: int) -> dict[str, Answer]:
    """Every path of the newsroom on that day."""
    outlets = read_outlets(day)
    site = {
        "/robots.txt": Answer(render("robots.txt", outlets=outlets), "text/plain; charset=utf-8"),
        "/": Answer(render("front.html", outlets=outlets)),
    }
    for outlet in outlets:
        root = outlet.path()
        site[root] = Answer(render("outlet.html", outlet=outlet), modified=outlet.changed)
        site[root + "picture.svg"] = Answer(render("picture.svg", outlet=outlet), "image/svg+xml")
        site |= {root + feed.path: _feed(base, outlet, feed) for feed in outlet.feeds}
        site |= {root + article.slug: _page(base, outlet, article) for article in outlet.articles}
    return site


def _feed(base: str, outlet: Outlet, feed: SampleFeed) -> Answer:
    if feed.status != 200:
        return replace(NOT_FOUND, status=feed.status)
    if feed.kind == "page":
        return Answer(render("moved.html", outlet=outlet))
    carried = [a for a in outlet.articles if not feed.section or feed.section in a.sections]
    template, charset = f"{feed.kind}.xml", outlet.charset
    body = render(template, charset, base=base, outlet=outlet, feed=feed, carried=carried)
    if feed.cut_at:
        body = body.split(feed.cut_at.encode())[0]
    modified = outlet.changed if feed.validators else None
    return Answer(body, f"{feed.media_type}; charset={charset}", modified, slow=feed.slow)


def _page(base: str, outlet: Outlet, article: SampleArticle) -> Answer:
    if article.page == "missing":
        return NOT_FOUND
    if article.page == "pdf":
        return Answer(b"%PDF-1.4\n%%EOF\n", "application/pdf")
    template, charset = f"{outlet.layout}.html", outlet.charset
    body = render(template, charset, base=base, outlet=outlet, article=article)
    return Answer(body, f"text/html; charset={charset}", article.changed)
