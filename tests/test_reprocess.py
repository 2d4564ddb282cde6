"""`newsbeam reprocess`: each wording is read anew once, whatever is killed; the views show that."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import made
from lake_rows import doubled, rows
from newsbeam.analysis.query import open_record
from newsbeam.pipeline import reprocess as reprocessing
from newsbeam.pipeline.main import run
from newsbeam.pipeline.news import Plan
from newsbeam.pipeline.options import RunOptions
from newsbeam.pipeline.reprocess import Span, reprocess
from newsbeam.pipeline.run import plan_of
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.text.knowledge_files import Layer
from newsbeam.transforms.write_articles import write

ARTICLES = 5
TABLES = ("actors", "topics", "quotes")


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read, by address; in each, an actor is found, quotations, and never a topic."""
    asked: list[str] = []

    def enrich(articles: Iterable[AnnotatedArticle], *_: Any) -> Iterator[AnnotatedArticle]:
        for one in articles:
            asked.append(one.article.url)
            found = made.annotated(int(one.article.url.rpartition("/")[2])).annotations
            stamp = {"annotated_at": datetime.now(UTC), "pipeline_version": "next"}
            new = {name: tuple(replace(r, **stamp) for r in found[name]) for name in TABLES}
            yield replace(one, annotations=new | {"topics": ()})

    monkeypatch.setattr(reprocessing, "enrich", enrich)
    monkeypatch.setattr(reprocessing, "PART", 2)
    return asked


def plan(lake: Lake) -> Plan:
    return plan_of(RunOptions(lake=lake.url), lake, "reprocess")


def again(lake: Lake, span: Span = Span(), replaces: bool = False) -> Any:
    return reprocess(plan(lake), span, replaces, Event())


def filled(lake: Lake) -> Lake:
    write(lake, [made.annotated(n) for n in range(ARTICLES)])
    return lake


def shown(lake: Lake) -> dict[str, int]:
    with open_record(lake) as record:
        return {
            name: record.answer(f"SELECT count(*) AS n FROM {name}")["n"][0].as_py()
            for name in TABLES
        }


def test_rows_are_added_and_the_views_show_the_newest_also_where_nothing_was_found(
    lake: Lake, read: list[str]
) -> None:
    filled(lake)
    assert shown(lake) == {"actors": 5, "topics": 5, "quotes": 5}
    assert again(lake)["read"] == ARTICLES
    assert {name: len(rows(lake.url, name)) for name in TABLES} == {
        "actors": 10, "topics": 5, "quotes": 10,
    }  # fmt: skip
    assert {row["looked_for"] for row in rows(lake.url, "nothing_found")} == {"topics"}
    assert shown(lake) == {"actors": 5, "topics": 0, "quotes": 5}


def test_the_same_again_reads_nothing_and_other_knowledge_reads_all(
    local_lake: Lake, read: list[str]
) -> None:
    again(filled(local_lake))
    before = {name: rows(local_lake.url, name) for name in (*TABLES, "nothing_found")}
    assert again(local_lake)["read"] == 0
    assert {name: rows(local_lake.url, name) for name in before} == before
    other = replace(plan(local_lake), layers=(Layer("desk.toml", "own", "topics"),))
    assert reprocess(other, Span(), False, Event())["read"] == ARTICLES


def test_replaced_rows_are_gone_and_the_new_ones_are_there(lake: Lake, read: list[str]) -> None:
    assert again(filled(lake), replaces=True)["replaced"] == 3 * ARTICLES
    assert {row["pipeline_version"] for row in rows(lake.url, "actors")} == {"next"}
    assert rows(lake.url, "topics") == []
    assert shown(lake) == {"actors": 5, "topics": 0, "quotes": 5}
    assert len(rows(lake.url, "events")) == ARTICLES  # nobody asked for these


@pytest.mark.parametrize("replaces", [False, True])
def test_killed_at_every_write_and_run_again_nothing_is_lost_or_doubled(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch, replaces: bool
) -> None:
    whole = filled(open_lake(str(tmp_path / "whole")))
    again(whole, replaces=replaces)
    for at in count():
        lake = filled(open_lake(str(tmp_path / f"{at}")))
        calls = count()
        with monkeypatch.context() as patched:
            for name in ("put_new", "put_if"):
                patched.setattr(type(lake), name, dying(getattr(type(lake), name), calls, at))
            try:
                again(lake, replaces=replaces)
                break
            except Killed:
                pass
        again(lake, replaces=replaces)
        for table in (*TABLES, "nothing_found"):
            assert keys(lake, table) == keys(whole, table), (at, table)
        assert shown(lake) == shown(whole)
    assert at >= 9  # three parts, three files each


def dying(call: Any, calls: Iterator[int], at: int) -> Any:
    """As `call`, but the process ends before or after the call of this number, by turns."""

    def called(*arguments: Any) -> Any:
        dies = next(calls) == at // 2
        if dies and at % 2:
            raise Killed
        result = call(*arguments)
        if dies:
            raise Killed
        return result

    return called


def keys(lake: Lake, table: str) -> list[tuple[str, ...]]:
    names = ("article_id", "revision", "pipeline_version")
    return sorted(tuple(row[name] for name in names) for row in rows(lake.url, table))


def test_only_the_span_is_read_and_what_is_told_to_stop_goes_on_later(
    local_lake: Lake, read: list[str]
) -> None:
    filled(local_lake)
    day = timedelta(days=1)
    assert again(local_lake, Span(since=made.NOON + day))["read"] == 0
    assert again(local_lake, Span(until=made.NOON))["read"] == 0
    assert again(local_lake, Span(source="other.example"))["read"] == 0
    assert again(local_lake, Span(language="ka"))["read"] == 0
    stop = Event()
    stop.set()
    assert reprocess(plan(local_lake), Span(), False, stop)["read"] == 0
    assert again(local_lake, Span(since=made.NOON, source="ledger.example"))["read"] == ARTICLES


def test_the_command_reads_with_the_real_annotators_and_holds_the_lake(
    local_lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(local_lake)
    with local_lake.hold("another"):
        assert run(["reprocess", "--lake", local_lake.url]) == 75
    assert run(["reprocess", "--lake", local_lake.url, "--replace"]) == 0
    assert f"{ARTICLES} of {ARTICLES} articles looked at" in capsys.readouterr().err
    assert shown(local_lake)["actors"] == 0  # there is no Somebody in "Text of 1."
    assert [row["mode"] for row in rows(local_lake.url, "runs")] == ["reprocess"]
    assert doubled(local_lake.url) == {}
