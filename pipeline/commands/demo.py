"""`newsbeam demo`: the whole pipeline on a small invented newsroom, over real HTTP, no internet."""

import shutil
import sys
import sysconfig
import tempfile
import webbrowser
from pathlib import Path
from shlex import quote

from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import open_record
from newsbeam.analysis.questions import SPARE, top_actors
from newsbeam.analysis.report import write_report
from newsbeam.pipeline.commands import run as run_command
from newsbeam.pipeline.newsroom.content import read_outlets
from newsbeam.pipeline.newsroom.server import Newsroom
from newsbeam.pipeline.options import DemoOptions, RunOptions
from newsbeam.pipeline.progress import log
from newsbeam.transforms.lake.storage import open_lake

# The same addresses every time, so that a second demo into the same lake finds nothing new.
PORT = 47474

TO_TRY = """\
Three things to try, each as it stands.

Who said what, and why newsbeam thinks so:

  {newsbeam} query "
    SELECT speaker_name AS who, quote, reason, title
    FROM quotes JOIN articles USING (article_id, revision)
    WHERE speaker_name IS NOT NULL ORDER BY confidence DESC LIMIT 3" \\
    --lake {lake}

What it was about:

  {newsbeam} top topics --lake {lake}

Which feeds were in trouble, and what the trouble was:

  {newsbeam} query "
    SELECT feed_url, status, detail FROM polls
    WHERE status NOT IN ('ok', 'not_modified')" --lake {lake}"""


def newsroom() -> Newsroom:
    """The sample newsroom at its own port, or at a free one if that is taken."""
    try:
        return Newsroom(port=PORT)
    except OSError:
        return Newsroom()


def what_to_expect() -> str:
    """What the sample newsroom is, and what in it is broken on purpose."""
    outlets = read_outlets(day=1)
    feeds = {f"{outlet.slug}/{feed.path}": feed for outlet in outlets for feed in outlet.feeds}
    broken = {path: feed.trouble for path, feed in feeds.items() if feed.trouble}
    opened = min(article.published for outlet in outlets for article in outlet.articles)
    lines = [
        f"A sample newsroom on this machine: {len(outlets)} invented outlets, news of "
        f"{opened:%B %Y}.",
        f"{len(broken)} of its {len(feeds)} feeds are broken on purpose, so that you see how "
        "trouble is shown:",
        *(f"  {path:31}{trouble}" for path, trouble in broken.items()),
    ]
    return "\n".join(lines)


def as_typed(script: Path) -> str:
    """What to type in a shell, here, to start newsbeam: its name, or where it lies."""
    found = shutil.which(script.name)
    if found and script.samefile(found):
        return script.name
    return from_here(script)


def from_here(path: Path) -> str:
    """A path as a shell takes it, without the folders that one is in already."""
    return quote(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def main(options: DemoOptions) -> int:
    """Serve the newsroom, run once on it; print what was found, where it is, and what to try."""
    lake = Path(options.lake or tempfile.mkdtemp(prefix="newsbeam-demo-"))
    open_lake(str(lake)).check_writable()
    log.info(what_to_expect())
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
    script = Path(sysconfig.get_path("scripts"), "newsbeam")
    print(f"The record:  {from_here(lake)}\nThe report:  {from_here(report)} (for a browser)\n")
    print(TO_TRY.format(newsbeam=as_typed(script), lake=from_here(lake)))
    if options.open:
        webbrowser.open(report.resolve().as_uri())
    return code
