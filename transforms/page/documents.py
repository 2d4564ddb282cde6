"""Ready documents, the way in for archives and other crawlers: a document → an article."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from newsbeam.schemas.article import Article, Page
from newsbeam.schemas.document import Document
from newsbeam.schemas.ids import article_id, digest, revision, slug
from newsbeam.schemas.version import VERSION
from newsbeam.transforms import sandbox
from newsbeam.transforms.page.clean import one_line
from newsbeam.transforms.page.dates import believed
from newsbeam.transforms.page.document_fields import near_names
from newsbeam.transforms.page.document_lines import EXCERPT, text_in
from newsbeam.transforms.page.extract import EXTRACT_SECONDS, EXTRACTOR, extract_page
from newsbeam.transforms.page.language import detect
from newsbeam.transforms.page.moments import stated_moment
from newsbeam.transforms.page.urls import canonical_url, source_of


def identity(document: Document) -> str:
    """What makes two documents the same article: the address, else the id, else the words."""
    if document.url:
        return canonical_url(document.url)
    if document.id:
        return f"document:{document.id}"
    return f"document:{digest(document.title, document.text, document.html)}"


def article_named(values: dict[str, Any]) -> str:
    """The id of the article that the address or id in a line names, "" where it has neither."""
    named = Document(url=text_in(values, "url"), id=text_in(values, "id"))
    return article_id(identity(named)) if named.url or named.id else ""


def read_html(document: Document) -> Page | None:
    """The page of a document that brings HTML, read in the sandbox."""
    if document.text or not document.html:
        return None
    return sandbox.run(
        "read",
        extract_page,
        document.html.encode("utf-8", "replace"),
        document.url,
        {"content-type": "text/html; charset=utf-8"},
        seconds=EXTRACT_SECONDS,
    )


def source_named(document: Document) -> str:
    """The slug of a document's source: a domain or slug that it states, else its address's domain.

    What people call a source stays beside it, as its name.

    >>> source_named(Document(source="NPR Online News", url="https://www.npr.org/a"))
    'npr.org'
    >>> source_named(Document(source="npr", url="https://www.npr.org/a"))
    'npr'
    """
    stated = slug(document.source)
    is_slug = stated == document.source or (stated == document.source.lower() and "." in stated)
    domain = source_of(document.url)
    return stated if is_slug or domain == slug("") else domain


def refuse_undated(article: Article, names: Iterable[str]) -> None:
    """Raise ValueError where neither a document nor its page has stated its article's date.

    `names` are those of the fields that the document has.
    """
    if article.published_from != "fetch":
        return
    why = article.date_problem or '"published" is missing'
    meant = "".join(f' ("{name}" is no field)' for name in near_names(names, "published")[:1])
    raise ValueError(
        f"no_date: {why}{meant}; write it as 2026-03-01T10:00:00Z or 2026-03-01, or run with "
        "--undated now, which files it under the time of the run"
    )


def article_of(document: Document, page: Page | None, now: datetime, run_id: str = "") -> Article:
    """The article that a document makes; a document without a date is dated `now`.

    Raises ValueError where neither the document nor its page gives a title or a text.
    """
    title = document.title or (page.title if page else "")
    text = document.text or (page.text if page else "")
    if not title and not text:
        raise ValueError("nothing_to_keep: the HTML gave neither title nor text")
    date, problem = believed(stated_moment(document.published), now)
    if document.published.strip() and not date:
        stated = f'"published" says "{one_line(document.published, EXCERPT)}"'
        problem = f"{stated}: {problem or 'no date that can be read'}"
    page_date, page_problem = believed(page.published if page else None, now)
    problem = problem or page_problem
    language, confidence = detect(f"{title}\n{text}", document.language)
    return Article(
        article_id=article_id(identity(document)),
        revision=revision(title, text),
        url=document.url or None,
        canonical_url=canonical_url(document.url) if document.url else None,
        guid=document.id or None,
        source=source_named(document),
        source_name=document.source or None,
        title=title,
        text=text,
        text_kind=page.text_kind if page else "full" if text else "none",
        text_from="document",
        authors=document.authors or (page.authors if page else ()),
        language=document.language or language or None,
        language_confidence=1.0 if document.language else confidence,
        published_at=date or page_date or now,
        published_from="document" if date else "page" if page_date else "fetch",
        date_problem=problem or None,
        first_seen_at=now,
        fetched_at=now,
        image_url=(page.image_url or None) if page else None,
        word_count=len(text.split()),
        extractor=EXTRACTOR if page else "document",
        run_id=run_id,
        pipeline_version=VERSION,
    )
