"""Read feed lists: addresses, text files, TOML and OPML, all to the same records."""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from xml.parsers import expat

from newsbeam.pipeline.codes import country_problem, language_problem
from newsbeam.pipeline.errors import UsageError, did_you_mean, of_the_machine
from newsbeam.pipeline.progress import log
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import feed_id, slug
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.page.urls import HIDDEN, domain_of, web_link, with_secrets_as

KEYS = ("url", "name", "source", "country", "language", "profile")
# What other programs call these keys, so that a typing error is not the only thing that is guessed.
CALLED = {key: key for key in KEYS} | dict.fromkeys(("link", "href", "feed", "xmlUrl"), "url")
BEGINS = "in TOML each feed begins with the line [[feed]]"
_OUTLINE = re.compile(r"""<outline\b(?:"[^"]*"|'[^']*'|[^>"'])*>""", re.I)
_ATTRIBUTE = re.compile(r"""(?P<name>[\w:-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s>"']+)""")
PACK = "pack:"
PACKS = ("caucasus", "world")  # knowledge/pack_*.csv: their addresses as others listed them
HEAD = 4096  # bytes in which a document says what it is


def load_feeds(names: Sequence[str]) -> tuple[Feed, ...]:
    """All feeds that the command line names, each address once, in order; UsageError if none."""
    feeds = {feed.feed_id: feed for name in names for feed in _read(name)}
    if not feeds:
        how = "a list has an address a line, in TOML [[feed]] tables, in OPML outlines with xmlUrl"
        raise UsageError(f"no feed is named in {', '.join(names)}: {how}")
    return tuple(feeds.values())


def _read(name: str) -> Iterator[Feed]:
    if name.startswith(PACK):
        yield from _pack(name.removeprefix(PACK))
        return
    if web_link(name) or _after_name(name):
        yield _feed({"url": name}, name)
        return
    data = _bytes(name)
    if mistaken := what_else(data):
        raise UsageError(f"{name} {mistaken.format(name)}")
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<"):
        yield from _opml(data, name)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is no text in UTF-8: save it as that") from None
    if name.endswith(".toml") or re.search(r"^\s*\[", text, re.M):
        yield from _toml(text, name)
    else:
        for number, line in enumerate(text.splitlines(), 1):
            address = line.split(" #")[0].strip()
            if address and not address.startswith("#"):
                yield _feed({"url": address}, f"{name} line {number}")


def _pack(name: str) -> Iterator[Feed]:
    """The feeds of a bundled list; UsageError with the nearest name where there is none."""
    if name not in PACKS:
        near = did_you_mean(name, {one: PACK + one for one in PACKS})
        raise UsageError(f"there is no pack {name!r}{near}: there are {', '.join(sorted(PACKS))}")
    for row in packaged(f"pack_{name}.csv"):
        yield _feed({key: row[key] for key in KEYS if row.get(key)}, f"pack:{name}")


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        said = f"{name}: no such file, and no http(s) address either{probable_address(name)}"
    except OSError as error:
        said = of_the_machine(error)
    except ValueError:
        said = f"{name!r} is no name for a file"
    raise UsageError(said) from None


def what_else(data: bytes) -> str:
    """What a file is that is no list of feeds, and what to do with it; "" where it may be one.

    >>> what_else(b"<?xml version='1.0'?><rss><channel/></rss>")
    'is a feed, not a list of feeds: give its address instead'
    >>> what_else(b'{"title": "x", "text": "y"}')
    'holds documents, not feeds; did you mean --documents {}?'
    """
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    first_tag = re.match(rb"(?:<\?.*?\?>|<!--.*?-->|<!.*?>|\s)*<([\w:]+)", head, re.S)
    root = first_tag[1].lower() if first_tag else b""
    if root in (b"rss", b"feed", b"rdf:rdf") or b"://jsonfeed.org/version/" in head:
        return "is a feed, not a list of feeds: give its address instead"
    if root == b"html" or head[:14].lower() == b"<!doctype html":
        return "is a web page, not a list of feeds: give the address of the page's feed instead"
    if head.startswith((b"{", b"[{", b"\x1f\x8b")):  # JSON, and gzip
        return "holds documents, not feeds; did you mean --documents {}?"
    return ""


