"""`newsbeam lake | check`: what is in a lake, and whether it is right."""

import sys

from newsbeam.analysis.inventory import SPARE, inventory
from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, as_answer, open_record
from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.errors import DONE, INFRASTRUCTURE, UsageError
from newsbeam.pipeline.lake_options import LakeOptions
from newsbeam.pipeline.progress import log
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.check import check_lake
from newsbeam.transforms.lake.storage import Lake

BESIDE = ("raw", "state")  # what newsbeam keeps beside the tables
CHECKED = ("what", "times", "where", "to_do")


def main(options: LakeOptions) -> int:
    """Answer on standard output; 1 where the lake is not right."""
    lake = lake_to_read(options.lake)
    return _check(lake, options) if options.command == "check" else _lake(lake, options)


def _lake(lake: Lake, options: LakeOptions) -> int:
    files = {name: (len(lake.list(name)), lake.size(name)) for name in (*TABLES, *BESIDE)}
    try:
        with open_record(lake) as record:
            write_answer(inventory(record, files), options.format, sys.stdout, SPARE)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE


def _check(lake: Lake, options: LakeOptions) -> int:
    findings = check_lake(lake, lambda what: log.debug("looking at %s", what))
    rows = [vars(finding) | {"where": "; ".join(finding.where)} for finding in findings]
    if rows or options.format != "table":
        write_answer(as_answer(rows, CHECKED), options.format, sys.stdout)
    if not rows:
        log.info("all is right: files, ids, partitions, places, balance, letters and claims")
    return INFRASTRUCTURE if rows else DONE
