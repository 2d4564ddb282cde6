"""The `newsbeam` command as it is typed: in a process of its own, or within this one."""

import re
import subprocess

import pytest

from modes import NEWSBEAM
from newsbeam.pipeline.main import run

NOWHERE = "http://127.0.0.1:1/feed"  # port 1 answers nobody


def undated(log: str) -> str:
    """What a log says, without the times of its lines."""
    return re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", "", log, flags=re.MULTILINE)


def newsbeam(
    *words: object, stdin: str = "", seconds: float = 100
) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own; a person never gets to see a traceback."""
    done = subprocess.run(
        [*NEWSBEAM, *map(str, words)],
        input=stdin, capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    done.stderr = undated(done.stderr)
    return done


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """The command within this process: exit code, data, words."""
    code = run([str(word) for word in words])
    out, err = capsys.readouterr()
    assert "Traceback" not in err, err
    return code, out, undated(err)
