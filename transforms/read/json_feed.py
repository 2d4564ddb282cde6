"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read leniently."""

import json
from typing import Any

from newsbeam.schemas.article import Entry, ParsedFeed
from newsbeam.transforms.read.clean import AUTHOR_LIMIT, TEXT_LIMIT, one_line, plain_text
from newsbeam.transforms.read.dates import iso_moment
from newsbeam.transforms.read.urls import web_link

MAX_CATEGORIES = 50  # caps against hostile entries
MAX_ENCLOSURES = 20


class NotAFeed(Exception):
    """The document is no feed; the message says what it is instead, as far as can be told."""


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _date(item: dict[str, Any], name: str, says: str, problems: list[str]) -> Any:
    raw = _text(item, name)
    when = iso_moment(raw)
    if raw and not when:
        problems.append(f"{says}: could not read the date {raw[:60]!r}")
    return when


def json_entry(item: dict[str, Any], base: str) -> Entry:
    """One item as an entry; what has the wrong type counts as absent.

    >>> json_entry({"id": 7, "content_text": "a < b", "url": "/x"}, "https://e.org/").content
    'a &lt; b'
    """
    problems: list[str] = []
    raw_link = _text(item, "url") or _text(item, "external_url")
    link = web_link(raw_link, base) if raw_link else ""
    if raw_link and not link:
        problems.append(f"link: {raw_link[:100]!r} is no web address")
    authors = _dicts(item.get("authors")) or _dicts([item.get("author")])
    tags = item.get("tags")
    files = [web_link(_text(file, "url"), base) for file in _dicts(item.get("attachments"))]
    image = _text(item, "image") or _text(item, "banner_image")
    escaped = _text(item, "content_text").replace("&", "&amp;").replace("<", "&lt;")
    return Entry(
        entry_id=_text(item, "id").strip(),
        url=link,
        title=one_line(_text(item, "title")),
        summary=plain_text(_text(item, "summary")),
        content=(_text(item, "content_html") or escaped)[:TEXT_LIMIT],
        authors=tuple(n for a in authors if (n := one_line(_text(a, "name"), AUTHOR_LIMIT))),
        categories=tuple(
            one_line(tag, AUTHOR_LIMIT)
            for tag in (tags if isinstance(tags, list) else [])[:MAX_CATEGORIES]
            if isinstance(tag, str) and tag.strip()
        ),
        published=_date(item, "date_published", "published", problems),
        updated=_date(item, "date_modified", "updated", problems),
        image_url=web_link(image, base) if image else "",
        enclosures=tuple(file for file in files if file)[:MAX_ENCLOSURES],
        problems=tuple(problems),
    )


def read_json_feed(text: str, url: str, max_items: int) -> ParsedFeed:
    """The entries of a JSON Feed, at most `max_items`; raises NotAFeed for other JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("the document looks like JSON, but is none that can be read") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed("the document is JSON, but no JSON Feed: it has no list of items")
    if "jsonfeed.org/version" not in _text(document, "version"):
        raise NotAFeed("the document is JSON, but does not name a version of JSON Feed")
    items = _dicts(document["items"])
    entries = [json_entry(item, url) for item in items[:max_items]]
    kept = tuple(e for e in entries if e.entry_id or e.url or e.title or e.content or e.summary)
    dropped = len(document["items"]) - len(kept)
    return ParsedFeed(
        title=one_line(_text(document, "title")),
        link=web_link(_text(document, "home_page_url"), url),
        language=_text(document, "language")[:35],
        entries=kept,
        n_items=len(document["items"]),
        problems=(f"{dropped} items were empty or over the limit of {max_items}",) * bool(dropped),
    )
