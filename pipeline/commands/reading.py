"""`newsbeam query | top | report`: the questions asked of the record."""

import sys
from datetime import UTC
from pathlib import Path

from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, open_record
from newsbeam.analysis.questions import top_actors, top_sources, top_topics
from newsbeam.analysis.report import write_report
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.options import Options
from newsbeam.pipeline.progress import log
from newsbeam.transforms.lake.storage import open_lake

TOP = {"actors": top_actors, "topics": top_topics, "sources": top_sources}


def main(options: Options) -> int:
    """Answer on standard output, or in the file that was named."""
    address = options.lake or ""
    if "://" not in address and not Path(address).is_dir():
        raise UsageError(f"{address}: no such lake (newsbeam run makes one)")
    since = options.since.astimezone(UTC).date() if options.since else None
    try:
        with open_record(open_lake(address), since) as record:
            if options.command == "report":
                if not Path(options.out).parent.is_dir() or Path(options.out).is_dir():
                    raise UsageError(f"{options.out} is no place for a file: name one, as r.html")
                write_report(record, Path(options.out))
                log.info("the report is %s", options.out)
                return DONE
            if options.command == "query":
                answer = record.answer(options.sql)
            else:
                asked = (options.since, options.until, options.source, options.language)
                answer = TOP[options.what](record, *asked, options.limit)
            write_answer(answer, options.format, sys.stdout)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE
