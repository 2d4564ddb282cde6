"""One entry as feedparser gives it → Entry: quirks undone, bad links dropped, sizes capped."""

import html
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from newsbeam.schemas.article import Entry
from newsbeam.transforms.feed.links import image_of, is_image, link_of
from newsbeam.transforms.page.authors import author_names
from newsbeam.transforms.page.clean import (
    AUTHOR_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    one_line,
    plain_text,
    readable,
)
from newsbeam.transforms.page.debris import without_debris, without_headline
from newsbeam.transforms.page.moments import stated_moment
from newsbeam.transforms.page.urls import web_link

MAX_CATEGORIES = 50  # caps against hostile entries
MANY = 2 * MAX_CATEGORIES  # are looked at, for some are said twice
MAX_ENCLOSURES = 20
RAW_DATE_LIMIT = 60  # characters of an unreadable date that are kept to show it
# Where Yandex's news and pages, and readers that ask for the whole text, have it.
WHOLE_TEXTS = ("yandex_full-text", "turbo_content", "full-text", "fulltext")

_MARKUP = re.compile(r"</\w|<(?:br|p|img|hr)\b|&#?\w+;", re.I)
_MAIL = re.compile(r"<?[\w.+-]+@[\w.-]+>?")


class Surroundings(NamedTuple):
    """What the feed says that holds for its entries too."""

    version: str = ""  # as feedparser names it: atom10, rss20, json …
    base: str = ""  # the address that relative links are relative to
    language: str = ""
    authors: tuple[str, ...] = ()


def _date(raw: Any, name: str, around: Surroundings, problems: list[str]) -> datetime | None:
    # feedparser's own reading is not asked: it makes 2026/3/2 into November, and MSK into UTC.
    stated = str(dict.get(raw, name) or "").strip()  # not raw[name]: that invents `updated`
    when = stated_moment(stated, around.language, urlsplit(around.base).hostname or "")
    if stated and when is None:
        problems.append(f"{name}: could not read the date {stated[:RAW_DATE_LIMIT]!r}")
    return when


def unique(values: Iterable[str], most: int) -> tuple[str, ...]:
    """The values that are not empty, each once, at most so many."""
    return tuple(dict.fromkeys(value for value in values if value))[:most]


def authors_of(raw: Any) -> tuple[str, ...]:
    """The authors that an entry, or a feed, names; an address alone is no name."""
    authors = raw.get("authors", ())
    stated = [str(one.get("name") or "") for one in authors]
    if len(authors) == 1 and raw.get("author"):
        stated = [str(raw["author"])]  # whole: feedparser knows no endings such as ".media"
    return author_names([_MAIL.sub("", name[:AUTHOR_LIMIT]).strip(" ()") for name in stated])


def _markup(part: Any, version: str) -> str:
    """The value of a part as HTML; Atom says of plain text that it is that, RSS says nothing."""
    value = str(part.get("value") or "")
    plain = version.startswith("atom") and part.get("type") == "text/plain"
    return html.escape(value, quote=False) if plain and not _MARKUP.search(value) else value


def _title(raw: Any, version: str) -> str:
    title = str(raw.get("title") or "")
    kind = (raw.get("title_detail") or {}).get("type")
    if version.startswith("atom") and kind == "text/plain":
        return " ".join(readable(title).split())[:TITLE_LIMIT]
    return one_line(title)


def _texts(raw: Any, version: str) -> tuple[str, str]:
    """The longest text of an entry, and its summary, as HTML."""
    parts = raw.get("content", ())
    whole = (str(raw.get(name) or "") for name in WHOLE_TEXTS)
    content = max([*(_markup(one, version) for one in parts), *whole], key=len, default="")
    summary = str(raw.get("summary") or "")
    if any(summary == one.get("value") for one in parts):
        summary = ""  # feedparser's copy
    return content[:TEXT_LIMIT], summary if summary or content else _caption(raw)


def _caption(raw: Any) -> str:
    """What Media RSS says of a film or sound, which may be all there is; of a picture, nothing."""
    media = raw.get("media_content", ())
    return str(raw.get("media_caption") or "") if media and not any(map(is_image, media)) else ""


def entry_of(raw: Any, around: Surroundings) -> Entry:
    """The entry that feedparser's `raw` tells of."""
    problems: list[str] = []
    link = link_of(raw, around.base, around.language, problems)
    title = _title(raw, around.version)
    content, summary = _texts(raw, around.version)
    published = _date(raw, "published", around, problems)
    updated = _date(raw, "updated", around, problems)
    if published is None and not around.version.startswith(("atom", "json")):
        published = updated  # RSS 1.0 has only dc:date, which feedparser calls `updated`
    if published is None and updated is None:
        published = _date(raw, "created", around, problems)
    files = [str(one.get("href") or "") for one in raw.get("enclosures", ())]
    tags = [str(one.get("label") or one.get("term") or "") for one in raw.get("tags", ())]
    return Entry(
        entry_id=str(raw.get("id") or "").strip()[:URL_LIMIT],
        url=link,
        title=title,
        summary=without_debris(without_headline(plain_text(summary), title)),
        content=content,
        authors=authors_of(raw) or authors_of(raw.get("source") or {}) or around.authors,
        categories=unique((one_line(tag, AUTHOR_LIMIT) for tag in tags[:MANY]), MAX_CATEGORIES),
        published=published,
        updated=updated,
        image_url=image_of(raw, around.base),
        enclosures=unique((web_link(file, around.base) for file in files), MAX_ENCLOSURES),
        problems=tuple(problems),
    )
