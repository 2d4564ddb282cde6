"""Read ready documents into articles: the way in for archives and for other crawlers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import digest
from newsbeam.schemas.journey import AnnotatedArticle, Origin, Outcome, Visit
from newsbeam.schemas.ledger import Failure, Poll, Run
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.wire import to_json
from newsbeam.transforms.lake.letters import kind_and_message, reading_letter
from newsbeam.transforms.page.documents import article_of, document_of, read_html

VISIT = "documents"  # stands for the visit that a feed's entry has
SHOWN = 1_000  # characters of a line that is too long: of such a one nothing can be replayed
STEP = "ReadDocuments"

Line = tuple[int, str]  # its number, and what stands there


def failure_of(line: str, origin: Origin, error: Exception, run: Run) -> Failure:
    """The dead letter of a line that is no document."""
    kind, message = kind_and_message(error)
    return Failure(
        failure_id=reading_letter(STEP, origin),
        step=STEP,
        error=kind,
        message=message,
        element=to_json({"line": line[:SHOWN] if kind == "too_long" else line}),
        failed_at=run.started_at,
        run_id=run.run_id,
        article_id=origin.entry_hash,  # of a line that is no document
    )


def origin_of(number: int, line: str) -> Origin:
    """What names a line: its number, and a hash of what it says."""
    wording = digest(line)
    return Origin(VISIT, f"{number}-{wording}", wording)


def read(numbered: Line, run: Run) -> Iterator[Any]:
    """The article that a line is, or the outcome that says why it is none."""
    line, origin = numbered[1], origin_of(*numbered)
    try:
        document = document_of(line)
        article = article_of(document, read_html(document), run.started_at, run.run_id)
        yield AnnotatedArticle(article, (origin,))
    except Exception as error:
        failure = failure_of(line, origin, error, run)
        outcome = Outcome(origin, origin.entry_hash, "failed", failure=failure)
        yield beam.pvalue.TaggedOutput("outcomes", outcome)


def visit_of(origins: Iterable[Origin], run: Run) -> Visit:
    """The account of all lines, as if they were the entries of one feed."""
    new = {origin.entry_key: Seen(origin.entry_hash, run.started_at) for origin in origins}
    poll = Poll(feed_id="", feed_url="", source="", polled_at=run.started_at, run_id=run.run_id)
    return Visit(VISIT, Feed("", ""), poll, FeedMemory("", ""), new=new)


@dataclass
class ReadDocuments(beam.PTransform):
    """Numbered lines → articles, `outcomes` of lines that gave none, and the visit for all."""

    run: Run

    def expand(
        self, lines: beam.PCollection[Line]
    ) -> tuple[
        beam.PCollection[AnnotatedArticle], beam.PCollection[Visit], beam.PCollection[Outcome]
    ]:
        articles, outcomes = lines | "Read" >> beam.FlatMap(read, self.run).with_output_types(
            AnnotatedArticle, outcomes=Outcome
        ).with_outputs("outcomes", main="articles")
        visits = (
            lines
            | "Names" >> beam.MapTuple(origin_of)
            | "All" >> beam.combiners.ToList()
            | "Visit" >> beam.Map(visit_of, self.run)
        )
        return articles, visits, outcomes
