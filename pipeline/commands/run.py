"""`newsbeam run`: once, for ever, or from documents."""

import collections
import gzip
import logging
import os
import signal
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from newsbeam.pipeline.errors import DONE, INFRASTRUCTURE, UsageError
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.news import Plan
from newsbeam.pipeline.options import RunOptions
from newsbeam.pipeline.progress import live, log
from newsbeam.pipeline.run import beam_options, plan_of, run_documents, run_loop, run_pass
from newsbeam.pipeline.stream import run_stream
from newsbeam.pipeline.summary import tell, why_nothing_was_read
from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ledger import Run
from newsbeam.transforms.http.request import FEED_LIMITS, PAGE_LIMITS
from newsbeam.transforms.lake.storage import open_lake
from newsbeam.transforms.page.documents import LINE_LIMIT
from newsbeam.transforms.record_runs import forget_accounts
from newsbeam.transforms.sandbox import give_memory_back

# A pass that is told to stop has this long to finish; what it leaves, the next run takes up.
GRACE = 20.0


def main(options: RunOptions) -> int:
    """Run what was asked for; the exit code."""
    give_memory_back()
    feeds = load_feeds(options.feeds) if options.feeds else ()
    check_files(options.documents)
    for name in options.documents:
        if name != "-":  # what cannot be read, or is cut, is told before the first write
            lines = lines_of([name])
            collections.deque(lines if name.endswith(".gz") else islice(lines, 1), maxlen=0)
    lake = open_lake(options.lake)
    # All that the user can have got wrong is looked at before the lake is touched.
    beam_options(options, options.streaming and options.runner != "FnApiRunner")
    mode = "documents" if options.documents else "stream" if options.streaming else "pass"
    plan = plan_of(options, lake, mode)
    lake.check_writable()
    log.debug("limits: feeds %s; pages %s", asdict(FEED_LIMITS), asdict(PAGE_LIMITS))
    with until_told() as stop:
        if options.documents:
            return _documents(options, plan, stop)
        return _feeds(options, plan, feeds, stop)


def _feeds(options: RunOptions, plan: Plan, feeds: Sequence[Feed], stop: threading.Event) -> int:
    def report(run: Run, account: Account) -> None:
        is_first = run.run_id == plan.run.run_id
        tell(run, account, options.lake, only_new=not is_first)

    with plan.lake.hold(plan.run.run_id):
        plan.lake.sweep()
        forget_accounts(plan.lake)
        if options.streaming and options.runner != "FnApiRunner":
            run_stream(options, plan, feeds, stop)
            return DONE
        with live(options, len(feeds)):
            if options.streaming:
                run_loop(options, plan, feeds, stop, report)
                return DONE
            run, account = run_pass(options, plan, feeds, stop)
        report(run, account)
        if why := why_nothing_was_read(run, account):
            log.error(why)
            return INFRASTRUCTURE
        return _verdict(run)


def _documents(options: RunOptions, plan: Plan, stop: threading.Event) -> int:
    code, told = DONE, False
    with plan.lake.hold(plan.run.run_id), live(options, 0):
        for run in run_documents(options, plan, lines_of(options.documents)):
            tell(run)
            code, told = code or _verdict(run), True
            if stop.is_set():
                break
    if not told:
        log.info("there was no document to read")
    return code


def _verdict(run: Run) -> int:
    if run.balanced:
        return DONE
    log.error("the balance of this pass does not hold; what is missing is taken up by the next run")
    return INFRASTRUCTURE


def check_files(names: Sequence[str]) -> None:
    """Raise UsageError where one of these is not there; `-` is standard input."""
    for name in names:
        if name != "-" and not Path(name).is_file():
            raise UsageError(f"{name}: no such file")


def opened(name: str) -> AbstractContextManager[Any]:
    """The bytes of a file, of a `.gz` those that are packed in it; `-` is standard input."""
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    return gzip.open(name) if name.endswith(".gz") else open(name, "rb")


def lines_of(names: Sequence[str]) -> Iterator[str]:
    """All lines of JSON-lines files, `.gz` too; `-` is standard input. A bad byte costs one.

    Of a line longer than any document may be, the beginning comes and the rest is passed over.
    """
    for name in names:
        try:
            with opened(name) as file:
                while line := file.readline(LINE_LIMIT + 1):
                    yield line.decode("utf-8-sig", "replace")
                    while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
                        line = file.readline(LINE_LIMIT + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UsageError(f"{name}: cannot be read to its end ({error})") from None


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set. Who is told twice, or for long, leaves at once: what
    was begun is left for the next run, and the exit code is still 0."""
    stop = threading.Event()

    def leave(*_: object) -> None:
        logging.shutdown()
        os._exit(DONE)

    def told(*_: object) -> None:
        if stop.is_set():
            leave()
        log.info("told to stop: finishing what was begun (again, or %.0f s: leaves it)", GRACE)
        stop.set()
        timer.start()

    timer = threading.Timer(GRACE, leave)
    timer.daemon = True
    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        timer.cancel()  # or it would end whatever process goes on after this command
