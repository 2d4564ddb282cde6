"""Batches: each wording is visible once, with its annotations, whoever dies, waits or is at it too.

Larger crowds and more kills are `make slow`'s.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made
from lake_rows import doubled, rows, titles
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.tables import annotation_tables
from newsbeam.transforms.lake.batches import add_articles, is_there, key_of
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.storage import Lake, open_lake
from racers import RACERS, Died, StagedLake, at_once, dies_at, dying, paused, processes_at_once

NEXT_DAY = made.NOON + timedelta(days=1)
FILES = [f"{table}/" for table in (*annotation_tables(), "articles")]  # in the order of writing


def add(lake: Lake, *numbers: int, articles: Iterable[AnnotatedArticle] = ()) -> set[str]:
    """Add these articles, as a process without any memory; which are new, by title."""
    batch = [*map(made.annotated, numbers), *articles]
    new = add_articles(lake, Claims(lake), batch).new
    return {one.article.title for one in batch if key_of(one.article) in new}


def holds(lake: Lake, *numbers: int) -> None:
    """The lake holds these articles, each once, each with its row in every annotation table."""
    assert doubled(lake.url) == {}
    expected = sorted(key_of(made.article(n)) for n in numbers)
    for table in FILES:
        found = [(row["article_id"], row["revision"]) for row in rows(lake.url, table[:-1])]
        assert sorted(found) == expected, table


def test_the_same_batch_twice_adds_nothing(lake: Lake):
    assert add(lake, 1, 2, 3) == {"Title 1", "Title 2", "Title 3"}
    before = lake.list("")
    assert add(lake, 3, 2, 1) == set()
    assert lake.list("") == before
    holds(lake, 1, 2, 3)


def test_of_an_overlapping_batch_the_rest_is_added(lake: Lake):
    add(lake, 1, 2)
    assert add(lake, 2, 3) == {"Title 3"}
    holds(lake, 1, 2, 3)


@given(st.lists(st.sets(st.integers(0, 8)), max_size=5))
@settings(deadline=None, max_examples=15)
def test_however_articles_are_cut_into_batches_each_is_there_once(tmp_path_factory, batches):
    lake = open_lake(str(tmp_path_factory.mktemp("lake")))
    for batch in batches:
        add(lake, *batch)
    holds(lake, *set().union(*batches))


def test_annotations_are_put_first_and_articles_last(local_lake: Lake):
    put: list[str] = []
    staged = StagedLake(local_lake.url, after=put.append)
    add(staged, 1, 2)
    tables = [name.split("/")[0] for name in put]
    assert [name for name in tables if name != "state"] == [*annotation_tables(), "articles"]
    assert tables[0] == tables[-1] == "state"  # claimed before, noted after


def test_an_article_in_which_nothing_was_found_is_written_all_the_same(lake: Lake):
    assert add(lake, articles=[made.read(1)]) == {"Title 1"}
    assert titles(lake.url) == ["Title 1"]
    assert lake.folders("actors") == []


def test_articles_of_several_days_lie_in_the_folders_of_their_utc_days(lake: Lake):
    late = made.NOON.replace(hour=23, minute=59)
    batch = [made.annotated(1, published_at=late), made.annotated(2, published_at=NEXT_DAY)]
    add(lake, articles=batch)
    for table in FILES:
        days = [name.split("/")[1] for name in lake.list(table[:-1])]
        assert days == ["published_date=2026-03-01", "published_date=2026-03-02"]


def test_wordings_of_one_article_lie_in_one_day_whatever_their_sources_say(lake: Lake):
    add(lake, 1)
    later = made.annotated(1, text="Corrected.", published_at=NEXT_DAY)
    add(lake, articles=[later])
    first, second = sorted(rows(lake.url, "articles"), key=lambda row: row["text"], reverse=True)
    assert first["published_at"] == second["published_at"] == made.NOON
    assert second["date_problem"] == "kept the first date; this source says 2026-03-02 12:00"
    assert {row["published_at"] for row in rows(lake.url, "actors")} == {made.NOON}
    assert len(lake.folders("articles")) == len(lake.folders("actors")) == 1


def test_two_wordings_with_two_dates_that_come_at_once_lie_in_one_day(lake: Lake):
    def add_wording(n: int) -> bool:
        said = made.NOON + timedelta(days=n)
        return bool(add(lake, articles=[made.annotated(1, text=f"{n}", published_at=said)]))

    assert at_once(add_wording) == RACERS
    assert len(lake.folders("articles")) == 1
    assert len({row["published_at"] for row in rows(lake.url, "articles")}) == 1
    assert sorted(row["text"] for row in rows(lake.url, "articles")) == list("01234567")


def test_eight_threads_with_overlapping_batches_add_each_wording_once(lake: Lake):
    added: Counter[str] = Counter()

    def add_some(n: int) -> bool:
        added.update(add(lake, *range(n, n + 6)))
        return True

    at_once(add_some)
    holds(lake, *range(13))
    assert set(added) == {f"Title {n}" for n in range(13)}


WRITER = """
import sys
from newsbeam.transforms.lake.storage import open_lake
from test_batches import add
lake, first = open_lake(sys.argv[1]), int(sys.argv[2])
def race():
    for n in range(first, first + 15, 3):
        add(lake, *range(n, n + 7))
