"""The list of annotators, and a package that adds one: the example of CONTRIBUTING.md, as it is."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from made import article
from modes import NEWSBEAM
from newsbeam.schemas.annotations import Annotation, Quote
from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.tables import (
    TABLES,
    BadAnnotator,
    added_annotators,
    annotation_table,
    annotation_tables,
    json_schema,
)
from newsbeam.schemas.version import VERSION
from newsbeam.schemas.wire import to_dict
from newsbeam.transforms.text.annotators import annotate, annotators
from newsbeam.transforms.text.nlp import DEFAULT_MODEL

GUIDE = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.search(r"```python\n(.+?)```", GUIDE, re.DOTALL)[1]
LINE = re.search(r"```toml\n.+?\n(.+?)\n```", GUIDE, re.DOTALL)[1].replace('"', "")
BEFORE = ("actors", "topics", "quotes", "events")
Install = Callable[..., Path]
TOLD = "“The war is over now,” Sergey Lavrov said. Georgia accused Russia of war."


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a package of one module and one entry point where this process finds packages."""

    def installed(module: str = FILE, line: str = LINE) -> Path:
        site = tmp_path / "site"
        name = line.partition(" = ")[2].partition(":")[0]
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[newsbeam.annotators]\n{line}\n")
        (site / f"{name}.py").write_text(module, encoding="utf-8")
        monkeypatch.syspath_prepend(site)
        monkeypatch.delitem(sys.modules, name, raising=False)
        added_annotators.cache_clear()
        return site

    yield installed
    added_annotators.cache_clear()


def annotated(*articles: Article) -> list[dict[str, tuple[Any, ...]]]:
    """The rows that are found in articles, by table."""
    read = annotate(
        [AnnotatedArticle(one, ()) for one in articles], DEFAULT_MODEL, annotation_tables()
    )
    assert all(one.problems == {} for one in read)
    return [one.annotations for one in read]


def test_each_annotator_has_a_table_and_each_annotation_table_an_annotator():
    assert tuple(one.table.name for one in annotators()) == annotation_tables() == BEFORE


def test_all_rows_of_an_article_say_when_it_was_read_and_what_read_it():
    began = datetime.now(UTC)
    read = [article(n, title="War", text=TOLD) for n in (1, 2)]
    first, second = annotated(*read)
    assert tuple(first) == BEFORE
    for rows in (first, second):
        every = [row for of_table in rows.values() for row in of_table]
        (when,) = {row.annotated_at for row in every}
        assert began <= when <= datetime.now(UTC)
        assert {row.pipeline_version for row in every} == {VERSION}
    assert all(first[table] for table in BEFORE)


def test_the_same_wording_read_by_another_version_is_another_row():
    for table in map(TABLES.get, annotation_tables()):
        assert {"article_id", "revision", "model", "pipeline_version"} < set(table.identity)
        assert "annotated_at" not in table.identity
    assert "kb_version" in TABLES["actors"].identity


def test_a_package_adds_a_table_by_one_file_and_one_line(install: Install):
    install()
    assert annotation_tables() == (*BEFORE, "named_years")
    assert list(TABLES)[-1] == "named_years"
    assert TABLES["named_years"].key == TABLES["actors"].key
    read = article(1, text="Signed in 1994, it was renewed in 2008.", language="en")
    (rows,) = annotated(read)
    assert [row.year for row in rows["named_years"]] == [1994, 2008]
    for row in rows["named_years"]:
        assert read.text[row.start : row.end] == str(row.year)
        assert (row.article_id, row.revision) == (read.article_id, read.revision)
        assert (row.model, row.pipeline_version) == ("named-years 1", VERSION)
        jsonschema.validate(to_dict(row), json_schema("named_years"))


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("import nothing_of_this_name", "nothing_of_this_name"),
        ("NAMED_YEARS = 5", "table"),
        (FILE.replace('"named_years", NamedYear', '"quotes", NamedYear'), "'quotes' already"),
        (FILE.replace('"named_years", NamedYear', '"Named Years", NamedYear'), "'Named Years'"),
        (FILE.replace(", find_years)", ", None)"), "None is no function"),
        (re.sub(r"    annotated_at.*\n", "", FILE), "annotated_at"),
    ],
)  # fmt: skip
def test_an_annotator_that_cannot_be_used_is_named_with_its_package(
    module: str, why: str, install: Install
):
    install(module)
    with pytest.raises(BadAnnotator, match=r"'named_years' of the package named_years") as told:
        annotation_tables()
    assert why in str(told.value)


def test_a_table_made_by_hand_is_refused(install: Install):
    install(
        FILE.replace("import annotation_table", "import Table").replace(
            'annotation_table("named_years", NamedYear, "start")',
            'Table("named_years", NamedYear, "seen_date", "published_at", ("article_id",))',
        )
    )
    with pytest.raises(BadAnnotator, match="not made by annotation_table"):
        annotation_tables()


@pytest.mark.parametrize("name", ["quotes_all", "Places", "my-places", "", "1st", "../x"])
def test_a_name_that_no_folder_or_view_can_bear_is_refused(name: str):
    with pytest.raises(ValueError, match="no name for a table"):
        annotation_table(name, Quote)
    with pytest.raises(ValueError, match="lacks the columns annotated_at, model"):
        annotation_table("places", Annotation)


def newsbeam(site: Path, *words: str) -> str:
    """What a command prints in a process of its own that has the package of `site`."""
    done = subprocess.run(
        [*NEWSBEAM, *words],
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


DOCUMENT = {
    "url": "https://ledger.example/1",
    "title": "A treaty",
    "text": "Signed in 1994, it was renewed in 2008.",
    "published": "2026-03-01T12:00:00Z",
    "language": "en",
}


def test_the_commands_know_an_added_table(tmp_path: Path, install: Install):
    site, documents = install(), tmp_path / "documents.jsonl"
    documents.write_text(json.dumps(DOCUMENT) + "\n")
    schema = json.loads(newsbeam(site, "schema", "named_years"))
    assert schema["properties"]["year"]["description"] == "the year"
    enriched = json.loads(newsbeam(site, "enrich", str(documents)))
    assert [row["year"] for row in enriched["named_years"]] == [1994, 2008]


def test_a_run_writes_an_added_table_and_a_query_reads_it(tmp_path: Path, install: Install):
    site, documents, lake = install(), tmp_path / "documents.jsonl", str(tmp_path / "lake")
    documents.write_text(json.dumps(DOCUMENT) + "\n")
    newsbeam(site, "run", "--documents", str(documents), "--lake", lake)
    sql = "SELECT year, published_date FROM named_years ORDER BY year"
    answer = newsbeam(site, "query", sql, "--lake", lake, "--format", "csv").split()
    assert answer[-2:] == ["1994,2026-03-01", "2008,2026-03-01"]


def test_a_package_that_cannot_be_used_ends_a_command_with_one_line(install: Install):
    site = install("import nothing_of_this_name")
    with pytest.raises(AssertionError) as told:
        newsbeam(site, "schema", "named_years")
    assert "newsbeam: the annotator 'named_years'" in str(told.value)
    assert "Traceback" not in str(told.value)
