"""`newsbeam replay`: open dead letters, run again."""

from dataclasses import fields

from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.commands.run import until_told, verdict
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.live import Progress, live
from newsbeam.pipeline.options import ReadingOptions, ReplayOptions, RunOptions
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.replay import open_letters, replay
from newsbeam.pipeline.run import plan_of
from newsbeam.pipeline.summary import tell
from newsbeam.transforms.sandbox import give_memory_back


def main(options: ReplayOptions) -> int:
    """Run the letters again, and tell how many are still open."""
    give_memory_back()
    lake = lake_to_read(options.lake)
    said = {one.name: getattr(options, one.name) for one in fields(ReadingOptions)}
    run = RunOptions(**(said | {"command": "run"}))
    plan = plan_of(run, lake, "replay")
    lake.check_writable()
    code, progress = DONE, Progress()
    with live(options, progress), until_told() as stop, lake.hold(plan.run.run_id):
        letters = open_letters(lake, options.failure)
        for name in set(options.failure) - {letter.failure_id for letter in letters}:
            raise UsageError(f"no open letter is called {name}: newsbeam failures shows all")
        for done, account in replay(run, plan, letters, stop, progress):
            tell(done, account)
            code = code or verdict(done)
        left = len(open_letters(lake, options.failure))
        log.info("%d of %d letters are still open", left, len(letters))
    return code
