"""One address for one article: the link without what only says how the reader came to it.

Rules are chosen so that a wrong merge is rarer than a missed one: what may name a page stays.
"""

import csv
import re
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

from tld import get_fld

from newsbeam.schemas.article import Entry
from newsbeam.schemas.ids import digest, normalised, slug
from newsbeam.transforms.read.clean import URL_LIMIT

_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})|%|[^!$&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]", re.S)
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")  # RFC 3986, section 2.3
_HOST = re.compile(r"[a-z0-9_.\-]+|\[[0-9a-f:.]+\]")
_TELEPHONE = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.[^.])")  # same path, same article
# The segment before must look like the name of an article: /products/amp may be about amplifiers.
_AMP_TAIL = re.compile(r"(/[^/]*[-\d][^/]*)(?:/amp(?:\.html)?$|\.amp(?=\.html$)|\.amp$)")
_AMP_CACHE = re.compile(r"^/(?:[acv]|wp)/s?/?((?:[\w-]+\.)+[a-z]{2,}/.*)$")
_INDEX = re.compile(r"/(?:index\.(?:html?|php))$")


@lru_cache(maxsize=1)
def _tracking() -> tuple[dict[str, re.Pattern[str]], tuple[str, ...]]:
    text = (files("newsbeam.transforms.knowledge") / "tracking_parameters.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    values = {row["parameter"]: re.compile(row["value"] or ".*", re.I | re.S) for row in rows}
    return values, tuple(row["parameter"] for row in rows if row["match"] == "prefix")


def is_tracking(parameter: str) -> bool:
    """Whether a part of a query ("name=value") only tells where the reader came from.

    >>> is_tracking("utm_source=rss"), is_tracking("id=7"), is_tracking("ref=p12")
    (True, False, False)
    """
    name, _, value = parameter.partition("=")
    name = name.lower()
    values, prefixes = _tracking()
    return name.startswith(prefixes) or (name in values and bool(values[name].fullmatch(value)))


def _escaped(part: str) -> str:
    """Percent-escapes written in one way, each character by itself, so that twice is as once."""

    def one(match: re.Match[str]) -> str:
        if match[1]:
            char = chr(int(match[1], 16))
            return char if _UNRESERVED.fullmatch(char) else match[0].upper()
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))

    return _ESCAPE.sub(one, part)


def _path(path: str) -> str:
    kept: list[str] = []
    for segment in _escaped(path).split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept).strip("/")


def _host(name: str) -> str:
    name = name.strip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return ""


def web_link(raw: str, base: str = "") -> str:
    """The absolute http(s) address of a link, or "" where it is none (javascript:, mailto: …).

    >>> web_link("/a b", "https://e.org/x"), web_link("javascript:alert(1)", "https://e.org")
    ('https://e.org/a%20b', '')
    """
    try:
        joined = urljoin(base, "".join(raw.strip().splitlines()))
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or len(joined) > URL_LIMIT:
        return ""
    return joined.replace(" ", "%20")


def canonical_url(url: str, guid: str = "") -> str:
    """The address that names the article: for comparing, not for fetching.

    What is no http(s) address comes back as it is. A fragment stays only where the feed's own id
    for the entry carries it too: link blogs number their entries so.

    >>> canonical_url("http://WWW.Example.org:80/a/?utm_source=rss&b=2&a=1#top")
    'https://example.org/a?a=1&b=2'
    >>> canonical_url("https://e.org/log#p7", guid="https://e.org/log#p7")
    'https://e.org/log#p7'
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return url
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host):
        return url
    if host.endswith(".cdn.ampproject.org") and (cached := _AMP_CACHE.match(parts.path)):
        return canonical_url(f"https://{cached[1]}?{parts.query}", guid)
    while _TELEPHONE.match(host):
        host = _TELEPHONE.sub("", host)
    path = _path(parts.path)
    while (shorter := _path(_INDEX.sub("", _AMP_TAIL.sub(r"\1", path)))) != path:
        path = shorter
    said = [_escaped(part) for part in parts.query.split("&")]
    query = "&".join(sorted(part for part in said if part.strip("=") and not is_tracking(part)))
    fragment = _escaped(parts.fragment)
    if fragment != _escaped(guid.partition("#")[2]) and not fragment.startswith("!"):
        fragment = ""
    site = f"https://{host}" if port in (None, 80, 443) else f"https://{host}:{port}"
    return site + path + (query and f"?{query}") + (fragment and f"#{fragment}")


def source_of(url: str) -> str:
    """The registrable domain of an address (public suffix list inside the `tld` package).

    >>> source_of("https://feeds.bbci.co.uk/news/rss.xml"), source_of("http://127.0.0.1:8000/x")
    ('bbci.co.uk', '127.0.0.1')
    """
    try:
        host = _host(urlsplit(url.strip()).hostname or "")
    except ValueError:
        host = ""
    domain = get_fld(f"https://{host}", fail_silently=True, search_private=True) if host else None
    return slug(domain or host)


def identity_url(feed_url: str, entry: Entry) -> str:
    """The canonical address of an entry, or where it has none a `tag:` that stays the same.

    A link to the front page of a site names no article; then, as without any link, the feed's
    address and the entry's id do, or failing that its title and date.

    >>> identity_url("https://e.org/feed", Entry(url="https://e.org/a?utm_medium=rss"))
    'https://e.org/a'
    >>> identity_url("https://e.org/feed", Entry(entry_id="7", title="x"))[:15]
    'tag:e.org,feed:'
    """
    canonical = canonical_url(entry.url, entry.entry_id) if entry.url else ""
    front_page = canonical.count("/") == 3 and canonical.endswith("/")
    if canonical and not (front_page and (entry.entry_id or entry.title)):
        return canonical
    feed = canonical_url(feed_url)
    if entry.entry_id and canonical_url(entry.entry_id) != canonical:
        name = digest(feed, entry.entry_id)
    else:
        day = entry.published.isoformat() if entry.published else ""
        name = digest(feed, normalised(entry.title), day, normalised(entry.summary)[:200])
    return f"tag:{source_of(feed_url)},feed:{name}"
