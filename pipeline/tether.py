"""An engine as a child process that cannot outlive this one.

Beam's own way of starting engines was not enough: it takes over SIGINT, lets a Ctrl-C reach the
engine before the pipeline, and leaves Java running where this process is killed.
"""

import collections
import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import grpc
from apache_beam.portability.api import beam_job_api_pb2_grpc
from apache_beam.runners.portability.job_server import JobServer, SubprocessJobServer

from newsbeam.pipeline.errors import EngineFailed, cause

LOG = logging.getLogger(__name__)

LOOK = 0.5  # seconds between two looks at whether it has started
START = 180.0  # seconds an engine may take to answer; Flink took 33 on a loaded machine
GRACE = 10.0  # seconds to end by itself before it is killed
Gone = grpc.RpcError  # what every question to an engine raises once it is no longer there

# On Linux the kernel ends the engine when this process ends, even by kill -9. Set between fork and
# exec by a Python of its own, because gRPC's threads make `preexec_fn` unsafe here.
TETHERED = """
import ctypes, os, signal, sys
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
if os.getppid() == int(sys.argv[1]):
    os.execvp(sys.argv[2], sys.argv[2:])
"""


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
                ready.result(timeout=LOOK)
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
