"""A pass in slices: each is written and remembered before the next begins, and none is lost."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from graphs import feeds_of
from lake_rows import doubled, rows
from newsbeam.pipeline import run as passes
from newsbeam.pipeline.main import run
from newsbeam.pipeline.options import parse
from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ledger import Run
from newsbeam.schemas.slices import Slice
from newsbeam.transforms import close_visits, poll_feeds
from newsbeam.transforms.feed.memory import recall
from newsbeam.transforms.lake.storage import Lake
from publisher import Publisher
from racers import Died
from steps import poll

FLAGS = ["--allow-network", "127.0.0.0/8", "--per-host-delay", "0"]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as served:
        yield served


def showing(publisher: Publisher, entries: int) -> list[Feed]:
    """The publisher's feed of everything, with so many entries."""
    publisher.tick = publisher.window = entries
    return list(feeds_of(publisher)[:1])


def one_pass(
    lake: Lake, feeds: list[Feed], part: Slice, stop: threading.Event | None = None, **said: Any
) -> Run:
    """A pass of a new run, in slices of this size."""
    options = parse(["run", *(feed.url for feed in feeds), "--lake", lake.url, *FLAGS])
    plan = passes.plan_of(options, lake, "pass")
    told, _ = passes.run_pass(options, replace(plan, slice=part, **said), feeds, stop)
    return told


