"""Dead letters: the table holds the open ones, each once, none beside its article."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import made
from lake_rows import doubled, rows
from newsbeam.schemas.journey import AnnotatedArticle, Outcome
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.letters import enriching_failure, file_letters, withdraw_letters
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.read_articles import failure_of as reading_failure
from newsbeam.transforms.write_articles import write
from racers import RACERS, StagedLake, at_once, dies_at, dying, processes_at_once

SAID = {
    "ReadArticles": ("timeout", "it took too long"),
    "EnrichArticles": (
        "annotator_failed",
        "The article is there without its quotes; newsbeam enrich shows it again from this "
        "letter's element (quotes: it took too long)",
    ),
}
STEPS = tuple(SAID)


def troubled(n: int, **said: Any) -> AnnotatedArticle:
    """Article n as it is read where an annotator fails on it."""
    one = made.annotated(n, **said)
    return replace(
        one, annotations={**one.annotations, "quotes": ()}, problems={"quotes": "it took too long"}
    )


def failed(n: int, step: str = "EnrichArticles", days: int = 0) -> Outcome:
    """What became of article n's entry: it failed at a step, some days after noon."""
    new, error = made.new_entry(n), ValueError("timeout: it took too long")
    failure = reading_failure(new, error, "r")
    if step == "EnrichArticles":
        failure = enriching_failure(troubled(n))
    failure = replace(failure, failed_at=failure.failed_at + timedelta(days=days))
    return Outcome(new.origin, new.article_id, "failed", failure=failure)


def file(lake: Lake, *outcomes: Outcome) -> None:
    """File the letters of failed outcomes, as a process without any memory."""
    file_letters(lake, Claims(lake), outcomes)


def succeed(lake: Lake, *articles: AnnotatedArticle) -> None:
    """Write these articles."""
    write(lake, articles)


def letters(lake: Lake) -> list[str]:
    """The articles of the open letters."""
    assert doubled(lake.url) == {}
    return sorted(row["url"].rpartition("/")[2] for row in rows(lake.url, "failures"))


@pytest.mark.parametrize("step", STEPS)
def test_a_letter_says_what_failed_where_and_why(lake: Lake, step: str):
    file(lake, failed(1, step))
    (row,) = rows(lake.url, "failures")
    assert (row["step"], row["error"], row["message"]) == (step, *SAID[step])
    assert (row["url"], row["failed_at"]) == ("https://ledger.example/1", made.NOON)
    assert "Title 1" in row["element"]
    (name,) = lake.list("failures")
    assert name == f"failures/failed_date={made.DAY}/{row['failure_id']}.parquet"


def test_a_letter_that_fails_again_is_the_same_letter_under_its_first_day(lake: Lake):
    for days in (0, 0, 31):
        file(lake, failed(1, days=days))
    assert letters(lake) == ["1"]
    assert lake.folders("failures") == [f"failures/failed_date={made.DAY}"]


@pytest.mark.parametrize("step", STEPS)
def test_a_letter_is_withdrawn_when_its_entry_succeeds_after_all(lake: Lake, step: str):
    file(lake, failed(1, step), failed(2, step))
    succeed(lake, made.annotated(1))
    assert letters(lake) == ["2"]
    succeed(lake, made.annotated(2))
    assert letters(lake) == []


@pytest.mark.parametrize("step", STEPS)
def test_another_wording_that_a_later_visit_brings_may_fail_as_well(lake: Lake, step: str):
    file(lake, failed(1, step))
    succeed(lake, made.annotated(1))
    other = failed(1, step)
    assert other.failure
    other = replace(
        other,
        origin=replace(other.origin, visit_id="later", entry_hash="edited"),
        failure=replace(other.failure, failure_id="0" * 32),
    )
    file(lake, other)
    assert letters(lake) == ["1"]


def test_another_wording_of_an_article_withdraws_no_letter_of_its_enriching(lake: Lake):
    file(lake, failed(1))
    succeed(lake, made.annotated(1, text="Edited."))
    assert letters(lake) == ["1"]


def test_withdrawing_what_is_not_there_touches_no_file(local_lake: Lake):
    file(local_lake, failed(1))
    before = local_lake.list("")
    outcome = made.outcomes(made.read(2))[0]
    claims = Claims(local_lake)
    withdraw_letters(local_lake, claims, claims.read([outcome.article_id]), [outcome])
    assert local_lake.list("") == before


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("file_of", ["state/claims", "failures/"])
def test_a_letter_whose_filing_was_broken_off_is_filed_by_the_next_and_can_be_withdrawn(
    local_lake: Lake, step: str, file_of: str
):
    with dying():
        file(StagedLake(local_lake.url, after=dies_at(file_of)), failed(1, step))
    file(local_lake, failed(1, step))
    assert letters(local_lake) == ["1"]
    succeed(local_lake, made.annotated(1))
    assert letters(local_lake) == []


def test_a_withdrawal_that_was_broken_off_is_done_by_the_next(local_lake: Lake):
    file(local_lake, failed(1, "ReadArticles"))
    with dying():  # the claim that says that the article is there is its last write but one
        succeed(StagedLake(local_lake.url, after=dies_at("articles/")), made.annotated(1))
    succeed(local_lake, made.annotated(1))
    assert letters(local_lake) == []


