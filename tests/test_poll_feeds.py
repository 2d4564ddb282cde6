"""Visits to feeds: an answer is kept and noted before it is read, and finished by who finds it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import made
from graphs import NOBODY, feeds_of
from lake_rows import rows, titles
from newsbeam.pipeline.main import run
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import Outcome
from newsbeam.schemas.memory import Seen
from newsbeam.schemas.slices import Slice
from newsbeam.transforms.feed import visit
from newsbeam.transforms.feed.memory import HELD, change, name_of, recall
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.letters import file_letters
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.read_articles import failure_of
from newsbeam.transforms.write_articles import write
from publisher import Publisher
from racers import Died, StagedLake, dies_at, dying
from steps import Told, poll, read

NEW = {0: 4, 1: 2}  # at tick 4 the main feed shows four entries, the other two of them


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=4) as served:
        yield served


def one_run(publisher: Publisher, lake: Lake) -> int:
    """A whole pass; its exit code."""
    flags = ["--allow-network", "127.0.0.0/8", "--per-host-delay", "0", "--quiet"]
    return run(["run", *publisher.feeds, "--lake", lake.url, *flags])


def rounds(told: Told) -> list[str]:
    return sorted(new.entry.title.split(" of")[0] for new in told.main)


def test_each_feed_is_asked_and_its_new_entries_are_told(publisher: Publisher, lake: Lake):
    feeds = feeds_of(publisher)
    told = poll(lake, feeds)
    counts = {v.feed: (v.poll.status, v.poll.items, v.poll.new_items) for v in told.visits}
    assert counts == {feeds[n]: ("ok", new, new) for n, new in NEW.items()}
    assert len(told.main) == 6
    assert {len(visit.new) for visit in told.visits} == {2, 4}
    assert told.outcomes == []


def test_an_answer_is_kept_and_noted_before_it_is_read(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    """Killed there, a run has lost nothing, though the feed has moved on meanwhile."""
    feeds = feeds_of(publisher)

    def die(*_: Any) -> Any:
        raise Died("before anything is read")

    with monkeypatch.context() as patched:
        patched.setattr(visit, "read_entries", die)
        with pytest.raises(Died):
            poll(local_lake, feeds[:1])
    note = recall(local_lake, feeds[0])[0].unfinished
    assert note
    assert b"<rss" in raw.fetch(local_lake, note.raw_sha256, note.poll.polled_at)
    publisher.tick = 20  # none of the first four is in the feed any more
    assert one_run(publisher, local_lake) == 0
    found = [
        row["title"].split()[1]
        for row in rows(local_lake.url, "articles")
        if row["first_seen_at"] == note.poll.polled_at
    ]
    assert sorted(found) == ["1", "2", "3", "4"]
    (row,) = [row for row in rows(local_lake.url, "polls") if row["feed_id"] == feeds[0].feed_id]
    assert (row["polled_at"], row["new_items"]) == (note.poll.polled_at, 4)
    assert one_run(publisher, local_lake) == 0  # and now what it says today
    assert len(titles(local_lake.url)) == 4 + 5


def test_a_visit_of_a_dead_run_is_finished_from_its_bytes_and_nobody_is_asked(
    publisher: Publisher, lake: Lake
):
    feeds = feeds_of(publisher)
    before = poll(lake, feeds, "dead")
    again = poll(lake, feeds, "another", courtesy=NOBODY)
    moments = sorted(visit.poll.polled_at for visit in before.visits)
    assert sorted(visit.poll.polled_at for visit in again.visits) == moments
    assert sorted(new.origin.visit_id for new in again.main) == sorted(
        new.origin.visit_id for new in before.main
    )
    assert [new.first_seen_at for new in again.main] == [moments[0]] * 6
    assert {visit.poll.status for visit in again.visits} == {"ok"}


def test_the_run_that_holds_a_visit_does_not_begin_another(publisher: Publisher, local_lake: Lake):
    poll(local_lake, feeds_of(publisher))
    assert poll(local_lake, feeds_of(publisher)).visits == []  # a stream's next tick


def test_a_visit_whose_worker_has_died_with_it_is_taken_up_by_its_own_run(
    publisher: Publisher, local_lake: Lake
):
    feeds = feeds_of(publisher)[:1]
    poll(local_lake, feeds)

    def long_ago(memory: Any) -> Any:
        held = replace(memory.unfinished, held_at=memory.unfinished.held_at - HELD)
        return replace(memory, unfinished=held)

    change(local_lake, feeds[0], long_ago)
    assert len(poll(local_lake, feeds, courtesy=NOBODY).main) == 4


@pytest.mark.parametrize("damage", [None, b"", b"damaged"])
def test_a_visit_whose_kept_bytes_are_gone_or_damaged_is_made_anew(
    publisher: Publisher, local_lake: Lake, damage: bytes | None
):
    feed = feeds_of(publisher)[0]
    poll(local_lake, [feed], "dead")
    note = recall(local_lake, feed)[0].unfinished
    assert note
    kept = Path(local_lake.url, raw.name_of(note.raw_sha256, note.poll.polled_at))
    kept.unlink()
    if damage is not None:
        kept.write_bytes(damage)
    publisher.tick = 5
    told = poll(local_lake, [feed], "another")
    assert rounds(told)[-1] == "Round 5"
    assert told.visits[0].poll.polled_at > note.poll.polled_at


def test_what_a_dead_run_had_written_is_not_read_again(publisher: Publisher, lake: Lake):
    feeds = feeds_of(publisher)[:1]
    told = poll(lake, feeds, "dead")
    one = [new for new in told.main if "Round 1 " in new.entry.title]
    (written,) = write(lake, read(lake, one).main)
    again = poll(lake, feeds, "another")
    assert rounds(again) == ["Round 2", "Round 3", "Round 4"]
    assert [(o.article_id, o.result, o.revision) for o in again.outcomes] == [
        (written.article_id, "unchanged", written.revision)
    ]
    assert [visit.poll.new_items for visit in again.visits] == [4]


def test_a_letter_about_what_a_dead_run_had_written_is_closed(
    publisher: Publisher, local_lake: Lake
):
    """An earlier run could not read it, the next one wrote it and died before it could say so."""
    feeds = feeds_of(publisher)[:1]
    one = poll(local_lake, feeds, "first").main[0]
    failure = failure_of(one, ValueError("timeout: it took too long"), "first")
    failed = Outcome(one.origin, one.article_id, "failed", failure=failure)
    file_letters(local_lake, Claims(local_lake), [failed])
    with dying():
        write(StagedLake(local_lake.url, after=dies_at("articles/")), read(local_lake, [one]).main)
    assert len(rows(local_lake.url, "failures")) == len(titles(local_lake.url)) == 1
    assert len(poll(local_lake, feeds, "third").outcomes) == 1
    assert rows(local_lake.url, "failures") == []


def test_what_was_written_without_its_page_is_read_again(publisher: Publisher, local_lake: Lake):
    feeds = feeds_of(publisher)[:1]
    publisher.pages_down = True
    write(local_lake, read(local_lake, poll(local_lake, feeds, "dead").main).main)
    assert len(poll(local_lake, feeds, "another").main) == 4


def test_a_feed_that_has_nothing_new_is_asked_with_its_validators(
    publisher: Publisher, local_lake: Lake
):
    assert one_run(publisher, local_lake) == 0
    (visit,) = poll(local_lake, feeds_of(publisher)[:1]).visits
    assert (visit.poll.status, visit.poll.conditional) == ("not_modified", True)


def test_when_a_page_is_to_be_asked_for_again_the_answer_is_the_whole_feed(
    publisher: Publisher, local_lake: Lake
):
    """A 304 would hide the entry that waits; until then it costs nothing."""
    feed = feeds_of(publisher)[0]
    first = poll(local_lake, [feed])
    assert first.visits[0].headers["etag"]
    key = first.main[0].origin.entry_key
    later = first.visits[0].poll.polled_at + timedelta(hours=2)
    sent = {
        "etag": first.visits[0].headers["etag"],
        "full_fetch_at": first.visits[0].poll.polled_at,
    }
    for again_at, status in ((later, "not_modified"), (made.NOON, "ok")):
        seen = Seen(first.main[0].origin.entry_hash, made.NOON, tries=2, again_at=again_at)
        change(
            local_lake,
            feed,
            lambda memory, seen=seen: replace(memory, entries={key: seen}, unfinished=None, **sent),
        )
        assert poll(local_lake, [feed]).visits[0].poll.status == status


def test_while_items_over_the_limit_wait_every_answer_is_the_whole_feed(
    publisher: Publisher, local_lake: Lake
):
    told = poll(local_lake, feeds_of(publisher)[:1], max_items=2)
    assert len(told.main) == 2
    assert "etag" not in told.visits[0].headers
    assert told.visits[0].rejected == 2


def test_a_feed_whose_memory_is_damaged_says_so_and_stops_no_other(
    publisher: Publisher, local_lake: Lake, capsys: pytest.CaptureFixture[str]
):
    damaged, fine = feeds_of(publisher)
    path = Path(local_lake.url, name_of(damaged.feed_id))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    assert one_run(publisher, local_lake) == 0
    found = {row["feed_id"]: row for row in rows(local_lake.url, "polls")}
    assert found[damaged.feed_id]["status"] == "parse_error"
    assert f"{path} is damaged: delete it" in found[damaged.feed_id]["detail"]
    assert (found[fine.feed_id]["status"], found[fine.feed_id]["new_items"]) == ("ok", 2)
    assert len(titles(local_lake.url)) == 2
    path.unlink()  # as the row says
    assert one_run(publisher, local_lake) == 0
    assert len(titles(local_lake.url)) == 4


def test_a_feed_that_cannot_be_reached_is_a_visit_that_says_so(local_lake: Lake):
    gone = Feed("gone", "http://127.0.0.1:9/feed")
    (visit,) = poll(local_lake, [gone]).visits
    assert (visit.poll.status, visit.new) == ("connection", {})


def test_a_slice_takes_what_feeds_share_together_and_of_the_rest_each_feeds_share(
    publisher: Publisher, local_lake: Lake
):
    publisher.tick = publisher.window = 40
    main, politics = feeds_of(publisher)  # the second has 14 entries, all of them in the first too
    told = poll(local_lake, [main, politics], slice=Slice(articles=32))
    counts = {visit.feed: (len(visit.new), visit.left) for visit in told.visits}
    assert counts == {main: (14 + 4, 22), politics: (14, 0)}
    taken = Counter(new.article_id for new in told.main)
    assert sorted(taken.values()) == [1] * 4 + [2] * 14


def test_a_slice_takes_no_more_characters_than_it_has_room_for(
    publisher: Publisher, local_lake: Lake
):
    told = poll(local_lake, feeds_of(publisher)[:1], slice=Slice(characters=20))
    assert [(len(visit.new), visit.left) for visit in told.visits] == [(2, 2)]


def test_a_feed_that_is_larger_than_what_may_be_held_is_worked_off_all_the_same(
    publisher: Publisher, local_lake: Lake
):
    told = poll(local_lake, feeds_of(publisher)[:1], slice=Slice(characters=1))
    assert [(len(visit.new), visit.left) for visit in told.visits] == [(1, 3)]
