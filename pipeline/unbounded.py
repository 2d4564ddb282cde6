"""Runs a pipeline on an engine until it is told to stop, and leaves no engine behind."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import apache_beam as beam
from apache_beam.options.pipeline_options import DebugOptions
from apache_beam.runners.portability.job_server import JobServer, SubprocessJobServer
from apache_beam.runners.runner import PipelineState

from newsbeam.pipeline.errors import EngineFailed, cause
from newsbeam.pipeline.tether import Engine, Gone, Stopped

LOG = logging.getLogger(__name__)

POLL = 0.5  # seconds between two looks at the job's state
GRACE = 10.0  # seconds a cancelled job may take to end


def _why_failed(result: Any) -> str:
    try:
        result.wait_until_finish(duration=5000)
    except Exception as error:
        return cause(str(error))
    return ""


def _watch(result: Any, stop: threading.Event, tell: Callable[[str], None]) -> None:
    """Until the job is done, fails, or is to stop."""
    while not stop.wait(POLL):
        state = result.state
        tell(state)
        if state == PipelineState.DONE:
            return
        if PipelineState.is_terminal(state):
            why = _why_failed(result) or "no reason was given."
            raise EngineFailed(f"The engine ended the job ({state.lower()}): {why}")


def _cancel(result: Any, tell: Callable[[str], None]) -> None:
    """Cancel, and give what is running time to end; an engine already gone is no matter."""
    with contextlib.suppress(Gone, RuntimeError):
        result.cancel()
        deadline = time.monotonic() + GRACE
        while not PipelineState.is_terminal(result.state) and time.monotonic() < deadline:
            time.sleep(POLL)
        tell(result.state)


_loud = threading.excepthook


def _hush(args: threading.ExceptHookArgs) -> None:
    """Beam's worker threads raise when their engine goes, as it does at every stop."""
    if not isinstance(args.exc_value, Gone):
        _loud(args)


def run_until_stopped(
    pipeline: beam.Pipeline,
    stop: threading.Event,
    on_state: Callable[[str], None] = lambda state: None,
) -> None:
    """Run `pipeline` until it is done or `stop` is set (by the caller's signal handlers).

    `on_state` gets each new state of the job ("RUNNING", "CANCELLED", …). Raises EngineFailed when
    the engine or the job ends by itself. Returns only when the engine's process is gone.
    """
    engines: list[Engine] = []
    states: list[str] = []

    def tell(state: str) -> None:
        if states[-1:] != [state]:
            states[:] = [state]
            on_state(state)

    ordinary: Any = getattr(pipeline.runner, "default_job_server", None)

    def tethered(options: Any) -> JobServer:
        # Otherwise a second Prism in this process is started with the flags of the first.
        options.view_as(DebugOptions).add_experiment("disable_prism_server_singleton")
        made = ordinary(options)
        server = getattr(made, "_job_server", None)
        if not isinstance(server, SubprocessJobServer):
            return made
        engines.append(Engine(server, stop))
        return engines[-1]

    if ordinary:
        pipeline.runner.default_job_server = tethered
    threading.excepthook = _hush
    result = None
    try:
        result = pipeline.run()
        _watch(result, stop, tell)
    except Stopped:
        LOG.info("stopped while the engine was starting")
    except Gone as error:
        # A Ctrl-C or a kill may reach the engine a moment before `stop` is set.
        if not stop.wait(1.0):
            words = [engine.why() for engine in engines] or [str(error)]
            raise EngineFailed(f"The engine is gone: {words[0]}") from error
    finally:
        if result is not None:
            _cancel(result, tell)
        for engine in engines:
            engine.stop()
