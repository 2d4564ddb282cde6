"""The live line on a terminal: how far a run is, what it is doing, and how long it will take.

Each slice leaves its account, which is what the summary will say; what the slice at hand has done
meanwhile is counted by the steps (transforms/metrics).
"""

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.live import Live
from rich.progress import Progress as Clock
from rich.spinner import Spinner

from newsbeam.pipeline.flags import Options
from newsbeam.pipeline.progress import is_shown, screen
from newsbeam.schemas.account import Account
from newsbeam.transforms import metrics

PACE = 120.0  # seconds over which the rate is taken: some slices, for each reads first, then writes
WORKING = "working"
DONE = {"polling": "polled", "reading": "read", "enriching": "enriched", "writing": "written"}
Part = tuple[int, str]  # how soon it is left out where there is no room (0: last), and its words


class Progress:
    """How far a run is; its loop says when a pass begins and when a slice of it ends."""

    def __init__(self, feeds: int = 0, documents: int | None = None, workers: int = 1) -> None:
        self.feeds, self.documents, self.workers = feeds, documents, workers
        self.engine = ""  # one that runs the whole stream
        self.has_model = False  # something has been enriched: the language model is loaded
        self.is_begun = False

    def begin_pass(self) -> None:
        """Count from nought, as the summary of the pass will."""
        metrics.begin_anew()
        self.is_begun = True
        self.next_at = 0.0  # of the next pass, on the monotonic clock; 0: one is under way
        self.slices, self.slice_began = 0, time.monotonic()
        self.before: Counter[str] = Counter()  # what the slices that are over have counted
        self.clock = Clock(speed_estimate_period=PACE)
        self.task = self.clock.add_task("")

    def end_slice(self, account: Account) -> None:
        """`account` is of all slices of the pass so far."""
        now = self.before + Counter(metrics.counted())
        metrics.begin_anew()
        # What no account has is added up.
        beside = {name: now[name] for name in ("feeds_not_due", "pages_fetched")}
        self.before = Counter(after_slices(account) | beside)
        self.slices, self.slice_began = self.slices + 1, time.monotonic()

    def words(self, width: int) -> str:
        """What stands on the live line now."""
        if self.engine:
            return f"the stream is with {self.engine}"
        if not self.is_begun:
            return metrics.under_way()
        if self.next_at:
            return f"next pass in {in_time(self.next_at - time.monotonic())}"
        now = self.before + Counter(metrics.counted())
        self.has_model |= bool(now["entries_enriched"])
        step = metrics.under_way()
        if step == "enriching" and not self.has_model:
            step = "loading the language model"
        if self.workers > 1 and step == WORKING:  # what they count stays with them until then
            seconds = int(time.monotonic() - self.slice_began)
            step = f"{self.workers} processes at slice {self.slices + 1} for {seconds} s"
            if not self.slices:
                return step
        rate, left = self._pace(now)
        if self.feeds:
            return fitted(of_feeds(now, self.feeds, step, left), width)
        return fitted(of_documents(now, self.documents, step, rate, left), width)

    def _pace(self, now: Mapping[str, int]) -> tuple[str, str]:
        """Entries a second and the time left, once they can be known."""
        is_polled = now["feeds_polled"] >= self.feeds - now["feeds_not_due"]
        total = (now["entries_new"] if is_polled else None) if self.feeds else self.documents
        self.clock.update(self.task, completed=done(now), total=total)
        task = self.clock.tasks[0]
        rate = f"{task.speed:.{0 if task.speed >= 10 else 1}f}/s" if task.speed else ""
        left = task.time_remaining
        return rate, f"{in_time(left)} left" if left else ""


def after_slices(account: Account) -> dict[str, int]:
    """The counters as an account has them."""
    enriched = account.written + account.merged
    return {
        "feeds_polled": account.feeds,
        "feeds_failed": account.feeds_failed,
        "entries_new": account.new,
        "entries_read": enriched + account.unchanged + account.failed,
        "entries_enriched": enriched,
        "articles_written": account.written,
        "articles_unchanged": account.unchanged,
        "entries_unreadable": account.failed,
    }


