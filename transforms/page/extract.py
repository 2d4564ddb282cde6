"""An HTML page → the article's plain text and what the page says of itself."""

import re
from collections.abc import Mapping

from newsbeam.schemas.article import Page, PublishedFrom, TextKind
from newsbeam.transforms.page.charset import decode
from newsbeam.transforms.page.clean import TEXT_LIMIT, clean_markup, plain_text, without_element
from newsbeam.transforms.page.dates import url_date
from newsbeam.transforms.page.debris import without_debris
from newsbeam.transforms.page.head import PageHead, first, page_head
from newsbeam.transforms.page.language import detect, language_code
from newsbeam.transforms.page.main_text import (
    EXTRACTOR,
    SHORT,
    fuller,
    whole_text,
    with_lead,
    without_heading,
    without_link_boxes,
)
from newsbeam.transforms.page.paragraphs import page_paragraphs
from newsbeam.transforms.page.titles import headings
from newsbeam.transforms.page.tree import page_tree
from newsbeam.transforms.page.urls import source_of, web_link

__all__ = ["EXTRACTOR", "EXTRACT_SECONDS", "extract_html_fragment", "extract_page", "texts_of"]

EXTRACT_SECONDS = 10  # a page takes 13 ms; 0.9 MB of short paragraphs takes 30 s
MAX_MARKUP = 10 << 20  # characters; 99.99 % of pages are smaller
HUGE = 10_000  # characters of one paragraph may be more than the parser takes
LOST = 0.5  # of the page's text: when the tree holds less, the parser gave up on the nesting

_BODY = re.compile(r"<body\b[^>]*>", re.I)
_WALL = re.compile(
    r"subscribe (?:now|today|to (?:read|continue|keep))|(?:to|and) continue reading"
    r"|subscribers?[ -]only|for subscribers|already a subscriber"
    r"|(?:log|sign) in to (?:read|continue)"
    r"|nur für abonnent|jetzt weiterlesen|réservée? aux abonnés|il vous reste .{0,20} à lire"
    r"|(?:exclusivo|solo) para suscriptores|suscríbete para|este contenido es exclusivo"
    r"|(?:riservato agli|abbonati per continuare)|(?:exclusivo|só) para assinantes|voor abonnees"
    r"|dla (?:prenumeratorów|subskrybentów)|abonelere özel|abunəçilər üçün"
    r"|(?:только )?для подписчиков|доступ\w* (?:\w+ )?по подписке|оформ\w+ подписку"
    r"|(?:чтобы|для того, чтобы) (?:прочитать|читать|продолжить)"
    r"|для передплатників|за передплатою|բաժանորդների համար|აბონენტებისთვის"
)  # on lower-case text: twenty times as fast as ignoring the case
_HIDDEN = re.compile(r"(<script\b[^>]{0,200}ld\+json[^>]{0,200}>)\s{0,20}<!--", re.I)
_CUT = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.)\])\W*$")
_MORE = re.compile(
    r">\s*(?:continue reading|read (?:the )?(?:full|whole|rest of the) (?:story|article)"
    r"|(?:jetzt )?weiterlesen|lire (?:la suite|l.article)|seguir leyendo|leer más"
    r"|continua a leggere"
    r"|читать (?:далее|дальше|полностью)|читати далі|devamını oku|davamını oxu)\b"
)  # on lower-case markup, at the beginning of a link or a button


def article_text(markup: str, url: str) -> tuple[str, PageHead, list[str]]:
    """The main text of a page, what its head states, and what went wrong on the way."""
    tree = page_tree(markup)
    if tree is None:
        return extract_html_fragment(markup), PageHead(), ["no HTML tree"]
    head = page_head(tree, url)
    paragraphs = page_paragraphs(tree)
    text = whole_text(tree, markup, paragraphs, without_debris)
    text = with_lead(without_link_boxes(text, paragraphs), paragraphs, head.description)
    text = without_heading(text, head.title, headings(tree))
    text = fuller(text, without_debris(plain_text(head.body, TEXT_LIMIT)))
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
    >>> text_kind_of("They met and then …", PageHead(), "")
    'summary'
    """
    if not text:
        return "none"
    if not head.free and len(text) < 4 * SHORT:
        return "paywalled"
    folded = markup.lower() if len(text) < 2 * SHORT else ""
    if _WALL.search(folded):
        return "paywalled"
    if len(text) < SHORT and (_CUT.search(text) or _MORE.search(folded)):
        return "summary"
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
    # Comments go, but not the JSON-LD that some hide in one, as scripts were hidden once.
    markup = without_element(_HIDDEN.sub(r"\1", markup), "<!--", "-->")
    text, head, problems = article_text(markup, url)
    if head.unread_date:
        problems.append(f"published: could not read the date {head.unread_date!r}")
    if head.unread_data:
        problems.append("JSON-LD: could not be read")
    published = head.published or url_date(url) or head.shown
    site = source_of(url)
    canonical = (web_link(link, url) for link in head.canonical if link)
    images = (web_link(link, url) for link in head.images)
    return Page(
        url=url,
        title=head.title,
        text=text,
        authors=head.authors,
        published=published,
        published_from=_origin(head, url) if published else None,
        language=detect(text, head.language)[0] if text else language_code(head.language),
        canonical_url=first(link for link in canonical if source_of(link) == site),
        image_url=first(images),
        text_kind=text_kind_of(text, head, markup),
        problems=tuple(problems),
    )


def _origin(head: PageHead, url: str) -> PublishedFrom:
    return "url" if not head.published and url_date(url) else "page"


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
