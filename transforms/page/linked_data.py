"""What a page states in JSON-LD, and which of the articles described there is its own."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from newsbeam.transforms.page.clean import one_line
from newsbeam.transforms.page.tree import Element

MAX_JSON = 500_000  # characters of one block
DEEPEST = 6  # objects within objects; the deepest of 700 pages is 3

Object = dict[str, Any]

_ARTICLE = re.compile(r"Article|BlogPosting|Report|LiveBlog|Review$")
_WRAPPING = re.compile(r"^\s*(?://\s*|/\*\s*)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?")
_WRAPPING_END = re.compile(r"(?://\s*|/\*\s*)?(?:\]\]>|-->)(?:\s*\*/)?\s*$|;\s*$")
_COMMA = re.compile(r",(\s*[}\]])")
_LETTER = re.compile(r"\w+")


def _read(block: str) -> Any:
    """The value of a block, also where it is wrapped as scripts once were or has a comma too many.

    >>> _read('//<![CDATA[ {"a": [1, 2,],} //]]>'), _read('{"a": 1};')
    ({'a': [1, 2]}, {'a': 1})
    """
    block = _WRAPPING_END.sub("", _WRAPPING.sub("", block[:MAX_JSON]))
    try:
        return json.loads(block, strict=False)
    except ValueError:
        return json.loads(_COMMA.sub(r"\1", block), strict=False)


def _objects(value: Any, depth: int = 0) -> Iterator[Object]:
    if isinstance(value, list):
        for one in value[:200]:
            yield from _objects(one, depth)
    elif isinstance(value, dict) and depth < DEEPEST:
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):  # not lists of other stories
            yield from _objects(value.get(name), depth + 1)


def linked_data(tree: Element) -> tuple[list[Object], int]:
    """The objects of the page's JSON-LD, and how many blocks could not be read."""
    found: list[Object] = []
    unread = 0
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and (script.text or "").strip():
            try:
                found.extend(_objects(_read(script.text)))
            except (ValueError, RecursionError):
                unread += 1
    return found, unread


def is_article(found: Object) -> bool:
    """Whether an object describes an article of some kind."""
    return bool(_ARTICLE.search(str(found.get("@type"))))


def words(value: Any, name: str) -> Iterator[str]:
    """The texts in a value of JSON-LD, which may be one, a list, or objects with a `name`."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            yield from words(one.get(name), name)
        elif isinstance(one, str) and one:
            yield one


def folded(text: str) -> str:
    """A title as it is compared: its letters and figures alone, in lower case."""
    return "".join(_LETTER.findall(one_line(text))).lower()


def own_articles(
    objects: Iterable[Object], titles: Iterable[str], addresses: Iterable[str]
) -> list[Object]:
    """The objects that describe this page's article; of strangers alone the first.

    `titles` and `addresses` are those that the rest of the page states for itself.

    >>> other, own = {"@type": "Article", "headline": "B"}, {"@type": "Article", "headline": "A"}
    >>> own_articles([other, own], ["A – The Ledger"], []) == [own]
    True
    """
    articles = [one for one in objects if is_article(one)]
    stated = [folded(title) for title in titles]
    places = {address.split("#")[0].rstrip("/") for address in addresses if address}

    def is_own(one: Object) -> bool:
        headline = folded(str(one.get("headline") or ""))
        links = [*words(one.get("mainEntityOfPage"), "@id"), *words(one.get("url"), "@id")]
        if any(link.split("#")[0].rstrip("/") in places for link in links):
            return True
        return bool(headline) and any(headline in title for title in stated)

    return [one for one in articles if is_own(one)] or articles[:1]


def author_offers(articles: list[Object], objects: list[Object]) -> list[str]:
    """The authors that articles name: a text, an object, or a reference to an object."""
    named = {str(one["@id"]): one for one in objects if one.get("@id") and len(one) > 1}
    found: list[str] = []
    for article in articles:
        value = article.get("author")
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and not one.get("name"):
                one = {**named.get(str(one.get("@id")), {}), **one}
            if isinstance(one, dict) and not one.get("name") and one.get("familyName"):
                one = f"{one.get('givenName') or ''} {one['familyName']}"
            found += words(one, "name")
    return found
