"""Ready documents (JSON lines), the way in for archives and other crawlers: a line → an article."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsbeam.schemas.article import Article, Page
from newsbeam.schemas.ids import article_id, digest, revision, slug
from newsbeam.schemas.version import VERSION
from newsbeam.transforms import sandbox
from newsbeam.transforms.page.clean import TEXT_LIMIT, clean_text
from newsbeam.transforms.page.dates import believed
from newsbeam.transforms.page.extract import EXTRACTOR, extract_page
from newsbeam.transforms.page.language import detect
from newsbeam.transforms.page.urls import canonical_url, source_of

EXTRACT_SECONDS = 10  # as for fetched pages
LINE_LIMIT = 16 << 20  # bytes of a line: the most HTML that is read, written as JSON


@dataclass(frozen=True)
class Document:
    """One line as given; what is not given is found out, or stays empty."""

    id: str = ""
    url: str = ""
    title: str = ""
    text: str = ""
    html: str = ""
    published: str = ""
    language: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()


def document_of(line: str) -> Document:
    """The document that a line holds; ValueError says what a line must be instead.

    >>> document_of('{"title": "Talks", "text": "They met."}').title
    'Talks'
    >>> document_of("[1]")
    Traceback (most recent call last):
    ValueError: not_a_document: a JSON object with "text" or "html" is needed, not a list
    """
    if len(line.encode("utf-8", "replace")) > LINE_LIMIT:
        raise ValueError(f"too_long: a line holds at most {LINE_LIMIT >> 20} MB")
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not_json: {error}") from None
    if not isinstance(value, dict):
        raise ValueError(
            'not_a_document: a JSON object with "text" or "html" is needed, '
            f"not a {type(value).__name__}"
        )
    words = {
        name: _text(value, name) for name in Document.__dataclass_fields__ if name != "authors"
    }
    authors = value.get("authors") or []
    if isinstance(authors, str):
        authors = [authors]
    if not isinstance(authors, list) or not all(isinstance(one, str) for one in authors):
        raise ValueError('not_a_document: "authors" is a list of texts')
    if not (words["text"].strip() or words["html"].strip() or words["title"].strip()):
        raise ValueError('not_a_document: neither "text" nor "html" nor "title" says anything')
    return Document(**words, authors=tuple(clean_text(one) for one in authors))


def _text(value: dict[str, Any], name: str) -> str:
    item = value.get(name)
    if item is None:
        return ""
    if name == "id" and isinstance(item, int):
        return str(item)
    if not isinstance(item, str):
        raise ValueError(f'not_a_document: "{name}" is a text, not a {type(item).__name__}')
    return item if name == "html" else clean_text(item)[:TEXT_LIMIT]


def identity(document: Document) -> str:
    """What makes two documents the same article: the address, else the id, else the words."""
    if document.url:
        return canonical_url(document.url)
    if document.id:
        return f"document:{document.id}"
    return f"document:{digest(document.title, document.text, document.html)}"


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


def _stated(document: Document) -> datetime | None:
    try:
        return datetime.fromisoformat(document.published)
    except ValueError:
        return None


def article_of(document: Document, page: Page | None, now: datetime, run_id: str = "") -> Article:
    """The article that a document makes; a document without a date is dated `now`.

    Raises ValueError where neither the document nor its page gives a title or a text.
    """
    title = document.title or (page.title if page else "")
    text = document.text or (page.text if page else "")
    if not title and not text:
        raise ValueError("nothing_to_keep: the HTML gave neither title nor text")
    date, problem = believed(_stated(document), now)
    if document.published and not date and not problem:
        problem = f"unreadable date {document.published[:40]!r}"
    page_date, page_problem = believed(page.published if page else None, now)
    problem = problem or page_problem
    language, confidence = detect(f"{title}\n{text}", document.language)
    return Article(
        article_id=article_id(identity(document)),
        revision=revision(title, text),
        url=document.url or None,
        canonical_url=canonical_url(document.url) if document.url else None,
        guid=document.id or None,
        source=slug(document.source) if document.source else source_of(document.url),
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
