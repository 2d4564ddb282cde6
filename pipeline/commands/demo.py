"""`newsbeam demo`: the whole pipeline on a small invented newsroom, over real HTTP, no internet."""

import sys
import tempfile
import webbrowser
from pathlib import Path

from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import open_record
from newsbeam.analysis.questions import SPARE, top_actors
from newsbeam.analysis.report import write_report
from newsbeam.pipeline.commands import run as run_command
from newsbeam.pipeline.newsroom.server import Newsroom
from newsbeam.pipeline.options import DemoOptions, RunOptions
from newsbeam.transforms.lake.storage import open_lake

# The same addresses every time, so that a second demo into the same lake finds nothing new.
PORT = 47474


def newsroom() -> Newsroom:
    """The sample newsroom at its own port, or at a free one if that is taken."""
    try:
        return Newsroom(port=PORT)
    except OSError:
        return Newsroom()


def main(options: DemoOptions) -> int:
    """Serve the newsroom, run once on it, print what was found and where the report is."""
    lake = Path(options.lake or tempfile.mkdtemp(prefix="newsbeam-demo-"))
    open_lake(str(lake)).check_writable()
    with newsroom() as room:
        feeds = lake / "feeds.toml"
        feeds.write_text(room.feeds_toml(), encoding="utf-8")
        asked = RunOptions(
            feeds=(str(feeds),),
            lake=str(lake),
            allow_network=("127.0.0.0/8",),
            per_host_delay=0.0,  # the host is this machine
            model=options.model,
            quiet=options.quiet,
            verbose=options.verbose,
            log_format=options.log_format,
        )
        code = run_command.main(asked)
    report = lake / "report.html"
    with open_record(open_lake(str(lake))) as record:
        write_report(record, report)
        write_answer(top_actors(record, limit=10), "table", sys.stdout, SPARE)
    print(f"The record:  {lake}\nThe report:  {report}")
    print(f'Ask it:      newsbeam query "SELECT * FROM quotes LIMIT 5" --lake {lake}')
    if options.open:
        webbrowser.open(report.resolve().as_uri())
    return code