def probable_address(text: str) -> str:
    """The end of a refusal that says which address was meant, "" where none can be told.

    >>> probable_address("civil.ge/feed"), probable_address("feeds.txt")
    ('; did you mean https://civil.ge/feed?', '')
    """
    bare = re.sub(r"^[a-z]*(?::/*|//)", "", text, flags=re.I)  # feed://, htps://, http:/
    host = re.split("[/:?#]", bare)[0]
    return f"; did you mean https://{bare}?" if domain_of(host) else ""


def _toml(text: str, name: str) -> Iterator[Feed]:
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{name}: not TOML, {error}: texts stand between quotation marks"
        ) from None
    for key in said:
        if key != "feed":
            raise UsageError(f"{name}: {key!r} is not known, {BEGINS}")
    listed = said.get("feed", [])
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        raise UsageError(f"{name}: {BEGINS}, with two brackets on either side")
    for number, table in enumerate(listed, 1):
        where = f"{name}, feed {number}"
        for key in table:
            if key not in KEYS:
                has = f"a feed has {', '.join(KEYS)}{did_you_mean(key, CALLED)}"
                raise UsageError(f"{where}: {key!r} is not known; {has}")
        yield _feed(table, where)


def _opml(data: bytes, name: str) -> Iterator[Feed]:
    """The feeds of an OPML list, at any depth; an outline that makes no sense is named, and left
    out unless there is no other."""
    feeds: list[Feed] = []
    wrong: list[str] = []
    for number, attributes in enumerate(_outlines(data, name), 1):
        said = {key.lower(): value.strip() for key, value in attributes.items()}
        address = said.get("xmlurl") or said.get("url")  # so write players and bookmark managers
        if not address:
            continue
        title = said.get("title") or said.get("text") or ""
        try:
            feeds.append(_feed({"url": address, "name": title}, f"{name}, outline {number}"))
        except UsageError as error:
            wrong.append(str(error))
    if wrong and not feeds:
        raise UsageError(wrong[0])
    for why in wrong:
        log.warning("%s: it is left out", why)
    yield from feeds


def _outlines(data: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of each outline; UsageError where it is no OPML at all.

    Where a bare "&" or a value without quotation marks breaks the XML, each outline is read by
    itself, as other programs write them.
    """
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.lower() == "outline":
            found.append(attributes)

    parser = expat.ParserCreate()  # expat resolves no external entity
    parser.StartElementHandler = start
    try:
        parser.Parse(data.lstrip(), True)  # in the encoding that it declares
    except expat.ExpatError as error:
        apart = [
            {one["name"]: unescape(one["value"].strip("\"'")) for one in _ATTRIBUTE.finditer(tag)}
            for tag in _OUTLINE.findall(data.decode("utf-8", "replace"))
        ]
        if b"</opml" not in data.lower() or b"<!ENTITY" in data or not apart:
            raise UsageError(f"{name}: not OPML ({error})") from None
        return apart
    return found


def _feed(table: dict[str, str], where: str) -> Feed:
    url = table.get("url", "")
    if isinstance(url, str) and (host := _after_name(url)):
        place = "" if where == url else f"{where}: "
        raise UsageError(
            f"{place}newsbeam sends no name or password, and this address has one before"
            f" {host}: ask the site for an address with a token (?token=…), or for a public feed"
        )
    if not isinstance(url, str) or not web_link(url):
        meant = probable_address(url) if isinstance(url, str) else ""
        raise UsageError(f"{where}: {str(url)[:80]!r} is no http(s) address of a feed{meant}")
    url = url.strip()
    if re.search(r"\s|[,;]https?://", url):  # or they would be polled as one address, for ever
        raise UsageError(f"{where}: {url[:80]!r} is more than one address: put each by itself")
    if any(not isinstance(value, str) for value in table.values()):
        raise UsageError(f"{where}: every value is a text between quotation marks")
    for key, problem in (("country", country_problem), ("language", language_problem)):
        if table.get(key) and (why := problem(table[key])):
            raise UsageError(f"{where}: {key} {why}")
    shown = with_secrets_as(url, HIDDEN)
    address = url if shown != url else ""
    source = slug(table["source"]) if table.get("source") else ""
    return Feed(feed_id(url), **{**table, "url": shown, "source": source, "address": address})


def _after_name(url: str) -> str:
    """The host of an address that has a name before it (`https://name:password@host/`), else "".

    >>> _after_name("https://me:secret@news.example/feed"), _after_name("https://news.example/@me")
    ('news.example', '')
    """
    site = re.split("[/?#]", url.partition("://")[2])[0]
    return site.rpartition("@")[2] if "@" in site else ""
