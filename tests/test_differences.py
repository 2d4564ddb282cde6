"""What changed: between two wordings of an article, and between two versions of annotations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsbeam.analysis.differences import between_versions, between_wordings, versions, wordings
from newsbeam.analysis.query import open_record
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import diff
from newsbeam.pipeline.errors import UsageError
from newsbeam.schemas.annotations import Mention
from newsbeam.schemas.ids import revision

from .sample_lake import END, FolderLake, make_actor, make_article, write_rows

OLD = make_article("https://a.example/1", "Talks", "Nino came. It rained. She left.", END)
TEXT = "Nino came. It snowed. She left. Bo followed."
NEW = replace(
    OLD, title="Talks end", text=TEXT, revision=revision("Talks end", TEXT),
    fetched_at=END + timedelta(hours=2),
)  # fmt: skip
NINO, BO = ("Nino", "person", "x:nino", "minister"), ("Bo", "person", "x:bo", None)
KNOWN = ("Nino Gray", "person", "Q1", "minister")


def by(version: str, article, who, start: int, words: str):
    """An actor's row as that version found it, with its first mention there."""
    hour = {"1": 1, "2": 2}[version]
    mention = Mention("text", start, start + len(words), words)
    return replace(
        make_actor(article, *who), mentions=(mention,), pipeline_version=version, model="m",
        kb_version="k", annotated_at=END + timedelta(hours=hour),
    )  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    root = tmp_path_factory.mktemp("lake")
    write_rows(root, "articles", [OLD, NEW])
    actors = [by("1", OLD, NINO, 0, "Nino"), by("1", NEW, NINO, 0, "Nino"),
              by("2", NEW, KNOWN, 0, "Nino"), by("2", NEW, BO, 32, "Bo")]  # fmt: skip
    write_rows(root, "actors", actors)
    return FolderLake(root)


@pytest.fixture
def record(lake):
    with open_record(lake) as record:
        yield record


def test_wordings_come_in_the_order_in_which_they_were_seen(record):
    assert wordings(record, OLD.article_id) == [OLD.revision, NEW.revision]
    assert wordings(record, "nobody") == []


def test_two_wordings_differ_in_title_sentences_and_who_is_named(record):
    rows = between_wordings(record, OLD.article_id, OLD.revision, NEW.revision).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("title", "changed", "Talks", "Talks end"),
        ("text", "changed", "It rained.", "It snowed."),
        ("text", "added", "", "Bo followed."),
        ("actor", "lost", "Nino, minister (x:nino)", ""),
        ("actor", "added", "", "Nino Gray, minister (Q1)"),  # as read last: by version 2
        ("actor", "added", "", "Bo (x:bo)"),
    ]


def test_a_wording_does_not_differ_from_itself(record):
    assert between_wordings(record, OLD.article_id, OLD.revision, OLD.revision).num_rows == 0


def test_versions_are_compared_where_both_have_read(record):
    assert versions(record) == ["1", "2", "k", "m"]
    (row,) = between_versions(record, "1", "2").to_pylist()
    # OLD was read by one version alone; in NEW, Nino is somebody else now, and Bo is new.
    assert row == {
        "table": "actors", "source": OLD.source, "month": "2026-03", "same": 0, "added": 1,
        "lost": 0, "relinked": 1,
    }  # fmt: skip
    (same,) = between_versions(record, "1", "1").to_pylist()
    assert (same["same"], same["added"]) == (2, 0)


def test_what_cannot_be_compared_is_said(lake, capsys):
    for words, told in [
        (["diff", "https://b.example/9"], "is no article of this lake"),
        (["diff", OLD.article_id, "--revisions", "zz", "yy"], "a revision is named by"),
        (["diff", "--versions", "1", "3"], "no annotation is of version '3'"),
    ]:
        with pytest.raises(UsageError, match=told):
            diff.main(parse([*words, "--lake", lake.url]))
    for words in (["diff"], ["diff", "x", "--versions", "1", "2"], ["diff", "no-id"]):
        with pytest.raises(UsageError):
            parse([*words, "--lake", lake.url])


def test_the_command_prints_a_table(lake, capsys):
    assert diff.main(parse(["diff", OLD.article_id, "--lake", lake.url])) == 0
    assert "It snowed." in capsys.readouterr().out
    assert diff.main(parse(["diff", "--versions", "1", "2", "--lake", lake.url])) == 0
    assert "relinked" in capsys.readouterr().out
