"""A command on a terminal that is none: what a person sees there, and when."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pyte

from attacks import ended


class Terminal:
    """A command and the screen that it writes to; both its outputs are that screen."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int, size: tuple[int, int]):
        self.process, self._master = process, master
        self._screen = pyte.HistoryScreen(*size, history=10_000, ratio=1.0)
        self._stream = pyte.ByteStream(self._screen)
        self.silence = 0.0  # the longest time in which nothing came
        self._last = time.monotonic()

    def watch(self, seconds: float) -> list[str]:
        """The lines on the screen after so many seconds, or at the end of the command."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._take(left):
            pass
        return self.lines()

    def _take(self, seconds: float) -> bool:
        """Take what comes within so many seconds; False at the end."""
        if not select.select([self._master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other end any more
            return False
        now = time.monotonic()
        self.silence, self._last = max(self.silence, now - self._last), now
        self._stream.feed(data)
        return bool(data)

    def lines(self) -> list[str]:
        """What stands there, with what has scrolled away, without blanks at the ends of lines."""
        above = [
            "".join(line[x].data for x in range(self._screen.columns))
            for line in self._screen.history.top
        ]
        lines = [line.rstrip() for line in (*above, *self._screen.display)]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self, seconds: float = 120) -> int:
        """The exit code, once the command is over; a watch of what it still writes."""
        self.watch(seconds)
        return self.process.wait(seconds)


@contextmanager
def terminal(
    *words: object, columns: int = 80, rows: int = 40, **environment: str
) -> Iterator[Terminal]:
    """A command that was typed on a terminal of that size; it is ended when the block ends."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [str(word) for word in words],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env={**env, "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(slave)
    try:
        with ended(process):
            yield Terminal(process, master, (columns, rows))
    finally:
        os.close(master)