def between_slices(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """What is done after each slice, when its account is taken."""
    take = passes.take_account

    def take_and_act(lake: Lake, run_id: str) -> Account:
        account = take(lake, run_id)
        action()
        return account

    monkeypatch.setattr(passes, "take_account", take_and_act)


def pages_asked(publisher: Publisher) -> dict[str, int]:
    return {path: n for path, n in publisher.asked.items() if path.startswith("/articles/")}


def is_whole(lake: Lake, entries: int) -> None:
    """Everything is there once, and all of it is remembered."""
    assert doubled(lake.url) == {}
    assert len(rows(lake.url, "articles")) == len(rows(lake.url, "sightings")) == entries
    assert all(row["balanced"] for row in rows(lake.url, "runs"))
    assert lake.list("state/runs") == []


def test_the_rows_of_a_slice_are_visible_and_remembered_before_the_next_begins(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    feeds = showing(publisher, 150)
    seen: list[tuple[int, int, int]] = []

    def look() -> None:
        memory = recall(local_lake, feeds[0])[0]
        counts = [len(rows(local_lake.url, table)) for table in ("articles", "sightings")]
        seen.append((*counts, len(memory.entries)))

    between_slices(monkeypatch, look)
    told = one_pass(local_lake, feeds, Slice(), pages=False)
    assert seen == [(n, n, n) for n in (16, 48, 112, 150)]
    assert (told.balanced, told.feeds, told.entries, told.new, told.written) == (
        True, 1, 150, 150, 150,
    )  # fmt: skip
    (row,) = rows(local_lake.url, "polls")
    assert (row["items"], row["new_items"], row["known_items"]) == (150, 150, 0)
    assert len(rows(local_lake.url, "runs")) == 1
    assert publisher.asked == {"/feeds/main": 1}
    is_whole(local_lake, 150)
    memory = recall(local_lake, feeds[0])[0]
    assert (memory.unfinished, memory.etag) == (None, publisher.etag("main"))


def test_slices_of_two_feeds_that_share_articles_give_the_rows_of_one_piece(
    publisher: Publisher, local_lake: Lake
):
    showing(publisher, 40)
    told = one_pass(local_lake, list(feeds_of(publisher)), Slice(most=16), pages=False)
    assert (told.balanced, told.feeds, told.new) == (True, 2, 40 + 14)
    assert told.written == 40
    assert len(rows(local_lake.url, "articles")) == 40
    assert len(rows(local_lake.url, "sightings")) == 54
    assert sorted(row["new_items"] for row in rows(local_lake.url, "polls")) == [14, 40]
    assert doubled(local_lake.url) == {}


def test_a_pass_that_is_told_to_stop_leaves_the_other_slices_for_the_next_run(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    feeds, stop = showing(publisher, 40), threading.Event()
    with monkeypatch.context() as patched:
        between_slices(patched, stop.set)
        told = one_pass(local_lake, feeds, Slice(most=16), stop, pages=False)
    assert (told.balanced, told.entries, told.new, told.rejected) == (True, 40, 16, 24)
    told = one_pass(local_lake, feeds, Slice(most=16), pages=False)
    assert (told.balanced, told.entries, told.known, told.new) == (True, 40, 16, 24)
    is_whole(local_lake, 40)
    assert publisher.asked["/feeds/main"] == 1
    (row,) = rows(local_lake.url, "polls")
    assert (row["items"], row["new_items"], row["known_items"]) == (40, 40, 0)


def test_a_signal_between_slices_ends_the_command_with_0_and_the_next_finishes(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    showing(publisher, 100)
    words = ["run", publisher.feeds[0], "--lake", local_lake.url, "--no-pages", "--quiet", *FLAGS]
    with monkeypatch.context() as patched:
        between_slices(patched, lambda: os.kill(os.getpid(), signal.SIGTERM))
        assert run(words) == 0
    assert len(rows(local_lake.url, "articles")) == 16
    assert run(words) == 0
    is_whole(local_lake, 100)


def test_a_run_killed_between_slices_has_its_first_ones_done(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    feeds = showing(publisher, 40)

    def die() -> None:
        raise Died("between two slices")

    with monkeypatch.context() as patched:
        between_slices(patched, die)
        with pytest.raises(Died):
            one_pass(local_lake, feeds, Slice(most=16))
    first = pages_asked(publisher)
    assert len(first) == 16
    told = one_pass(local_lake, feeds, Slice(most=16))
    assert (told.balanced, told.entries, told.known, told.new) == (True, 40, 16, 24)
    assert set(pages_asked(publisher).values()) == {1}
    assert publisher.asked["/feeds/main"] == 1
    is_whole(local_lake, 40)


def test_a_run_killed_within_its_second_slice_loses_and_doubles_nothing(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    """It has written the second slice, and not remembered it."""
    feeds = showing(publisher, 40)
    calls, file_letters = [0], close_visits.file_letters

    def die(*given: Any) -> None:
        calls[0] += 1
        if calls[0] == 2:
            raise Died("before the second slice is closed")
        file_letters(*given)

    with monkeypatch.context() as patched:
        patched.setattr(close_visits, "file_letters", die)
        with pytest.raises(Exception, match="before the second slice is closed"):
            one_pass(local_lake, feeds, Slice(most=16))
    assert len(rows(local_lake.url, "articles")) == 32
    assert len(recall(local_lake, feeds[0])[0].entries) == 16
    told = one_pass(local_lake, feeds, Slice(most=16))
    assert (told.balanced, told.known, told.unchanged, told.written) == (True, 16, 16, 8)
    assert set(pages_asked(publisher).values()) == {1}
    is_whole(local_lake, 40)


@pytest.mark.parametrize("part", [Slice(raw_bytes=1), Slice(characters=5_000)])
def test_pages_for_which_a_slice_has_no_room_wait_for_the_next(
    publisher: Publisher, local_lake: Lake, part: Slice, monkeypatch: pytest.MonkeyPatch
):
    feeds = showing(publisher, 24)
    slices: list[int] = []
    between_slices(monkeypatch, lambda: slices.append(len(rows(local_lake.url, "articles"))))
    told = one_pass(local_lake, feeds, part)
    assert len(slices) > 1
    assert slices[0] < slices[-1] == 24
    assert (told.balanced, told.entries, told.new, told.written) == (True, 24, 24, 24)
    assert set(pages_asked(publisher).values()) == {1}
    is_whole(local_lake, 24)
    (row,) = rows(local_lake.url, "polls")
    assert row["new_items"] == 24


def test_feeds_for_which_a_slice_has_no_room_are_looked_at_by_a_later_one(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    showing(publisher, 40)
    feeds = list(feeds_of(publisher))
    poll(local_lake, feeds, "dead")  # both visits were begun and left
    monkeypatch.setattr(poll_feeds, "AT_ONCE", 1)
    told = one_pass(local_lake, feeds, Slice(most=16), pages=False)
    assert (told.balanced, told.feeds, told.entries, told.new) == (True, 2, 54, 54)
    assert len(rows(local_lake.url, "articles")) == 40
    assert all(publisher.asked[f"/feeds/{name}"] == 1 for name in ("main", "politics"))
    assert doubled(local_lake.url) == {}


def test_a_pass_without_slices_is_one_piece(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    slices: list[int] = []
    between_slices(monkeypatch, lambda: slices.append(1))
    plan = {"slice": None, "pages": False}
    feeds = showing(publisher, 40)
    options = parse(["run", feeds[0].url, "--lake", local_lake.url, *FLAGS])
    told, _ = passes.run_pass(
        options, replace(passes.plan_of(options, local_lake, "pass"), **plan), feeds
    )
    assert (told.written, slices) == (40, [1])
