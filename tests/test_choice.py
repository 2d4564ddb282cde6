"""A part of the record: every query sees that alone, whatever it counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.query import open_record
from newsbeam.schemas.annotations import Topic
from newsbeam.schemas.ledger import Failure, Poll

from .sample_lake import END, FolderLake, make_actor, make_article, make_quote, write_rows

EARLY = END - timedelta(days=30)
TABLES = ("articles", "actors", "topics", "quotes", "polls", "failures")
NEW = make_article("https://a.example/1", "a", "Nino: “So be it.”", source="a.example")
OLD = make_article(
    "https://b.example/2", "b", "Nino: “No.”", EARLY, source="b.example", language="ka"
)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """Of each table two rows: one new, of a.example and sure; one old, of b.example and unsure."""
    root = tmp_path_factory.mktemp("lake")
    write_rows(root, "articles", [NEW, OLD])
    sure = ((NEW, 0.9), (OLD, 0.6))
    actors = [
        replace(make_actor(article, "Nino", "person", "x:nino", None), confidence=confidence)
        for article, confidence in sure
    ]
    write_rows(root, "actors", actors)
    said = zip(sure, actors, ("So be it.", "No."), strict=True)
    write_rows(
        root,
        "quotes",
        [
            replace(make_quote(article, words, actor, "say"), confidence=confidence)
            for (article, confidence), actor, words in said
        ],
    )
    shared = ("article_id", "revision", "published_at", "source", "language")
    topics = [
        Topic(**{name: getattr(article, name) for name in shared}, code="x", score=score)
        for article, score in sure
    ]
    write_rows(root, "topics", topics)
    for feed, at, source in (("a", END, "a.example"), ("b", EARLY, "b.example")):
        poll = Poll(feed_id=feed, feed_url="u", source=source, polled_at=at)
        letter = Failure(
            failure_id=feed, step="s", error="e", message="m", element="{}", feed_id=feed,
            failed_at=at,
        )  # fmt: skip
        write_rows(root, "polls", [poll])
        write_rows(root, "failures", [letter])
    with open_record(FolderLake(root)) as record:
        yield record


def counts(record, **choice):
    """How many rows of each table are seen."""
    chosen = Chosen(record, Choice(**choice))
    return [chosen.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in TABLES]


@pytest.mark.parametrize(
    "choice",
    [
        {"since": END},
        {"until": END},
        {"source": "a.example"},
        {"since": EARLY, "until": END, "source": "b.example"},
    ],
)
def test_every_table_is_of_the_chosen_time_and_source(record, choice):
    assert counts(record) == [2] * 6
    assert counts(record, **choice) == [1] * 6


def test_what_is_published_when_a_period_ends_is_not_in_it(record):
    assert counts(record, since=EARLY, until=END) == [1] * 6
    assert counts(record, since=EARLY, until=END + timedelta(microseconds=1)) == [2] * 6
    assert counts(record, until=datetime(1990, 1, 1, tzinfo=UTC)) == [0] * 6


def test_a_language_is_of_articles_and_a_confidence_of_what_is_found_in_them(record):
    assert counts(record, language="ka") == [1, 1, 1, 1, 2, 2]
    assert counts(record, min_confidence=0.7) == [2, 1, 1, 1, 2, 2]
    assert counts(record, min_confidence=0.0) == [2] * 6


def test_the_letter_of_a_document_belongs_to_every_choice(tmp_path):
    letter = Failure(
        failure_id="d", step="ReadDocuments", error="e", message="m", element="{}", failed_at=END
    )
    write_rows(tmp_path, "failures", [letter])
    with open_record(FolderLake(tmp_path)) as record:
        assert counts(record, until=EARLY, source="a.example")[-1] == 1


def test_a_query_with_parts_and_values_of_its_own_is_narrowed_too(record):
    sql = "WITH n AS (SELECT count(*) AS n FROM articles) SELECT n + $more AS n FROM n"
    assert Chosen(record, Choice(source="a.example")).rows(sql, {"more": 5}) == [{"n": 6}]
    assert Chosen(record, Choice()).rows(sql, {"more": 5}) == [{"n": 7}]


def test_a_choice_is_never_read_as_sql(record):
    assert counts(record, source="'; DROP TABLE x; --")[:5] == [0] * 5


def test_what_is_less_than_likely_is_not_counted_unless_it_is_asked_for(tmp_path):
    actor = make_actor(NEW, "Nino", "person", "x:nino", None)
    unsure = replace(make_actor(NEW, "Ana", "person", "x:ana", None), confidence=0.4)
    unsaid = replace(make_actor(NEW, "Bo", "person", "x:bo", None), confidence=None)
    write_rows(tmp_path, "articles", [NEW])
    write_rows(tmp_path, "actors", [actor, unsure, unsaid])
    write_rows(
        tmp_path, "quotes", [replace(make_quote(NEW, "So be it.", unsure, "say"), confidence=0.4)]
    )
    with open_record(FolderLake(tmp_path)) as record:
        for choice, names, quotes in (
            (Choice(), ["Bo", "Nino"], 0),
            (Choice(min_confidence=0.0), ["Ana", "Nino"], 1),
        ):
            chosen = Chosen(record, choice)
            found = chosen.rows("SELECT name FROM actors ORDER BY name")
            assert [row["name"] for row in found] == names
            assert chosen.rows("SELECT count(*) AS n FROM quotes") == [{"n": quotes}]
