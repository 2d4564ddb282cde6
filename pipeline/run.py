"""A pass, a loop of passes, and a back-fill: how the graph is started on this machine."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions, PipelineOptions
from apache_beam.runners.runner import create_runner

from newsbeam.pipeline.engines import engine_flags
from newsbeam.pipeline.errors import UsageError, cause
from newsbeam.pipeline.layers import layers_of, tables_of
from newsbeam.pipeline.live import WORKING, Progress
from newsbeam.pipeline.news import NewsFromDocuments, NewsFromFeeds, Plan
from newsbeam.pipeline.options import RunOptions
from newsbeam.schemas.account import Account, added
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ledger import Run
from newsbeam.schemas.slices import Slice, in_parts
from newsbeam.schemas.version import VERSION
from newsbeam.transforms import metrics
from newsbeam.transforms.coder import register
from newsbeam.transforms.http.request import Courtesy
from newsbeam.transforms.lake.raw import Kept
from newsbeam.transforms.lake.storage import Lake, LakeError
from newsbeam.transforms.poll_feeds import shards_of
from newsbeam.transforms.read_documents import Line
from newsbeam.transforms.record_runs import leave_account, record_run, take_account
from newsbeam.transforms.text.annotators import versions

# A Beam stage on the local runner holds its whole input.
LOCAL = "FnApiRunner"
ENGINE_WORKERS = 4  # as many as an engine on one machine has use for
# Local worker processes are started anew for each slice, and load the model: some 5 seconds.
SLICE_OF_WORKERS = Slice(
    1_000, characters=16_000_000, raw_bytes=128_000_000, seconds=300.0, is_local=False
)
# A host that wants two minutes between requests may hold up a pass for half an hour: after so many
# slices that took their time and read so few pages, its feeds wait for the next run.
SLOW, FEW = 15, 8
STALLED = 5  # slices one after the other that finished nothing: there is a fault, or pages drip
CHUNK = 2000  # documents a pass
CHUNK_SIZE = 20_000_000  # characters a pass: 73 MB of pages in one took 650 MB of memory


def plan_of(options: RunOptions, lake: Lake, mode: str) -> Plan:
    """What `options` ask for, as one run that starts now."""
    layers = layers_of(options.knowledge, options.topics)
    model, kb_version = versions(options.model, layers)
    run = Run(
        run_id=uuid4().hex,
        started_at=datetime.now(UTC),
        finished_at=datetime.now(UTC),
        mode=mode,  # type: ignore[arg-type]
        runner=options.runner,
        pipeline_version=VERSION,
        model=model,
        kb_version=kb_version,
    )
    courtesy = Courtesy(
        user_agent=options.user_agent,
        allow_networks=options.allow_network,
        per_host_delay=options.per_host_delay,
    )
    workers, part = division_of(options)
    return Plan(
        lake,
        run,
        courtesy,
        options.model,
        options.max_items,
        options.pages,
        options.every if options.streaming else 0.0,
        shards=options.shards or workers,
        slice=part,
        layers=layers,
        tables=tables_of(options.events),
        kept=Kept(options.keep_raw, options.raw_budget or Kept().size),
        admit_undated=options.undated == "now",
    )


def division_of(options: RunOptions) -> tuple[int, Slice | None]:
    """How many workers share the work, and in which slices a pass is worked off."""
    if options.runner != LOCAL:
        return ENGINE_WORKERS, None
    given = beam_options(options, streaming=False).view_as(DirectOptions)
    workers = max(given.direct_num_workers, 1)
    return workers, Slice() if workers == 1 else SLICE_OF_WORKERS


def beam_options(options: RunOptions, streaming: bool) -> PipelineOptions:
    """What Beam is told; UsageError where there is no such engine."""
    try:
        made = PipelineOptions(engine_flags(options.runner, list(options.beam_flags), streaming))
        create_runner(options.runner)
    except (ValueError, ImportError) as error:
        raise UsageError(" ".join(str(error).split())) from None
    return made


def renewed(plan: Plan) -> Plan:
    """The same plan as a run of its own, starting now."""
    now = datetime.now(UTC)
    return replace(plan, run=replace(plan.run, run_id=uuid4().hex, started_at=now))


def run_pass(
    options: RunOptions,
    plan: Plan,
    feeds: Sequence[Feed],
    stop: threading.Event | None = None,
    progress: Progress | None = None,
) -> tuple[Run, Account]:
    """Poll the feeds that are due, once, and write their news; LakeError if the lake fails.

    The news is worked off slice by slice, each written and remembered before the next one begins.
    When `stop` is set the slice at hand is finished; the next run goes on.
    """
    progress = progress or Progress()
    progress.begin_pass()
    by_id = {feed.feed_id: feed for feed in feeds}
    account, now_due = Account(), list(feeds)
    given_up: set[str] = set()  # feeds whose rest waits for the next run
    slow, stalled, part = 0, 0, plan.slice
    for n in itertools.count():
        began = time.monotonic()
        counted = frozenset(feed_id for feed_id, left in account.left.items() if left)
        now = replace(plan, slice=part, goes_on=n > 0, counted=counted)
        shards = beam.Create(shards_of(now_due, plan.shards), reshuffle=False)
        execute(options, plan, shards, NewsFromFeeds(now))
        told = take_account(plan.lake, plan.run.run_id)
        left = left_after(account.left, told.left, {feed.feed_id for feed in now_due})
        account = replace(added(account, told), left=left)
        progress.end_slice(account)
        done = told.written + told.merged + told.unchanged + told.failed
        seconds = time.monotonic() - began
        if part and done < FEW and seconds > part.seconds:
            slow += 1
        stalled = stalled + 1 if n and not done else 0
        if stalled == STALLED or slow == SLOW:
            given_up |= told.left.keys()
            slow = stalled = 0
        waiting = {
            feed_id: left for feed_id, left in account.left.items() if feed_id not in given_up
        }
        if not part or not waiting or (stop and stop.is_set()):
            break
        part = part.following(seconds)
        now_due = [by_id[feed_id] for feed_id in next_feeds(waiting, part)]
    return record_run(account, plan.lake, plan.run), account


def left_after(before: dict[str, int], told: dict[str, int], asked: set[str]) -> dict[str, int]:
    """What is left of each feed after a slice, those that it asked last.

    One that was put off says 0: of it as much is left as before, and counted already.

    >>> left_after({"a": 5, "b": 2, "c": 1, "d": 3}, {"a": 0, "b": 1}, {"a", "b", "d"})
    {'c': 1, 'a': 5, 'b': 1}
    """
    others = {feed_id: left for feed_id, left in before.items() if feed_id not in asked}
    return others | {feed_id: left or before.get(feed_id, 0) for feed_id, left in told.items()}


def next_feeds(left: dict[str, int], part: Slice) -> list[str]:
    """The feeds that fill the next slice: those with little left first, of equals those that have
    waited longest.

    A feed with 0 new entries left was not looked at yet, and may have any number; or it is slow,
    and those of which news is there come first.

    >>> next_feeds({"a": 3, "b": 0, "c": 20, "d": 1}, Slice(articles=32))
    ['d', 'a', 'c', 'b']
    """
    chosen: list[str] = []
    articles = 0
    for feed_id, entries in sorted(left.items(), key=lambda one: (not one[1], one[1])):
        if articles >= part.articles:
            break
        chosen.append(feed_id)
        share = part.share(len(chosen))
        articles += min(entries, share) if entries else share
    return chosen


def run_loop(
    options: RunOptions,
    plan: Plan,
    feeds: Sequence[Feed],
    stop: threading.Event,
    report: Callable[[Run, Account], None],
    progress: Progress,
) -> None:
    """Passes every `--every` seconds until `stop` is set; the slice at hand is finished."""
    every = options.every or 60.0
    while not stop.is_set():
        began = time.monotonic()
        report(*run_pass(options, plan, feeds, stop, progress))
        progress.next_at = began + every
        stop.wait(max(0.0, began + every - time.monotonic()))
        plan = renewed(plan)


def run_documents(
    options: RunOptions,
    plan: Plan,
    lines: Iterable[Line],
    stop: threading.Event,
    progress: Progress,
) -> Iterator[tuple[Run, Account]]:
    """Write documents in chunks, each a pass with an account of its own, worked off in slices.

    When `stop` is set the slice at hand is finished; the same command goes on another time.
    """
    progress.begin_pass()
    total, part = Account(), plan.slice
    for chunk in in_parts(lines, CHUNK, _size, CHUNK_SIZE):
        account = Account()
        while chunk and not stop.is_set():
            began = time.monotonic()
            now = next(in_parts(chunk, part.articles if part else CHUNK, _size, CHUNK_SIZE))
            execute(options, plan, beam.Create(now), NewsFromDocuments(plan))
            account = added(account, take_account(plan.lake, plan.run.run_id))
            progress.end_slice(added(total, account))
            chunk = chunk[len(now) :]
            part = part and part.following(time.monotonic() - began)
        total = added(total, account)
        yield record_run(account, plan.lake, plan.run), account
        if stop.is_set():
            return
        plan = renewed(plan)


def _size(line: Line) -> int:
    return len(line[1])


def execute(
    options: RunOptions, plan: Plan, source: beam.PTransform, news: beam.PTransform
) -> None:
    """Run a bounded graph to its end; its account is left in the lake."""
    register()
    metrics.begin(WORKING)
    try:
        with beam.Pipeline(options=beam_options(options, streaming=False)) as pipeline:
            pipeline | source | news | beam.Map(leave_account, plan.lake, plan.run.run_id)
    except LakeError:
        raise
    except Exception as error:
        # A runner wraps what a step raises, and only the words come through.
        kind, _, sentence = cause(str(error)).partition(": ")
        of_the_lake: list[type[Exception]] = [LakeError, *LakeError.__subclasses__()]
        if kind.rpartition(".")[2] in {one.__name__ for one in of_the_lake}:
            raise LakeError(sentence) from error
        raise
