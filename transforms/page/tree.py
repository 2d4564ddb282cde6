"""The tree of an HTML document, and which of its parts speak of something else than the article."""

import re
from functools import lru_cache
from typing import TypeAlias

from lxml import html as lxml_html
from lxml.etree import LxmlError, _Element

Element: TypeAlias = _Element

_WHOLE = frozenset({"article", "body", "html", "main"})
BESIDE = frozenset({"aside", "footer", "nav"})
# Words in a class or an id that name a box for other stories or for readers: the usual ones of the
# 700 development pages (November 2026) and their German and French siblings.
_BOX = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|replies|reply|related|recommend\w*|recirc\w*|read-?next"
    r"|up-?next|latest|ticker|trending|popular|most-?read|sidebar|widget|footer|promo|outbrain"
    r"|taboola|newsletter|cookie\w*|consent|gdpr|modal|kommentare?|verwandt\w*|commentaires?)(?:$|[\s_-])",
    re.I,
)

_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def page_tree(markup: str) -> Element | None:
    """The tree of an HTML document, or None where there is nothing to make one of."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError, AssertionError):
        return None
    return tree if len(tree) else None


def content(element: Element) -> str:
    """The text within an element as one line, at most 2,000 characters."""
    return " ".join("".join(element.itertext()).split())[:2_000]


def is_box(element: Element) -> bool:
    """Whether an element is named as a box for other stories or readers, and holds no heading."""
    if element.tag in _WHOLE:  # "with-sidebar" says how they look
        return False
    named = _is_boxed(f"{element.get('class') or ''} {element.get('id') or ''}")
    return named and not has_heading(element)


@lru_cache(maxsize=4096)  # a page has few names and many elements
def _is_boxed(names: str) -> bool:
    return bool(_BOX.search(names))


def is_hidden(element: Element) -> bool:
    """Whether an element says of itself that nobody sees it: a second copy, a notice for later."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and bool(_UNSEEN.search(style)))


def has_heading(element: Element) -> bool:
    """Whether the page's heading stands in an element: that is the article, whatever its name."""
    return element.find(".//h1") is not None


def is_beside(element: Element) -> bool:
    """Whether an element stands in a box of its own: comments, other stories, a ticker, a footer.

    Within <article> an <aside> without such a name holds the byline as often as not.
    """
    boxes = [element, *element.iterancestors()]
    tags = BESIDE if all(box.tag != "article" for box in boxes) else ()
    return any(is_box(box) or (box.tag in tags and not has_heading(box)) for box in boxes)