# The writes of an article, at each of which somebody may file a letter about it.
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("write_of", ["state/claims", "actors/", "articles/"])
def test_a_letter_that_is_filed_while_its_article_is_written_does_not_stay(
    local_lake: Lake, step: str, moment: str, write_of: str
):
    filed = []

    def file_it(name: str) -> None:
        if name.startswith(write_of) and not filed:
            filed.append(name)
            file(local_lake, failed(1, step))

    succeed(StagedLake(local_lake.url, **{moment: file_it}), made.annotated(1))
    assert filed
    assert letters(local_lake) == []


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("write_of", ["state/claims", "failures/"])
def test_a_letter_does_not_stay_whose_article_is_written_while_it_is_filed(
    local_lake: Lake, step: str, moment: str, write_of: str
):
    written = []

    def write_it(name: str) -> None:
        if name.startswith(write_of) and not written:
            written.append(name)
            succeed(local_lake, made.annotated(1))

    file(StagedLake(local_lake.url, **{moment: write_it}), failed(1, step))
    assert written
    assert letters(local_lake) == []


@pytest.mark.parametrize("step", STEPS)
def test_no_letter_is_filed_about_an_article_that_is_there(lake: Lake, step: str):
    succeed(lake, made.annotated(1))
    file(lake, failed(1, step))
    assert letters(lake) == []


def test_eight_threads_that_file_and_withdraw_at_once_leave_no_letter_beside_its_article(
    lake: Lake,
):
    def take_part(n: int) -> bool:
        for turn in range(4):
            if n % 2:
                file(lake, failed(turn), failed(turn, "ReadArticles"), failed(10 + n))
            else:
                succeed(lake, made.annotated(turn))
        return True

    assert at_once(take_part) == RACERS
    assert letters(lake) == ["11", "13", "15", "17"]


WITHDRAWER = """
import sys, made
from newsbeam.transforms.lake.storage import open_lake
from test_letters import succeed
lake = open_lake(sys.argv[1])
def race():
    for n in range(int(sys.argv[2]), 12, 4):
        succeed(lake, made.annotated(n))
"""


def test_letters_that_two_processes_withdraw_at_once_do_not_come_back(local_lake: Lake):
    """They are of one day. Where a day was one file, two came back and two were doubled."""
    file(local_lake, *map(failed, range(12)))
    processes_at_once(WITHDRAWER, [(local_lake.url, "0"), (local_lake.url, "1")])
    assert letters(local_lake) == sorted(str(n) for n in range(12) if n % 4 > 1)


def test_an_article_of_which_only_letters_are_known_has_no_date_yet(local_lake: Lake):
    file(local_lake, failed(1))
    name = made.article(1).article_id
    assert Claims(local_lake).read([name])[name].date is None
    succeed(local_lake, made.annotated(1))
    assert Claims(open_lake(local_lake.url)).read([name])[name].date == made.NOON


def test_the_letter_of_an_annotator_stands_beside_its_article(lake: Lake):
    (outcome,) = write(lake, [troubled(1)])
    assert (outcome.result, letters(lake)) == ("written", ["1"])
    assert [len(rows(lake.url, table)) for table in ("articles", "actors", "quotes")] == [1, 1, 0]
    (again,) = write(lake, [troubled(1)])
    assert (again.result, again.failure, letters(lake)) == ("unchanged", None, ["1"])


def test_who_read_a_wording_in_full_too_late_withdraws_no_letter_about_it(lake: Lake):
    write(lake, [troubled(1)])
    write(lake, [made.annotated(1)])
    assert (letters(lake), rows(lake.url, "quotes")) == (["1"], [])


def test_who_failed_on_a_wording_that_is_there_in_full_files_no_letter(lake: Lake):
    write(lake, [made.annotated(1)])
    write(lake, [troubled(1)])
    assert (letters(lake), len(rows(lake.url, "quotes"))) == ([], 1)


@pytest.mark.parametrize("file_of", ["state/claims", "failures/", "actors/", "articles/"])
def test_whenever_a_run_dies_an_article_that_lacks_annotations_has_its_letter(
    local_lake: Lake, file_of: str
):
    with dying():
        write(StagedLake(local_lake.url, after=dies_at(file_of)), [troubled(1)])
    if rows(local_lake.url, "articles"):
        assert letters(local_lake) == ["1"]
    write(local_lake, [troubled(1)])
    assert letters(local_lake) == ["1"]


@pytest.mark.parametrize("file_of", ["state/claims", "failures/", "actors/"])
def test_a_letter_goes_when_the_next_run_reads_in_full_what_a_dead_one_could_not(
    local_lake: Lake, file_of: str
):
    with dying():
        write(StagedLake(local_lake.url, after=dies_at(file_of)), [troubled(1)])
    write(local_lake, [made.annotated(1)])
    assert (letters(local_lake), len(rows(local_lake.url, "quotes"))) == ([], 1)