"""


def test_processes_with_overlapping_batches_add_each_wording_once(local_lake: Lake):
    processes_at_once(WRITER, [(local_lake.url, str(first)) for first in (0, 2, 4)])
    holds(local_lake, *range(23))


@pytest.mark.parametrize("others", [(1, 2, 3), (2, 3, 4), (2,)], ids=["same", "overlap", "part"])
@pytest.mark.parametrize("last", ["state/", *FILES])
def test_what_a_death_left_half_written_is_found_and_only_the_rest_is_written(
    local_lake: Lake, last: str, others: tuple[int, ...]
):
    with dying():
        add(StagedLake(local_lake.url, after=dies_at(last)), 1, 2, 3)
    add(local_lake, *others)
    add(local_lake, 1, 2, 3)
    holds(local_lake, *{1, 2, 3, *others})


@pytest.mark.parametrize("second", FILES)
@pytest.mark.parametrize("first", FILES[:-1])
def test_what_two_deaths_left_half_written_is_found_too(local_lake: Lake, first: str, second: str):
    with dying():
        add(StagedLake(local_lake.url, after=dies_at(first)), 1, 2)
    with dying():  # it seals the first batch, and has written some of its own
        add(StagedLake(local_lake.url, after=dies_at(second, times=2)), 2, 3)
    add(local_lake, 2, 4)
    add(local_lake, 1, 2, 3, 4)
    holds(local_lake, 1, 2, 3, 4)


@pytest.mark.parametrize("file", FILES)
def test_a_writer_that_was_paused_adds_and_loses_nothing_when_it_goes_on(
    local_lake: Lake, file: str
):
    added: list[set[str]] = []
    with paused(file, lambda lake: added.append(add(lake, 1, 2, 3)), local_lake.url):
        added.append(add(local_lake, 2, 3, 4))
    holds(local_lake, 1, 2, 3, 4)
    assert Counter(title for new in added for title in new) == Counter(
        f"Title {n}" for n in (1, 2, 3, 4)
    )


def test_a_paused_writer_and_its_successor_may_take_turns(local_lake: Lake):
    with (
        paused("articles/", lambda lake: add(lake, 1, 2, 3), local_lake.url),
        paused("articles/published_date=2026-03-01/", lambda lake: add(lake, 2, 3, 4),
               local_lake.url),
    ):  # fmt: skip
        add(local_lake, 3, 4, 5)
    holds(local_lake, 1, 2, 3, 4, 5)


def test_an_upload_that_lands_after_its_writer_was_given_up_is_refused(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    """The request was on its way when the writer died; the storage gets to it much later."""
    late: list[tuple[str, bytes]] = []
    put_new = type(lake).put_new

    def on_its_way(self: Lake, name: str, data: bytes) -> bool:
        if name.startswith("articles/"):
            late.append((name, data))
            raise Died(name)
        return put_new(self, name, data)

    with monkeypatch.context() as patched, dying():
        patched.setattr(type(lake), "put_new", on_its_way)
        add(lake, 1, 2)
    assert add(lake, 2, 3) == {"Title 2", "Title 3"}
    assert not lake.put_new(*late[0])
    add(lake, 1)
    holds(lake, 1, 2, 3)


def test_a_batch_that_was_damaged_is_passed_over_and_written_again(local_lake: Lake):
    with dying():  # before it could note that its articles are there
        add(StagedLake(local_lake.url, after=dies_at("articles/")), 1, 2)
    (name,) = local_lake.list("articles")
    Path(local_lake.url, name).write_bytes(b"torn")
    assert add(local_lake, 1, 2) == {"Title 1", "Title 2"}
    local_lake.delete(name)
    holds(local_lake, 1, 2)


def test_a_wording_is_there_only_when_its_row_is(local_lake: Lake):
    key = key_of(made.article(1))

    def there() -> bool:
        return is_there(local_lake, Claims(local_lake).read([key[0]])[key[0]], key)

    assert not there()
    with dying():
        add(StagedLake(local_lake.url, before=dies_at("articles/")), 1)
    assert not there()  # only claimed
    with dying():
        add(StagedLake(local_lake.url, after=dies_at("articles/")), 1)
    assert there()  # though nobody could note it
    add(local_lake, 1)
    assert there()


def test_who_finds_a_wording_there_notes_it(local_lake: Lake):
    with dying():
        add(StagedLake(local_lake.url, after=dies_at("articles/")), 1)
    add(local_lake, 1, 2)
    article_id, revision = key_of(made.article(1))
    assert Claims(local_lake).read([article_id])[article_id].wordings[revision].batch == ""


def test_claims_say_which_visit_brought_a_wording_but_not_where_its_page_is_missing(lake: Lake):
    whole, part = made.read(1), made.read(2, page_problem="timeout: no answer")
    part = replace(part, origins=(replace(part.origins[0], page_missing=True),))
    found = add_articles(lake, Claims(lake), [whole, part]).claims
    marks = [
        found[one.article.article_id].wordings[one.article.revision].visits for one in (whole, part)
    ]
    assert list(map(len, marks)) == [1, 0]


def test_a_pause_in_these_tests_is_one(local_lake: Lake):
    done = Event()
    with paused("articles/", lambda lake: (add(lake, 1), done.set()), local_lake.url):
        assert titles(local_lake.url) == []
        assert not done.is_set()
    assert done.is_set()
    assert titles(local_lake.url) == ["Title 1"]
