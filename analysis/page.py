"""Pieces of an HTML page: all text is escaped, and only what is made here is markup."""

import hashlib
from base64 import b64encode
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from newsbeam.analysis.output import visible

STYLE = Path(__file__).with_name("style.css").read_text("utf-8")
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_UNSAFE = set("\"'<>\\`").union(map(chr, range(33)))  # no address has these unescaped (RFC 3986)


class Markup(str):
    """Text that is HTML already."""


# No scripts, nothing loaded from anywhere, one style named by its hash.
_HEAD = Markup(f"""\
<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none';\
 style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'">\
<meta name="viewport" content="width=device-width, initial-scale=1">\
<meta name="referrer" content="no-referrer"><style>{STYLE}</style>""")


def element(name: str, /, *children: str, **attributes: str) -> Markup:
    """An element; children that are no Markup are escaped, `class_` is the attribute class.

    >>> element("p", "a < b", class_="note", aria_label="A note")
    '<p class="note" aria-label="A note">a &lt; b</p>'
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{given}>{joined(*children)}</{name}>")


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


def news(name: str, /, *children: str, **attributes: str) -> Markup:
    """An element with words of the news, which run from right to left where they are written so."""
    return element(name, *children, dir="auto", **attributes)


def link(url: str | None, words: str) -> Markup:
    """Words that lead to a web address, or the words alone where it is no plain http(s) one.

    >>> link("javascript:alert(1)", "Read on")
    '<span dir="auto">Read on</span>'
    """
    url = url or ""
    try:
        parts = urlsplit(url)
        safe = parts.scheme in {"http", "https"} and bool(parts.hostname) and not set(url) & _UNSAFE
    except ValueError:
        safe = False
    if not safe:
        return news("span", words)
    return news("a", words, href=url, rel="noopener noreferrer nofollow")


def credit(url: str | None, title: str, *about: str | None) -> Markup:
    """An article's title, which leads to it, and what else there is to say of it in a soft line."""
    parts = (joined(" · ", news("span", part)) for part in about if part)
    return element("div", link(url, title or "(no title)"), *parts, class_="soft")


def titled(name: str, *about: str | None) -> Markup:
    """A name, and below it in a soft line what it is."""
    lines = (element("div", news("span", part), class_="soft") for part in about if part)
    return joined(news("strong", name), *lines)


def section(title: str, *parts: str) -> Markup:
    """A part of the page under its heading; without parts it says that there is nothing."""
    nothing = element("p", "None so far.", class_="soft")
    return element("section", element("h2", title), *(parts or (nothing,)))


def note(words: str) -> Markup:
    """A soft line that explains what stands below or above it."""
    return element("p", words, class_="soft")


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Container[int] = ()
) -> Markup:
    """A table; columns in `numbers` stand to the right. On a phone each row becomes a list."""

    def line(cell: str, values: Sequence[str]) -> Markup:
        cells = (
            element(cell, value, data_head=head, class_="number" if i in numbers else "words")
            for i, (head, value) in enumerate(zip(heads, values, strict=True))
        )
        return element("tr", *cells)

    body = element("tbody", *(line("td", row) for row in rows))
    return element("table", element("thead", line("th", heads)), body)


def in_words(day: date) -> str:
    """A day as it is said.

    >>> in_words(date(2026, 3, 1))
    '1 March 2026'
    """
    return f"{day.day} {day:%B %Y}"


def period(first: date, last: date) -> str:
    """Two days in words.

    >>> period(date(2026, 3, 1), date(2026, 3, 9))
    'from 1 March 2026 to 9 March 2026'
    """
    return (
        f"from {in_words(first)} to {in_words(last)}" if first != last else f"on {in_words(first)}"
    )


def moment(time: datetime | None) -> Markup:
    """A time to the minute, in UTC; "never" without one.

    >>> moment(None)
    '<span class="time">never</span>'
    """
    words = time.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if time else "never"
    return element("span", words, class_="time")


def page(title: str, *sections: str) -> str:
    """The whole document."""
    head = element("head", _HEAD, element("title", title))
    return "<!doctype html>\n" + element(
        "html", head, element("body", element("main", *sections)), lang="en"
    )
