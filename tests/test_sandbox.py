"""Hostile work is killed, honest work is not touched, and nobody is left behind."""

import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from newsbeam.transforms import sandbox


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def wait_until_dead(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and alive(pid):
        time.sleep(0.05)
    return not alive(pid)


def test_a_result_comes_back_from_another_process():
    assert sandbox.run("read", os.getpid, seconds=5) != os.getpid()
    assert sandbox.run("read", len, "abc", seconds=5) == 3


def test_an_exception_of_the_function_comes_back_unchanged():
    with pytest.raises(ValueError, match="invalid literal for int"):
        sandbox.run("read", int, "x", seconds=5)


def test_work_that_runs_over_its_time_is_killed_and_the_next_is_not_hurt():
    start = time.monotonic()
    with pytest.raises(sandbox.Killed, match=r"it was stopped after 0\.3 seconds") as killed:
        sandbox.run("read", time.sleep, 30, seconds=0.3)
    assert killed.value.kind == "timeout"
    assert sandbox.run("read", abs, -1, seconds=5) == 1
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(("ending", "argument"), [(os._exit, (3,)), (os.abort, ())])
def test_work_that_takes_its_process_down_is_a_worker_crash(ending, argument):
    with pytest.raises(sandbox.Killed) as killed:
        sandbox.run("read", ending, *argument, seconds=5)
    assert killed.value.kind == "worker_crash"
    assert sandbox.run("read", abs, -1, seconds=5) == 1


def test_work_that_takes_too_much_memory_is_told_apart():
    with pytest.raises(sandbox.Killed, match="needed more than 1024 MB") as killed:
        sandbox.run("read", bytearray, 2 << 30, seconds=5)
    assert killed.value.kind == "memory"


def test_a_kill_can_be_told_from_one_process_to_the_next():
    killed = pickle.loads(pickle.dumps(sandbox.Killed("memory", "it was too much")))
    assert (killed.kind, str(killed)) == ("memory", "it was too much")


def test_work_that_calls_exit_does_not_end_the_parent():
    with pytest.raises(RuntimeError, match="SystemExit"):
        sandbox.run("read", sys.exit, 1, seconds=5)


def test_what_cannot_be_pickled_is_told_at_once():
    with pytest.raises(Exception, match="pickle"):
        sandbox.submit("read", lambda: 1, seconds=5)


def test_many_threads_share_one_worker():
    results: list[int] = []

    def work(number: int) -> None:
        results.append(sandbox.run("read", abs, -number, seconds=10))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == list(range(20))


def test_work_that_waits_is_done_though_the_idle_worker_was_shot():
    worker = sandbox.run("read", os.getpid, seconds=5)
    os.kill(worker, signal.SIGKILL)
    jobs = [sandbox.submit("read", abs, -n, seconds=5) for n in range(5)]
    assert [job.result() for job in jobs] == list(range(5))


def test_a_fork_has_workers_of_its_own_and_leaves_the_parents_alone():
    before = {sandbox.run("read", os.getpid, seconds=5) for _ in range(8)}
    child = os.fork()
    if not child:
        own = sandbox.run("read", os.getpid, seconds=5)
        sandbox.close()
        os._exit(own in before)
    assert os.waitpid(child, 0)[1] == 0
    assert {sandbox.run("read", os.getpid, seconds=5) for _ in range(8)} & before


HELD = """
[__import__(f"newsbeam.transforms.{name}") for name in ("feed.parse", "page.extract")]
and __import__("newsbeam.transforms.text.annotators")
and {"apache_beam", "pyarrow", "pytest"} & set(__import__("sys").modules)
"""


def test_what_a_worker_does_needs_neither_beam_nor_the_program_that_started_it():
    assert sandbox.run("read", eval, HELD.replace("\n", " ").strip(), seconds=20) == set()


def test_a_worker_that_cannot_start_is_a_worker_crash(monkeypatch):
    sandbox.close()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(sandbox.Killed) as killed:
        sandbox.run("read", abs, -1, seconds=5)
    assert killed.value.kind == "worker_crash"


def test_a_worker_is_replaced_after_its_tasks():
    brief = sandbox.Sandbox({"brief": sandbox.Lane(memory=1 << 30, workers=1, tasks=2)})
    jobs = [brief.submit("brief", os.getpid, seconds=5) for _ in range(3)]
    first, second, third = (job.result() for job in jobs)
    brief.close()
    assert first == second != third


def test_a_job_that_is_cancelled_while_it_waits_is_not_begun():
    busy = [sandbox.submit("language", time.sleep, 0.3, seconds=5) for _ in range(2)]
    assert busy[1].cancel()
    assert sandbox.run("language", abs, -1, seconds=5) == 1
    assert busy[0].result() is None


def test_a_closed_sandbox_opens_again():
    first = sandbox.run("read", os.getpid, seconds=5)
    sandbox.close()
    assert not alive(first)
    assert sandbox.run("read", os.getpid, seconds=5) != first


def test_ctrl_c_does_not_reach_the_worker():
    # The lane of one worker: the same one must answer again.
    worker = sandbox.run("language", os.getpid, seconds=5)
    os.kill(worker, signal.SIGINT)
    assert sandbox.run("language", os.getpid, seconds=5) == worker
    assert os.getpgid(worker) != os.getpgid(0)


PROGRAM = """
import os, sys, time
from newsbeam.transforms import sandbox
print(sandbox.run("read", os.getpid, seconds=9), flush=True)
{then}
"""


def start(then: str) -> tuple[subprocess.Popen, int]:
    # From standard input: there is no file that a spawned process could take for `__main__`.
    program = subprocess.Popen(
        [sys.executable, "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    program.stdin.write(textwrap.dedent(PROGRAM.format(then=then)))
    program.stdin.close()
    return program, int(program.stdout.readline())


def test_the_program_ends_at_once_and_quietly_with_work_under_way_and_waiting():
    busy = 'for _ in range(9): sandbox.submit("read", time.sleep, 60, seconds=90)\n'
    busy += 'sandbox.submit("read", len, b"x" * 5_000_000, seconds=9)\ntime.sleep(0.3)'
    program, worker = start(busy)
    assert program.wait(10) == 0
    assert program.stderr.read() == ""
    assert wait_until_dead(worker, 3)


@pytest.mark.parametrize("blow", [signal.SIGTERM, signal.SIGKILL])
def test_workers_die_with_a_parent_that_is_shot(blow):
    program, worker = start('sandbox.submit("read", time.sleep, 60, seconds=90)\ntime.sleep(60)')
    assert alive(worker)
    program.send_signal(blow)
    program.wait(10)
    assert wait_until_dead(worker, 5)
