"""`newsbeam reprocess`: annotate again what is in a lake, with the present version."""

from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.commands.run import until_told
from newsbeam.pipeline.errors import DONE
from newsbeam.pipeline.live import Progress, live
from newsbeam.pipeline.options import ReprocessOptions, RunOptions
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.reprocess import Span, reprocess
from newsbeam.pipeline.run import plan_of
from newsbeam.schemas.account import Account
from newsbeam.transforms.record_runs import record_run
from newsbeam.transforms.sandbox import give_memory_back


def main(options: ReprocessOptions) -> int:
    """Read the articles again, and tell how many were."""
    give_memory_back()
    lake = lake_to_read(options.lake)
    same = ("lake", "knowledge", "topics", "events", "model", "quiet", "verbose", "log_format")
    run = RunOptions(**{name: getattr(options, name) for name in same})
    plan = plan_of(run, lake, "reprocess")
    lake.check_writable()
    span = Span(options.since, options.until, options.source, options.language)
    with until_told() as stop, lake.hold(plan.run.run_id):
        total = sum(1 for day in span.days(lake) for _ in span.keys(lake, day))
        progress = Progress(documents=total)
        progress.begin_pass()
        with live(options, progress):
            done = reprocess(plan, span, options.replace, stop)
        record_run(Account(), lake, plan.run)
    log.info(
        "%d of %d articles looked at, %d read again, %d older rows taken out",
        done["articles"], total, done["read"], done["replaced"],
    )  # fmt: skip
    if done["failed"]:
        log.info("%d could not be read whole: the same command tries them again", done["failed"])
    if done["articles"] < total:
        log.info("the same command goes on from here")
    return DONE
