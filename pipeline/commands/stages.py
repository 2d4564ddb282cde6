"""`newsbeam parse | extract | enrich`: one step at a time, JSON lines in and out."""

import gzip
import json
import logging
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from newsbeam.pipeline.commands.run import lines_of
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.options import StageOptions
from newsbeam.schemas.article import Article
from newsbeam.schemas.wire import to_dict
from newsbeam.transforms import sandbox
from newsbeam.transforms.enrich_articles import ARTICLE_SECONDS, BATCH, BATCH_SECONDS
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed
from newsbeam.transforms.feed.visit import PARSE_SECONDS
from newsbeam.transforms.page.documents import (
    EXTRACT_SECONDS,
    Document,
    article_of,
    document_of,
    read_html,
)
from newsbeam.transforms.page.extract import extract_page
from newsbeam.transforms.text.annotators import annotate

log = logging.getLogger("newsbeam")


def main(options: StageOptions) -> int:
    """Print one JSON line for each entry, page or document; how many were bad goes to stderr."""
    absent = [name for name in options.files if name != "-" and not Path(name).is_file()]
    if absent:
        raise UsageError(f"{absent[0]}: no such file")
    records = {"parse": _parsed, "extract": _extracted, "enrich": _enriched}[options.command]
    bad = 0
    for record in records(options):
        bad += "error" in record
        print(json.dumps(record, ensure_ascii=False))
    if bad:
        log.warning("%d of the inputs could not be read; each says why in its place", bad)
    return DONE


def _bytes(name: str) -> bytes:
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


def _parsed(options: StageOptions) -> Iterator[dict[str, Any]]:
    for name in options.files:
        try:
            feed = sandbox.run("read", parse_feed, _bytes(name), {}, "", seconds=PARSE_SECONDS)
        except NotAFeed as reason:
            yield {"file": name, "error": f"not_a_feed: {reason}"}
        except Exception as reason:
            yield {"file": name, "error": f"{_kind(reason)}: {reason}"}
        else:
            for problem in feed.problems:
                log.warning("%s: %s", name, problem)
            said = {"title": feed.title, "link": feed.link, "language": feed.language}
            for entry in feed.entries:
                yield {"file": name, "feed": said, **to_dict(entry)}


def _kind(reason: Exception) -> str:
    return f"parse_{reason.kind}" if isinstance(reason, sandbox.Killed) else "parse_error"


def _extracted(options: StageOptions) -> Iterator[dict[str, Any]]:
    for name in options.files:
        if Path(name.removesuffix(".gz")).suffix in (".html", ".htm"):
            yield _page(name, "", _bytes(name))
            continue
        for number, line in enumerate(lines_of([name]), 1):
            if line.strip():
                yield _page_of_line(number, line)


def _page_of_line(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
        html, url = value["html"].encode("utf-8", "replace"), value.get("url") or ""
        if not isinstance(url, str):
            raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {"line": number, "error": 'not_a_page: a JSON object with "html" is needed'}
    return _page(str(value.get("id") or number), url, html)


def _page(name: str, url: str, html: bytes) -> dict[str, Any]:
    try:
        page = sandbox.run("read", extract_page, html, url, {}, seconds=EXTRACT_SECONDS)
    except Exception as reason:
        return {"id": name, "url": url, "error": f"unreadable: {reason}"}
    return {"id": name, **to_dict(page)}


def _enriched(options: StageOptions) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    numbered = enumerate(lines_of(options.files), 1)
    waiting = ((number, line) for number, line in numbered if line.strip())
    while batch := list(islice(waiting, BATCH)):
        yield from _enriched_batch([_read(number, line, now) for number, line in batch], options)


def _read(number: int, line: str, now: datetime) -> dict[str, Any]:
    """{"id", "article"} of a line, or its {"line", "error"}."""
    try:
        document: Document = document_of(line)
        article = article_of(document, read_html(document), now)
    except Exception as reason:
        return {"line": number, "error": str(reason)}
    return {"id": document.id or document.url or article.article_id, "article": article}


def _enriched_batch(read: list[dict[str, Any]], options: StageOptions) -> Iterable[dict[str, Any]]:
    articles = [one["article"] for one in read if "article" in one]
    try:
        together = sandbox.run("language", annotate, articles, options.model, seconds=BATCH_SECONDS)
    except Exception:
        together = []  # one of them is to blame: each on its own
    found = iter(together)
    for one in read:
        if "article" not in one:
            yield one
            continue
        yield _with_findings(one, next(found, None), options.model)


def _with_findings(one: dict[str, Any], found: Any, model: str) -> dict[str, Any]:
    article: Article = one["article"]
    try:
        if found is None:
            found = sandbox.run("language", annotate, [article], model, seconds=ARTICLE_SECONDS)[0]
    except Exception as reason:
        return {"id": one["id"], "error": f"unreadable: {reason}"}
    full: dict[str, Any] = to_dict({**one, **found})
    return full
