"""The demo: what a new user sees first, and what can be pasted from it."""

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from newsbeam.pipeline.commands.demo import as_typed, what_to_expect
from newsbeam.pipeline.newsroom.content import read_outlets
from terminal import terminal

NEWSBEAM = Path(sysconfig.get_path("scripts"), "newsbeam")


def test_the_feeds_that_are_broken_on_purpose_are_named_with_their_trouble():
    said = what_to_expect().splitlines()
    assert max(map(len, said)) <= 80
    assert said[0].endswith("9 invented outlets, news of March 2026.")
    assert said[1].startswith("4 of its 14 feeds are broken on purpose")
    broken = {
        f"{outlet.slug}/{feed.path}"
        for outlet in read_outlets(day=1)
        for feed in outlet.feeds
        if feed.status != 200 or feed.kind == "page" or feed.cut_at
    }
    assert {line.split()[0] for line in said[2:]} == broken
    assert all(len(line.split()) > 2 for line in said[2:])


def test_newsbeam_is_called_as_the_shell_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    script = tmp_path / "my place" / ".venv" / "bin" / "newsbeam"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path / "my place")
    assert as_typed(script) == ".venv/bin/newsbeam"
    monkeypatch.chdir(tmp_path)
    assert as_typed(script) == "'my place/.venv/bin/newsbeam'"
    monkeypatch.chdir("/")
    assert as_typed(script) == f"'{script}'".replace("'/", "'", 1)
    monkeypatch.setenv("PATH", str(script.parent))
    assert as_typed(script) == "newsbeam"
    other = tmp_path / "other" / "newsbeam"  # of another environment
    other.parent.mkdir()
    other.write_text("")
    assert as_typed(other) != "newsbeam"


def test_each_command_that_the_demo_ends_with_can_be_pasted(tmp_path: Path):
    place = tmp_path / "my place"
    place.mkdir()
    start = f"cd '{place}' && '{NEWSBEAM}' demo --lake 'demo lake'"
    # Wide, so that no path is folded; without the folder of newsbeam among those of the shell.
    with terminal("/bin/sh", "-c", start, columns=300, PATH="/usr/bin:/bin") as screen:
        assert screen.end() == 0
    shown = "\n".join(screen.lines())
    assert shown.index("broken on purpose") < shown.index("written")
    assert re.search("report: +'demo lake/report.html'", shown)
    assert (place / "demo lake" / "report.html").exists()
    _, _, tries = shown.replace(str(NEWSBEAM), "NEWSBEAM").partition("things to try")
    assert max(map(len, tries.splitlines())) <= 80 - len(".venv/bin/")
    commands = re.findall(r"^  (\S.+?)(?:\n\n|\Z)", tries, re.DOTALL | re.MULTILINE)
    assert len(commands) == 3
    answers = []
    for command in commands:
        command = command.replace("NEWSBEAM", str(NEWSBEAM))
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=place, env={"PATH": ""}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        answers.append(done.stdout)
    said, about, trouble = answers
    assert re.search(r"verb of saying|said|says", said)
    assert "politics" in about
    for status in ("truncated", "not_a_feed", "http_error", "gone"):
        assert status in trouble
