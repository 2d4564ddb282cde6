"""A lake from Python: `newsbeam.open`, and the questions about one actor as commands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import newsbeam
from newsbeam.analysis.query import QueryError, open_record
from newsbeam.analysis.views import READY
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import reading
from newsbeam.pipeline.errors import UsageError
from newsbeam.schemas.annotations import Quote

from .sample_lake import END, FolderLake, make_actor, make_article, tuples, write_rows

EARLY = END - timedelta(days=3)
NINO, EU = ("Nino", "person", "x:nino", "minister"), ("EU", "organisation", "x:eu", None)
BATUMI = ("Batumi port", "organisation", "x:port", None)
FIRST = make_article("https://a.example/1", "Nino", "Nino met EU.", END)
SECOND = make_article("https://b.example/2", "Nino", "Nino again.", EARLY, source="b.example")
THIRD = make_article("https://b.example/3", "EU", "Batumi and EU.", EARLY, source="b.example")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("lake")
    write_rows(root, "articles", [FIRST, SECOND, THIRD])
    named = [(FIRST, NINO), (FIRST, EU), (SECOND, NINO), (THIRD, EU), (THIRD, BATUMI)]
    actors = [replace(make_actor(article, *who), confidence=0.5) for article, who in named]
    write_rows(root, "actors", [replace(actors[0], confidence=0.9), *actors[1:]])
    shared = {n: getattr(FIRST, n) for n in ("article_id", "revision", "published_at", "source")}
    said = Quote(**shared, quote="met", actor_id="x:nino", speaker_name="Nino", confidence=0.9)
    write_rows(root, "quotes", [said])
    return root


@pytest.fixture(scope="module")
def news(root):
    with newsbeam.open(str(root)) as news:
        yield news


def test_the_questions_have_the_answers_of_the_commands(news, root, capsys):
    assert news.top_actors(limit=1)["actor_id"].to_pylist() == ["x:nino"]
    assert news.top_sources(source="b.example").num_rows == 1
    assert tuples(news.timeline("nino")) == [
        (EARLY.date(), 1, 2, 1),
        (END.date(), 1, 2, 1),
    ]
    assert news.timeline("Nino", since="2026-03-31", until="2026-03-31").num_rows == 1
    assert news.timeline("Nino", since="1d").num_rows == 0
    assert tuples(news.cooccur("x:eu"))[0][:5] == ("Nino", "person", "x:nino", 1, 0.5)
    reading.main(parse(["timeline", "Nino", "--lake", str(root), "--format", "csv"]))
    assert capsys.readouterr().out.splitlines()[1] == "2026-03-28,1,2,1"


def test_a_part_of_a_name_is_enough_and_told(root, capsys, caplog):
    caplog.set_level("INFO", logger="newsbeam")
    reading.main(parse(["cooccur", "batumi", "--lake", str(root), "--format", "csv"]))
    assert capsys.readouterr().out.splitlines()[1].startswith("EU,organisation,x:eu,1,1.0,1")
    assert "this is Batumi port (x:port), in 1 articles" in caplog.text


def test_an_actor_that_nobody_named_is_an_empty_answer_with_a_reason(root, capsys, caplog):
    caplog.set_level("INFO", logger="newsbeam")
    assert reading.main(parse(["timeline", "Nobody", "--lake", str(root), "--format", "csv"])) == 0
    assert capsys.readouterr().out == "day,articles,mentions,sources\n"
    assert "no actor is called Nobody" in caplog.text


def test_tables_come_as_arrow_pandas_and_polars(news):
    assert news.arrow("articles").num_rows == 3
    assert news.arrow("articles", source="b.example").num_rows == 2
    assert set(READY) <= set(news.names)
    with pytest.raises(QueryError, match="there is no 'x'"):
        news.arrow("x")
    with pytest.raises(QueryError, match="WHERE"):
        news.arrow("articles_all", since="7d")
    why = "is not installed"
    pytest.importorskip("pandas", reason=f"pandas {why}")
    assert len(news.pandas("actors")) == 5
    pytest.importorskip("polars", reason=f"polars {why}")
    assert news.polars("actors").height == 5


def test_where_there_is_no_lake_a_sentence_says_so(tmp_path):
    with pytest.raises(ValueError, match="is no lake"):
        newsbeam.open(str(tmp_path))


def test_ready_views_answer_at_once(root, tmp_path):
    with open_record(FolderLake(root)) as record:
        (named,) = record.rows("FROM quotes_named")
        assert (named["speaker_name"], named["speaker_role"]) == ("Nino", "minister")
        assert [row["name"] for row in record.rows("FROM actors_sure")] == ["Nino"]
        pairs = record.rows("FROM cooccurrence ORDER BY other_id")
        assert [(row["actor_id"], row["other_id"], row["articles"]) for row in pairs] == [
            ("x:eu", "x:nino", 1),
            ("x:eu", "x:port", 1),
        ]
        assert record.rows("FROM daily_topics") == []
    with open_record(FolderLake(tmp_path)) as empty:
        for view in READY:
            assert empty.rows(f"FROM {view}") == []


def test_a_query_may_stand_in_a_file(root, tmp_path, capsys):
    file = tmp_path / "q.sql"
    file.write_text("SELECT count(*) AS n\nFROM actors_sure")
    reading.main(parse(["query", "--file", str(file), "--lake", str(root), "--format", "csv"]))
    assert capsys.readouterr().out == "n\n1\n"
    file.write_text("SELECT * FROM daily_topics")
    reading.main(parse(["query", "--file", str(file), "--lake", str(root), "--format", "csv"]))
    with pytest.raises(UsageError, match="cannot be read"):
        reading.main(parse(["query", "--file", "nowhere", "--lake", str(root)]))
    for asked in (["SELECT 1", "--file", "x"], []):
        with pytest.raises(UsageError, match="--file"):
            parse(["query", *asked, "--lake", str(root)])


def test_days_are_dates(news):
    assert news.timeline("x:eu")["day"].to_pylist()[0] == date(2026, 3, 28)
