"""The console script: one command line in, data on standard output, an exit code out."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from newsbeam.pipeline.errors import (
    BUSY,
    DONE,
    INFRASTRUCTURE,
    WRONG_USAGE,
    EngineFailed,
    UsageError,
    cause,
    for_people,
)
from newsbeam.pipeline.options import parse
from newsbeam.pipeline.progress import log, own_stderr, start_logging
from newsbeam.schemas.tables import BadAnnotator
from newsbeam.transforms import sandbox
from newsbeam.transforms.lake.storage import LakeBusy, LakeError
from newsbeam.transforms.text.nlp import ModelMissing

COMMANDS = {
    "demo": "demo",
    "run": "run",
    "parse": "stages",
    "extract": "stages",
    "enrich": "stages",
    "schema": "schema",
    "query": "reading",
    "top": "reading",
    "report": "reading",
}

# What is told to people as it stands; the first kind that fits decides.
EXIT_CODES: dict[type[Exception], int] = {
    UsageError: WRONG_USAGE,
    ModelMissing: WRONG_USAGE,
    BadAnnotator: WRONG_USAGE,
    LakeBusy: BUSY,
    LakeError: INFRASTRUCTURE,
    EngineFailed: INFRASTRUCTURE,
}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that `argv` asks for, and leave with its exit code (see errors)."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until a run takes over
    code = run(sys.argv[1:] if argv is None else argv)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sandbox.close()
    sys.exit(code)


def run(argv: Sequence[str]) -> int:
    """The exit code of a command; whatever goes wrong is one line on standard error."""
    try:
        options = parse(argv)
        start_logging(options)
        # Imported when asked for: `newsbeam query` need not wait for spaCy or for Beam's runners.
        command: Callable[[Any], int] = import_module(
            f"newsbeam.pipeline.commands.{COMMANDS[options.command]}"
        ).main
        return command(options)
    except (BrokenPipeError, KeyboardInterrupt):
        return DONE
    except Exception as error:
        said = for_people(str(error))
        code = next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), None)
        if code is None:
            log.debug("where it happened:", exc_info=True)
            said = f"unexpected {type(error).__name__}: {cause(said)} (--verbose shows where)"
        print(f"newsbeam: {said}", file=own_stderr())
        return INFRASTRUCTURE if code is None else code
