"""fake-gcs-server: built once with Go into a cache, then started on a free port of this machine.

`python tests/emulator.py` builds it ahead of the tests (three minutes the first time).
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = "v1.56.1"  # measured: it enforces if_generation_match on every kind of upload
MODULE = f"github.com/fsouza/fake-gcs-server@{VERSION}"
START = 30  # s; it takes 1.3


class NoEmulator(Exception):
    """The emulator cannot be had on this machine; the sentence says why."""


def built() -> Path:
    """The emulator's binary, built unless it is in the cache; NoEmulator where it cannot be."""
    folder = Path(os.environ.get("NEWSBEAM_CACHE", "~/.cache/newsbeam")).expanduser() / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    binary = folder / f"fake-gcs-server-{VERSION}"
    with (folder / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test processes build it once
        if not binary.exists():
            _build(binary)
    return binary


def _build(binary: Path) -> None:
    if not shutil.which("go"):
        raise NoEmulator("the storage emulator is built with Go (1.26 or later), which is missing")
    print(f"Building {MODULE}, once: about three minutes.", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=binary.parent) as folder:
        build = subprocess.run(
            ["go", "install", "-ldflags=-s -w", MODULE],
            env=os.environ | {"GOBIN": folder, "GOFLAGS": "-buildvcs=false"},
            stderr=subprocess.PIPE,
            text=True,
        )
        if build.returncode:
            raise NoEmulator(f"go install {MODULE} failed: {build.stderr.strip()[-300:]}")
        (Path(folder) / "fake-gcs-server").replace(binary)


@contextmanager
def running_emulator() -> Iterator[str]:
    """The address of an empty emulator that lives as long as the context."""
    binary = built()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place, url = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"
    options = ["-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
    options += ["-public-host", place, "-external-url", url, "-log-level", "warn"]
    # A pipe that nobody reads would hang it after a few hundred requests.
    server = subprocess.Popen(
        [binary, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"{url}/_internal/healthcheck", server)
        yield url
    finally:
        server.kill()
        server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START
    while time.monotonic() < give_up and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise NoEmulator(f"the storage emulator did not start within {START} s")


if __name__ == "__main__":
    try:
        print(built())
    except NoEmulator as problem:
        sys.exit(f"No emulator: {problem}.")
