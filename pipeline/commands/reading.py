"""`newsbeam query | top | report`: the questions asked of the record."""

import sys
from datetime import UTC
from pathlib import Path

from newsbeam.analysis.choice import Choice
from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, Record, open_record
from newsbeam.analysis.questions import top_actors, top_sources, top_topics
from newsbeam.analysis.report import write_report
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.options import QueryOptions, ReportOptions, TopOptions
from newsbeam.pipeline.progress import log
from newsbeam.transforms.lake.storage import open_lake

TOP = {"actors": top_actors, "topics": top_topics, "sources": top_sources}


def main(options: QueryOptions | TopOptions | ReportOptions) -> int:
    """Answer on standard output, or in the file that was named."""
    if "://" not in options.lake and not Path(options.lake).is_dir():
        raise UsageError(f"{options.lake}: no such lake (newsbeam run makes one)")
    since = options.since if isinstance(options, TopOptions) else None
    try:
        with open_record(open_lake(options.lake), since and since.astimezone(UTC).date()) as record:
            if isinstance(options, ReportOptions):
                _report(record, options)
            elif isinstance(options, QueryOptions):
                write_answer(record.answer(options.sql), options.format, sys.stdout)
            else:
                answer = TOP[options.what](
                    record, options.since, options.until, options.source, options.language,
                    options.limit, options.min_confidence,
                )  # fmt: skip
                write_answer(answer, options.format, sys.stdout)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE


def _report(record: Record, options: ReportOptions) -> None:
    out = options.out
    if not Path(out).parent.is_dir() or Path(out).is_dir():
        raise UsageError(f"{out} is no place for a file: name one, as r.html")
    choice = Choice(
        since=options.since, until=options.until, source=options.source,
        language=options.language, min_confidence=options.min_confidence,
    )  # fmt: skip
    write_report(record, Path(out), choice, options.title)
    log.info("the report is %s", out)
