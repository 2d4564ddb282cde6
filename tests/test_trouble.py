"""A pass names the feeds in trouble, in words, and does not look healed while they wait."""

import json
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import made
from as_typed import NOWHERE, asked, newsbeam
from hostile_server import HostileServer
from lake_rows import rows
from modes import FLAGS, NEWSBEAM
from newsbeam.pipeline.errors import DONE, INFRASTRUCTURE
from newsbeam.pipeline.summary import in_words, troubles, why_nothing_was_read
from newsbeam.schemas import trouble
from newsbeam.schemas.account import Account
from newsbeam.schemas.ledger import PollStatus
from newsbeam.schemas.trouble import TROUBLES, Trouble, to_do
from terminal import terminal

QUICK = [*FLAGS, "--no-pages"]
ODD = re.compile(r"[Ee]rrno|Error|Traceback|None")  # what no person should have to read


@pytest.fixture(scope="module")
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running


def listed(folder: Path, server: HostileServer, **paths: str) -> Path:
    """A TOML file of feeds with a name each."""
    file = folder / "feeds.toml"
    addresses = {name: path if ":" in path else server.url(path) for name, path in paths.items()}
    file.write_text("".join(
        f'[[feed]]\nname = "{name.replace("_", " ")}"\nurl = "{url}"\n'
        for name, url in addresses.items()
    ))  # fmt: skip
    return file


def test_a_pass_names_each_feed_that_failed_and_says_what_to_do(
    server: HostileServer, tmp_path: Path
):
    feeds = listed(
        tmp_path, server, Good="/news", Torn="/torn", Sign_in="/sign-in",
        Shut="/forbidden", Dead=NOWHERE,
    )  # fmt: skip
    done = newsbeam("run", feeds, "--lake", tmp_path / "lake", *QUICK)
    summary, *lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (DONE, "")  # the other feeds were read
    assert summary.startswith("5 feeds polled, 3 failed; ")
    assert lines == [
        "  Dead: nobody answers at 127.0.0.1, port 1. Is the address right, and the server up?",
        "  Shut: the server answered 403 Forbidden. The site refuses programs: "
        "ask the site to let newsbeam in, or use another of its feeds",
        '  Sign in: an HTML page ("Sign in") where a feed was expected. '
        "Find its new address on the site's front page",
    ]
    (run,) = rows(str(tmp_path / "lake"), "runs")
    statuses = {row["status"] for row in rows(str(tmp_path / "lake"), "polls")}
    assert (run["feeds_failed"], run["written"]) == (3, 3)
    assert statuses == {"ok", "truncated", "http_error", "not_a_feed", "connection"}


