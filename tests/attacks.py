"""What attacks a lake, and what measures: made-up work, writers that are killed, memory.

`python tests/attacks.py LAKE WRITER ROUNDS PROGRESS` is one of two writers that do every kind of
write at once, each with work that overlaps the other's.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from newsbeam.schemas.annotations import Actor, Mention, Quote, Topic
from newsbeam.schemas.article import Article, Feed, Sighting
from newsbeam.schemas.ids import article_id, digest, feed_id, revision
from newsbeam.schemas.journey import AnnotatedArticle, Origin, Outcome
from newsbeam.schemas.ledger import Failure, Poll
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.feed.memory import change, with_entries
from newsbeam.transforms.lake.batches import add_articles
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.letters import file_letters, reading_letter, withdraw_letters
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.lake.tables import day_of
from newsbeam.transforms.text.knowledge_files import Layer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TESTS = Path(__file__).parent
ANNOTATIONS = ("actors", "topics", "quotes")


# --- made-up work --------------------------------------------------------------------------------


def article(url: str, words: str, date: datetime = NOON, **said: Any) -> Article:
    """The wording of an article in which these words are the text."""
    title = f"About {url}"
    return Article(
        article_id=article_id(url),
        revision=revision(title, words),
        url=url,
        title=title,
        text=words,
        published_at=date,
        published_from="feed",
        first_seen_at=NOON,
        fetched_at=NOON,
        source="ledger.example",
        **said,
    )


def rows_found_in(one: Article) -> dict[str, tuple[Any, ...]]:
    """One row of each annotation table."""
    about = {
        "article_id": one.article_id,
        "revision": one.revision,
        "published_at": one.published_at,
        "source": one.source,
        "annotated_at": datetime.now(UTC),
    }
    named = (Mention("text", 0, 4, one.text[:4]),)
    return {
        "actors": (Actor(**about, actor_id="x:a", name="A", mentions=named, n_mentions=1),),
        "topics": (Topic(**about, code="11000000", label="politics"),),
        "quotes": (Quote(**about, quote=one.text[:4], end_char=4),),
    }


def annotate_in_no_time(
    articles: list[AnnotatedArticle],
    model: str,
    tables: Collection[str],
    layers: tuple[Layer, ...] = (),
) -> list[AnnotatedArticle]:
    """As `annotate`, without reading."""
    return [replace(one, annotations=rows_found_in(one.article)) for one in articles]


def annotated(url: str, words: str, date: datetime = NOON, visit: str = "v") -> AnnotatedArticle:
    """An article on its way to the lake, brought by one entry of a visit."""
    one = article(url, words, date)
    seen = Sighting(one.article_id, "ledger.example-0", NOON, 0)
    origin = Origin(visit, one.article_id, digest(words, length=16), seen)
    return AnnotatedArticle(one, (origin,), rows_found_in(one))


# --- two writers ---------------------------------------------------------------------------------


class Round(NamedTuple):
    """What one writer does in one round; nearly all of it the other writer does too."""

    articles: list[AnnotatedArticle]
    failing: list[AnnotatedArticle]  # whose letters are filed now
    mended: list[AnnotatedArticle]  # whose letters were filed three rounds ago
    hopeless: list[AnnotatedArticle]  # whose letters stay
    sightings: list[Sighting]
    polls: list[Poll]
    memory: Feed
    seen: str


def round_of(number: int, writer: int) -> Round:
    """The same work at every try."""
    dice = random.Random(f"{number} {writer}")

    def some(kind: str, numbers: range, count: int) -> list[AnnotatedArticle]:
        return [
            annotated(
                f"https://ledger.example/{kind}/{n}",
                f"Wording {dice.randrange(2)} of {n}",
                NOON - timedelta(days=dice.randrange(3)),  # the writers do not agree
                visit=f"{number} {writer}",
            )
            for n in dice.sample(numbers, count)
        ]

    def failing(n: int) -> list[AnnotatedArticle]:
        return [annotated(f"https://ledger.example/late/{n}/{k}", f"Late {n}") for k in range(3)]

    feed = f"https://ledger.example/feed/{number % 5}"
    sightings = [Sighting(f"{number}-{n}", "f", NOON, n) for n in dice.sample(range(12), 9)]
    about = {"feed_url": "u", "source": "s", "polled_at": NOON + timedelta(seconds=number)}
    return Round(
        some("news", range(number * 6, number * 6 + 12), 8),
        failing(number),
        failing(number - 3),
        [annotated(f"https://ledger.example/never/{number}", "Never")],
        sightings,
        [Poll(feed_id=name, **about) for name in ("both", f"only {writer}")],
        Feed(feed_id(feed), feed),
        f"{number}-{writer}",
    )


def failed(one: AnnotatedArticle, at: datetime = NOON) -> Outcome:
    """What becomes of an entry that could not be read."""
    letter = Failure(
        failure_id=reading_letter(one.origins[0]),
        step="ReadArticles",
        error="worker_crash",
        message="it ended its process",
        element="{}",
        failed_at=at,
    )
    return Outcome(one.origins[0], one.article.article_id, "failed", failure=letter)


def do(lake: Lake, claims: Claims, work: Round, day: datetime) -> None:
    """Every kind of write that the graph does, as its steps do it."""
    file_letters(lake, claims, [failed(one, day) for one in (*work.failing, *work.hopeless)])
    add_rows(lake, TABLES["sightings"], day_of(NOON), digest(work.seen[:-2]), work.sightings)
    for poll in work.polls:
        add_rows(lake, TABLES["polls"], day_of(NOON), digest(poll.feed_id, work.seen[:-2]), [poll])
    for batch in (work.articles, work.mended):
        added = add_articles(lake, claims, batch)
        done = [
            Outcome(one.origins[0], one.article.article_id, "written", one.article.revision)
            for one in batch
        ]
        withdraw_letters(lake, claims, added.claims, done)

    def seen(memory: FeedMemory) -> FeedMemory:
        return with_entries(memory, {work.seen: Seen("hash", NOON)})

    change(lake, work.memory, seen)


def write_rounds(url: str, writer: int, rounds: int, progress: Path) -> None:
    """Do the rounds from the one at which an earlier process was killed."""
    lake = open_lake(url)
    claims = Claims(lake)
    first = int(progress.read_text() or 0) if progress.exists() else 0
    for number in range(first, rounds):
        do(lake, claims, round_of(number, writer), NOON + timedelta(days=writer))
        scratch = progress.with_suffix(".new")
        scratch.write_text(str(number + 1))
        scratch.replace(progress)


def attack(url: str, rounds: int, folder: Path, kills: float) -> Counter[str]:
    """Two writers to their end; at random they are paused and woken, or killed and begun anew."""
    did: Counter[str] = Counter()

    def start(writer: int) -> "subprocess.Popen[bytes]":
        arguments = [url, str(writer), str(rounds), str(folder / f"writer-{writer}")]
        return subprocess.Popen([sys.executable, __file__, *arguments])

    running = {writer: start(writer) for writer in range(2)}
    asleep: set[int] = set()
    while running:
        time.sleep(random.random() * 0.3)
        writer = random.choice(list(running))
        process = running[writer]
        if process.poll() is not None:
            assert process.returncode == 0, f"writer {writer} ended with {process.returncode}"
            del running[writer]
        elif writer in asleep:
            process.send_signal(signal.SIGCONT)
            asleep.remove(writer)
        elif random.random() < kills:
            process.kill()
            process.wait()
            running[writer] = start(writer)
            did["kills"] += 1
        elif kills:
            process.send_signal(signal.SIGSTOP)
            asleep.add(writer)
            did["pauses"] += 1
    return did


# --- memory --------------------------------------------------------------------------------------


def family(process: int) -> list[int]:
    """A process and all its descendants."""
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError, ValueError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def memory_of(process: int) -> int:
    """Bytes of memory that are a process's own, with its part of what it shares (PSS)."""
    with suppress(OSError, IndexError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


class Peak:
    """The most memory of a process and its descendants together, looked at ten times a second."""

    def __init__(self, process: int) -> None:
        self.bytes, self.parts = 0, [0]
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(process,), daemon=True)
        self._thread.start()

    def _watch(self, process: int) -> None:
        while not self._done.wait(0.1):
            parts = [memory_of(one) for one in family(process)]
            if sum(parts) > self.bytes:
                self.bytes, self.parts = sum(parts), parts

    def end(self) -> int:
        """Stop looking; the peak in bytes."""
        self._done.set()
        self._thread.join()
        return self.bytes

    def __str__(self) -> str:
        parts = " + ".join(f"{part / 1e6:.0f}" for part in sorted(self.parts, reverse=True))
        return f"{self.bytes / 1e6:.0f} MB ({parts})"


@contextmanager
def ended(process: "subprocess.Popen[Any]") -> Iterator["subprocess.Popen[Any]"]:
    """The process, killed with its group at the end if it is still there."""
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    write_rounds(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