def of_feeds(now: Mapping[str, int], feeds: int, step: str, left: str) -> list[Part]:
    """The figures of a pass over feeds; the step that is under way says so.

    >>> now = Counter(feeds_polled=5, entries_new=165, entries_read=63, entries_enriched=48)
    >>> fitted(of_feeds(now, 5, "enriching", "21 s left"), 80)
    'polled 5/5 · read 63/165 · enriching 48 · written 0 · 21 s left'
    """
    new, failed = now["entries_new"], now["feeds_failed"]
    figures = {
        "polling": f"{now['feeds_polled']}/{feeds - now['feeds_not_due']}",
        "reading": f"{now['entries_read']}/{new}",
        "enriching": f"{now['entries_enriched']}",
        "writing": f"{now['articles_written']}",
    }
    said = {name: f"{name if name == step else DONE[name]} {n}" for name, n in figures.items()}
    return [
        (0, said["polling"]),
        (5, f"{failed} failed" if failed else ""),
        (7, f"{now['pages_fetched']} pages" if now["pages_fetched"] else ""),
        (1, said["reading"] if new else ""),
        (3, said["enriching"] if new else ""),
        (2, said["writing"] if new else ""),
        (6, dead_letters(now)),
        (1, "" if step in DONE else step),
        (4, left),
    ]


def of_documents(
    now: Mapping[str, int], documents: int | None, step: str, rate: str, left: str
) -> list[Part]:
    """The figures of a back-fill.

    >>> now = Counter(entries_enriched=240, articles_written=192, entries_unreadable=2)
    >>> fitted(of_documents(now, 500, "enriching", "12/s", "21 s left"), 80)
    'documents 242 of 500 · 21 s left · enriching · 192 written · 2 dead letters'
    """
    known = now["articles_unchanged"]
    return [
        (0, f"documents {done(now):,}" + (f" of {documents:,}" if documents else "")),
        (2, left),
        (1, step),
        (5, rate),
        (3, f"{now['articles_written']:,} written"),
        (4, f"{known:,} unchanged" if known else ""),
        (4, dead_letters(now)),
    ]


def done(now: Mapping[str, int]) -> int:
    """Entries of which nothing is left to do but to write them."""
    return now["entries_enriched"] + now["articles_unchanged"] + now["entries_unreadable"]


def dead_letters(now: Mapping[str, int]) -> str:
    """How many dead letters there are, if there are any."""
    number = now["entries_unreadable"]
    return f"{number:,} dead letter{'' if number == 1 else 's'}" if number else ""


def fitted(parts: Sequence[Part], width: int) -> str:
    """The parts on one line of a width; what matters least is left out where there is no room.

    >>> fitted([(0, "documents 240 of 500"), (2, "12/s"), (1, "21 s left")], 35)
    'documents 240 of 500 · 21 s left'
    """
    kept = [part for part in parts if part[1]]
    while len(line := " · ".join(words for _, words in kept)) > width and len(kept) > 1:
        kept.remove(max(reversed(kept), key=lambda part: part[0]))
    return line[:width]


def in_time(seconds: float) -> str:
    """A time that lies ahead, as a person says it.

    >>> in_time(20.2), in_time(250), in_time(7_900), in_time(400_000)
    ('21 s', '4 min', '2 h 11 min', '4 d 15 h')
    """
    seconds = max(math.ceil(seconds), 0)
    if seconds < 100:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 100:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"


_now: list[Live] = []  # the one that is on the screen


def put_away() -> None:
    """Take the live line from the screen, for a process that leaves at once."""
    for shown in _now:
        shown.stop()


@contextmanager
def live(options: Options, progress: Progress) -> Iterator[None]:
    """Keep the live line up to date on standard error while the block runs, if it is a terminal."""
    console = screen()
    if not is_shown(options):
        yield
        return
    spinner = Spinner("dots")

    def line() -> Spinner:
        spinner.update(text=progress.words(console.width - 3))  # the spinner, a blank, the edge
        return spinner

    shown = Live(
        get_renderable=line,
        refresh_per_second=4,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with shown:
        _now[:] = [shown]
        try:
            yield
        finally:
            _now.clear()
