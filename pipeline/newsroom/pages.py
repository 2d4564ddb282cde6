"""How the sample newsroom's pages and feeds are made from its articles: by `templates/`."""

import re
from email.utils import format_datetime
from html import escape
from pathlib import Path

import jinja2

from newsbeam.pipeline.newsroom.content import Outlet

LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")  # [words](slug of the same outlet)


def plain(paragraph: str) -> str:
    """A paragraph without its links.

    >>> plain("See [the first report](2026/03/01/x).")
    'See the first report.'
    """
    return LINK.sub(r"\1", paragraph)


def as_html(paragraph: str, outlet: Outlet) -> str:
    """A paragraph as HTML; its links are relative to the site."""
    words = escape(paragraph, quote=False)
    if words.startswith("## "):
        return f"<h2>{words[3:]}</h2>"
    linked = LINK.sub(lambda link: f'<a href="{outlet.path(link[2])}">{link[1]}</a>', words)
    return f"<p>{linked}</p>"


templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=jinja2.select_autoescape(["html.jinja", "xml.jinja"]),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)
templates.filters |= {"plain": plain, "as_html": as_html, "rfc822": format_datetime}
templates.globals["notice"] = "A sample page of newsbeam: outlet, people and events are invented."


def render(template: str, charset: str = "utf-8", **known: object) -> bytes:
    """A page or feed as it is sent: what its charset lacks stands as a reference (`&#8220;`)."""
    text = templates.get_template(f"{template}.jinja").render(known)
    return text.encode(charset, "xmlcharrefreplace")
