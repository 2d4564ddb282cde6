"""Which requests are slow, and the slow ones that were left under way: who waits for them is not
held up, and the next one who asks for the same gets their answer.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from newsbeam.transforms.http.permits import SMALL
from newsbeam.transforms.http.request import Request, Response

Task = asyncio.Task[Response]
SLOW = 1.5  # seconds on the wire after which an answer is slow: few of the good ones take as long
LOOK = 0.2  # seconds between two looks at what is under way


@dataclass
class Stage:
    """Where a request is: queued for a host, or on the wire since (monotonic seconds)."""

    host: str
    since: float | None = None


class UnderWay:
    """The requests of a process that have no answer yet; for the tasks of one event loop."""

    def __init__(self) -> None:
        self.stages: dict[asyncio.Task[Any], Stage] = {}
        self.left: dict[tuple[str, str], tuple[Any, Task]] = {}  # by run and key: whose, its answer
        self.not_kept: set[tuple[str, str]] = set()
        self.waited_for: set[Task] = set()
        self.endings: set[asyncio.Task[None]] = set()

    def queued(self, host: str) -> None:
        """This task waits for its turn at a host."""
        self._enter(Stage(host))

    def on_wire(self, host: str) -> None:
        """This task has asked the host."""
        self._enter(Stage(host, time.monotonic()))

    def _enter(self, stage: Stage) -> None:
        task = asyncio.current_task()
        assert task
        if task not in self.stages:
            task.add_done_callback(lambda done: self.stages.pop(done, None))
        self.stages[task] = stage

    def are_slow(self, tasks: set[Task]) -> bool:
        """Whether all of these are slow: on the wire for long, or queued behind one that is.

        One that was left before and not kept is waited for, or it would be asked for without end.
        """
        if not tasks or tasks & self.waited_for:
            return False
        now = time.monotonic()
        slow_hosts = {
            stage.host
            for stage in self.stages.values()
            if stage.since is not None and now - stage.since >= SLOW
        }
        stages = [self.stages.get(task) for task in tasks]
        return all(
            stage is not None
            and stage.host in slow_hosts
            and (stage.since is None or now - stage.since >= SLOW)
            for stage in stages
        )

    def is_left(self, run: str, key: str) -> bool:
        """Whether a slow request of the run was left under way and has no answer yet."""
        return (run, key) in self.left and not self.left[run, key][1].done()

    def leave(self, run: str, request: Request, one: Any, answer: Task) -> None:
        """Nobody waits for this answer now; a large one is not kept, but asked for again."""
        key = run, request.key
        self.left[key] = one, answer

        def keep_small(done: Task) -> None:
            failed = done.cancelled() or done.exception() is not None
            if key in self.left and (failed or len(done.result().body) > SMALL):
                self.left.pop(key)
                self.not_kept.add(key)
            ending = asyncio.get_running_loop().create_task(one.permit.aclose())
            self.endings.add(ending)
            ending.add_done_callback(self.endings.discard)

        answer.add_done_callback(keep_small)

    def take(self, run: str, key: str) -> tuple[Any, Task] | None:
        """The request that was left under way for this key, with its answer."""
        return self.left.pop((run, key), None)

    def wait_for(self, run: str, key: str, answer: Task) -> None:
        """Do not leave this answer, if it was left before and not kept."""
        if (run, key) in self.not_kept:
            self.waited_for.add(answer)
            answer.add_done_callback(self.waited_for.discard)

    def forget_others(self, run: str) -> None:
        """End what earlier runs left: nobody will ask for it."""
        for other in [one for one in self.left if one[0] != run]:
            self.left.pop(other)[1].cancel()
        self.not_kept = {one for one in self.not_kept if one[0] == run}
