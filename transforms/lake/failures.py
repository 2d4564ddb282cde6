"""Dead letters: what a step could not process, with the reason and all that a replay needs.

A letter is open while it stands in the table. Should the same element succeed after all (the run
that filed it died before its feed was remembered, or the same documents are read again), the letter
is withdrawn, so that an entry never ends as both.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import apache_beam as beam

from newsbeam.schemas.ids import failure_id
from newsbeam.schemas.journey import Carried, DeadLetter, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.wire import to_dict
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.index import keys_of_day
from newsbeam.transforms.lake.publish import publish, withdraw
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of

MESSAGE = 300  # characters; errors about text can quote all of it
READING = ("ReadDocuments", "ExtractText")  # the steps that fail before there is a revision
ENRICHING = "EnrichArticles"
FAILURES = TABLES["failures"]


def reading_id(step: str, carried: Carried) -> str:
    """The name of the letter of an entry or document that cannot be read."""
    seen = carried.sighting
    place = (seen.feed_id, seen.article_id) if seen else ("", "")
    return failure_id(step, *place, carried.entry_hash)


def enriching_id(article_id: str, revision: str) -> str:
    """The name of the letter of an article that cannot be enriched."""
    return failure_id(ENRICHING, article_id, revision)


def disproved(outcome: Outcome) -> set[str]:
    """The names of the letters that may not be open beside this outcome."""
    if outcome.result == "failed":
        return set()
    reading = {reading_id(step, outcome.carried) for step in READING}
    return reading | {enriching_id(outcome.article_id, outcome.revision)}


def dead_letter(
    step: str,
    failure: str,
    error: Exception,
    element: dict[str, Any],
    article_id: str,
    carried: tuple[Carried, ...],
    *,
    failed_at: datetime,
    url: str = "",
    run_id: str = "",
) -> DeadLetter:
    """The failure (its name is `failure`) of one element at one step.

    An error text "kind: words" names its own kind. `failed_at` is when the element was first seen:
    found again after a crash, it files the same failure under the same day.
    """
    kind, _, words = str(error).partition(": ")
    named = bool(words) and kind.replace("_", "").isalnum()
    sighting = next((c.sighting for c in carried if c.sighting), None)
    row = Failure(
        failure_id=failure,
        step=step,
        error=kind if named else type(error).__name__,
        message=(words if named else str(error))[:MESSAGE],
        element=json.dumps(to_dict(element), ensure_ascii=False, sort_keys=True),
        feed_id=sighting.feed_id if sighting else None,
        url=url or None,
        failed_at=failed_at,
        run_id=run_id,
    )
    return DeadLetter(row, article_id, carried)


def days_with_letters(lake: Lake) -> list[str]:
    """The days under which dead letters are filed; most lakes have none."""
    return sorted({name.split("=")[1].split("/")[0] for name in lake.list(FAILURES.name)})


def file_letters(lake: Lake, day: str, letters: Iterable[DeadLetter]) -> list[Outcome]:
    """Make a day's dead letters visible; the outcomes that account for the entries behind them.

    One that fails again next month is still the same letter, filed under its first day.
    """
    told = list(letters)
    there = {key for day in days_with_letters(lake) for key in keys_of_day(lake, FAILURES, day)}
    rows = [one.failure for one in told if (one.failure.failure_id,) not in there]
    publish(lake, FAILURES, day, rows)
    metrics.count("dead_letters", len(told))
    return [Outcome(one, letter.article_id, "failed") for letter in told for one in letter.carried]


def close_letters(lake: Lake, outcomes: Iterable[Outcome]) -> None:
    """Withdraw the letters that these outcomes disprove."""
    days = days_with_letters(lake)
    closed = {(name,) for outcome in outcomes for name in disproved(outcome)} if days else set()
    for day in days:
        withdraw(lake, FAILURES, day, closed)


def day_of_letter(letter: DeadLetter) -> str:
    """The day under which a dead letter is filed."""
    return day_of(letter.failure.failed_at)


@dataclass
class WriteFailures(beam.PTransform):
    """Dead letters → rows of `failures`, and the outcomes that account for them."""

    lake: Lake

    def expand(self, letters: beam.PCollection[DeadLetter]) -> beam.PCollection[Outcome]:
        return (
            letters
            | "ByDay" >> beam.GroupBy(day_of_letter)
            | "Publish" >> beam.FlatMapTuple(partial(file_letters, self.lake))
        )
