"""Which of an entry's addresses is the article's, and which the picture's."""

import re
from typing import Any
from urllib.parse import urlsplit

from newsbeam.transforms.page.clean import URL_LIMIT
from newsbeam.transforms.page.urls import web_link

# Elements that hold the address of a picture as their text: no standard, but often seen.
PICTURES = ("picture_address", "thumbnail", "thumb", "image_url", "imageurl", "featured_image")
PAGES = ("text/html", "html", "application/xhtml+xml", "xhtml")
NO_LINK = ("n/a", "na", "none", "null", "nil", "undefined", "nan", "false", "-", "#", "tbd")

_IMAGE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.I)


def _stated_link(raw: Any, language: str) -> str:
    """The first link to the entry's page, if there are several that of the feed's language."""
    links = [
        one
        for one in raw.get("links", ())
        if one.get("rel") == "alternate" and one.get("type") in PAGES and one.get("href")
    ]
    if not links:  # a guid that is a link; or what feedparser took from the text of another kind
        link = str(raw.get("link") or "").strip()
        others = {one.get("href") for one in raw.get("links", ()) if one.get("rel") != "alternate"}
        return "" if link in others else link

    def strangeness(link: Any) -> int:
        stated = str(link.get("hreflang") or "").lower()[:2]
        return 1 if not stated else 2 * (stated != language.lower()[:2])

    return str(min(links, key=strangeness)["href"]).strip()


def _with_scheme(link: str, base: str) -> str:
    """The link, as one that begins with a host where it does: "www.e.org/1" is no path.

    >>> _with_scheme("www.e.org/1", ""), _with_scheme("e.org/1", "https://e.org/feed")
    ('https://www.e.org/1', 'https://e.org/1')
    """
    host = link.partition("/")[0].lower()
    if host.startswith("www.") or (host and host == urlsplit(base).hostname):
        return f"https://{link}"
    return link


def link_of(raw: Any, base: str, language: str, problems: list[str]) -> str:
    """The address of the entry's page, "" where it names none; `problems` says why."""
    stated = _stated_link(raw, language)
    if stated == raw.get("id") and "/" not in stated:
        stated = ""  # feedparser takes a guid for a link unless told not to: "g21" is none
    if stated:
        if stated.lower() in NO_LINK:
            problems.append(f"link: {stated!r} is no web address")
            return ""
        link = web_link(_with_scheme(stated, base), base)
        if not link and not base and stated[0] in "/?" and len(stated) <= URL_LIMIT:
            problems.append("link: relative, and where the feed lay is not known")
            return stated
        if not link:
            problems.append(f"link: {stated[:100]!r} is no web address")
        return link
    others = [one.get("href") for one in raw.get("links", ()) if one.get("rel") != "enclosure"]
    return next((link for one in (*others, raw.get("id")) if (link := web_link(one or ""))), "")


def is_image(media: Any) -> bool:
    """Whether a file of Media RSS is a picture."""
    stated = str(media.get("medium") or media.get("type") or "")
    if stated:
        return stated.startswith("image")
    return bool(_IMAGE_NAME.search(media.get("url", "")))


def _width(media: Any) -> int:
    stated = str(media.get("width") or "0")
    return int(stated) if stated.isdecimal() and len(stated) < 6 else 0


def _is_picture(file: Any) -> bool:
    stated = str(file.get("type") or "")
    if stated:
        return stated.startswith("image/")
    return bool(_IMAGE_NAME.search(file.get("href") or ""))


def _address(element: Any) -> str:
    """The address that an element holds: its text, or one of its attributes."""
    if isinstance(element, str):
        return element
    return next((element[name] for name in ("url", "href", "src") if name in (element or {})), "")


def image_of(raw: Any, base: str) -> str:
    """The entry's lead picture: the widest of its media, else a file, a preview, a stated one."""
    media = [one for one in raw.get("media_content", ()) if is_image(one)]
    files = [one for one in raw.get("enclosures", ()) if _is_picture(one)]
    image = raw.get("image") or {}
    offers = [
        *(one.get("url") for one in sorted(media, key=_width, reverse=True)),
        *(one.get("href") for one in files),
        *(one.get("url") for one in raw.get("media_thumbnail", ())),
        image.get("href"),
        *(_address(raw.get(name)) for name in PICTURES),
    ]
    return next((link for one in offers if one and (link := web_link(one, base))), "")
