"""Dead letters: what a step could not process, with the reason and all that a replay needs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apache_beam as beam

from newsbeam.schemas.ids import failure_id
from newsbeam.schemas.journey import Carried, DeadLetter, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.wire import to_dict
from newsbeam.transforms import metrics
from newsbeam.transforms.keep.index import keys_of_day
from newsbeam.transforms.keep.publish import publish
from newsbeam.transforms.keep.storage import Lake
from newsbeam.transforms.keep.tables import day_of

MESSAGE = 300  # characters; errors about text can quote all of it


def dead_letter(
    step: str,
    error: Exception,
    element: dict[str, Any],
    article_id: str,
    carried: tuple[Carried, ...],
    *,
    failed_at: datetime,
    url: str = "",
    run_id: str = "",
) -> DeadLetter:
    """The failure of one element at one step. An error text "kind: words" names its own kind.

    `failed_at` is when the element was first seen: found again after a crash, it files the same
    failure under the same day.
    """
    kind, _, words = str(error).partition(": ")
    named = bool(words) and kind.replace("_", "").isalnum()
    plain = to_dict(element)
    sighting = next((c.sighting for c in carried if c.sighting), None)
    failure = Failure(
        failure_id=failure_id(step, plain),
        step=step,
        error=kind if named else type(error).__name__,
        message=(words if named else str(error))[:MESSAGE],
        element=json.dumps(plain, ensure_ascii=False, sort_keys=True),
        feed_id=sighting.feed_id if sighting else None,
        url=url or None,
        failed_at=failed_at,
        run_id=run_id,
    )
    return DeadLetter(failure, article_id, carried)


class _Write(beam.DoFn):
    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def process(self, group: tuple[str, Iterable[DeadLetter]]) -> Iterator[Outcome]:
        day, letters = group[0], list(group[1])
        open_already = self._open()
        rows = [
            letter.failure for letter in letters if (letter.failure.failure_id,) not in open_already
        ]
        publish(self.lake, TABLES["failures"], day, rows)
        metrics.count("dead_letters", len(letters))
        for letter in letters:
            for one in letter.carried:
                yield Outcome(one, letter.article_id, "failed")

    def _open(self) -> set[tuple[str, ...]]:
        """All dead letters of the lake: one that fails again next month is still the same one."""
        days = [name.split("=")[-1] for name in self.lake.folders("failures")]
        table = TABLES["failures"]
        return {key for day in days for key in keys_of_day(self.lake, table, day)}


@dataclass
class WriteFailures(beam.PTransform):
    """Dead letters → rows of `failures`, and the outcomes that account for them."""

    lake: Lake

    def expand(self, letters: beam.PCollection[DeadLetter]) -> beam.PCollection[Outcome]:
        return (
            letters
            | "ByDay"
            >> beam.Map(
                lambda letter: (day_of(letter.failure.failed_at), letter)
            ).with_output_types(tuple[str, DeadLetter])
            | "Together" >> beam.GroupByKey()
            | "Publish" >> beam.ParDo(_Write(self.lake))
        )
