"""One entry as feedparser gives it → Entry: quirks undone, bad links dropped, sizes capped."""

import re
from calendar import timegm
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from newsbeam.schemas.article import Entry
from newsbeam.transforms.page.clean import (
    AUTHOR_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    one_line,
    plain_text,
)
from newsbeam.transforms.page.dates import iso_moment
from newsbeam.transforms.page.urls import web_link

MAX_NAMES = 50  # of authors, and of categories: caps against hostile entries
MAX_ENCLOSURES = 20
RAW_DATE_LIMIT = 60  # characters of an unreadable date that are kept to show it

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.I)


def moment(parsed: Any, raw: str) -> datetime | None:
    """A date of feedparser (a UTC struct_time) or, where it has none, what can be read from `raw`.

    >>> import time
    >>> moment(time.struct_time((2024, 3, 1, 10, 0, 0, 4, 61, 0)), "").isoformat()
    '2024-03-01T10:00:00+00:00'
    >>> moment(None, "2024-03-01").isoformat()
    '2024-03-01T00:00:00+00:00'
    """
    if not parsed:
        return iso_moment(raw)
    try:  # feedparser knows the years 10000 and -1
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _date(raw: Any, name: str, problems: list[str]) -> datetime | None:
    stated = str(dict.get(raw, name) or "").strip()  # not raw[name]: that invents `updated`
    when = moment(dict.get(raw, f"{name}_parsed"), stated)
    if stated and when is None:
        problems.append(f"{name}: could not read the date {stated[:RAW_DATE_LIMIT]!r}")
    return when


def _unique(values: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:most]


def _link(raw: Any, base: str, problems: list[str]) -> str:
    stated = str(raw.get("link") or "").strip()
    if stated == raw.get("id") and "/" not in stated:
        stated = ""  # feedparser takes a guid for a link unless told not to: "g21" is none
    if stated:
        link = web_link(stated, base)
        if not link and not base and stated[0] in "/?" and len(stated) <= URL_LIMIT:
            problems.append("link: relative, and where the feed lay is not known")
            return stated
        if not link:
            problems.append(f"link: {stated[:100]!r} is no web address")
        return link
    others = [one.get("href") for one in raw.get("links", ()) if one.get("rel") != "enclosure"]
    return next((link for one in (*others, raw.get("id")) if (link := web_link(one or ""))), "")


def _is_image(media: Any) -> bool:
    stated = str(media.get("medium") or media.get("type") or "")
    if stated:
        return stated.startswith("image")
    return bool(_IMAGE_NAME.search(media.get("url", "")))


def _width(media: Any) -> int:
    stated = str(media.get("width") or "0")
    return int(stated) if stated.isdecimal() and len(stated) < 6 else 0


def _image(raw: Any, base: str) -> str:
    media = [one for one in raw.get("media_content", ()) if _is_image(one)]
    files = [one for one in raw.get("enclosures", ()) if str(one.get("type")).startswith("image/")]
    image = raw.get("image") or {}
    offers = [
        *(one.get("url") for one in sorted(media, key=_width, reverse=True)),
        *(one.get("href") for one in files),
        *(one.get("url") for one in raw.get("media_thumbnail", ())),
        image.get("href"),
    ]
    return next((link for one in offers if one and (link := web_link(one, base))), "")


def _names(stated: list[str]) -> tuple[str, ...]:
    return _unique((one_line(name, AUTHOR_LIMIT) for name in stated[: 2 * MAX_NAMES]), MAX_NAMES)


def _title(raw: Any, version: str) -> str:
    title = str(raw.get("title") or "")
    kind = (raw.get("title_detail") or {}).get("type")
    if version.startswith("atom") and kind == "text/plain":
        return " ".join(title.split())[:TITLE_LIMIT]  # Atom says so; RSS says nothing
    return one_line(title)


def entry_of(raw: Any, base: str, version: str) -> Entry:
    """The entry that feedparser's `raw` tells of; `base` resolves relative links."""
    problems: list[str] = []
    link = _link(raw, base, problems)
    contents = [str(one.get("value") or "") for one in raw.get("content", ())]
    content, summary = max(contents, key=len, default=""), str(raw.get("summary") or "")
    files = [str(one.get("href") or "") for one in raw.get("enclosures", ())]
    authors = [str(one.get("name") or one.get("email") or "") for one in raw.get("authors", ())]
    tags = [str(one.get("label") or one.get("term") or "") for one in raw.get("tags", ())]
    published, updated = _date(raw, "published", problems), _date(raw, "updated", problems)
    if published is None and not version.startswith(("atom", "json")):
        published = updated  # RSS 1.0 has only dc:date, which feedparser calls `updated`
    return Entry(
        entry_id=str(raw.get("id") or "").strip()[:URL_LIMIT],
        url=link,
        title=_title(raw, version),
        summary=plain_text(summary) if summary != content else "",  # feedparser's copy
        content=content[:TEXT_LIMIT],
        authors=_names(authors),
        categories=_names(tags),
        published=published,
        updated=updated,
        image_url=_image(raw, base),
        enclosures=_unique((web_link(file, base) for file in files), MAX_ENCLOSURES),
        problems=tuple(problems),
    )
