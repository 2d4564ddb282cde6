"""A feed document of any kind → its entries, by feedparser, which is given nothing it can choke on.

feedparser opens files when given a path-like body, raises on one in fifty damaged feeds, keeps
control characters and invents `updated` and `summary`: each is dealt with, here and in `entry`.
"""

import io
import re
from collections.abc import Mapping
from html.entities import html5
from typing import Any

import feedparser

from newsbeam.schemas.article import ParsedFeed
from newsbeam.transforms.feed.entry import Surroundings, authors_of, entry_of
from newsbeam.transforms.feed.json_feed import NotAFeed, as_feedparser_has_it, read_json_feed
from newsbeam.transforms.feed.older import older_page
from newsbeam.transforms.feed.sitemap import is_sitemap, read_sitemap
from newsbeam.transforms.feed.wishes import wishes_of
from newsbeam.transforms.page.charset import decode
from newsbeam.transforms.page.clean import clean_markup, one_line
from newsbeam.transforms.page.urls import web_link

__all__ = ["NotAFeed", "parse_feed"]

MAX_ITEMS = 5_000  # read of one document; real feeds hold 10 to 100, and 1,000 take 0.2 s

_DECLARATION = re.compile(r"^<\?xml[^>]{0,300}\?>")
_END_OF_ITEM = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>")
_END = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>", re.I)
# A reference that XML does not know, or an "&" that is none; within CDATA all are as they stand.
_STRAY = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|&(?!(?:amp|lt|gt|quot|apos|#\d{1,9}|#[xX][0-9a-fA-F]{1,8});)(\w{1,32};)?",
    re.S,
)
_ROOT = re.compile(r"<(?:\?xml\b|(?:[\w-]+:)?(?:rss|feed|rdf)\b)", re.I)
# Media RSS's captions, which feedparser takes for the entry's text; a picture that is an address.
_CAPTION = re.compile(r"<(/?)media:(description|title)\b")
_CAPTION_NAMES = {"description": "media:caption", "title": "media:headline"}
# Nothing is tried twice ("+" after a repetition): hostile feeds hold 100,000 of them.
_PICTURE = re.compile(
    r"<image>((?:(?!</?image>).){0,3000}+)</image>|<image(\s[^<>]{1,2000}+)(?<=/)>", re.S
)
_ADDRESS = re.compile(r"(?:https?:)?//[^<\s\]]{1,2048}+")
_ADDRESS_INSIDE = re.compile(r"\b(?:url|src|href)\s*=")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.I)
_HTML_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.I)


def shorten(markup: str, max_items: int) -> tuple[str, int]:
    """The document without the items beyond the limit, and how many it had; still well-formed.

    >>> shorten("<c><item>1</item><item>2</item><item>3</item></c>", 1)
    ('<c><item>1</item></c>', 3)
    """
    ends = [match.end() for match in _END_OF_ITEM.finditer(markup)]
    if len(ends) <= max_items:
        return markup, len(ends)
    return markup[: ends[max_items - 1]] + markup[ends[-1] :], len(ends)


def describe(markup: str) -> str:
    """What a document is that is no feed, in words.

    >>> describe("<html><title>Sign in</title>")
    'an HTML page ("Sign in") where a feed was expected'
    """
    if _HTML.search(markup[:4096]):
        title = _HTML_TITLE.search(markup[:50_000])
        if title and title[1].strip():
            return f'an HTML page ("{one_line(title[1], 100)}") where a feed was expected'
        return "an HTML page where a feed was expected"
    if markup.lstrip().startswith("<"):
        name = re.match(r"(?:<[?!][^>]*>\s*)*<([\w:.-]{1,40})", markup.lstrip()[:4096])
        if not name:
            return "XML, but no feed"
        if name[1].split(":")[-1].lower() in ("rss", "feed", "rdf"):
            return f"a feed that breaks off before its first item (<{name[1]}>)"
        return f"XML, but no feed (<{name[1]}>)"
    return f"no XML and no JSON; it begins with {markup[:40]!r}"


def repaired(markup: str) -> str:
    """The markup with stray ampersands and HTML's own references as XML has them.

    >>> repaired("<a>D&D club&nbsp;&amp; <![CDATA[x&y]]></a>")
    '<a>D&amp;D club\\xa0&amp; <![CDATA[x&y]]></a>'
    """

    def mended(match: re.Match[str]) -> str:
        cdata, name = match.groups()
        if cdata:
            return str(cdata)
        return html5.get(name, "") or f"&amp;{name or ''}"

    return _STRAY.sub(mended, markup)


