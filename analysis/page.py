"""Pieces of an HTML page: all text is escaped, and only what is made here is markup."""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from newsbeam.analysis.output import visible

STYLE = Path(__file__).with_name("style.css").read_text("utf-8")
_VOID = {"meta"}
_UNSAFE = set("\"'<>\\`").union(map(chr, range(33)))  # no address has these unescaped (RFC 3986)


class Markup(str):
    """Text that is HTML already."""


BREAK = Markup("<br>")


def element(name: str, /, *children: str, **attributes: str) -> Markup:
    """An element; children that are no Markup are escaped, `class_` is the attribute class.

    >>> element("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    given = "".join(f' {_attribute(key)}="{escape(value)}"' for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{joined(*children)}</{name}>")


def _attribute(key: str) -> str:
    """class_ → class, http_equiv → http-equiv."""
    return key.strip("_").replace("_", "-")


def joined(*parts: str) -> Markup:
    """Parts one after the other, escaped where they are no Markup; invisible characters go."""
    return Markup(
        "".join(part if isinstance(part, Markup) else escape(_seen(part)) for part in parts)
    )


def _seen(text: str) -> str:
    """Text for the page, with the spaces at its ends, which join it to its neighbours."""
    if not text.strip():
        return " " if text else ""
    return " " * text[0].isspace() + visible(text) + " " * text[-1].isspace()


def link(url: str | None, words: str) -> str:
    """Words that lead to a web address, or the words alone where it is no plain http(s) one.

    >>> link("javascript:alert(1)", "Read on")
    'Read on'
    """
    url = url or ""
    try:
        parts = urlsplit(url)
        safe = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(url) & _UNSAFE
    except ValueError:
        safe = False
    if not safe:
        return words
    return element("a", words, href=url, rel="noopener noreferrer nofollow")


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()
) -> Markup:
    """A table that scrolls by itself on a small screen; columns in `numbers` stand to the right."""
    right = set(numbers)

    def line(cell: str, values: Sequence[str]) -> Markup:
        return element(
            "tr",
            *(
                element(cell, value, class_="number") if i in right else element(cell, value)
                for i, value in enumerate(values)
            ),
        )

    body = element("tbody", *(line("td", row) for row in rows))
    return element(
        "div", element("table", element("thead", line("th", heads)), body), class_="scroll"
    )


def figure(svg: str, words: str, label: str) -> Markup:
    """A chart with what it shows in words; `label` is for those who do not see it."""
    drawn = element("div", Markup(svg), class_="chart")
    return element("figure", drawn, element("figcaption", words), aria_label=label)


def page(title: str, *sections: str) -> str:
    """The whole document: no scripts, nothing loaded from anywhere, one style named by its hash."""
    allowed = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    body = element("body", element("main", *sections))
    return "<!doctype html>\n" + element("html", head, body, lang="en")
