"""`newsbeam feeds | gaps | failures`: what was heard, when the record is blind, what failed."""

import sys
from datetime import UTC, datetime

from newsbeam.analysis import gaps, health
from newsbeam.analysis.choice import Choice
from newsbeam.analysis.coverage import letters_of
from newsbeam.analysis.output import visible, write_answer
from newsbeam.analysis.query import QueryError, Record, as_answer, open_record
from newsbeam.analysis.questions import source_called
from newsbeam.analysis.table import print_paragraphs
from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.feed_lists import LISTS
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.reading_options import FailuresOptions, FeedsOptions, GapsOptions
from newsbeam.transforms.page.urls import HIDDEN

LETTER = ("failed_at", "title", "url", "what", "to_do", "attempts", "failure_id", "step", "error")
LETTER_FOR_PEOPLE = LETTER[:7]


def main(options: FeedsOptions | GapsOptions | FailuresOptions) -> int:
    """Answer on standard output."""
    try:
        with open_record(lake_to_read(options.lake)) as record:
            if isinstance(options, FeedsOptions):
                _feeds(record, options)
            elif isinstance(options, GapsOptions):
                _gaps(record, options)
            else:
                _failures(record, options)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE


def _feeds(record: Record, options: FeedsOptions) -> None:
    listed = {feed.feed_id: feed.url for feed in load_feeds(options.feeds)} if options.feeds else {}
    rows = health.feeds_of(record, listed, datetime.now(UTC))
    if options.format == "table":
        told = [
            (f"{row['state']:<16} {visible(row['feed'])}", visible(row["what"])) for row in rows
        ]
        print_paragraphs(told, sys.stdout)
    elif options.format in LISTS:
        open_ones = [row for row in rows if HIDDEN not in row["feed"]]
        if hidden := len(rows) - len(open_ones):
            log.warning("%d feeds with a secret in their address are left out", hidden)
        kept = [
            {"url": row["feed"], "title": row.get("source"), "language": ""} for row in open_ones
        ]
        sys.stdout.write(LISTS[options.format](kept))
    else:
        write_answer(as_answer(rows, health.COLUMNS), options.format, sys.stdout)
    if not rows:
        log.info("no feed was ever asked for this lake: newsbeam run does that")


def _gaps(record: Record, options: GapsOptions) -> None:
    source = options.source and source_called(record, options.source)
    choice = Choice(since=options.since, until=options.until, source=source)
    rows = gaps.gaps_of(record, choice, datetime.now(UTC))
    columns = gaps.FOR_PEOPLE if options.format == "table" else gaps.COLUMNS
    write_answer(as_answer(rows, columns), options.format, sys.stdout)
    if not rows and record.span("polls"):
        log.info("no gap: what the feeds showed in that time was seen")
    elif not rows:
        log.info("no feed was ever asked for this lake, so there is no record that could be blind")


def _failures(record: Record, options: FailuresOptions) -> None:
    letters = letters_of(record, options.limit)
    rows = [letter | {"what": f"{letter['happened']}: {letter['message']}"} for letter in letters]
    columns = LETTER_FOR_PEOPLE if options.format == "table" else (*LETTER, "message", "element")
    write_answer(as_answer(rows, columns), options.format, sys.stdout)
    if not letters:
        log.info("no dead letter is open: every entry that was read is in the record")
    elif (whole := letters[0]["letters"]) > len(letters):
        log.info("%d more are open: --limit %d shows them all", whole - len(letters), whole)
