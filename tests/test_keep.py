"""Tables, publishing and settling: a row is there once, at one place, complete."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made
from newsbeam.schemas.article import Article
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.claims import claimed_date, date_of
from newsbeam.transforms.lake.failures import (
    close_letters,
    dead_letter,
    enriching_id,
    file_letters,
    reading_id,
)
from newsbeam.transforms.lake.publish import publish, withdraw
from newsbeam.transforms.lake.storage import NotThere, open_lake
from newsbeam.transforms.lake.tables import arrow_schema, day_of, file_name, read_rows, to_parquet
from newsbeam.transforms.settle_articles import first_date, settle
from newsbeam.transforms.write_articles import write_day

DAY = "2026-03-01"
ARTICLES = TABLES["articles"]


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_an_explicit_schema_without_null_types(name):
    schema = arrow_schema(name)
    assert schema.names == list(TABLES[name].record.__dataclass_fields__)
    assert "null" not in {str(field.type) for field in schema}


def test_rows_come_back_from_parquet_as_they_were():
    rows = [made.article(n, authors=("A", "B")) for n in range(3)]
    assert sorted(read_rows(Article, to_parquet(ARTICLES, rows)), key=lambda r: r.title) == rows
    actor = made.enriched(1).actors[0]
    assert read_rows(type(actor), to_parquet(TABLES["actors"], [actor])) == [actor]


@given(st.permutations(range(6)))
@settings(deadline=None)
def test_a_file_is_the_same_file_in_whatever_order_its_rows_come(order):
    rows = [made.article(n) for n in order]
    again = [made.article(n) for n in range(6)]
    assert file_name(ARTICLES, DAY, rows) == file_name(ARTICLES, DAY, again)
    assert to_parquet(ARTICLES, rows) == to_parquet(ARTICLES, again)


def test_ledger_rows_published_again_add_nothing_either(lake):
    for name, row in (("runs", made.run()), ("polls", made.poll())):
        assert publish(lake, TABLES[name], DAY, [row]) == [row]
        assert publish(lake, TABLES[name], DAY, [row]) == []


def test_a_file_lies_in_the_folder_of_its_utc_day(lake):
    late = made.NOON.replace(hour=23, minute=59)
    publish(lake, ARTICLES, day_of(late), [made.article(1, published_at=late)])
    (name,) = lake.list("articles")
    assert name.startswith("articles/published_date=2026-03-01/")


def test_published_again_nothing_is_added(lake):
    rows = [made.article(n) for n in range(3)]
    assert publish(lake, ARTICLES, DAY, rows) == rows
    assert publish(lake, ARTICLES, DAY, rows[::-1]) == []
    assert publish(lake, ARTICLES, DAY, [*rows, made.article(9)]) == [made.article(9)]
    assert len(lake.list("articles")) == 2


@given(st.lists(st.sets(st.integers(0, 8)), max_size=5))
@settings(deadline=None, max_examples=30)
def test_however_rows_are_cut_into_attempts_each_is_there_once(tmp_path_factory, attempts):
    lake = open_lake(str(tmp_path_factory.mktemp("lake")))
    for attempt in attempts:
        publish(lake, ARTICLES, DAY, [made.article(n) for n in attempt])
    found = [row for name in lake.list("articles") for row in read_rows(Article, lake.read(name))]
    assert sorted(row.title for row in found) == sorted(
        f"Title {n}" for n in set().union(*attempts)
    )


def test_annotations_left_by_a_crash_are_not_written_twice(lake):
    one, two = made.enriched(1), made.enriched(2)
    publish(lake, TABLES["actors"], DAY, one.actors)  # then the process died
    write_day(lake, DAY, [one, two])
    rows = [r for name in lake.list("actors") for r in pq.read_table(_path(lake, name)).to_pylist()]
    assert len(rows) == 2
    assert len(lake.list("articles")) == 1


def _path(lake, name):
    return Path(lake.url, name)


def test_every_entry_behind_an_article_gets_its_outcome(lake):
    one = made.enriched(1)
    both = made.Enriched(
        made.Draft(one.draft.article, (*one.draft.carried, *made.draft(1, poll="q").carried)),
        one.actors,
    )
    outcomes = write_day(lake, DAY, [both])
    assert [(o.carried.poll_id, o.result) for o in outcomes] == [("p", "written"), ("q", "merged")]


def test_a_wording_that_is_there_is_not_news():
    draft = made.draft(1)
    settled = settle([draft], made.NOON, {draft.article.revision})
    assert settled.drafts == ()
    assert [o.result for o in settled.outcomes] == ["unchanged"]


def test_a_date_never_moves_once_the_article_has_one(lake):
    later = made.draft(1, text="Another wording.", published_at=made.NOON + timedelta(days=40))
    article_id = later.article.article_id
    assert date_of(lake, article_id) is None
    assert claimed_date(lake, article_id, made.NOON) == made.NOON == date_of(lake, article_id)
    date = claimed_date(lake, article_id, first_date([later]))
    (draft,) = settle([later], date, ()).drafts
    assert draft.article.published_at == made.NOON
    assert "the first date" in draft.article.date_problem


def test_of_feeds_that_disagree_the_earliest_stated_date_holds():
    early = made.draft(1, feed="a", published_at=made.NOON - timedelta(hours=9))
    unstated = made.draft(
        1, feed="b", published_from="fetch", published_at=made.NOON - timedelta(days=2)
    )
    drafts = [made.draft(1, feed="c"), unstated, early]
    (draft,) = settle(drafts, first_date(drafts), ()).drafts
    assert draft.article.published_at == early.article.published_at
    assert len(draft.carried) == 3


@given(st.permutations(range(4)))
def test_settling_does_not_depend_on_the_order_of_arrival(order):
    drafts = [
        made.draft(1, feed="a"),
        made.draft(1, feed="b", published_at=made.NOON + timedelta(hours=1)),
        made.draft(1, feed="c", text="Other words."),
        made.draft(1, feed="d", published_from="page"),
    ]
    shuffled = [drafts[i] for i in order]
    assert first_date(shuffled) == first_date(drafts)
    settled = settle(shuffled, made.NOON, ())
    assert settled == settle(drafts, made.NOON, ())
    assert len(settled.drafts) == 2


def test_raw_bytes_are_kept_once_and_found_by_their_hash(lake):
    sha256 = raw.keep(lake, b"<rss/>")
    assert raw.keep(lake, b"<rss/>") == sha256
    assert raw.fetch(lake, sha256) == b"<rss/>"
    assert len(lake.list("raw")) == 1
    with pytest.raises(NotThere):
        raw.fetch(lake, "0" * 64)


def test_half_a_surrogate_pair_stops_no_write():
    (row,) = read_rows(Article, to_parquet(ARTICLES, [made.article(1, guid="a\ud800b")]))
    assert row.guid == "a?b"


def test_what_is_withdrawn_from_a_day_is_gone_and_the_rest_of_it_stands(lake):
    rows = [made.article(n) for n in range(4)]
    publish(lake, ARTICLES, DAY, rows[:3])
    publish(lake, ARTICLES, DAY, rows[3:])
    withdraw(lake, ARTICLES, DAY, {(rows[1].article_id, rows[1].revision)})
    found = [row for name in lake.list("articles") for row in read_rows(Article, lake.read(name))]
    assert sorted(row.title for row in found) == ["Title 0", "Title 2", "Title 3"]
    withdraw(lake, ARTICLES, DAY, {(row.article_id, row.revision) for row in rows})
    assert lake.list("articles") == []


def test_withdrawing_what_is_not_there_touches_no_file(lake):
    publish(lake, ARTICLES, DAY, [made.article(1)])
    before = lake.list("articles")
    withdraw(lake, ARTICLES, DAY, {("nobody", "nothing")})
    assert lake.list("articles") == before


def letter(n, step="EnrichArticles"):
    """The dead letter of draft n at a step."""
    one = made.draft(n)
    name = (
        enriching_id(one.article.article_id, one.article.revision)
        if step == "EnrichArticles"
        else reading_id(step, one.carried[0])
    )
    return dead_letter(
        step, name, ValueError("timeout: it took too long"), {"n": n}, one.article.article_id,
        one.carried, failed_at=made.NOON,
    )  # fmt: skip


@pytest.mark.parametrize("step", ["EnrichArticles", "ExtractText"])
def test_a_dead_letter_is_closed_when_its_entry_succeeds_after_all(lake, step):
    file_letters(lake, DAY, [letter(1, step), letter(2, step)])
    close_letters(lake, write_day(lake, DAY, [made.enriched(1)]))
    (left,) = [r for name in lake.list("failures") for r in read_rows(Failure, lake.read(name))]
    assert left == letter(2, step).failure
    close_letters(lake, write_day(lake, DAY, [made.enriched(2)]))
    assert lake.list("failures") == []


def test_another_wording_of_an_article_closes_no_letter(lake):
    file_letters(lake, DAY, [letter(1)])
    close_letters(lake, write_day(lake, DAY, [made.enriched(1, text="Edited.")]))
    assert len(lake.list("failures")) == 1


def test_a_letter_that_fails_again_is_the_same_letter_and_closes_nothing(lake):
    for day in (DAY, "2026-04-01"):
        close_letters(lake, file_letters(lake, day, [letter(1)]))
    assert len(lake.list("failures")) == 1


def test_rows_are_read_without_the_threads_that_can_abort_a_process_at_its_end():
    """pyarrow.dataset brings them: in bare pyarrow 25, 2 of 40 processes ended with SIGABRT."""
    program = """if True:
        import sys, made
        from newsbeam.schemas.tables import TABLES
        from newsbeam.transforms.lake.tables import read_rows, to_parquet
        table = TABLES["articles"]
        assert read_rows(table.record, to_parquet(table, [made.article(1)])) == [made.article(1)]
        assert "pyarrow.dataset" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parent, check=True)
