"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) in feedparser's words."""

import json
from typing import Any

from newsbeam.transforms.page.clean import clean_text


class NotAFeed(Exception):
    """The document is no feed; the message says what it is instead, as far as can be told."""


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_text(str(value))


def _list(value: Any, kind: type) -> list[Any]:
    return [one for one in value if isinstance(one, kind)] if isinstance(value, list) else []


def _authors(holder: dict[str, Any]) -> list[dict[str, str]]:
    authors = _list(holder.get("authors"), dict) or _list([holder.get("author")], dict)
    return [{"name": _text(author, "name")} for author in authors]


def as_feedparser_has_it(item: dict[str, Any]) -> dict[str, Any]:
    """One item under the names that feedparser has for it; what has the wrong type is absent.

    >>> as_feedparser_has_it({"id": 7, "content_text": "a < b"})["content"]
    [{'value': 'a &lt; b'}]
    """
    escaped = _text(item, "content_text").replace("&", "&amp;").replace("<", "&lt;")
    files = _list(item.get("attachments"), dict)
    return {
        "id": _text(item, "id"),
        "link": _text(item, "url") or _text(item, "external_url"),
        "title": _text(item, "title"),
        "summary": _text(item, "summary"),
        "content": [{"value": _text(item, "content_html") or escaped}],
        "authors": _authors(item),
        "tags": [{"term": tag} for tag in _list(item.get("tags"), str)],
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "image": {"href": _text(item, "image") or _text(item, "banner_image")},
        "enclosures": [{"href": _text(file, "url")} for file in files],
    }


def read_json_feed(text: str) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """What a JSON Feed says of itself, its items, and how many there were of any type.

    Raises NotAFeed for other JSON.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed("the document looks like JSON, but is none that can be read") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed("the document is JSON, but no JSON Feed: it has no list of items")
    version = _text(document, "version")
    if "jsonfeed.org/version" not in version and version not in ("1", "1.0", "1.1"):
        raise NotAFeed("the document is JSON, but does not name a version of JSON Feed")
    about = {
        "title": _text(document, "title"),
        "link": _text(document, "home_page_url"),
        "language": _text(document, "language"),
        "authors": _authors(document),
        "links": [{"rel": "next", "href": _text(document, "next_url")}],
    }
    return about, _list(document["items"], dict), len(document["items"])
