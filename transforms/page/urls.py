"""One address for one article: the link without what only says how the reader came to it.

Rules are chosen so that a wrong merge is rarer than a missed one: what may name a page stays.
"""

import re
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from tld import get_fld
from yarl import URL

from newsbeam.schemas.article import Entry, Feed
from newsbeam.schemas.ids import digest, normalised, slug
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.page.clean import URL_LIMIT

HIDDEN = "…"  # stands for a secret
_HOST = re.compile(r"[a-z0-9_.:-]+")
_TELEPHONE = re.compile(
    r"^(?:(?:www\d?|m|mobile|amp)\.(?=[^.]+\.[^.]))+"
)  # same path, same article
# The segment before must look like the name of an article: /products/amp may be about amplifiers.
_AMP_TAIL = re.compile(r"(/[^/]*[-\d][^/]*)(?:/amp(?:\.html)?$|\.amp(?=\.html$)|\.amp$)")
_AMP_CACHE = re.compile(r"^/(?:[acv]|wp)/s?/?((?:[\w-]+\.)+[a-z]{2,}/.*)$")
# A session that a server writes into the path or the query, where the reader sends no cookie.
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid|cfid|cftoken)=[^/;]*", re.I)
_OWN_SEGMENT = re.compile(r"/[^/]*[-_\d][^/]*$")  # the last one looks like the name of an article
_INDEX = re.compile(r"/(?:index\.(?:html?|php))$")


@lru_cache(maxsize=1)
def _tracking() -> tuple[dict[str, re.Pattern[str]], tuple[str, ...]]:
    rows = packaged("tracking_parameters.csv")
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


@lru_cache(maxsize=1)
def _secrets() -> dict[str, re.Pattern[str]]:
    rows = packaged("secret_parameters.csv")
    return {row["parameter"]: re.compile(row["value"] or ".+", re.S) for row in rows}


def is_secret(parameter: str) -> bool:
    """Whether a part of a query ("name=value") looks like what opens an address for one reader.

    >>> is_secret("token=s3cret"), is_secret("key=7"), is_secret("id=7")
    (True, False, False)
    """
    name, _, value = parameter.partition("=")
    known = _secrets().get(unquote(name).lower())
    return bool(known and known.fullmatch(value))


def with_secrets_as(url: str, shown: str) -> str:
    """An address with each secret-looking value of its query replaced; without those parameters
    where `shown` is empty.

    >>> with_secrets_as("https://e.org/feed?token=s3cret&p=2", "…")
    'https://e.org/feed?token=…&p=2'
    >>> with_secrets_as("https://e.org/feed?token=s3cret&p=2", "")
    'https://e.org/feed?p=2'
    """
    before, mark, rest = url.partition("?")
    query, hash, fragment = rest.partition("#")
    parts = query.split("&")
    if not any(map(is_secret, parts)):
        return url
    kept = [
        f"{one.partition('=')[0]}={shown}" if is_secret(one) else one
        for one in parts
        if shown or not is_secret(one)
    ]
    return before + (mark + "&".join(kept)) * bool(kept) + hash + fragment


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
    if "@" in parts.netloc:  # a name before a host says that the host is another than it is
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
        parts = URL(url)  # writes host, escapes and dots in one way (RFC 3986, section 6.2.2)
    except ValueError:
        return url
    host, port = (parts.raw_host or "").strip("."), parts.explicit_port
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return url
    if host.endswith(".cdn.ampproject.org") and (cached := _AMP_CACHE.match(parts.raw_path)):
        return canonical_url(f"https://{cached[1]}?{parts.raw_query_string}", guid)
    host = _TELEPHONE.sub("", host)
    path = "/" + _SESSION.sub("", parts.raw_path).strip("/")
    while (shorter := "/" + _INDEX.sub("", _AMP_TAIL.sub(r"\1", path)).strip("/")) != path:
        path = shorter
    parameters = parts.raw_query_string.split("&")
    naming = (one for one in parameters if not (is_tracking(one) or is_secret(one)))
    query = "&".join(sorted(one for one in naming if one.strip("=")))
    fragment = parts.raw_fragment
    in_guid = parts.fragment == unquote(guid.partition("#")[2]) and not is_tracking(fragment)
    if not fragment.startswith("!") and not in_guid:
        fragment = ""
    host = f"[{host}]" if ":" in host else host
    site = host if port in (None, 80, 443) else f"{host}:{port}"
    return urlunsplit(("https", site, path, query, fragment))


def stated_address(canonical: str, stated: str) -> str:
    """The address that a page states for itself, where it is this one without some parameters; else
    this one.

    Many sites state one address for all of their pages: what names no article is not believed.

    >>> stated_address("https://e.org/a-7?maca=rss&p=2", "https://e.org/a-7?p=2")
    'https://e.org/a-7?p=2'
    >>> stated_address("https://e.org/news?id=7", "https://e.org/news")
    'https://e.org/news?id=7'
    """
    own, _, query = canonical.partition("?")
    page, _, kept = canonical_url(stated).partition("?")
    is_part = set(kept.split("&")) <= {*query.split("&"), ""}
    if own == page and is_part and (kept or _OWN_SEGMENT.search(page)):
        return f"{page}?{kept}" if kept else page
    return canonical


def source_of(url: str) -> str:
    """The registrable domain of an address (public suffix list inside the `tld` package).

    >>> source_of("https://feeds.bbci.co.uk/news/rss.xml"), source_of("http://127.0.0.1:8000/x")
    ('bbci.co.uk', '127.0.0.1')
    """
    try:
        host = (URL(url.strip()).raw_host or "").strip(".")
    except ValueError:
        host = ""
    return slug(domain_of(host) or host)


def is_foreign(feed: Feed, url: str) -> bool:
    """Whether a feed is of another site than an address, for which it then may not speak.

    A feed may name its site in the list: the domain, or a name that the domain begins with.

    >>> there = "https://civil.ge/archives/7"
    >>> is_foreign(Feed("f", "https://planet.example/rss"), there)
    True
    >>> is_foreign(Feed("f", "https://feeds.example/civilge", source="civil.ge"), there)
    False
    """
    site = source_of(url)
    own = {source_of(feed.url), feed.source}
    return bool(url) and own.isdisjoint((site, site.partition(".")[0]))


def domain_of(host: str) -> str:
    """The registrable domain of a host, "" where the public suffix list knows none.

    >>> domain_of("feeds.bbci.co.uk"), domain_of("feeds.txt")
    ('bbci.co.uk', '')
    """
    if not host:
        return ""
    return get_fld(f"https://{host}", fail_silently=True, search_private=True) or ""


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
