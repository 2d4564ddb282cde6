"""An HTML page → the article's plain text and what the page says of itself, by trafilatura.

Settings: fast, without comments and tables (F1 .959 at 109 pages/s against .953 at 76 by default).
"""

import logging
import re
from collections.abc import Mapping
from importlib.metadata import version

import trafilatura

from newsbeam.schemas.article import Page, TextKind
from newsbeam.transforms.page.charset import decode
from newsbeam.transforms.page.clean import TEXT_LIMIT, clean_markup, plain_text, without_element
from newsbeam.transforms.page.dates import url_date
from newsbeam.transforms.page.debris import without_debris
from newsbeam.transforms.page.head import PageHead, first, page_head, page_tree, plain_title
from newsbeam.transforms.page.language import detect, language_code
from newsbeam.transforms.page.urls import source_of, web_link

EXTRACTOR = f"trafilatura {version('trafilatura')} fast"
MAX_MARKUP = 10 << 20  # characters; 99.99 % of pages are smaller
SHORT = 600  # characters: an article is longer, a teaser before a wall is not
HUGE = 10_000  # characters of one paragraph may be more than the parser takes
LOST = 0.5  # of the page's text: when the tree holds less, the parser gave up on the nesting

_BODY = re.compile(r"<body\b[^>]*>", re.I)
_WALL = re.compile(
    r"subscribe (?:now|today|to (?:read|continue|keep))|(?:to|and) continue reading"
    r"|subscribers?[ -]only|for subscribers|already a subscriber"
    r"|(?:log|sign) in to (?:read|continue)"
    r"|nur für abonnenten|jetzt weiterlesen|réservé aux abonnés|il vous reste .{0,20} à lire"
    r"|exclusivo para suscriptores|только для подписчиков|este contenido es exclusivo"
)  # on lower-case text: twenty times as fast as ignoring the case

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # `problems` says what failed


def article_text(markup: str) -> tuple[str, PageHead, list[str]]:
    """The main text of a page, what its head states, and what went wrong on the way."""
    tree = page_tree(markup)
    if tree is None:
        return extract_html_fragment(markup), PageHead(), ["no HTML tree"]
    head = page_head(tree)
    document = trafilatura.bare_extraction(
        tree, fast=True, include_comments=False, include_tables=False
    )
    text = without_debris((document and document.text) or "")
    if len(text) >= SHORT:
        return text, head, []
    # Slow, hence only now: is there more on the page than the parser could hold?
    begin = _BODY.search(markup)
    whole = plain_text(markup[begin.end() :] if begin else markup, TEXT_LIMIT)
    kept = tree.xpath("string-length(normalize-space(//body))")
    given_up = kept < LOST * len(whole) or (not text and len(whole) > HUGE)
    if given_up and len(whole) > max(2 * len(text), 200):
        return without_debris(whole), head, ["too deep or too big: text taken without layout"]
    return text, head, [] if text else ["no main text found"]


def text_kind_of(text: str, head: PageHead, markup: str) -> TextKind:
    """How much of the article the text is.

    >>> text_kind_of("Words. " * 200, PageHead(), ""), text_kind_of("", PageHead(), "")
    ('full', 'none')
    """
    if not text:
        return "none"
    if not head.free and len(text) < 4 * SHORT:
        return "paywalled"
    if len(text) < 2 * SHORT and _WALL.search(markup.lower()):
        return "paywalled"
    if len(text) < SHORT and len(text) <= 1.3 * len(head.description):
        return "summary"  # what the description says, and little more
    return "full"


def extract_page(html: bytes, url: str, headers: Mapping[str, str]) -> Page:
    """The article of one HTML page.

    `headers`: of the response, lower-case names (only content-type matters). Raises nothing known;
    time and memory are not bounded here: call it through the sandbox.
    """
    markup = clean_markup(decode(html, headers.get("content-type", "")))[:MAX_MARKUP]
    if not markup.strip():
        return Page(url=url, problems=("the page is empty",))
    markup = without_element(markup, "<!--", "-->")
    text, head, problems = article_text(markup)
    if head.unread_date:
        problems.append(f"published: could not read the date {head.unread_date!r}")
    published = head.published or url_date(url)
    site = source_of(url)
    titles = (plain_title(title, head.site_name, site) for title in head.titles)
    canonical = (web_link(link, url) for link in head.canonical if link)
    images = (web_link(link, url) for link in head.images)
    return Page(
        url=url,
        title=first(titles),
        text=text,
        authors=head.authors,
        published=published,
        published_from="page" if head.published else "url" if published else None,
        language=detect(text, head.language)[0] if text else language_code(head.language),
        canonical_url=first(link for link in canonical if source_of(link) == site),
        image_url=first(images),
        text_kind=text_kind_of(text, head, markup),
        problems=tuple(problems),
    )


def extract_html_fragment(html: str) -> str:
    """The text of an entry's HTML as a feed carries it: all of it, paragraphs kept.

    >>> extract_html_fragment("<p>One.</p>\\n<p>Two <b>words</b>.</p><p>Advertisement</p>")
    'One.\\n\\nTwo words.'
    """
    return without_debris(plain_text(html, TEXT_LIMIT))


def texts_of(
    html: bytes, url: str, headers: Mapping[str, str], content: str
) -> tuple[Page | None, str]:
    """The page as read, and the plain text of what the feed carries."""
    page = extract_page(html, url, headers) if html else None
    return page, extract_html_fragment(content) if content else ""