def parse_feed(
    body: bytes, headers: Mapping[str, str], url: str, max_items: int = MAX_ITEMS
) -> ParsedFeed:
    """The entries of an RSS 0.9x/1.0/2.0, Atom 0.3/1.0 or JSON Feed document, or of a news sitemap.

    `headers`: of the response, lower-case names (only content-type matters); `url`: where it came
    from, for relative links. Raises NotAFeed, with a sentence, and nothing else. Time is not
    bounded here: hostile documents take hours, so call it through the sandbox.
    """
    try:
        return _parse(body, headers, url, max_items)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        # All that 10,000 damaged feeds made feedparser raise, and their parents.
        raise NotAFeed(f"the feed cannot be parsed: {error}"[:300]) from error


def _parse(body: bytes, headers: Mapping[str, str], url: str, max_items: int) -> ParsedFeed:
    markup = clean_markup(decode(body, headers.get("content-type", ""))).strip()
    if not markup:
        raise NotAFeed("the document is empty")
    if markup[0] in "{[":
        feed, items, n_items = read_json_feed(markup)
        raws = [as_feedparser_has_it(item) for item in items[:max_items]]
        version, broken, torn = "json", None, False
    elif is_sitemap(markup):
        feed, items, n_items = read_sitemap(markup)
        raws = [as_feedparser_has_it(item) for item in items[:max_items]]
        version, broken, torn = "sitemap", None, False
    else:
        feed, raws, n_items, version, broken = _by_feedparser(markup, max_items)
        last = max((match.end() for match in _END_OF_ITEM.finditer(markup)), default=0)
        torn = bool(broken) and not _END.search(markup, last)
    link = web_link(str(feed.get("link") or ""), url)
    around = Surroundings(
        version=version,
        # RSS says nothing of relative links, and means the site's; Atom and JSON mean the feed's.
        base=link or url if not version.startswith(("atom", "json")) else url or link,
        language=str(feed.get("language") or "")[:35],
        authors=authors_of(feed) if version.startswith(("atom", "json")) else (),
    )
    entries = [entry_of(raw, around) for raw in raws]
    kept = tuple(e for e in entries if e.entry_id or e.url or e.title or e.content or e.summary)
    problems = [f"not well-formed: {broken}"[:200]] if broken else []
    if n_items > len(kept):
        problems.append(f"{n_items - len(kept)} items were empty or over the limit of {max_items}")
    return ParsedFeed(
        title=one_line(str(feed.get("title") or "")),
        link=link,
        language=around.language,
        wishes=wishes_of(feed, markup),
        older=older_page(feed, url),
        entries=kept,
        n_items=n_items,
        n_empty=len(entries) - len(kept),
        torn=torn,
        problems=tuple(problems),
    )


def _by_feedparser(markup: str, max_items: int) -> tuple[Any, list[Any], int, str, Any]:
    markup, count = shorten(_DECLARATION.sub("", _from_root(markup)), max_items)
    if "media:" in markup:
        markup = _CAPTION.sub(lambda found: f"<{found[1]}{_CAPTION_NAMES[found[2]]}", markup)
    if "<image" in markup:
        markup = _PICTURE.sub(_picture, markup)
    result = _read(markup)
    if result.get("bozo") and (mended := repaired(markup)) != markup:
        result = _read(mended)
    broken = result.get("bozo_exception") if result.get("bozo") else None
    found = result.entries
    if not found and (not result.get("version") or (broken and not _END.search(markup))):
        raise NotAFeed(describe(markup))
    return result.feed, found[:max_items], max(count, len(found)), result.version, broken


def _picture(found: re.Match[str]) -> str:
    """An image of an item under a name that feedparser leaves alone."""
    inner, attributes = found.groups()
    if inner and (address := _ADDRESS.search(inner)):
        return f"<picture_address>{address[0]}</picture_address>"
    if attributes and _ADDRESS_INSIDE.search(attributes):
        return f"<picture_address{attributes}>"
    return found[0]


def _from_root(markup: str) -> str:
    """The document without what a program wrote before it: warnings, blank lines."""
    root = _ROOT.search(markup)
    return markup[root.start() :] if root and _END_OF_ITEM.search(markup, root.end()) else markup


def _read(markup: str) -> Any:
    # Without an address: feedparser would turn ids such as "123" into links. Ours are made later.
    return feedparser.parse(
        io.BytesIO(markup.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,  # within HTML, which becomes plain text: a third of the time
    )
