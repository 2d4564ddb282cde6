"""`newsbeam parse | extract | enrich`: one step at a time, JSON lines in and out."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from newsbeam.pipeline.commands.run import check_files
from newsbeam.pipeline.errors import DONE
from newsbeam.pipeline.json_lines import lines_of, opened
from newsbeam.pipeline.layers import layers_of, tables_of
from newsbeam.pipeline.options import EnrichOptions, StageOptions
from newsbeam.pipeline.progress import log
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.wire import to_dict, to_json
from newsbeam.transforms import sandbox
from newsbeam.transforms.enrich_articles import BATCH, enrich
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed
from newsbeam.transforms.feed.visit import PARSE_SECONDS
from newsbeam.transforms.page.document_fields import count_fields, names_in, unknown_fields
from newsbeam.transforms.page.document_lines import document_of, values_of
from newsbeam.transforms.page.documents import article_of, read_html
from newsbeam.transforms.page.extract import EXTRACT_SECONDS, extract_page


def main(options: StageOptions) -> int:
    """Print one JSON line for each entry, page or document; how many were bad goes to stderr."""
    check_files(options.files)
    if isinstance(options, EnrichOptions):
        records = _enriched(options)
    else:
        records = {"parse": _parsed, "extract": _extracted}[options.command](options.files)
    bad = partly = 0
    for record in records:
        bad += "error" in record
        partly += options.command == "enrich" and "problems" in record
        print(to_json(record))
    if bad:
        log.warning("%d of the inputs could not be read; each says why in its place", bad)
    if partly:
        log.warning('%d of the documents lack some rows; "problems" says which and why', partly)
    return DONE


def _bytes(name: str) -> bytes:
    with opened(name) as file:
        return bytes(file.read())


def _parsed(files: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in files:
        try:
            feed = sandbox.run("read", parse_feed, _bytes(name), {}, "", seconds=PARSE_SECONDS)
        except Exception as reason:
            yield {"file": name, "error": f"{_kind(reason)}: {reason}"}
            continue
        for problem in feed.problems:
            log.warning("%s: %s", name, problem)
        said = {"title": feed.title, "link": feed.link, "language": feed.language}
        for entry in feed.entries:
            yield {"file": name, "feed": said, **to_dict(entry)}
        if not feed.entries:
            yield {"file": name, "feed": said, "entries": 0}


def _kind(reason: Exception) -> str:
    if isinstance(reason, NotAFeed):
        return "not_a_feed"
    return f"parse_{reason.kind}" if isinstance(reason, sandbox.Killed) else "parse_error"


def _extracted(files: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in files:
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


def _enriched(options: EnrichOptions) -> Iterator[dict[str, Any]]:
    now, layers = datetime.now(UTC), layers_of(options.knowledge, options.topics)
    given: dict[str, int] = {}
    numbered = enumerate(lines_of(options.files), 1)
    waiting = (_read(number, line, now) for number, line in numbered if line.strip())
    while batch := list(islice(waiting, BATCH)):
        articles = (AnnotatedArticle(one["article"], ()) for one in batch if "article" in one)
        found = enrich(articles, options.model, layers, tables_of(options.events))
        given = count_fields((one.pop("fields", ()) for one in batch), given)
        for one in batch:
            yield _full(one, next(found)) if "article" in one else one
    for words in unknown_fields(given):
        log.warning("%s", words)


def _read(number: int, line: str, now: datetime) -> dict[str, Any]:
    """{"id", "article", "fields"} of a line, or its {"line", "error"}."""
    try:
        values = values_of(line)
        document = document_of(values)
        article = article_of(document, read_html(document), now)
    except Exception as reason:
        return {"line": number, "error": str(reason)}
    return {"id": document.id or document.url or article.article_id, "article": article,
            "fields": names_in(values)}  # fmt: skip


def _full(one: dict[str, Any], found: AnnotatedArticle) -> dict[str, Any]:
    """A record with what is in its article, and which annotators failed on it, if any did."""
    problems = {"problems": found.problems} if found.problems else {}
    return {**one, **found.annotations, **problems}
