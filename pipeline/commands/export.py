"""`newsbeam export FORMAT`: the record, or what it was made from, in forms that others read."""

from datetime import datetime
from functools import partial
from pathlib import Path

from newsbeam.analysis.choice import Choice
from newsbeam.analysis.query import QueryError, open_record
from newsbeam.analysis.questions import source_called
from newsbeam.analysis.warc import write_warc
from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.reading_options import ExportOptions
from newsbeam.pipeline.summary import counted
from newsbeam.transforms.lake.raw import fetch
from newsbeam.transforms.lake.storage import Lake, NotThere


def main(options: ExportOptions) -> int:
    """Write the files into the folder that was named."""
    lake, out = lake_to_read(options.lake), Path(options.out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{out} is a file: name a folder with --out") from None
    try:
        with open_record(lake) as record:
            source = options.source and source_called(record, options.source)
            choice = Choice(since=options.since, until=options.until, source=source)
            files, gone = write_warc(record, partial(_bytes_of, lake), out, choice)
    except QueryError as error:
        raise UsageError(str(error)) from None
    for file in files:
        log.info("%s", file)
    if gone:
        log.info("left out, for their bytes are gone (run --keep-raw): %s", counted(gone, "answer"))
    elif not files:
        log.info("no answer of that time and source was kept")
    return DONE


def _bytes_of(lake: Lake, sha256: str, received_at: datetime) -> bytes | None:
    try:
        return fetch(lake, sha256, received_at)
    except NotThere:
        return None
