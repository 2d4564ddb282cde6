"""The report's templates: all that they print is escaped, and without invisible characters."""

import hashlib
import re
from base64 import b64encode
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2

from newsbeam.analysis import charts
from newsbeam.analysis.output import visible
from newsbeam.schemas import trouble

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
    """A day as it is said; a time with its minute, in UTC.

    What is stated for midnight is shown as a day: most of it was a date without a time.

    >>> in_words(date(2026, 3, 1)), in_words(datetime(2026, 3, 1, 18, 30, tzinfo=UTC))
    ('1 March 2026', '1 March 2026, 18:30')
    """
    if not isinstance(day, datetime):
        return f"{day.day} {day:%B %Y}"
    day = day.astimezone(UTC)
    clock = "" if day.time() == time() else f"{day:, %H:%M}"
    return f"{day.day} {day:%B %Y}{clock}"


def sentence(words: str) -> str:
    """Words as a sentence.

    >>> sentence("the server is gone"), sentence("is it up?")
    ('The server is gone.', 'Is it up?')
    """
    stop = "" if words.endswith((".", "?", "!", "…")) else "."
    return f"{words[:1].upper()}{words[1:]}{stop}"


def period(first: date, last: date) -> str:
    """Two days in words.

    >>> period(date(2026, 3, 1), date(2026, 3, 9))
    'from 1 March 2026 to 9 March 2026'
    """
    if first == last:
        return f"on {in_words(first)}"
    return f"from {in_words(first)} to {in_words(last)}"


def between(since: datetime | None, until: datetime | None) -> str:
    """A period that ends before `until`, in words; "" where it has no ends.

    >>> between(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC))
    'from 1 March 2026 to 7 March 2026'
    """
    if until and until.astimezone(UTC).time() == time():
        until -= timedelta(1)
    if since and until:
        first, last = in_words(since), in_words(until)
        return f"on {first}" if first == last else f"from {first} to {last}"
    return f"since {in_words(since)}" if since else f"until {in_words(until)}" if until else ""


templates = jinja2.Environment(
    loader=jinja2.FunctionLoader(_source),
    autoescape=True,
    finalize=shown,
    undefined=jinja2.StrictUndefined,
)
templates.filters |= {
    "figure": "{:,}".format,
    "in_words": in_words,
    "sentence": sentence,
    "web_address": web_address,
}
templates.globals |= {
    "charts": charts,
    "between": between,
    "drawn": period,
    "status_in_words": trouble.in_words,
    "style": STYLE,
    "style_hash": b64encode(hashlib.sha256(STYLE.encode()).digest()).decode(),
}
