"""The sample newsroom's feeds: RSS 2.0, RSS 1.0 (RDF) and Atom as publishers write them."""

from email.utils import format_datetime
from html import escape

from newsbeam.pipeline.newsroom.content import Outlet, SampleArticle, SampleFeed
from newsbeam.pipeline.newsroom.pages import address, as_html, plain

ATOM = "http://www.w3.org/2005/Atom"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MODULES = (
    f'xmlns:atom="{ATOM}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def feed_document(base: str, outlet: Outlet, feed: SampleFeed) -> str:
    """The feed as it is sent; of a feed that is cut only its beginning."""
    carried = [a for a in outlet.articles if not feed.section or feed.section in a.sections]
    links = [escape(_url(base, outlet, feed, article)) for article in carried]
    write = _entry if feed.kind == "atom" else _item
    entries = "\n".join(
        write(base, outlet, feed, article, link)
        for article, link in zip(carried, links, strict=True)
    )
    home = address(base, outlet)
    title, motto = tag("title", outlet.name), tag("description", outlet.motto)
    if feed.kind == "atom":
        document = (
            f'<feed xmlns="{ATOM}" xml:lang="{outlet.language}" xml:base="{home}">{title}'
            f'<id>tag:{outlet.slug}.example,2026:</id><link href="{home}"/>'
            f"{tag('updated', outlet.changed.isoformat())}\n{entries}\n</feed>"
        )
    elif feed.kind == "rdf":
        order = "".join(f'<rdf:li rdf:resource="{link}"/>' for link in links)
        document = (
            f'<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="{RDF}" {MODULES}>\n'
            f'<channel rdf:about="{home}">{title}{tag("link", home)}{motto}'
            f"{tag('dc:language', outlet.language)}<items><rdf:Seq>{order}</rdf:Seq></items>"
            f"</channel>\n{entries}\n</rdf:RDF>"
        )
    else:
        document = (
            f'<rss version="2.0" {MODULES}>\n<channel>{title}{tag("link", home)}{motto}'
            f"{tag('language', outlet.language)}\n{entries}\n</channel></rss>"
        )
    declared = f'<?xml version="1.0" encoding="{outlet.charset}"?>\n{document}\n'
    return declared.split(feed.cut_at)[0] if feed.cut_at else declared


def tag(name: str, value: str, attributes: str = "", cdata: bool = False) -> str:
    """An element, or nothing where there is no value.

    >>> tag("title", "Bread & salt"), tag("title", "")
    ('<title>Bread &amp; salt</title>', '')
    """
    inner = f"<![CDATA[{value}]]>" if cdata else escape(value, quote=False)
    return f"<{name}{attributes}>{inner}</{name}>" if value else ""


def _item(base: str, outlet: Outlet, feed: SampleFeed, article: SampleArticle, link: str) -> str:
    """An item of RSS 2.0 or RSS 1.0."""
    date, changed = article.date_in_feed, article.updated
    shared = (
        tag("title", _title(feed, article))
        + f"<link>{link}</link>"
        + "".join(tag("dc:creator", name) for name in article.authors)
        + tag("description", plain(article.paragraphs[0]), cdata=feed.cdata)
        + tag("content:encoded", _full_text(outlet, feed, article), cdata=True)
    )
    if feed.kind == "rdf":
        subjects = "".join(tag("dc:subject", section) for section in article.sections)
        dated = tag("dc:date", date.isoformat() if date else "")
        return f'<item rdf:about="{link}">{shared}{subjects}{dated}</item>'
    return (
        f'<item>{shared}<guid isPermaLink="false">{outlet.slug}:{escape(article.slug)}</guid>'
        + "".join(tag("category", section) for section in article.sections)
        + tag("pubDate", format_datetime(date) if date else "")
        + tag("atom:updated", changed.isoformat() if changed else "")
        + f'<enclosure url="{address(base, outlet, "picture.svg")}" type="image/svg+xml"/></item>'
    )


def _entry(base: str, outlet: Outlet, feed: SampleFeed, article: SampleArticle, link: str) -> str:
    """An entry of Atom."""
    date = article.date_in_feed
    return (
        f'<entry>{tag("title", _title(feed, article))}<link rel="alternate" href="{link}"/>'
        + f"<id>tag:{outlet.slug}.example,2026:{escape(article.slug)}</id>"
        + tag("published", date.isoformat() if date else "")
        + tag("updated", article.changed.isoformat() if date else "")
        + "".join(f"<author>{tag('name', name)}</author>" for name in article.authors)
        + "".join(f'<category term="{escape(section)}"/>' for section in article.sections)
        + tag("summary", plain(article.paragraphs[0]))
        + tag("content", _full_text(outlet, feed, article), ' type="html"')
        + "</entry>"
    )


def _title(feed: SampleFeed, article: SampleArticle) -> str:
    """The title, with its entities escaped once more where the feed does that."""
    if not article.feed_title:
        return ""
    escaped = escape(article.title).encode("ascii", "xmlcharrefreplace").decode()
    return escaped if feed.entities else article.title


def _full_text(outlet: Outlet, feed: SampleFeed, article: SampleArticle) -> str:
    """The article as HTML, in feeds that carry it."""
    return "".join(as_html(outlet, p) for p in article.paragraphs) if feed.full_text else ""


def _url(base: str, outlet: Outlet, feed: SampleFeed, article: SampleArticle) -> str:
    link = address("" if feed.relative else base, outlet, article.slug)
    return f"{link}?{feed.tracking}" if feed.tracking else link