def test_a_pass_that_leaves_failed_feeds_alone_does_not_look_healed(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    line = ["run", server.url("/news"), server.url("/missing"), "--lake", tmp_path, *QUICK]
    said = [asked(capsys, *line)[2] for _ in range(4)]
    assert all(words.startswith("2 feeds polled, 1 failed; ") for words in said[:3])
    assert "; nothing new; 3 entries = 3 known; " in said[1]
    waits = r"1 waits after a failure \(next at (\d+ \w+, )?\d\d:\d\d\)"  # the day near midnight
    assert re.match(rf"1 feed polled, 0 failed, {waits}; nothing new; ", said[3]), said[3]
    assert [row["feeds_waiting"] for row in rows(str(tmp_path), "runs")].count(1) == 1
    assert len(rows(str(tmp_path), "polls")) == 7  # the feed that waits was not asked


def test_a_pass_in_which_all_feeds_wait_says_so_and_is_no_failure(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    line = ["run", server.url("/busy-long"), "--lake", tmp_path, *QUICK]
    assert asked(capsys, *line)[0] == INFRASTRUCTURE
    code, out, err = asked(capsys, *line)
    assert (code, out) == (DONE, "")
    assert err.startswith("0 feeds polled, 0 failed, 1 waits after a failure (next at ")


def test_a_pass_that_reads_nothing_fails_and_says_which_range_to_open(
    server: HostileServer, tmp_path: Path
):
    feeds = [server.url(f"/news?{n}") for n in range(6)]
    done = newsbeam("run", *feeds, "--lake", tmp_path)
    assert (done.returncode, done.stdout) == (INFRASTRUCTURE, "")
    summary, *_, last = done.stderr.splitlines()
    assert re.match(r"6 feeds polled, 6 failed; [\d.]+ s$", summary)  # not "nothing new"
    assert last.startswith("not one feed could be read, of 6 polled: ")
    flag = re.search(r"--allow-network \S+$", last)
    assert flag, last
    assert newsbeam("run", *feeds, "--lake", tmp_path, *flag[0].split()).returncode == DONE


def test_of_many_feeds_in_trouble_five_are_named_and_the_command_shows_them_all(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    feeds = [server.url(f"/missing?{n}") for n in range(7)]
    code, _, err = asked(capsys, "run", server.url("/news"), *feeds, "--lake", tmp_path, *QUICK)
    assert code == DONE
    summary, named, more = err.splitlines()
    assert summary.startswith("8 feeds polled, 7 failed; ")
    assert [url in named for url in feeds] == [True] * 5 + [False] * 2
    assert more.startswith("  and 2 more: newsbeam feeds ")
    words = shlex.split(more.partition(": newsbeam ")[2])
    code, out, _ = asked(capsys, *words, "--format", "json")
    rows = map(json.loads, out.splitlines())
    assert (code, {row["feed"] for row in rows if row["state"] == "failing"}) == (DONE, set(feeds))


def test_a_stream_names_a_feed_once_while_it_fails(server: HostileServer, tmp_path: Path):
    line = [*NEWSBEAM, "run", server.url("/news"), server.url("/forbidden"), "--lake", tmp_path]
    with subprocess.Popen(
        [*line, *QUICK, "--streaming", "--every", "1s"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        said = ""
        deadline = time.monotonic() + 60
        while "1 that failed before still fails" not in said and time.monotonic() < deadline:
            said += process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said += process.stderr.read()
    assert process.returncode == DONE, said
    assert said.count("the server answered 403 Forbidden") == 1
    assert "1 that failed before still fails" in said


def test_entries_that_are_put_off_are_said_to_wait(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    line = ["run", server.url("/news"), "--lake", tmp_path, *QUICK, "--max-items", "1"]
    _, _, err = asked(capsys, *line)
    assert "; 3 entries = 1 new + 2 that wait for the next run; 1 new = 1 written: " in err
    assert "rejected" not in err
    (run,) = rows(str(tmp_path), "runs")
    assert (run["entries"], run["new"], run["rejected"], run["put_off"]) == (3, 1, 2, 2)


def test_a_json_log_has_the_trouble_in_fields(
    server: HostileServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    line = ["run", server.url("/news"), server.url("/gone"), "--lake", tmp_path, *QUICK]
    _, _, err = asked(capsys, *line, "--log-format", "json")
    (said,) = map(json.loads, err.splitlines())
    assert (said["feeds"], said["feeds_failed"], said["failed_as"]) == (2, 1, {"gone": 1})
    (told,) = said["troubles"]
    assert (told["name"], told["status"], told["is_new"]) == (server.url("/gone"), "gone", True)
    assert said["message"].startswith("2 feeds polled, 1 failed; ")


def test_on_a_terminal_no_word_is_broken(server: HostileServer, tmp_path: Path):
    feeds = listed(tmp_path, server, Good="/news", Shut="/forbidden", Other="/sign-in")
    with terminal(*NEWSBEAM, "run", feeds, "--lake", tmp_path / "lake", *QUICK) as screen:
        assert screen.end() == DONE
    text = "\n".join(screen.lines())
    assert "  Shut: the server answered 403 Forbidden. The site refuses programs: ask the\n" in text
    whole = " ".join(text.split())
    assert "ask the site to let newsbeam in, or use another of its feeds" in whole
    assert "Find its new address on the site's front page" in whole
    assert max(map(len, screen.lines())) <= 80


# --- the words


def test_every_status_of_the_ledger_has_its_words():
    assert TROUBLES.keys() == set(get_args(PollStatus))
    told = [trouble.in_words(status, None, None) for status in TROUBLES]
    assert len(set(told)) == len(told)
    assert not any(ODD.search(words) for words in told)


@pytest.mark.parametrize("http_status", [None, 200, 302, 400, 401, 403, 404, 418, 429, 500, 599])
def test_whatever_a_server_answers_there_is_something_to_do(http_status: int | None):
    assert to_do("http_error", http_status)


def test_a_pass_without_a_feed_that_is_due_says_so():
    assert in_words(made.run()) == "no feed is due; 0.0 s"


def test_articles_without_all_of_their_annotations_are_told():
    run = made.run(mode="documents", entries=9, new=9, written=9, incomplete=2)
    assert "balanced (2 without all annotations: newsbeam failures says which)" in in_words(run)


def test_nothing_new_is_only_said_where_a_feed_was_read_and_nothing_waits():
    assert "nothing new" in in_words(made.run(feeds=2, feeds_failed=1))
    assert "nothing new" not in in_words(made.run(feeds=2, feeds_failed=2))
    assert "nothing new" not in in_words(made.run(feeds=1, entries=9, rejected=9, put_off=9))


def test_a_pass_that_does_not_balance_says_so_in_capitals():
    lost = made.run(feeds=1, entries=3, new=2, rejected=1, written=1, balanced=False)
    assert "; 3 entries = 2 new + 1 left out; 2 new = 1 written: NOT BALANCED; " in in_words(lost)
    assert "NOT BALANCED" in in_words(replace(lost, new=0, written=0))


def test_documents_are_counted_as_documents():
    run = made.run(mode="documents", entries=5, new=5, written=3, unchanged=1, failed=1)
    assert in_words(run) == (
        "5 documents = 3 written + 1 unchanged + 1 dead letter: balanced; 0.0 s"
    )


def test_feeds_that_fail_for_one_reason_stand_in_one_line():
    account = Account(
        feeds_failed=3, failed_anew=3,
        troubles=(Trouble("A", "dns", "no"), Trouble("B", "tls", "odd"), Trouble("C", "dns", "no")),
    )  # fmt: skip
    assert troubles(made.run(), account, "lake") == ["  A, C: no", "  B: odd"]


@pytest.mark.parametrize(
    ("failed_as", "why"),
    [
        ({"dns": 1, "timeout": 1}, "is this machine on the network?"),
        ({"http_error": 2}, "the same reason"),
        ({"http_error": 1, "gone": 1}, "newsbeam feeds says why"),
    ],
)
def test_where_nothing_was_read_the_last_line_says_what_to_look_at(
    failed_as: dict[str, int], why: str
):
    account = Account(failed_as=failed_as, troubles=(Trouble("A", "dns", "the same reason"),))
    said = why_nothing_was_read(made.run(feeds=2, feeds_failed=2), account)
    assert said == f"not one feed could be read, of 2 polled: {why}"
    assert why_nothing_was_read(made.run(feeds=2, feeds_failed=1), account) == ""
    assert why_nothing_was_read(made.run(feeds_waiting=2), account) == ""
