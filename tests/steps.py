"""The steps that ask servers, as one worker does their work: no graph between test and outputs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import apache_beam as beam

from graphs import COURTESY
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import NewEntry, Outcome, Visit
from newsbeam.transforms import poll_feeds, read_articles
from newsbeam.transforms.http.request import Courtesy
from newsbeam.transforms.lake.storage import Lake


@dataclass
class Told:
    """The outputs of a step."""

    main: list[Any] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


def _work(worker: Any, element: Any) -> Told:
    told = Told()
    worker.setup()
    worker.start_bundle()
    for output in worker.process(element):
        if isinstance(output, beam.pvalue.TaggedOutput):
            getattr(told, output.tag).append(output.value)
        else:
            told.main.append(output)
    return told


def poll(
    lake: Lake,
    feeds: Iterable[Feed],
    run_id: str = "r",
    courtesy: Courtesy = COURTESY,
    **said: Any,
) -> Told:
    """Visit these feeds; `main` are their new entries."""
    step = poll_feeds.PollFeeds(lake, courtesy, run_id, **said)
    return _work(poll_feeds._Poll(step), tuple(feeds))


def read(
    lake: Lake,
    new: Iterable[NewEntry],
    run_id: str = "r",
    courtesy: Courtesy = COURTESY,
    **said: Any,
) -> Told:
    """Read these entries; `main` are the articles that they make."""
    step = read_articles.ReadArticles(lake, courtesy, run_id, **said)
    return _work(read_articles._Read(step), ("0", list(new)))
