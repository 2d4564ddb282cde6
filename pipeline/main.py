"""The console script: one command line in, data on standard output, an exit code out."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from newsbeam.pipeline.errors import BUSY, DONE, INFRASTRUCTURE, WRONG_USAGE, UsageError
from newsbeam.pipeline.options import Options, parse
from newsbeam.pipeline.progress import log, start_logging
from newsbeam.pipeline.tether import EngineFailed
from newsbeam.transforms import sandbox
from newsbeam.transforms.enrich.nlp import ModelMissing
from newsbeam.transforms.keep.storage import LakeBusy, LakeError

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


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that `argv` asks for, and leave with the exit code of the contract."""
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
        command: Callable[[Options], int] = import_module(
            f"newsbeam.pipeline.commands.{COMMANDS[options.command]}"
        ).main
        return command(options)
    except (UsageError, ModelMissing) as error:
        print(f"newsbeam: {error}", file=sys.stderr)
        return WRONG_USAGE
    except LakeBusy as error:
        print(f"newsbeam: {error}", file=sys.stderr)
        return BUSY
    except (LakeError, EngineFailed) as error:
        print(f"newsbeam: {error}", file=sys.stderr)
        return INFRASTRUCTURE
    except BrokenPipeError:
        return DONE
    except KeyboardInterrupt:
        return DONE
    except Exception as error:
        log.debug("where it happened:", exc_info=True)
        print(
            f"newsbeam: unexpected {type(error).__name__}: {str(error)[:300]} "
            "(--verbose shows where; nothing is lost, run it again)",
            file=sys.stderr,
        )
        return INFRASTRUCTURE
