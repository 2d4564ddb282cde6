"""The statements of `newsbeam sql` open the lake elsewhere, with the same rows as our own views."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest

from newsbeam.analysis.dialects import MADE, statements
from newsbeam.analysis.query import open_record
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import sql
from newsbeam.pipeline.lake_options import DIALECTS
from newsbeam.schemas.article import Sighting
from newsbeam.schemas.ids import revision
from newsbeam.schemas.tables import TABLES, annotation_tables
from newsbeam.transforms.lake.schema_files import schema_file, write_schemas
from newsbeam.transforms.lake.storage import open_lake
from newsbeam.transforms.lake.tables import day_of

from .sample_lake import END, FolderLake, make_actor, make_article, write_rows, write_sample_lake

REVISED = ("articles", *annotation_tables())


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A lake with an edit that was undone, an annotation made anew, and a table without rows."""
    root = tmp_path_factory.mktemp("lake")
    write_sample_lake(root)
    first = make_article("https://a.example/undone", "A", "Nino said so.", END)
    edited = replace(
        first, title="B", revision=revision("B", first.text), fetched_at=END + timedelta(hours=2)
    )
    write_rows(root, "articles", [first, edited])
    seen = END + timedelta(hours=3)  # the feed shows the first wording again
    write_rows(
        root, "sightings", [Sighting(first.article_id, "a", seen, 0, revision=first.revision)]
    )
    old = make_actor(first, "Nino", "person", "x:nino", None)
    new = replace(old, actor_id="Q1", kb_version="2", annotated_at=END)
    write_rows(root, "actors", [old, new])
    for path in (root / "failures").rglob("*.parquet"):
        path.unlink()
    write_schemas(open_lake(str(root)))
    return root


def has_rows(root):
    return lambda name: any((root / name).rglob("*.parquet"))


def ids_of(table):
    return ", ".join(TABLES[table].identity)


def expected(root, name, columns):
    with open_record(FolderLake(root)) as record:
        rows = record.rows(f"SELECT {columns} FROM {name}")
    return sorted(repr(tuple(row.values())) for row in rows)


def test_every_dialect_names_every_table_and_view(root):
    assert set(MADE) == set(DIALECTS)
    for dialect in DIALECTS:
        text = "\n".join(statements(dialect, "gs://b/lake", has_rows(root)))
        for table in TABLES:
            assert f"/{table}" in text
        for view in REVISED:
            assert f"{view}_all" in text


def test_duckdb_shows_the_same_rows_as_our_own_views(root):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for statement in statements("duckdb", str(root), has_rows(root)):
            connection.execute(statement)
        for name in (*TABLES, *(f"{view}_all" for view in REVISED)):
            columns = ids_of(name.removesuffix("_all"))
            found = connection.execute(f"SELECT {columns} FROM {name}").fetchall()
            assert sorted(map(repr, found)) == expected(root, name, columns), name
        assert connection.execute("SELECT failed_date FROM failures").fetchall() == []
        (day,) = connection.execute("SELECT max(published_date) FROM articles").fetchone()
        assert str(day) == day_of(END)


def test_a_query_of_one_day_opens_that_days_files_alone(root):
    with duckdb.connect() as connection:
        for statement in statements("duckdb", str(root), has_rows(root)):
            connection.execute(statement)
        plan = connection.execute(
            f"EXPLAIN ANALYZE SELECT count(*) FROM articles_all"
            f" WHERE published_date = '{day_of(END)}'"
        ).fetchall()[0][1]
        assert "Total Files Read: 2" in plan or "Total Files Read: 3" in plan


CHDB = """
import sys, chdb.session
session = chdb.session.Session()
session.query("CREATE DATABASE newsbeam ENGINE = Atomic")
session.query("USE newsbeam")
*made, asked = sys.stdin.read().split("\\n;;\\n")
for statement in made:
    session.query(statement)
print(session.query(asked, "TSV"))
"""


@pytest.mark.slow
def test_clickhouse_shows_the_same_rows(root):
    why = "ClickHouse in Python is not installed (pip install chdb)"
    pytest.importorskip("chdb", reason=why, exc_type=ImportError)
    for name in TABLES:
        asked = f"SELECT article_id, revision FROM {name} ORDER BY 1, 2"
        if name not in REVISED:
            asked = f"SELECT count() FROM {name}"
        made = statements("clickhouse", str(root), has_rows(root))
        done = subprocess.run(
            [sys.executable, "-c", CHDB], input="\n;;\n".join([*made, asked]), text=True,
            capture_output=True, timeout=100, check=True,
        )  # fmt: skip
        rows = [tuple(line.split("\t")) for line in done.stdout.splitlines() if line]
        if name in REVISED:
            assert sorted(map(repr, rows)) == expected(root, name, "article_id, revision"), name
        else:
            assert rows == [(str(len(expected(root, name, "*"))),)], name


def test_the_command_prints_the_statements_and_leaves_the_schemas(root, capsys):
    for table in TABLES:
        (root / schema_file(table)).unlink()
    assert sql.main(parse(["sql", "--dialect", "bigquery", "--lake", str(root)])) == 0
    assert "reference_file_schema_uri" in capsys.readouterr().out
    assert all((root / schema_file(table)).exists() for table in TABLES)


def test_schemas_are_written_once_and_again_where_they_differ(tmp_path):
    lake = open_lake(str(tmp_path))
    write_schemas(lake)
    path = tmp_path / schema_file("polls")
    before = path.stat().st_mtime_ns
    write_schemas(lake)
    assert path.stat().st_mtime_ns == before
    path.write_bytes(b"of another version")
    write_schemas(lake)
    assert path.read_bytes().startswith(b"PAR1")
    assert lake.list("") == []  # hidden from all that looks for rows
