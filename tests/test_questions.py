"""The questions asked every day: articles counted once, within the days and sources asked for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.query import open_record
from newsbeam.analysis.questions import top_actors, top_sources, top_topics
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import reading
from newsbeam.pipeline.errors import UsageError
from newsbeam.schemas.annotations import Topic
from newsbeam.schemas.article import Sighting
from newsbeam.schemas.ids import revision

from .sample_lake import END, FolderLake, make_actor, make_article, tuples, write_rows

EARLY = END - timedelta(days=20)
NINO = ("Nino", "person", "x:nino", None)
EU = ("EU", "organisation", "x:eu", None)
FIRST = make_article("https://a.example/1", "Nino", "Nino met EU.", END, feed_id="a")
SECOND = make_article(
    "https://b.example/2", "b", "Nino again.", EARLY, source="b.example", language="ka", feed_id="b"
)
THIRD = make_article("https://b.example/3", "b", "EU", EARLY, source="b.example", feed_id="b2")
CORRECTED = replace(
    FIRST, title="Corrected", revision=revision("Corrected", FIRST.text),
    fetched_at=END + timedelta(hours=1),
)  # fmt: skip


def topic(article, code, label):
    shared = {n: getattr(article, n) for n in ("article_id", "revision", "published_at", "source")}
    return Topic(**shared, language=article.language, code=code, label=label)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    root = tmp_path_factory.mktemp("lake")
    articles = [FIRST, CORRECTED, SECOND, THIRD]
    write_rows(root, "articles", articles)
    found = [
        (FIRST, NINO),
        (FIRST, EU),
        (CORRECTED, NINO),
        (CORRECTED, EU),
        (SECOND, NINO),
        (THIRD, EU),
    ]
    write_rows(root, "actors", [make_actor(article, *who) for article, who in found])
    write_rows(root, "topics", [topic(a, "x:talks", "talks") for a in (CORRECTED, SECOND)])
    feeds = [Sighting(FIRST.article_id, feed, END, 0) for feed in ("a", "b", "c")]
    write_rows(root, "sightings", feeds)
    with open_record(FolderLake(root)) as record:
        yield record


def test_actors_are_counted_once_an_article_whatever_its_feeds_and_revisions(record):
    answer = top_actors(record)
    assert answer.column_names == [
        "name",
        "type",
        "actor_id",
        "articles",
        "mentions",
        "sources",
        "first",
        "last",
    ]
    first, last = date(2026, 3, 11), date(2026, 3, 31)
    assert tuples(answer) == [
        ("EU", "organisation", "x:eu", 2, 2, 2, first, last),
        ("Nino", "person", "x:nino", 2, 2, 2, first, last),
    ]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"since": date(2026, 3, 30)}, ["x:eu", "x:nino"]),
        ({"since": END + timedelta(seconds=1)}, []),
        ({"until": END}, ["x:eu", "x:nino"]),
        ({"until": EARLY}, []),
        (
            {"since": EARLY - timedelta(days=1), "until": date(2026, 3, 12), "language": "ka"},
            ["x:nino"],
        ),
        ({"source": "b.example", "language": "en"}, ["x:eu"]),
        ({"source": "' OR 1=1 --"}, []),
    ],
)  # fmt: skip
def test_actors_can_be_asked_for_by_day_source_and_language(asked, ids, record):
    chosen = Chosen(record, Choice(**asked))
    assert top_actors(chosen)["actor_id"].to_pylist() == ids


def test_no_more_rows_are_shown_than_were_asked_for(record):
    assert top_actors(record, limit=1)["actor_id"].to_pylist() == ["x:eu"]


def test_topics_and_sources_are_counted_the_same_way(record):
    assert tuples(top_topics(record)) == [
        ("talks", "medtop", "x:talks", 2, 2, date(2026, 3, 11), date(2026, 3, 31))
    ]
    assert [row[:5] for row in tuples(top_sources(record))] == [
        ("b.example", None, 2, 2, ["en", "ka"]),
        ("tbilisi-post.example", None, 1, 1, ["en"]),
    ]


@pytest.mark.parametrize("question", [top_actors, top_topics, top_sources])
def test_rows_shown_twice_while_files_are_merged_are_counted_once(question, tmp_path):
    for lake, copies in (("one", 1), ("two", 2)):
        for n in range(copies):
            for table, rows in (
                ("articles", [FIRST]),
                ("actors", [make_actor(FIRST, *NINO)]),
                ("topics", [topic(FIRST, "x:talks", "talks")]),
            ):
                (path,) = write_rows(tmp_path / lake, table, rows)
                path.rename(path.with_name(f"{path.stem}-{n}.parquet"))
    with open_record(FolderLake(tmp_path / "one")) as one:
        expected = tuples(question(one))
    with open_record(FolderLake(tmp_path / "two")) as two:
        assert len(two.rows("FROM actors")) == 2
        assert tuples(question(two)) == expected != []


def test_an_empty_lake_answers_with_columns_and_no_rows(tmp_path):
    with open_record(FolderLake(tmp_path)) as record:
        for question in (top_actors, top_topics, top_sources):
            answer = question(record)
            assert "articles" in answer.column_names
            assert answer.num_rows == 0


def test_since_an_hour_of_a_day_includes_the_rest_of_that_day(tmp_path, capsys):
    write_rows(tmp_path, "articles", [FIRST])
    for since, found in (("2026-03-31T17:00", 1), ("2026-04-01T00:30+14:00", 1), ("2026-04-01", 0)):
        asked = f"top sources --lake {tmp_path} --since {since} --format csv"
        reading.main(parse(asked.split()))
        assert len(capsys.readouterr().out.splitlines()) == 1 + found


@pytest.mark.parametrize(
    ("out", "says"), [("", "is a folder: name a file"), ("nowhere/r.html", "nowhere is no folder")]
)
def test_a_report_in_no_place_for_a_file_is_a_usage_error(out, says, tmp_path):
    write_rows(tmp_path, "articles", [FIRST])
    asked = ["report", "--lake", str(tmp_path), "--out", str(tmp_path / out)]
    with pytest.raises(UsageError, match=says):
        reading.main(parse(asked))
    assert [path.name for path in tmp_path.iterdir()] == ["articles"]


def test_an_actor_has_its_commonest_type_and_name_whatever_the_alphabet_says(tmp_path):
    articles = [make_article(f"https://a.example/{n}", "t", "Alat, ALAT") for n in range(5)]
    kinds = ["place", "organisation", "place", "organisation", "group"]
    actors = [
        make_actor(a, "Alat", kind, "x:alat", None) for a, kind in zip(articles, kinds, strict=True)
    ]
    actors[0] = replace(actors[0], name="ALAT")
    write_rows(tmp_path, "articles", articles)
    write_rows(tmp_path, "actors", actors[:3])
    with open_record(FolderLake(tmp_path)) as record:
        assert tuples(top_actors(record))[0][:2] == ("Alat", "place")
    write_rows(tmp_path, "actors", actors[3:])
    with open_record(FolderLake(tmp_path)) as record:  # two and two: always the same
        assert tuples(top_actors(record))[0][:2] == ("Alat", "organisation")


def test_labels_and_names_of_sources_are_the_commonest_too(tmp_path):
    names = ["Anna's Post", "The Post", "The Post"]
    articles = [
        make_article(f"https://a.example/{n}", "t", "t", source_name=name)
        for n, name in enumerate(names)
    ]
    write_rows(tmp_path, "articles", articles)
    labels = zip(articles, ["a talk", "talks", "talks"], strict=True)
    write_rows(tmp_path, "topics", [topic(a, "x:talks", label) for a, label in labels])
    with open_record(FolderLake(tmp_path)) as record:
        assert top_topics(record)["label"].to_pylist() == ["talks"]
        assert top_sources(record)["name"].to_pylist() == ["The Post"]


def test_only_what_is_sure_enough_is_counted_where_that_is_asked(tmp_path):
    write_rows(tmp_path, "articles", [FIRST])
    nino, eu = (make_actor(FIRST, *who) for who in (NINO, EU))
    write_rows(tmp_path, "actors", [replace(nino, confidence=0.5), replace(eu, confidence=0.9)])
    sure, unsure = topic(FIRST, "x:a", "a"), topic(FIRST, "x:b", "b")
    write_rows(tmp_path, "topics", [replace(sure, score=0.4), replace(unsure, score=0.06)])
    with open_record(FolderLake(tmp_path)) as record:
        sure, less, least = (
            Chosen(record, Choice(min_confidence=sure)) for sure in (0.9, 0.5, 0.4)
        )
        assert top_actors(sure)["name"].to_pylist() == ["EU"]
        assert top_actors(less).num_rows == 2
        assert top_topics(least)["label"].to_pylist() == ["a"]


def articles_found(asked, lake, capsys):
    """How many sources the answer of `top sources` lists."""
    assert reading.main(parse(f"top sources --lake {lake} --format csv {asked}".split())) == 0
    return len(capsys.readouterr().out.splitlines()) - 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("--since 2026-03-31 --until 2026-03-31", 1),
        ("--until 2026-03-31", 1),
        ("--until 2026-03-30", 0),
        ("--until 2026-03-31T18:00", 0),
        ("--until 2026-03-31T18:00:01", 1),
        ("--until 2026-03-31T22:00:01+04:00", 1),
        ("--until 9999-12-31", 1),
        ("--until 1s", 1),
    ],
)
def test_until_includes_the_day_that_it_names_and_ends_at_a_time(asked, found, tmp_path, capsys):
    write_rows(tmp_path, "articles", [FIRST])
    assert articles_found(asked, tmp_path, capsys) == found


@pytest.mark.parametrize(
    "asked",
    [
        "actors --since 2026-03-02 --until 2026-03-01",
        "actors --since 2026-03-01T12:00 --until 2026-03-01T12:00",
        "sources --min-confidence 0.5",
        "actors --min-confidence 1.5",
        "actors --min-confidence nan",
        "actors --since 0001-01-01T00:00+14:00",
    ],
)
def test_what_no_article_can_answer_is_refused(asked):
    with pytest.raises(UsageError, match=r"--(since|min-confidence)"):
        parse(f"top {asked} --lake x".split())
