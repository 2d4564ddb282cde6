"""`newsbeam forget`: take an article or a source out of the lake, and keep it out."""

import sys
from uuid import uuid4

from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import as_answer
from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.errors import DONE
from newsbeam.pipeline.forget import forget
from newsbeam.pipeline.lake_options import ForgetOptions, article_named
from newsbeam.pipeline.progress import log


def main(options: ForgetOptions) -> int:
    """Say on standard output how much was removed from where."""
    lake = lake_to_read(options.lake)
    lake.check_writable()
    ids = [article_named(article) for article in options.articles]
    with lake.hold(uuid4().hex):
        removed = forget(lake, ids, options.source or "")
    rows = [{"place": place, "removed": n} for place, n in removed.items()]
    write_answer(as_answer(rows, ("place", "removed")), options.format, sys.stdout)
    if not removed["articles"]:
        log.info("no article of that name was in the lake; it stays out from now on")
    log.info(
        "not reached from here: reports, exports and copies made before; and what a feed still "
        "shows is in its answers as they came, until --keep-raw is over"
    )
    return DONE
