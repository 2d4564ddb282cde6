"""`newsbeam` as people and cron meet it: a process with exit codes, and words on standard error."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from as_typed import NOWHERE, asked, newsbeam
from lake_rows import rows
from modes import FLAGS, NEWSBEAM, running, wait_until_committed
from newsbeam.pipeline.errors import BUSY, DONE, INFRASTRUCTURE, WRONG_USAGE
from newsbeam.transforms.lake.storage import open_lake
from publisher import Publisher


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=3) as served:
        yield served


@pytest.fixture(scope="module")
def first(
    publisher: Publisher, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, "subprocess.CompletedProcess[str]"]:
    """A lake, and the run that made it: of its three feeds one does not answer."""
    lake = tmp_path_factory.mktemp("cli") / "lake"
    return lake, newsbeam("run", *publisher.feeds, NOWHERE, "--lake", lake, *FLAGS)


def test_a_run_writes_the_lake_and_tells_its_account_in_one_line_and_its_trouble_below(
    first: tuple[Path, "subprocess.CompletedProcess[str]"],
):
    lake, done = first
    assert done.returncode == DONE, done.stderr  # also though a feed failed
    assert done.stdout == ""
    said, trouble = done.stderr.splitlines()
    assert said.startswith("3 feeds polled, 1 failed; ")
    assert "4 new = 3 written + 1 merged: balanced" in said
    assert trouble.startswith(f"  {NOWHERE}: nobody answers at ")
    assert len(rows(str(lake), "articles")) == 3


def test_a_quiet_run_says_nothing_and_a_json_log_is_json(
    publisher: Publisher,
    first: tuple[Path, "subprocess.CompletedProcess[str]"],
    capsys: pytest.CaptureFixture[str],
):
    lake, _ = first
    line = ["run", *publisher.feeds, "--lake", lake, *FLAGS]
    assert asked(capsys, *line, "--quiet") == (DONE, "", "")
    code, out, err = asked(capsys, *line, "--log-format", "json", "--verbose")
    assert (code, out) == (DONE, "")
    said = [json.loads(words) for words in err.splitlines()]
    assert all({"level", "message", "logger"} <= set(one) for one in said)
    assert any(one["message"].startswith("limits: ") for one in said)
    assert (said[-1]["mode"], said[-1]["feeds"], said[-1]["balanced"]) == ("pass", 2, True)


def test_answers_are_data_on_standard_output_and_nothing_else(
    first: tuple[Path, "subprocess.CompletedProcess[str]"], capsys: pytest.CaptureFixture[str]
):
    sql = "SELECT count(*) AS n FROM articles"
    assert asked(capsys, "query", sql, "--lake", first[0], "--format", "csv") == (
        DONE,
        "n\n3\n",
        "",
    )
    code, out, err = asked(capsys, "top", "actors", "--lake", first[0], "--format", "json")
    assert (code, err) == (DONE, "")
    assert any("Abashvili" in str(row) for row in map(json.loads, out.splitlines()))
    code, out, _ = asked(capsys, "schema", "articles")
    assert (code, json.loads(out)["title"]) == (DONE, "articles")


def test_the_help_of_the_process_itself():
    done = newsbeam("--help")
    assert (done.returncode, done.stderr) == (DONE, "")
    assert "newsbeam demo" in done.stdout


def test_the_console_script_is_installed_and_the_same(capsys: pytest.CaptureFixture[str]):
    script = shutil.which("newsbeam", path=str(Path(sys.executable).parent))
    if not script:
        pytest.skip("newsbeam is not installed in this environment")
    done = subprocess.run([script, "schema", "polls"], capture_output=True, text=True, check=True)
    assert asked(capsys, "schema", "polls") == (DONE, done.stdout, "")


def wrong_lines(folder: Path) -> list[tuple[str, str]]:
    """Command lines that are wrong in different ways, each with a word of the answer."""
    (folder / "feeds.txt").write_text(f"{NOWHERE}\nnonsense\n")
    (folder / "cut.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00cut")
    feed = f"run {NOWHERE} --lake LAKE"
    return [
        (f"{feed} --strem", "--streaming"),
        (f"run {folder}/feeds.txt --lake LAKE", "feeds.txt line 2"),
        (f"run {folder}/none.txt --lake LAKE", "none.txt: no such file"),
        (f"run --documents {folder}/none.jsonl --lake LAKE", "none.jsonl: no such file"),
        (f"run --documents {folder}/cut.jsonl.gz --lake LAKE", "cut.jsonl.gz"),
        (f"{feed} --model no_such_model", "pip install no-such-model"),
        (f"{feed} --runner NoSuchRunner", "NoSuchRunner"),
        (f"{feed} --runner DaskRunner", "wrong results"),
        (f"{feed} --parallelism many", "--parallelism"),
        ("query SQL --lake LAKE", "is no lake"),
        (f"report --lake LAKE --out {folder}/r.html", "is no lake"),
        (f"parse {folder}/none.xml", "none.xml: no such file"),
        (f"parse {folder}", "is a folder"),
        (f"extract {NOWHERE}", "is an address, and a file is needed"),
    ]


@pytest.mark.parametrize("number", range(14))
def test_a_wrong_command_line_is_one_line_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int
):
    line, why = wrong_lines(tmp_path)[number]
    code, out, err = asked(capsys, *line.replace("LAKE", str(tmp_path / "lake")).split())
    assert (code, out) == (WRONG_USAGE, "")
    assert err.startswith("newsbeam: ")
    assert err.count("\n") == 1
    assert why in err
    assert not [path for path in (tmp_path / "lake").rglob("*") if path.is_file()]


def test_every_wrong_command_line_is_tried(tmp_path: Path):
    assert len(wrong_lines(tmp_path)) == 14


def test_the_process_leaves_with_the_code_of_a_wrong_command_line(tmp_path: Path):
    done = newsbeam("enrich", tmp_path / "none.jsonl")
    assert (done.returncode, done.stdout) == (WRONG_USAGE, "")
    assert done.stderr == f"newsbeam: {tmp_path}/none.jsonl: no such file\n"


@pytest.mark.parametrize("lake", ["below/a/file", "/proc/newsbeam"])
def test_a_lake_that_cannot_be_written_is_the_fault_of_the_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lake: str
):
    (tmp_path / "below").write_text("a file")
    code, out, err = asked(capsys, "run", NOWHERE, "--lake", tmp_path / lake)
    assert (code, out) == (INFRASTRUCTURE, "")
    assert err.count("\n") == 1
    assert str(tmp_path / "below") in err or "/proc/newsbeam" in err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=384k", "tmpfs", place],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_fills_up_loses_nothing(
    publisher: Publisher, small_disk: Path, capsys: pytest.CaptureFixture[str]
):
    line = ["run", *publisher.feeds, "--lake", small_disk / "lake", *FLAGS]
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 330_000)
    code, out, err = asked(capsys, *line)
    assert (code, out) == (INFRASTRUCTURE, "")
    assert err.count("\n") == 1
    assert "No space left" in err
    ballast.unlink()
    code, _, err = asked(capsys, *line)
    assert code == DONE, err
    assert len(rows(str(small_disk / "lake"), "articles")) == 3


def test_what_the_machine_refuses_is_said_in_a_sentence_that_says_what_to_do(
    first: tuple[Path, "subprocess.CompletedProcess[str]"],
    small_disk: Path,
    capsys: pytest.CaptureFixture[str],
):
    with (small_disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(b"x" * 4096):
            pass
    line = ["report", "--lake", first[0], "--out", small_disk / "r.html"]
    assert asked(capsys, *line) == (
        INFRASTRUCTURE,
        "",
        "newsbeam: no space left on device; free some space and run it again\n",
    )


def test_a_lake_that_another_run_holds_is_left_alone(tmp_path: Path):
    with open_lake(str(tmp_path)).hold("the-other-run"):
        done = newsbeam("run", NOWHERE, "--lake", tmp_path)
    assert (done.returncode, done.stdout) == (BUSY, "")
    assert "the-other-run" in done.stderr
    assert rows(str(tmp_path), "runs") == []


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path):
    items = "".join(f"<item><title>{'news ' * 20}{n}</title></item>" for n in range(2000))
    feed = tmp_path / "feed.xml"
    feed.write_text(f'<rss version="2.0"><channel><title>F</title>{items}</channel></rss>')
    command = " ".join([*NEWSBEAM, "parse", str(feed)])
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (DONE, "")
    assert json.loads(done.stdout)["title"].startswith("news news")


def test_an_answer_that_nobody_wants_to_see_is_no_error(
    first: tuple[Path, "subprocess.CompletedProcess[str]"],
):
    asked = shlex.join([*NEWSBEAM, "query", "SELECT 1", "--lake", str(first[0])])
    closed = subprocess.run(f"{asked} >&-", shell=True, capture_output=True, timeout=60)
    assert (closed.returncode, closed.stderr) == (DONE, b"")


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGINT])
def test_a_stream_that_is_told_to_stop_finishes_and_leaves_with_nought(
    tmp_path: Path, publisher: Publisher, blow: signal.Signals
):
    lake = tmp_path / "lake"
    with running(publisher, lake, "--streaming", "--every", "1s") as process:
        wait_until_committed(publisher, lake, process, seconds=60)
        process.send_signal(blow)
        assert process.wait(19) == DONE  # of itself: after 20 s it would be made to leave
    said = Path(f"{lake}.log").read_text()
    assert "told to stop" in said
    assert "Traceback" not in said
    with open_lake(str(lake)).hold("the next one"):
        assert len(rows(str(lake), "articles")) == 3
    assert not alive_in_session(process.pid)


def alive_in_session(leader: int) -> list[int]:
    """Processes that a run has left behind."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z" and int(stat.parent.name) != os.getpid():
            found.append(int(stat.parent.name))
    return found
