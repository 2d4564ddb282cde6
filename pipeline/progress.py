"""What a person sees at work: a live line on a terminal, one log line a pass elsewhere."""

import json
import logging
import os
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from newsbeam.pipeline.options import Options
from newsbeam.transforms.metrics import counted

log = logging.getLogger("newsbeam")
_kept: list[TextIO] = []  # standard error, once it is newsbeam's alone


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level, words = record.levelname.lower(), record.getMessage()
        said = {"level": level, "message": words, "logger": record.name}
        return json.dumps(said | getattr(record, "fields", {}), ensure_ascii=False)


class _Lines(logging.Formatter):
    """The message, and what stands below it; on a terminal no word is broken at its edge."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def format(self, record: logging.LogRecord) -> str:
        lines = [*super().format(record).splitlines(), *getattr(record, "below", ())]
        if self._console.is_terminal:
            lines = [part for line in lines for part in folded(line, self._console.width)]
        return "\n".join(lines)


def folded(line: str, width: int) -> list[str]:
    """A line in parts of a width, the later ones set in; a longer word stays whole.

    >>> folded("3 feeds polled, 0 failed", 15)
    ['3 feeds polled,', '    0 failed']
    """
    return textwrap.wrap(
        line,
        width,
        subsequent_indent="    ",
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    )


def start_logging(options: Options) -> None:
    """Everything that is not data goes to standard error: newsbeam's words, and with `--verbose`
    those of engines and libraries.
    """
    if not options.verbose:
        _keep_stderr()
    handler = logging.StreamHandler(own_stderr())
    handler.setFormatter(
        _JsonLines() if options.log_format == "json" else _Lines(Console(file=own_stderr()))
    )
    # Beam configures the root logger on import, so this must be forced.
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    # Beam logs the traceback of what it raises as well; the user is told once, in one line.
    logging.getLogger("apache_beam").setLevel(
        logging.WARNING if options.verbose else logging.CRITICAL
    )
    level = logging.ERROR if options.quiet else logging.DEBUG if options.verbose else logging.INFO
    log.setLevel(level)


def own_stderr() -> TextIO:
    """Where newsbeam's own words go: standard error, as it was when the process began."""
    return _kept[0] if _kept else sys.stderr


def _keep_stderr() -> None:
    """Keep a copy of standard error for newsbeam's own words; all other writing leads nowhere.

    Beam's worker processes log all they do to the one that they inherit (sdk_worker_main sets the
    level INFO, and no option reaches it), its worker threads print tracebacks when an engine is
    stopped, gRPC writes to it from C.
    """
    if sys.stderr is None or sys.stderr is not sys.__stderr__ or _kept:  # somebody's own already
        return
    _kept.append(os.fdopen(os.dup(2), "w", 1, encoding="utf-8", errors="backslashreplace"))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def line(feeds: int, began: float) -> str:
    """The live line: feeds done, new articles, failures, articles a second."""
    now = counted()
    rate = now["articles_written"] / max(time.monotonic() - began, 0.1)
    return (
        f"feeds {now['feeds_polled']}/{feeds} · new {now['entries_new']} · "
        f"pages {now['pages_fetched']} · written {now['articles_written']} ({rate:.1f}/s) · "
        f"failed {now['feeds_failed']} feeds, {now['dead_letters']} dead letters"
    )


@contextmanager
def live(options: Options, feeds: int) -> Iterator[None]:
    """Keep the live line up to date on standard error while the block runs, if it is a terminal."""
    console = Console(file=own_stderr())
    if options.quiet or options.log_format == "json" or not console.is_terminal:
        yield
        return
    began = time.monotonic()
    with Live(
        get_renderable=lambda: Text(line(feeds, began)),
        refresh_per_second=4,
        console=console,
        transient=True,
        redirect_stderr=False,
    ):
        yield
