"""`newsbeam query | top | timeline | cooccur | report`: the questions asked of the record."""

import sys
from pathlib import Path
from typing import Any

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.emptiness import SHOWN, why_no_answer, why_no_row
from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, Record, open_record
from newsbeam.analysis.questions import (
    SPARE,
    actors_called,
    cooccurring,
    source_called,
    timeline,
    top_actors,
    top_sources,
    top_topics,
)
from newsbeam.analysis.report import write_report
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.reading_options import (
    CooccurOptions,
    QueryOptions,
    ReportOptions,
    TimelineOptions,
    TopOptions,
    WatchOptions,
)
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.lake.tables import is_lake

TOP = {"actors": top_actors, "topics": top_topics, "sources": top_sources}


def main(options: QueryOptions | TopOptions | TimelineOptions | ReportOptions) -> int:
    """Answer on standard output, or in the file that was named."""
    lake = lake_to_read(options.lake)
    since = options.since if isinstance(options, TopOptions | TimelineOptions) else None
    try:
        with open_record(lake, since and since.date()) as record:
            if isinstance(options, ReportOptions):
                _report(record, options)
            elif isinstance(options, QueryOptions):
                _query(record, options)
            elif isinstance(options, TimelineOptions):
                _about(record, options)
            else:
                _top(record, options)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE


def lake_to_read(address: str) -> Lake:
    """The lake at an address; UsageError where there is none."""
    lake = open_lake(address)
    if not is_lake(lake):
        raise UsageError(
            f"{lake.url} is no lake: there are no articles, polls or runs of newsbeam's"
            " (newsbeam run makes one)"
        )
    return lake


def _query(record: Record, options: QueryOptions) -> None:
    sql = options.sql or _text_of(options.file or "")
    answer = record.answer(sql)
    write_answer(answer, options.format, sys.stdout)
    if not answer.num_rows:
        log.info("%s", why_no_row(record, sql))


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise UsageError(f"{file} cannot be read ({why})") from None


def asked_of(
    record: Record, options: TopOptions | TimelineOptions | ReportOptions | WatchOptions
) -> dict[str, Any]:
    """Which part of the record is asked for."""
    return {
        "since": options.since, "until": options.until,
        "source": options.source and source_called(record, options.source),
        "language": options.language, "min_confidence": options.min_confidence,
    }  # fmt: skip


def _top(record: Record, options: TopOptions) -> None:
    asked = asked_of(record, options)
    answer = TOP[options.what](Chosen(record, Choice(**asked)), limit=options.limit)
    write_answer(answer, options.format, sys.stdout, SPARE)
    if not answer.num_rows:
        log.info("%s", why_no_answer(record, options.what, asked))


def _about(record: Record, options: TimelineOptions) -> None:
    """A question about one actor, which is told on standard error where the words were few."""
    asked = asked_of(record, options)
    chosen = Chosen(record, Choice(**asked))
    called = actors_called(chosen, options.actor)
    if not called:
        log.info("no actor is called %s: %s", options.actor, why_no_answer(record, "actors", asked))
    actor, *others = called or [{"actor_id": options.actor, "name": ""}]
    if isinstance(options, CooccurOptions):
        answer = cooccurring(chosen, actor["actor_id"], options.limit)
    else:
        answer = timeline(chosen, actor["actor_id"])
    write_answer(answer, options.format, sys.stdout, SPARE)
    if called:
        log.info("this is %(name)s (%(actor_id)s), in %(articles)d articles", actor)
    if others:
        more = ", ".join(f"{one['name']} ({one['actor_id']})" for one in others[:SHOWN])
        log.info("others have that name: %s", more)


def _report(record: Record, options: ReportOptions) -> None:
    asked = asked_of(record, options)
    choice = Choice(**asked)
    write_report(record, Path(options.out), choice, options.title)
    if not Chosen(record, choice).rows("SELECT 1 FROM articles LIMIT 1"):
        log.info("%s", why_no_answer(record, "articles", asked))
    log.info("the report is %s", options.out)
