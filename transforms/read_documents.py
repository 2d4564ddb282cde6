"""Read ready documents into articles: the way in for archives and for other crawlers."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import digest
from newsbeam.schemas.journey import AnnotatedArticle, Origin, Outcome, Visit
from newsbeam.schemas.ledger import Failure, Poll, Run
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.wire import to_json
from newsbeam.transforms.lake.letters import (
    DOCUMENTS,
    MESSAGE,
    document_letter,
    kind_and_message,
)
from newsbeam.transforms.page.clean import clean_text
from newsbeam.transforms.page.document_fields import count_fields, names_in
from newsbeam.transforms.page.document_lines import document_of, values_of
from newsbeam.transforms.page.documents import (
    article_named,
    article_of,
    read_html,
    refuse_undated,
)

VISIT = "documents"  # stands for the visit that a feed's entry has
SHOWN = 1_000  # characters of a line that is too long: of such a one nothing can be replayed

Line = tuple[str, str]  # its place ("a.jsonl line 7"), and what stands there
Told = tuple[Origin, tuple[str, ...]]  # what names a line, and the fields that it gives


def failure_of(
    placed: Line, url: Any, article: str, wording: str, error: Exception, run: Run
) -> Failure:
    """The dead letter of a line, which was to become this wording of this article."""
    place, line = placed
    kind, message = kind_and_message(error)
    return Failure(
        failure_id=document_letter(article, wording),
        step=DOCUMENTS,
        error=kind,
        message=f"{place}: {message}"[:MESSAGE],
        element=to_json({"line": line[:SHOWN] if kind == "too_long" else line}),
        failed_at=run.started_at,
        run_id=run.run_id,
        url=clean_text(url) if isinstance(url, str) else None,
        article_id=article,
    )


def origin_of(place: str, line: str) -> Origin:
    """What names a line: its place, and a hash of what it says."""
    wording = digest(line)
    return Origin(VISIT, f"{place} {wording}", wording)


def read(placed: Line, run: Run, admit_undated: bool) -> Iterator[Any]:
    """The article that a line is, or the outcome that says why it is none; and what it told."""
    origin = origin_of(*placed)
    article, wording = origin.entry_hash, origin.entry_hash  # of a line that names none
    values: dict[str, Any] = {}
    try:
        values = values_of(placed[1])
        article = article_named(values) or article
        document = document_of(values)
        made = article_of(document, read_html(document), run.started_at, run.run_id)
        article, wording = made.article_id, made.revision
        if not admit_undated:
            refuse_undated(made, names_in(values))
        yield AnnotatedArticle(made, (origin,))
    except Exception as error:
        failure = failure_of(placed, values.get("url"), article, wording, error, run)
        outcome = Outcome(origin, article, "failed", failure=failure)
        yield beam.pvalue.TaggedOutput("outcomes", outcome)
    yield beam.pvalue.TaggedOutput("told", (origin, names_in(values)))


def visit_of(told: Collection[Told], run: Run) -> Visit:
    """The account of all lines, as if they were the entries of one feed."""
    new = {origin.entry_key: Seen(origin.entry_hash, run.started_at) for origin, _ in told}
    poll = Poll(feed_id="", feed_url="", source="", polled_at=run.started_at, run_id=run.run_id)
    fields = count_fields(names for _, names in told)
    return Visit(VISIT, Feed("", ""), poll, FeedMemory("", ""), new=new, document_fields=fields)


@dataclass
class ReadDocuments(beam.PTransform):
    """Lines → articles, `outcomes` of lines that gave none, and the visit for all.

    With `admit_undated` a document without a date is dated by the run.
    """

    run: Run
    admit_undated: bool = False

    def expand(
        self, lines: beam.PCollection[Line]
    ) -> tuple[
        beam.PCollection[AnnotatedArticle], beam.PCollection[Visit], beam.PCollection[Outcome]
    ]:
        read_lines = beam.FlatMap(read, self.run, self.admit_undated).with_output_types(
            AnnotatedArticle, outcomes=Outcome, told=Told
        )
        articles, outcomes, told = lines | "Read" >> read_lines.with_outputs(
            "outcomes", "told", main="articles"
        )
        visits = told | "All" >> beam.combiners.ToList() | "Visit" >> beam.Map(visit_of, self.run)
        return articles, visits, outcomes
