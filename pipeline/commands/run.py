"""`newsbeam run`: once, for ever, or from documents."""

import logging
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from newsbeam.pipeline.errors import DONE, INFRASTRUCTURE, UsageError
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.json_lines import documents_of
from newsbeam.pipeline.live import Progress, live, put_away
from newsbeam.pipeline.news import Plan
from newsbeam.pipeline.options import RunOptions
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.run import (
    beam_options,
    plan_of,
    renewed,
    run_documents,
    run_loop,
    run_pass,
)
from newsbeam.pipeline.stream import run_stream
from newsbeam.pipeline.summary import in_words, tell, why_nothing_was_read
from newsbeam.schemas.account import Account, added, balanced
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ledger import Run
from newsbeam.transforms import metrics
from newsbeam.transforms.http.request import FEED_LIMITS, PAGE_LIMITS, limits_in_words
from newsbeam.transforms.lake.forgotten import forgotten
from newsbeam.transforms.lake.raw import tidy_daily
from newsbeam.transforms.lake.schema_files import write_schemas
from newsbeam.transforms.lake.storage import open_lake
from newsbeam.transforms.page.document_fields import unknown_fields
from newsbeam.transforms.page.document_lines import refusals
from newsbeam.transforms.page.urls import source_of
from newsbeam.transforms.read_documents import Line
from newsbeam.transforms.record_runs import forget_accounts
from newsbeam.transforms.sandbox import give_memory_back

# A pass that is told to stop has this long to finish; what it leaves, the next run takes up.
GRACE = 20.0


def main(options: RunOptions) -> int:
    """Run what was asked for; the exit code."""
    give_memory_back()
    progress = Progress()
    with live(options, progress):
        return _run(options, progress)


def _run(options: RunOptions, progress: Progress) -> int:
    metrics.begin("looking at what is asked for")
    feeds = load_feeds(options.feeds) if options.feeds else ()
    check_files(options.documents)
    documents, progress.documents = documents_of(options.documents)
    progress.feeds = len(feeds)
    metrics.begin("opening the lake")
    lake = open_lake(options.lake)
    # All that the user can have got wrong is looked at before the lake is touched.
    beam_options(options, options.streaming and options.runner != "FnApiRunner")
    mode = "documents" if options.documents else "stream" if options.streaming else "pass"
    plan = plan_of(options, lake, mode)
    lake.check_writable()
    write_schemas(lake)
    for what, limits in (("a feed", FEED_LIMITS), ("a page", PAGE_LIMITS)):
        log.debug("limits: %s", limits_in_words(what, limits))
    progress.workers = plan.shards
    with until_told() as stop:
        if options.documents:
            return _documents(options, plan, documents, stop, progress)
        return _feeds(options, plan, feeds, stop, progress)


def _feeds(
    options: RunOptions,
    plan: Plan,
    feeds: Sequence[Feed],
    stop: threading.Event,
    progress: Progress,
) -> int:
    def report(run: Run, account: Account) -> None:
        is_first = run.run_id == plan.run.run_id
        tell(run, account, options.lake, only_new=not is_first)
        # After the pass: what it has finished needs its bytes no more.
        tidy_daily(plan.lake, run.finished_at, plan.kept)

    feeds = _not_forgotten(plan, feeds)
    with plan.lake.hold(plan.run.run_id):
        plan.lake.sweep()
        forget_accounts(plan.lake)
        if options.streaming and options.runner != "FnApiRunner":
            progress.engine = options.runner
            run_stream(options, plan, feeds, stop)
            return DONE
        if options.streaming:
            run_loop(options, plan, feeds, stop, report, progress)
            return DONE
        if options.backfill:
            plan = replace(plan, back=0)
        run, account = run_pass(options, plan, feeds, stop, progress)
        report(run, account)
        for page in range(1, (options.backfill or 0) + 1):
            more, told = run_pass(options, renewed(replace(plan, back=page)), feeds, stop, progress)
            if not told.feeds:
                break
            tell(more, told)
            run = replace(run, balanced=run.balanced and more.balanced)
        if why := why_nothing_was_read(run, account):
            log.error(why)
            return INFRASTRUCTURE
        return verdict(run)


def _not_forgotten(plan: Plan, feeds: Sequence[Feed]) -> Sequence[Feed]:
    """The feeds but for those of sources that are to stay out: those are not even asked."""
    sources = forgotten(plan.lake).sources
    asked = [feed for feed in feeds if (feed.source or source_of(feed.url)) not in sources]
    if len(asked) < len(feeds):
        log.warning(
            "feeds of a source that was forgotten are left out: %d", len(feeds) - len(asked)
        )
    if not asked:
        raise UsageError("all of these feeds are of sources that were forgotten")
    return asked


def _documents(
    options: RunOptions,
    plan: Plan,
    documents: Iterable[Line],
    stop: threading.Event,
    progress: Progress,
) -> int:
    code, total, passes = DONE, Account(), 0
    said: list[str] = []
    with plan.lake.hold(plan.run.run_id):
        for run, account in run_documents(options, plan, documents, stop, progress):
            tell(run)
            passes += 1
            code, total = code or verdict(run), added(total, account)
            if not said:  # at once, or a long back-fill would go wrong unseen; in full at the end
                said = _warn([*refusals(total.refused), *unknown_fields(total.document_fields)])
    if passes > 1:
        whole = replace(plan.run, finished_at=datetime.now(UTC))
        log.info("in all: %s", in_words(balanced(whole, total)))
    if stop.is_set():
        log.info("the same command goes on with the documents that are left")
    last = [*refusals(total.refused), *unknown_fields(total.document_fields)]
    _warn([words for words in last if words not in said])
    if not total.new:
        log.info("there was no document to read")
    elif sum(total.refused.values()) == total.new and not stop.is_set():
        raise UsageError("not one of the documents could be used: mend the file, and run again")
    return code


def _warn(sentences: list[str]) -> list[str]:
    for words in sentences:
        log.warning("%s", words)
    return sentences


def verdict(run: Run) -> int:
    """The exit code of a pass: whether its balance holds."""
    if run.balanced:
        return DONE
    log.error("the balance of this pass does not hold; what is missing is taken up by the next run")
    return INFRASTRUCTURE


def check_files(names: Sequence[str]) -> None:
    """Raise UsageError where one of these is not there; `-` is standard input."""
    for name in names:
        if name == "-" or Path(name).is_file():
            continue
        if "://" in name:
            raise UsageError(f"{name} is an address, and a file is needed: save it as one first")
        if Path(name).is_dir():
            raise UsageError(f"{name} is a folder: name the files in it")
        raise UsageError(f"{name}: no such file")


@contextmanager
def until_told() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set. Who is told twice, or for long, leaves at once: what
    was begun is left for the next run, and the exit code is still 0."""
    stop = threading.Event()

    def leave(*_: object) -> None:
        put_away()
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
