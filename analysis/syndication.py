"""Articles as a feed that readers and chats subscribe to: RSS 2.0 or JSON Feed 1.1.

An item's id is that of its article, for ever; there is no markup in it but what is escaped, and no
time but that of its articles, so the same news makes the same bytes.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree

HOME = "https://pypi.org/project/newsbeam"  # RSS asks for an address where a list has none
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Rows = Sequence[Mapping[str, Any]]


def rss(title: str, link: str, rows: Rows) -> str:
    """The rows of a watch list as RSS 2.0.

    A description is HTML to readers, so it is escaped once more; a title is text to some of them
    and HTML to others, so its "<" is.
    """
    top = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(top, "channel")
    said = {"title": _title(title), "link": link or HOME, "description": html.escape(title)}
    if rows:
        said["lastBuildDate"] = _rfc822(max(row["published_at"] for row in rows))
    said["generator"] = "newsbeam"
    _put(channel, said.items())
    for row in rows:
        item = ElementTree.SubElement(channel, "item")
        address = _address(row)
        _put(item, [
            ("title", _title(row["title"] or row["url"] or row["article_id"])),
            *([("link", address)] if address else []),
            ("description", html.escape(_words(row))),
            *(("category", why) for why in row["whys"]),
            ("pubDate", _rfc822(row["published_at"])),
        ])  # fmt: skip
        guid = ElementTree.SubElement(item, "guid", isPermaLink="false")
        guid.text = _id(row)
    ElementTree.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(top, "unicode")}\n'


def json_feed(title: str, link: str, rows: Rows) -> str:
    """The rows of a watch list as JSON Feed 1.1: everything in it is text, nothing HTML."""
    items = [
        {
            "id": _id(row),
            **({"url": address} if (address := _address(row)) else {}),
            "title": row["title"] or "",
            "content_text": _words(row),
            "date_published": f"{row['published_at'].astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "authors": [{"name": row["source"] or ""}],
            "tags": list(row["whys"]),
            **({"language": row["language"]} if row["language"] else {}),
        }
        for row in rows
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        **({"home_page_url": link} if link else {}),
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=2) + "\n"


def _put(parent: ElementTree.Element, said: Iterable[tuple[str, str]]) -> None:
    for name, text in said:
        ElementTree.SubElement(parent, name).text = _NOT_XML.sub("", text)


def _title(text: str) -> str:
    return text.replace("<", "&lt;")


def _id(row: Mapping[str, Any]) -> str:
    return f"urn:uuid:{row['article_id']}"


def _address(row: Mapping[str, Any]) -> str:
    """The article's address, "" where it is none that a browser may open."""
    url = row["url"] or ""
    return url if re.match(r"https?://\S+\Z", url) else ""


def _words(row: Mapping[str, Any]) -> str:
    """What is told of an article below its title."""
    said = f"{row['source']}: {row['why']}"
    return f"{row['passage']} ({said})" if row["passage"] else said


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
