"""Read-only SQL over a lake: the right rows and types, and no way out of it."""

import os
import shlex
import signal
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Timer

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, Record, open_record
from newsbeam.pipeline.main import run
from newsbeam.schemas.article import Sighting
from newsbeam.schemas.ids import revision
from newsbeam.schemas.tables import TABLES

from .sample_lake import (
    END,
    FolderLake,
    found,
    make_actor,
    make_article,
    write_rows,
    write_sample_lake,
)

ARTICLE = make_article("https://a.example/1", "Old title", "Nino Beridze spoke.")
CORRECTED = replace(
    ARTICLE,
    title="New title",
    revision=revision("New title", ARTICLE.text),
    fetched_at=END + timedelta(hours=1),
)
NINO = ("Nino Beridze", "person", "x:nino", None)
DAMAGED = f"{'ba' * 16}.parquet"


class BucketLake(FolderLake):
    """A lake that can only be reached by `list` and `read`, and counts what is read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.url, self.reads = "gs://bucket/lake", []

    def read(self, name: str) -> bytes:
        self.reads.append(name)
        return super().read(name)


@pytest.fixture
def lake(tmp_path: Path) -> FolderLake:
    root = tmp_path / "lake"
    write_rows(root, "articles", [ARTICLE, CORRECTED])
    write_rows(root, "actors", [make_actor(a, *NINO) for a in (ARTICLE, CORRECTED)])
    return FolderLake(root)


def one(record: Record, sql: str, *params: object) -> object:
    return found(record, sql, params)[0][0]


def test_articles_are_the_latest_revision_and_articles_all_is_every_one(lake):
    with open_record(lake) as record:
        assert found(record, "SELECT title FROM articles") == [("New title",)]
        assert one(record, "SELECT count(*) FROM articles_all") == 2


def test_an_edit_that_is_undone_is_not_the_latest_revision(lake):
    again = Sighting(ARTICLE.article_id, "feed", END + timedelta(days=1), 0, ARTICLE.revision)
    before = Sighting(ARTICLE.article_id, "feed", END - timedelta(days=1), 0)  # of older versions
    write_rows(lake.root, "sightings", [again, before])
    with open_record(lake) as record:
        assert found(record, "SELECT title FROM articles") == [("Old title",)]
        assert found(record, "SELECT revision FROM actors") == [(ARTICLE.revision,)]


def test_the_words_of_a_feed_whose_page_is_missing_hide_no_text(tmp_path):
    stub = replace(
        CORRECTED, text="Summary.", revision=revision("New title", "Summary."),
        page_problem="timeout", fetched_at=END + timedelta(days=1),
    )  # fmt: skip
    write_rows(tmp_path, "articles", [ARTICLE, stub])
    write_rows(tmp_path, "sightings", [Sighting(stub.article_id, "feed", END, 0, stub.revision)])
    with open_record(FolderLake(tmp_path)) as record:
        assert found(record, "SELECT title FROM articles") == [("Old title",)]
        assert one(record, "SELECT count(*) FROM articles_all") == 2


def test_of_wordings_of_one_poll_the_one_that_the_feed_shows_is_the_latest(lake):
    shown = Sighting(ARTICLE.article_id, "feed", ARTICLE.first_seen_at, 0, ARTICLE.revision)
    write_rows(lake.root, "sightings", [shown])
    with open_record(lake) as record:
        assert found(record, "SELECT title FROM articles") == [("Old title",)]


def test_annotations_follow_the_latest_revision(lake):
    with open_record(lake) as record:
        assert found(record, "SELECT revision FROM actors") == [(CORRECTED.revision,)]
        assert one(record, "SELECT count(*) FROM actors_all") == 2


def test_of_the_annotations_of_a_revision_the_newest_are_shown(tmp_path):
    noon = END + timedelta(days=1)
    other = make_article("https://a.example/2", "t", "Nino and EU.")
    eu = make_actor(ARTICLE, "EU", "organisation", "x:eu", None)
    old, nino = make_actor(ARTICLE, *NINO), make_actor(ARTICLE, *NINO[:2], "Q1", None)
    write_rows(tmp_path, "articles", [ARTICLE, other])
    write_rows(
        tmp_path, "actors", [old, eu, make_actor(other, *NINO)]
    )  # of a version without times
    shown = "SELECT article_id, actor_id FROM actors ORDER BY ALL"
    with open_record(FolderLake(tmp_path)) as record:
        assert len(found(record, shown)) == 3
    write_rows(tmp_path, "actors", [replace(who, annotated_at=noon) for who in (old, nino)])
    write_rows(
        tmp_path, "actors", [replace(nino, annotated_at=noon + timedelta(hours=1), role="x")]
    )
    with open_record(FolderLake(tmp_path)) as record:
        expected = {(ARTICLE.article_id, "Q1"), (other.article_id, "x:nino")}
        assert found(record, shown) == sorted(expected)
        assert one(record, "SELECT count(*) FROM actors_all") == 6


def test_annotations_whose_article_was_never_committed_are_not_shown(tmp_path):
    write_rows(tmp_path, "actors", [make_actor(ARTICLE, *NINO)])
    with open_record(FolderLake(tmp_path)) as record:
        assert found(record, "FROM actors") == []
        assert len(found(record, "FROM actors_all")) == 1


def test_of_revisions_fetched_at_the_same_time_one_is_chosen_always_the_same(tmp_path):
    twin = replace(CORRECTED, fetched_at=ARTICLE.fetched_at)
    write_rows(tmp_path, "articles", [ARTICLE, twin])
    with open_record(FolderLake(tmp_path)) as record:
        expected = max(ARTICLE.revision, twin.revision)
        assert found(record, "SELECT revision FROM articles") == [(expected,)]


def test_an_empty_lake_has_every_table_with_the_types_of_a_full_one(tmp_path):
    full = write_sample_lake(tmp_path / "full")
    with open_record(full) as record, open_record(FolderLake(tmp_path / "no")) as empty:
        for table in TABLES:
            described = f"SELECT column_name, column_type FROM (DESCRIBE {table}) ORDER BY 1"
            assert found(empty, f"FROM {table}") == []
            assert found(empty, described) == found(record, described)
            assert found(record, f"FROM {table}") != []


def test_the_partition_key_is_a_date_and_times_are_utc(lake):
    with open_record(lake) as record:
        answer = record.answer("SELECT published_date, published_at FROM articles")
    assert answer.schema.types == [pa.date32(), pa.timestamp("us", "UTC")]
    (row,) = answer.to_pylist()
    assert row == {"published_date": date(2026, 3, 31), "published_at": END}
    assert row["published_at"].utcoffset() == timedelta(0)


def test_files_of_older_and_newer_versions_are_read_together(lake):
    folder = lake.root / "articles" / "published_date=2026-03-31"
    old = pa.table({"article_id": ["x"], "revision": ["r"], "fetched_at": [END], "novel": [1]})
    pq.write_table(old, folder / f"{'0f' * 16}.parquet")
    with open_record(lake) as record:
        rows = found(record, "SELECT article_id, title, novel FROM articles ORDER BY novel")
    assert rows == [("x", None, 1), (ARTICLE.article_id, "New title", None)]


def test_what_is_not_ours_in_the_lake_is_passed_over(lake, caplog):
    folder = lake.root / "articles" / "published_date=2026-03-31"
    (folder / ".half.parquet").write_bytes(b"PAR1")
    (folder / "half.parquet.tmp").write_bytes(b"PAR1")
    (folder / "mine.parquet").write_bytes(b"mine")
    (folder / "README.txt").write_bytes(b"mine")
    (lake.root / "articles" / "notes.parquet").write_bytes(b"mine")
    with open_record(lake) as record:
        assert one(record, "SELECT count(*) FROM articles") == 1
    assert caplog.messages == []


DAMAGES = [b"", b"PAR1", b"PAR1PAR1", b"not parquet at all", b"PAR1 and torn off then", b"to PAR1"]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", [FolderLake, BucketLake])
def test_a_damaged_file_is_named_once_and_left_out_of_the_answer(kind, damage, lake, caplog):
    bad = f"articles/published_date=2026-03-31/{DAMAGED}"
    (lake.root / bad).write_bytes(damage)
    damaged = kind(lake.root)
    with open_record(damaged) as record:
        for _ in range(2):
            assert found(record, "SELECT title FROM articles") == [("New title",)]
    (said,) = caplog.messages
    assert said.startswith(f"{damaged.url}/{bad} is damaged or no Parquet file")
    assert "move it away" in said
    assert "\n" not in said


def test_a_table_of_damaged_files_alone_is_empty(tmp_path):
    path = tmp_path / "polls" / "polled_date=2026-03-31" / DAMAGED
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    with open_record(FolderLake(tmp_path)) as record:
        assert found(record, "FROM polls") == []


def test_a_file_that_is_damaged_within_is_named_in_the_error(lake):
    bad = lake.root / "articles" / "published_date=2026-03-31" / DAMAGED
    bad.write_bytes(b"PAR1 not parquet at all PAR1")
    with open_record(lake) as record, pytest.raises(QueryError, match=DAMAGED):
        record.rows("FROM articles")


@pytest.mark.parametrize("command", ["query 'FROM articles'", "top sources", "report --out OUT"])
def test_a_damaged_file_stops_no_command(command, lake, tmp_path, capsys):
    (lake.root / "articles" / "published_date=2026-03-31" / DAMAGED).write_bytes(b"torn")
    asked = command.replace("OUT", str(tmp_path / "report.html"))
    assert run(shlex.split(f"{asked} --lake {lake.root} --quiet")) == 0
    assert f"{DAMAGED} is damaged" in capsys.readouterr().err


def test_a_lake_whose_name_is_hard_to_quote_is_read(lake, tmp_path):
    odd = tmp_path / "o'dd [lake]*"
    lake.root.rename(odd)
    with open_record(FolderLake(odd)) as record:
        assert one(record, "SELECT count(*) FROM articles") == 1


def test_parameters_are_values_and_never_sql(lake):
    with open_record(lake) as record:
        sql = "SELECT count(*) FROM articles WHERE title = $title"
        assert found(record, sql, {"title": "New title"}) == [(1,)]
        assert found(record, sql, {"title": "' OR true --"}) == [(0,)]


def test_of_a_bucket_only_the_tables_asked_for_are_copied_and_once(lake):
    bucket = BucketLake(lake.root)
    with open_record(bucket) as record:
        for _ in range(2):
            assert one(record, "SELECT count(*) FROM articles") == 1
        assert {name.split("/")[0] for name in bucket.reads} == {"articles"}
        assert one(record, "SELECT count(*) FROM Actors") == 1
        mirror = record._root
        assert mirror.exists()
    assert len(bucket.reads) == 2
    assert not mirror.exists()


def test_of_a_bucket_partitions_before_since_are_left_where_they_are(lake):
    early = make_article("https://a.example/2", "Early", "x", datetime(2026, 1, 1, tzinfo=UTC))
    write_rows(lake.root, "articles", [early])
    bucket = BucketLake(lake.root)
    with open_record(bucket, since=date(2026, 3, 1)) as record:
        assert found(record, "SELECT title FROM articles") == [("New title",)]
    assert len(bucket.reads) == 1


def test_a_bucket_cannot_name_a_file_outside_the_mirror(lake):
    class Hostile(BucketLake):
        def list(self, folder: str) -> list[str]:
            day = "articles/published_date=2026-01-01"
            return [f"{day}/../../../../x.parquet", f"{day}/a/b.parquet", "/etc/x.parquet"]

    bucket = Hostile(lake.root)
    with open_record(bucket) as record:
        assert found(record, "FROM articles") == []
    assert bucket.reads == []


READS = [
    "SELECT 1",
    "SELECT 1;",
    "-- a note\nSELECT ';' AS semicolon",
    "(SELECT 1) UNION ALL SELECT 2",
    "FROM articles",
    "VALUES (1)",
    "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n",
    "DESCRIBE articles",
    "SHOW TABLES",
    """SELECT '"type":"COPY_QUERY_NODE"' AS text""",
]


@pytest.mark.parametrize("sql", READS)
def test_any_single_select_is_answered(sql, lake):
    with open_record(lake) as record:
        answer = record.answer(sql)
        assert answer.num_columns
        assert answer.num_rows


ATTACKS = [
    "",
    "SELECT",
    "SELECT 1; SELECT 2",
    "SELECT 1; COPY (SELECT 1) TO '{lake}/articles/x.parquet'",
    "COPY (SELECT 1) TO '{lake}/articles/x.parquet'",
    "COPY articles TO '/tmp/newsbeam-test-x.csv'",
    "WITH x AS (COPY (SELECT 1) TO '{lake}/articles/x.parquet') FROM x",
    "WITH x AS MATERIALIZED (COPY (SELECT 1) TO '{lake}/articles/x.parquet') SELECT 1",
    "SELECT * FROM (WITH x AS (COPY (SELECT 1) TO '{lake}/articles/x.parquet') FROM x)",
    "SELECT * FROM query('COPY (SELECT 1) TO ''{lake}/articles/x.parquet''')",
    "WITH x AS (INSERT INTO articles_all SELECT * FROM articles RETURNING 1) FROM x",
    "ATTACH '/tmp/newsbeam-test-x.db'",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "SET threads = 1",
    "RESET lock_configuration",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPORT DATABASE '/tmp/newsbeam-test-x'",
    "CREATE TABLE t AS SELECT 1",
    "DROP VIEW articles",
    "DELETE FROM articles",
    "EXPLAIN ANALYZE SELECT 1",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_text('{lake}/articles/../secret.txt')",
    "SELECT * FROM read_text('{lake}/secret.txt')",
    "SELECT * FROM read_parquet('https://example.com/x.parquet')",
    "SELECT getenv('HOME')",
    "SELECT * FROM secret_of_this_process",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000,
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_everything_else_is_refused_in_a_sentence_and_changes_nothing(sql, lake):
    secret_of_this_process = pa.table({"a": [1]})
    assert secret_of_this_process.num_rows == 1
    (lake.root / "secret.txt").write_text("secret")
    before = sorted(lake.root.rglob("*"))
    with open_record(lake) as record:
        with pytest.raises(QueryError) as caught:
            record.rows(sql.replace("{lake}", str(lake.root)))
        assert 10 < len(str(caught.value)) < 400
        assert "\n" not in str(caught.value)
        assert one(record, "SELECT count(*) FROM articles") == 1
    assert sorted(lake.root.rglob("*")) == before
    assert not [name for name in os.listdir("/tmp") if name.startswith("newsbeam-test-x")]


def test_a_query_that_needs_too_much_memory_says_so(lake, monkeypatch):
    monkeypatch.setattr("newsbeam.analysis.query.MEMORY_LIMIT", "20MB")
    with open_record(lake) as record, pytest.raises(QueryError, match="more than 20MB"):
        record.rows("SELECT array_agg(i) FROM range(9000000) t(i)")


def test_a_query_that_never_ends_ends_with_ctrl_c(lake):
    loop = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    # A shell that starts the tests in the background has Ctrl-C ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with open_record(lake) as record:
        Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            record.rows(loop)
        assert one(record, "SELECT count(*) FROM articles") == 1
    signal.signal(signal.SIGINT, before)


def test_an_unknown_table_is_answered_with_the_names_of_the_known(lake):
    with open_record(lake) as record, pytest.raises(QueryError, match="articles, actors, topics"):
        record.rows("FROM artikles")


@pytest.mark.parametrize("sql", ["SELECT sum(title) FROM articles", f"SELECT {'x' * 1000}"])
def test_an_error_is_no_longer_than_a_person_reads(sql, lake):
    with open_record(lake) as record, pytest.raises(QueryError) as refused:
        record.answer(sql)
    assert 20 < len(str(refused.value)) <= 300


def test_an_answer_becomes_parquet_with_its_types_even_when_it_is_empty(lake, tmp_path):
    sql = 'SELECT *, name AS "a ""quoted"" name" FROM actors'
    with open_record(lake) as record:
        for more in ("", " WHERE false"):
            answer = record.answer(sql + more)
            with (tmp_path / "a.parquet").open("wb") as out:
                write_answer(answer, "parquet", out)
            with duckdb.connect() as connection:
                read = connection.read_parquet(str(tmp_path / "a.parquet"))
                assert (read.columns, read.types) == (
                    connection.from_arrow(answer).columns,
                    connection.from_arrow(answer).types,
                )
                assert len(read.fetchall()) == answer.num_rows
