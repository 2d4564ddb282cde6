"""The account of a run: left by each slice, taken once, and a row for a pass or a window."""

from datetime import timedelta

import apache_beam as beam

import made
from graphs import graph
from lake_rows import rows
from newsbeam.schemas.account import Account
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.record_runs import (
    leave_account,
    record_run,
    record_window,
    take_account,
)

DONE = Account(feeds=1, entries=3, known=1, new=2, written=2, left={"f": 0}, began_at=made.NOON)


def test_an_account_that_is_left_is_taken_once(lake: Lake):
    with graph() as p:
        _ = p | beam.Create([DONE]) | beam.Map(leave_account, lake, "r")
    assert take_account(lake, "other") == Account()
    assert take_account(lake, "r") == DONE
    assert take_account(lake, "r") == Account()
    assert lake.list("state/runs") == []


def test_an_account_that_is_left_again_by_a_retry_counts_once(lake: Lake):
    for _ in range(2):
        leave_account(DONE, lake, "r")
    assert take_account(lake, "r") == DONE


def test_a_run_is_one_row_however_often_it_is_recorded(lake: Lake):
    for _ in range(2):
        assert record_run(DONE, lake, made.run()).balanced
    (row,) = rows(lake.url, "runs")
    assert (row["entries"], row["known"], row["new"], row["written"]) == (3, 1, 2, 2)
    assert row["finished_at"] > row["started_at"] == made.NOON


def test_each_window_of_a_stream_is_a_row_that_begins_with_its_first_visit(local_lake: Lake):
    later = made.NOON + timedelta(minutes=1)
    windows = [DONE, Account(began_at=later), Account(feeds_waiting=2)]  # the last: no visit
    with graph() as p:
        run = made.run(mode="stream")
        _ = p | beam.Create(windows) | beam.Map(record_window, local_lake, run)
    found = rows(local_lake.url, "runs")
    assert sorted((row["started_at"], row["new"]) for row in found) == [(made.NOON, 2), (later, 0)]
    assert {(row["run_id"], row["mode"]) for row in found} == {("r", "stream")}
