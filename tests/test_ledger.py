"""`newsbeam feeds | gaps | failures`: what the ledger says, in words, at 80 columns."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsbeam.analysis import gaps, health
from newsbeam.analysis.choice import Choice
from newsbeam.analysis.query import open_record
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.main import run
from newsbeam.schemas.article import Sighting
from newsbeam.schemas.ids import feed_id
from newsbeam.schemas.ledger import Failure, Poll

from .sample_lake import FolderLake, make_article, write_rows

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://ledger.example/feed"
FEED = feed_id(URL)
HOUR = timedelta(hours=1)


def poll(hours: float, status: str = "ok", **said: Any) -> Poll:
    """A visit so many hours after noon."""
    values = {"feed_id": FEED, "feed_url": URL, "source": "ledger.example", "status": status}
    return Poll(**{**values, "polled_at": NOON + hours * HOUR, **said})


def lake_of(root: Path, *polls: Poll) -> FolderLake:
    write_rows(root, "polls", list(polls))
    return FolderLake(root)


def found(root: Path, *polls: Poll, at: float = 24, **choice: Any) -> list[dict[str, Any]]:
    """The gaps that the ledger shows so many hours after noon."""
    with open_record(lake_of(root, *polls)) as record:
        return gaps.gaps_of(record, Choice(**choice), NOON + at * HOUR)


def spans(rows: list[dict[str, Any]]) -> list[tuple[float, float | None]]:
    return [
        ((row["from"] - NOON) / HOUR, row["until"] and (row["until"] - NOON) / HOUR) for row in rows
    ]


def test_a_feed_that_is_read_each_hour_and_has_nothing_new_is_no_gap(tmp_path: Path):
    polls = [poll(n, "not_modified" if n % 2 else "empty") for n in range(24)]
    assert found(tmp_path, *polls) == []


def test_an_outage_is_a_gap_from_the_last_to_the_next_visit_that_read_the_feed(tmp_path: Path):
    polls = [
        poll(0), poll(1),
        *(poll(n, "http_error", http_status=403, detail="the server answered 403") for n in (2, 3)),
        poll(4, "timeout"), poll(5, new_items=2), *(poll(n) for n in range(6, 24)),
    ]  # fmt: skip
    (gap,) = found(tmp_path, *polls)
    assert spans([gap]) == [(1, 5)]
    assert (gap["hours"], gap["feed"], gap["missing"]) == (4, URL, gaps.UNLIKELY)
    assert gap["why"] == "the server answered 403 (2 times); the server took too long"


def test_a_feed_that_had_moved_on_after_an_outage_has_probably_lost_something(tmp_path: Path):
    polls = [poll(0), poll(1, "dns"), poll(2, gap_suspected=True), *(poll(n) for n in range(3, 24))]
    assert [gap["missing"] for gap in found(tmp_path, *polls)] == [gaps.LIKELY]


def test_an_outage_that_goes_on_has_no_end(tmp_path: Path):
    (gap,) = found(tmp_path, poll(0), poll(1, "gone"), at=2)
    assert spans([gap]) == [(0, None)]
    assert (gap["hours"], gap["missing"]) == (None, gaps.UNKNOWN)


def test_before_the_first_visit_there_is_no_record_that_could_be_blind(tmp_path: Path):
    (gap,) = found(tmp_path, poll(2, "tls"), poll(3), poll(4), at=5)
    assert spans([gap]) == [(2, 3)]
    assert gap["missing"] == "all that left the feed before it was first read"


@pytest.mark.parametrize(("pause", "is_gap"), [(4, False), (30, True)])
def test_a_long_pause_of_newsbeam_itself_is_a_gap(tmp_path: Path, pause: float, is_gap: bool):
    polls = [*(poll(n) for n in range(6)), *(poll(5 + pause + n) for n in range(6))]
    rows = found(tmp_path, *polls, at=11 + pause)
    assert spans(rows) == ([(5, 5 + pause)] if is_gap else [])
    assert {row["why"] for row in rows} <= {"it was not asked: no run of newsbeam"}


def test_a_feed_that_turned_over_between_two_visits_is_a_gap(tmp_path: Path):
    (gap,) = found(tmp_path, poll(0), poll(1, gap_suspected=True), poll(2), at=3)
    assert spans([gap]) == [(0, 1)]
    assert gap["missing"] == gaps.LIKELY


def test_what_broke_off_is_a_gap_until_the_next_whole_answer(tmp_path: Path):
    (gap,) = found(tmp_path, poll(0, "truncated"), poll(1), poll(2), at=3)
    assert (spans([gap]), gap["why"]) == ([(0, 1)], "its answer broke off")


def test_gaps_of_another_time_or_source_are_left_out(tmp_path: Path):
    polls = [poll(0), poll(1, "dns"), poll(2), poll(3), poll(4)]
    for choice, n in (
        ({"since": NOON + 3 * HOUR}, 0), ({"since": NOON + HOUR}, 1), ({"until": NOON}, 0),
        ({"source": "ledger.example"}, 1), ({"source": "other.example"}, 0),
    ):  # fmt: skip
        assert len(found(tmp_path, *polls, at=5, **choice)) == n


def states(root: Path, listed: dict[str, str], at: datetime) -> dict[str, tuple[str, str]]:
    with open_record(FolderLake(root)) as record:
        rows = health.feeds_of(record, listed, at)
    return {row["feed"]: (row["state"], row["what"]) for row in rows}


def with_articles(root: Path, every: timedelta, n: int = 20, feed: str = FEED) -> None:
    """Articles of a feed, one each so often, the last one at noon."""
    articles = [
        make_article(f"https://ledger.example/{feed}/{k}", f"t{k}", "Words.", NOON - k * every)
        for k in range(n)
    ]
    write_rows(root, "articles", articles)
    write_rows(root, "sightings", [Sighting(a.article_id, feed, NOON, 0) for a in articles])


def test_a_feed_is_healthy_while_it_is_no_quieter_than_usual(tmp_path: Path):
    with_articles(tmp_path, timedelta(minutes=40))
    lake_of(tmp_path, poll(0, new_items=20, next_due_at=NOON + HOUR))
    state, what = states(tmp_path, {}, NOON + timedelta(minutes=30))[URL]
    assert state == "healthy"
    assert what == (
        "20 articles so far; the last of 12:00; usually every 40 min; asked again 13:00"
    )


def test_silence_is_an_alarm_only_beside_the_feeds_own_rhythm(tmp_path: Path):
    with_articles(tmp_path, timedelta(minutes=40))
    lake_of(tmp_path, poll(0, new_items=20), poll(9, "not_modified"))
    state, what = states(tmp_path, {}, NOON + 9 * HOUR)[URL]
    assert state == "silent"
    assert what.startswith("silent for 9 h, usually every 40 min, though it can be read")


def test_a_weekly_feed_is_not_silent_after_nine_hours(tmp_path: Path):
    with_articles(tmp_path, timedelta(days=7))
    lake_of(tmp_path, poll(0, new_items=20), poll(9, "not_modified"))
    assert states(tmp_path, {}, NOON + 9 * HOUR)[URL][0] == "healthy"


def test_a_feed_in_trouble_says_since_when_and_what_to_do(tmp_path: Path):
    broken = {"http_status": 403, "detail": "the server answered 403 Forbidden"}
    lake_of(tmp_path, poll(0), poll(1, "http_error", **broken), poll(2, "http_error", **broken))
    state, what = states(tmp_path, {}, NOON + 3 * HOUR)[URL]
    assert state == "failing"
    assert what.startswith(
        "failed 2 times since 13:00, last read 12:00: the server answered 403 Forbidden."
    )


def pages(root: Path, *kinds: tuple[int, dict[str, Any]]) -> None:
    """So many articles of each kind, the newest kind first."""
    made, at = [], NOON
    for many, said in kinds:
        for _ in range(many):
            at -= timedelta(minutes=5)
            link = f"https://ledger.example/{len(made)}"
            one = make_article(link, "t", f"Words {link}.", at, feed_id=FEED)
            made.append(replace(one, **said))
    write_rows(root, "articles", made)


WHOLE, TEASER = {"text_kind": "full"}, {"text_kind": "summary"}
WALL = {"text_kind": "summary", "page_problem": "another_page: it says “Are you human?”"}


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (((20, WHOLE), (40, WHOLE)), ""),
        (((2, WALL), (18, WHOLE), (40, WHOLE)), ""),
        (((15, WALL), (40, WHOLE)), "of its last 20 pages 15 were something else"),
        (((3, WALL),), ""),  # too few to tell
        (((18, TEASER), (42, WHOLE)), "of its last 20 articles 2 are whole, of the 40 before 40"),
        (((60, TEASER),), ""),  # it always was so
    ],
)
def test_pages_that_are_lost_of_late_are_an_alarm_of_their_site(
    tmp_path: Path, kinds: tuple[tuple[int, dict[str, Any]], ...], words: str
):
    pages(tmp_path, *kinds)
    lake_of(tmp_path, poll(0, new_items=9))
    state, what = states(tmp_path, {}, NOON)[URL]
    assert (state == "pages amiss") == bool(words)
    assert words in what


def test_feeds_of_the_list_and_of_the_lake_are_told_apart(tmp_path: Path):
    lake_of(tmp_path, poll(0))
    told = states(tmp_path, {"new": "https://new.example/feed"}, NOON)
    assert told[URL][0] == "not in the list"
    assert told["https://new.example/feed"][0] == "never asked"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    root = tmp_path / "lake"
    element = json.dumps({"feed": {}, "entry": {"title": "Rain \x1b[31m tomorrow", "url": "u"}})
    letter = Failure(
        failure_id="0" * 32, step="ReadArticles", error="fault", message="a fault",
        element=element, url="https://ledger.example/1", failed_at=NOON,
    )  # fmt: skip
    write_rows(root, "failures", [letter])
    lake_of(root, poll(0), poll(1, "http_error", http_status=404, detail="the server answered 404"))
    return root


def test_the_commands_fit_eighty_columns_and_steer_no_terminal(
    lake: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    for command, words in (
        ("feeds", "404"), ("gaps", "404"), ("failures", "Rain [31m tomorrow"),
    ):  # fmt: skip
        assert run([command, "--lake", str(lake)]) == 0
        said = capsys.readouterr().out
        assert words in said
        assert "\x1b" not in said
        assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize("command", ["feeds", "gaps", "failures"])
def test_the_commands_answer_programs(command: str, lake: Path, capsys: pytest.CaptureFixture[str]):
    assert run([command, "--lake", str(lake), "--format", "json"]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert row


@pytest.mark.parametrize("command", ["feeds", "gaps", "failures"])
def test_an_empty_ledger_says_so(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write_rows(tmp_path, "articles", [make_article("https://a.example/1", "t", "Words.")])
    assert run([command, "--lake", str(tmp_path)]) == 0
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert run([command, "--lake", str(tmp_path / "none")]) == 2


@pytest.mark.parametrize("kind", ["opml", "toml"])
def test_the_feeds_of_a_lake_are_a_list_of_feeds(
    kind: str, lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["feeds", "--lake", str(lake), "--format", kind]) == 0
    file = tmp_path / f"feeds.{kind}"
    file.write_text(capsys.readouterr().out)
    assert [feed.url for feed in load_feeds([str(file)])] == [URL]
