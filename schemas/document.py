"""A ready document, as archives and other crawlers hand it over: one line of JSON."""

from dataclasses import dataclass, fields

from newsbeam.schemas.columns import column

SAYS_SOMETHING = ("text", "html", "title")  # a document has one of these at least


@dataclass(frozen=True)
class Document:
    """One line as given; what is not given is found out, or stays empty."""

    id: str = column("your own name for it; needed where it has no url", "")
    url: str = column("its address: two lines of one address are one article", "")
    title: str = column("plain text", "")
    text: str = column("plain text, paragraphs parted by blank lines", "")
    html: str = column("the page, where there is no text", "")
    published: str = column(
        "2026-03-01T10:00:00Z, 2026-03-01, or as in e-mail; UTC unless said", ""
    )
    language: str = column("ISO 639-1, e.g. ka", "")
    source: str = column("who published it: a domain, or a name", "")
    authors: tuple[str, ...] = column("a list of names, or one name", ())


def fields_in_words() -> str:
    """The fields of a document for people, a line each."""
    lines = (f"  {f.name:<10} {f.metadata['doc']}" for f in fields(Document))
    return "\n".join(("the fields of a document (title, text or html is needed):", *lines))
