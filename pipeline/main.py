"""The console script: one command line in, data on standard output, an exit code out."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import COMMANDS
from newsbeam.pipeline.errors import (
    BUSY,
    DONE,
    INFRASTRUCTURE,
    WRONG_USAGE,
    EngineFailed,
    UsageError,
    cause,
    for_people,
    of_the_machine,
)
from newsbeam.pipeline.flags import Options
from newsbeam.pipeline.live import Progress, live
from newsbeam.pipeline.options import DemoOptions, RunOptions
from newsbeam.pipeline.progress import log, own_stderr, start_logging
from newsbeam.schemas.tables import BadAnnotator
from newsbeam.transforms import metrics, sandbox
from newsbeam.transforms.lake.storage import LakeBusy, LakeError
from newsbeam.transforms.text.nlp import ModelMissing


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that `argv` asks for, and leave with its exit code (see errors)."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until a run takes over
    if sys.stdout is None:  # closed by the shell (`>&-`): nobody wants to see the answer
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (as long as the process)
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
        file, *_ = COMMANDS[options.command]
        with starting(options):
            command = import_module(f"newsbeam.pipeline.commands.{file}")
        code: int = command.main(options)
        return code
    except (BrokenPipeError, KeyboardInterrupt):
        return DONE
    except (UsageError, ModelMissing, BadAnnotator) as error:
        return refused(error, WRONG_USAGE)
    except LakeBusy as error:
        return refused(error, BUSY)
    except (LakeError, EngineFailed) as error:
        return refused(error, INFRASTRUCTURE)
    except Exception as error:
        log.debug("where it happened:", exc_info=True)
        if isinstance(error, OSError) and error.errno:  # the others are libraries' own
            return refused(of_the_machine(error), INFRASTRUCTURE)
        why = cause(str(error))
        unexpected = f"unexpected {type(error).__name__}: {why} (--verbose shows where)"
        return refused(unexpected, INFRASTRUCTURE)


def starting(options: Options) -> AbstractContextManager[None]:
    """What is on the screen while a command is loaded: Apache Beam takes some seconds."""
    metrics.begin("loading Apache Beam")
    is_slow = isinstance(options, RunOptions | DemoOptions)
    return live(options, Progress()) if is_slow else nullcontext()


def refused(why: object, code: int) -> int:
    """The exit code, once what went wrong is told in one line on standard error."""
    print(f"newsbeam: {for_people(str(why))}", file=own_stderr())
    return code
