"""Runs a pipeline on an engine until it is told to stop, and leaves no engine behind.

Beam's own way of starting engines was not enough: it takes over SIGINT, lets a Ctrl-C reach the
engine before the pipeline, and leaves Java running where this process is killed.
"""

import collections
import contextlib
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import apache_beam as beam
import grpc
from apache_beam.options.pipeline_options import DebugOptions
from apache_beam.portability.api import beam_job_api_pb2_grpc
from apache_beam.runners.portability.job_server import JobServer, SubprocessJobServer
from apache_beam.runners.runner import PipelineState

LOG = logging.getLogger(__name__)

POLL = 0.5  # seconds between two looks at the job's state
START = 180.0  # seconds an engine may take to answer; Flink took 33 on a loaded machine
GRACE = 10.0  # seconds for a cancelled job to end, then for its engine
RAISED = re.compile(r"^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)\b(?::|$)")

# On Linux the kernel ends the engine when this process ends, even by kill -9. Set between fork and
# exec by a Python of its own, because gRPC's threads make `preexec_fn` unsafe here.
TETHERED = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])
"""


class EngineFailed(Exception):
    """The engine or its job ended by itself; the message is a sentence for people."""


class Stopped(Exception):
    """Told to stop while the engine was still starting."""


class Engine(JobServer):
    """One engine as a child process that cannot outlive this one."""

    def __init__(self, server: SubprocessJobServer, stop: threading.Event) -> None:
        self.server, self.stop_event = server, stop
        self.process: subprocess.Popen[str] | None = None
        self.last_words: collections.deque[str] = collections.deque(maxlen=50)

    def start(self) -> Any:
        """Start it and wait until it answers: the stub Beam submits jobs to."""
        command, endpoint = self.server.subprocess_cmd_and_endpoint()
        arguments = [str(argument) for argument in command]
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", TETHERED, str(os.getpid()), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, args=[self.process], daemon=True).start()
        channel = grpc.insecure_channel(endpoint, options=[("grpc.max_receive_message_length", -1)])
        ready = grpc.channel_ready_future(channel)
        deadline = time.monotonic() + START
        while True:
            if self.stop_event.is_set():
                raise Stopped
            try:
                ready.result(timeout=POLL)
                return beam_job_api_pb2_grpc.JobServiceStub(channel)
            except grpc.FutureTimeoutError:
                if self.process.poll() is not None:
                    raise EngineFailed(f"The engine did not start: {self.why()}") from None
                if time.monotonic() > deadline:
                    raise EngineFailed(f"The engine did not answer within {START:.0f} s.") from None

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        for line in process.stdout or ():
            self.last_words.append(line.rstrip())
            LOG.debug("engine: %s", line.rstrip())

    def why(self) -> str:
        return cause("\n".join(self.last_words)) or "it said nothing."

    def stop(self) -> None:
        """End it and whatever it started."""
        if not self.process:
            return
        for blow in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, blow)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE)
                break


def cause(message: str) -> str:
    """The line of an engine's message that tells a person what happened, "" where none does.

    >>> cause("Error received from the worker: Traceback:\\n  File x\\nValueError: no disk")
    'ValueError: no disk'
    >>> cause("bundle failed\\nat org.apache.X(Y.java:7)")
    'bundle failed'
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    raised = [line for line in lines if RAISED.match(line)]
    said = [line for line in lines if not line.startswith(("at ", "File "))]
    return (raised[-1:] or said[:1] or [""])[0][:300]


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
    with contextlib.suppress(grpc.RpcError, RuntimeError):
        result.cancel()
        deadline = time.monotonic() + GRACE
        while not PipelineState.is_terminal(result.state) and time.monotonic() < deadline:
            time.sleep(POLL)
        tell(result.state)


_loud = threading.excepthook


def _hush(args: threading.ExceptHookArgs) -> None:
    """Beam's worker threads raise when their engine goes, as it does at every stop."""
    if not isinstance(args.exc_value, grpc.RpcError):
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

    ordinary = getattr(pipeline.runner, "default_job_server", None)

    def tethered(options: Any) -> JobServer:
        # Otherwise a second Prism in this process is started with the flags of the first.
        options.view_as(DebugOptions).add_experiment("disable_prism_server_singleton")
        server = getattr(ordinary(options), "_job_server", None)
        if not isinstance(server, SubprocessJobServer):
            return ordinary(options)
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
    except grpc.RpcError as error:
        # A Ctrl-C or a kill may reach the engine a moment before `stop` is set.
        if not stop.wait(1.0):
            words = [engine.why() for engine in engines] or [str(error.details())]
            raise EngineFailed(f"The engine is gone: {words[0]}") from error
    finally:
        if result is not None:
            _cancel(result, tell)
        for engine in engines:
            engine.stop()
