"""Read feed lists: addresses, text files, TOML and OPML, all to the same records."""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.parsers import expat

from newsbeam.pipeline.errors import UsageError
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import feed_id, slug
from newsbeam.transforms.page.urls import web_link

KEYS = ("url", "name", "source", "country", "language", "profile")


def load_feeds(names: Sequence[str]) -> tuple[Feed, ...]:
    """All feeds that the command line names, each address once, in order; UsageError if none."""
    feeds = {feed.feed_id: feed for name in names for feed in _read(name)}
    if not feeds:
        raise UsageError(f"no feed is named in {', '.join(names)}: a file has one address a line")
    return tuple(feeds.values())


def _read(name: str) -> Iterator[Feed]:
    if web_link(name):
        yield _feed({"url": name}, name)
        return
    data = _bytes(name)
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<"):
        yield from _opml(data, name)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: cannot be read as text ({error})") from None
    if name.endswith(".toml"):
        yield from _toml(text, name)
    else:
        for number, line in enumerate(text.splitlines(), 1):
            address = line.split(" #")[0].strip()
            if address and not address.startswith("#"):
                yield _feed({"url": address}, f"{name} line {number}")


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{name}: no such file, and no http(s) address either") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{name}: cannot be read ({error})") from None


def _toml(text: str, name: str) -> Iterator[Feed]:
    try:
        listed = tomllib.loads(text).get("feed", [])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not TOML ({error})") from None
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        raise UsageError(f"{name}: feeds are written as [[feed]] tables")
    for number, table in enumerate(listed, 1):
        unknown = sorted(set(table) - set(KEYS))
        if unknown:
            raise UsageError(
                f"{name}, feed {number}: {unknown[0]!r} is not known; a feed has {', '.join(KEYS)}"
            )
        yield _feed(table, f"{name}, feed {number}")


def _opml(data: bytes, name: str) -> Iterator[Feed]:
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        address = attributes.get("xmlUrl", "")
        if tag == "outline" and address:
            title = attributes.get("title") or attributes.get("text") or ""
            found.append({"url": address, "name": title})

    parser = expat.ParserCreate()  # expat resolves no external entity
    parser.StartElementHandler = start
    try:
        parser.Parse(data.lstrip(), True)  # in the encoding that it declares
    except expat.ExpatError as error:
        raise UsageError(f"{name}: not OPML ({error})") from None
    for number, attributes in enumerate(found, 1):
        yield _feed(attributes, f"{name}, outline {number}")


def _feed(table: dict[str, str], where: str) -> Feed:
    url = table.get("url", "")
    if not isinstance(url, str) or not web_link(url):
        raise UsageError(f"{where}: {str(url)[:80]!r} is no http(s) address of a feed")
    if any(not isinstance(value, str) for value in table.values()):
        raise UsageError(f"{where}: every value is a text between quotation marks")
    source = table.get("source")
    return Feed(feed_id(url), **{**table, "source": slug(source) if source else ""})
