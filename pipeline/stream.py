"""The unbounded run: the same graph behind a clock, on an engine that streams."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import apache_beam as beam
from apache_beam.transforms import trigger, window
from apache_beam.transforms.periodicsequence import PeriodicImpulse, RebaseMode
from apache_beam.utils.timestamp import Timestamp

from newsbeam.pipeline.news import NewsFromFeeds, Plan
from newsbeam.pipeline.options import RunOptions
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.run import beam_options
from newsbeam.pipeline.summary import tell
from newsbeam.pipeline.unbounded import run_until_stopped
from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ledger import Run
from newsbeam.transforms.coder import register
from newsbeam.transforms.lake.raw import Kept, tidy_daily
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.poll_feeds import shards_of
from newsbeam.transforms.record_runs import record_window

# Every tick that was measured came on time. One that comes late all the same opens its window again
# instead of being dropped; its visit is then finished by a later one (see feed/memory).
LATENESS = 3600


def is_current(tick: Timestamp, every: float) -> bool:
    """Whether a tick is of now. An engine that was late to start hands out all that it missed at
    once; to ask every feed as often would be rude, and bring nothing.
    """
    return float(Timestamp.now()) - float(tick) < 2 * every


def ticks(
    pipeline: beam.Pipeline, every: float, shards: Sequence[tuple[Feed, ...]]
) -> beam.PCollection[tuple[Feed, ...]]:
    """All shards of feeds every so many seconds, each time in a window of their own."""
    return (
        pipeline
        | "Clock" >> PeriodicImpulse(fire_interval=every, rebase=RebaseMode.REBASE_START)
        | "Window"
        >> beam.WindowInto(
            window.FixedWindows(every),
            trigger=trigger.AfterWatermark(late=trigger.AfterCount(1)),
            # Accumulating panes with lateness never fire a second grouping on Prism 2.77.
            accumulation_mode=trigger.AccumulationMode.DISCARDING,
            allowed_lateness=LATENESS,
        )
        | "Current" >> beam.Filter(is_current, every)
        | "Feeds" >> beam.FlatMap(lambda _: shards).with_output_types(tuple[Feed, ...])
    )


def record_and_tell(account: Account, lake: Lake, run: Run, kept: Kept) -> None:
    """Record a window, and tell it where this process does the work; else in the worker's log."""
    if done := record_window(account, lake, run):
        tell(done, account)
        tidy_daily(lake, done.finished_at, kept)


def run_stream(
    options: RunOptions, plan: Plan, feeds: Sequence[Feed], stop: threading.Event
) -> None:
    """One unbounded pipeline until `stop` is set; EngineFailed if the engine ends it by itself."""
    register()
    every = options.every or 60.0
    pipeline = beam.Pipeline(options=beam_options(options, streaming=True))
    shards = shards_of(feeds, plan.shards)
    accounts = ticks(pipeline, every, shards) | NewsFromFeeds(replace(plan, slice=None))
    accounts | beam.Map(record_and_tell, plan.lake, plan.run, plan.kept)
    run_until_stopped(pipeline, stop, lambda state: log.info("the stream is %s", state.lower()))
