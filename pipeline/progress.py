"""What newsbeam says, on standard error: above the live line on a terminal, a log elsewhere."""

import json
import logging
import os
import sys
import textwrap
import time
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

from newsbeam.pipeline.flags import Options
from newsbeam.pipeline.options import RunOptions

log = logging.getLogger("newsbeam")
_kept: list[TextIO] = []  # standard error, once it is newsbeam's alone
_screen: list[Console] = []  # what all words and the live line go through, or they would collide


class _Above(logging.Handler):
    """Writes each record whole, on a terminal above the live line."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            screen().print(Text(self.format(record)), soft_wrap=True)
        except Exception:
            self.handleError(record)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        level, words = record.levelname.lower(), record.getMessage()
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"level": level, "message": words, "logger": record.name, "time": moment}
        return json.dumps(said | getattr(record, "fields", {}), ensure_ascii=False)


class _Lines(logging.Formatter):
    """The message, and what stands below it; on a terminal no word is broken at its edge.

    What a run says has its time: in a log always, on a terminal where it goes on for ever.
    """

    def __init__(self, console: Console, options: Options) -> None:
        is_stream = isinstance(options, RunOptions) and options.streaming
        super().__init__("%(asctime)s %(message)s" if is_stream else "%(message)s", "%H:%M:%S")
        if isinstance(options, RunOptions) and not console.is_terminal:
            super().__init__("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
            self.converter = time.gmtime
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
    _screen[:] = [Console(file=own_stderr(), highlight=False)]
    handler = _Above()
    handler.setFormatter(
        _JsonLines() if options.log_format == "json" else _Lines(screen(), options)
    )
    # Beam configures the root logger on import, so this must be forced.
    logging.basicConfig(level=logging.ERROR, handlers=[handler], force=True)
    # Beam logs the traceback of what it raises as well; the user is told once, in one line.
    logging.getLogger("apache_beam").setLevel(
        logging.WARNING if options.verbose else logging.CRITICAL
    )
    level = logging.ERROR if options.quiet else logging.DEBUG if options.verbose else logging.INFO
    log.setLevel(level)


def screen() -> Console:
    """Standard error as rich writes to it."""
    return _screen[0] if _screen else Console(file=own_stderr(), highlight=False)


def is_shown(options: Options) -> bool:
    """Whether somebody looks on: a terminal, and no wish for silence or for JSON."""
    return screen().is_terminal and not options.quiet and options.log_format != "json"


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
