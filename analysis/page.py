"""The report's templates: all that they print is escaped, and without invisible characters."""

import hashlib
import re
from base64 import b64encode
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2

from newsbeam.analysis import charts
from newsbeam.analysis.output import visible

TEMPLATES = Path(__file__).with_name("templates")
STYLE = (TEMPLATES / "style.css").read_text("utf-8")
_UNSAFE = set("\"'<>\\`").union(map(chr, range(33)))  # no address has these unescaped (RFC 3986)


def _source(name: str) -> str:
    """A template, in which a line break between tags is layout of the template, not of the page."""
    return re.sub(r"(?<=[>}])\s*\n\s*(?=[<{])", "", (TEMPLATES / name).read_text("utf-8"))


def shown(value: Any) -> Any:
    """What a template prints for a value: of text what can be seen, with the spaces at its ends.

    Markup is what other templates have printed already.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    if not value.strip():
        return " " if value else ""
    return " " * value[0].isspace() + visible(value) + " " * value[-1].isspace()


def web_address(url: str | None) -> str:
    """A plain http(s) address, with what cannot be seen in it written as %XX; "" for any other.

    >>> web_address("https://a.example/\\u202etxt"), web_address("javascript:alert(1)")
    ('https://a.example/%E2%80%AEtxt', '')
    """
    url = url or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or set(url) & _UNSAFE:
        return ""
    return "".join(c if c.isprintable() else quote(c, errors="replace") for c in url)


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
    if first == last:
        return f"on {in_words(first)}"
    return f"from {in_words(first)} to {in_words(last)}"


def minute(time: datetime | None) -> str:
    """A time to the minute, in UTC; "never" without one."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if time else "never"


templates = jinja2.Environment(
    loader=jinja2.FunctionLoader(_source),
    autoescape=True,
    finalize=shown,
    undefined=jinja2.StrictUndefined,
)
templates.filters |= {
    "figure": "{:,}".format,
    "in_words": in_words,
    "minute": minute,
    "web_address": web_address,
}
templates.globals |= {
    "charts": charts,
    "period": period,
    "style": STYLE,
    "style_hash": b64encode(hashlib.sha256(STYLE.encode()).digest()).decode(),
}
