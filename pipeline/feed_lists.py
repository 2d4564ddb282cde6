"""Lists of feeds as `run` and other programs take them; `feeds` reads them."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any


def as_toml(rows: Iterable[dict[str, Any]]) -> str:
    """A list of feeds as `run` takes it."""
    keys = (("url", "url"), ("name", "title"), ("language", "language"))
    return "\n".join(
        "[[feed]]\n"
        + "".join(
            f"{key} = {json.dumps(_plain(key, row[name]), ensure_ascii=False)}\n"
            for key, name in keys
            if _plain(key, row[name])
        )
        for row in rows
    )


def _plain(key: str, value: str) -> str:
    """A language by its two letters, as a list has it."""
    return value[:2].lower() if key == "language" else value


def as_opml(rows: Iterable[dict[str, Any]]) -> str:
    """A list of feeds as other programs take it."""
    lines = (
        f'    <outline type="rss" text="{escape(row["title"] or row["url"])}"'
        f' xmlUrl="{escape(row["url"])}"/>\n'
        for row in rows
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head/>\n  <body>\n'
    return head + "".join(lines) + "  </body>\n</opml>\n"


LISTS = {"toml": as_toml, "opml": as_opml}
