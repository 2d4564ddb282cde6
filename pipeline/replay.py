"""Run open dead letters again: each ends as rows, or stays one open letter, tried once more.

An entry goes through the graph from its page on, a document from its line on. What an annotator
could not read is annotated again, and the rows that its article lacks are put beside it.
"""

import json
import threading
from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam

from newsbeam.pipeline.live import Progress
from newsbeam.pipeline.news import NewsFromEntries, Plan
from newsbeam.pipeline.options import RunOptions
from newsbeam.pipeline.run import execute, renewed, run_documents
from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Article, Entry, Feed, Sighting
from newsbeam.schemas.ids import article_id, digest
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry, Origin, Outcome
from newsbeam.schemas.ledger import Failure, Run
from newsbeam.schemas.slices import in_parts
from newsbeam.schemas.tables import TABLES, annotation_tables
from newsbeam.schemas.wire import from_dict
from newsbeam.transforms.enrich_articles import enrich
from newsbeam.transforms.feed.identity import entry_hash
from newsbeam.transforms.lake.batches import KEY
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.letters import (
    DOCUMENTS,
    ENRICHING,
    READING,
    count_attempt,
    withdraw_letters,
)
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, side_by_side
from newsbeam.transforms.lake.tables import day_of, days_of, files_of, read_columns
from newsbeam.transforms.page.urls import identity_url, is_foreign
from newsbeam.transforms.read_documents import VISIT
from newsbeam.transforms.read_lake import rows_of_day
from newsbeam.transforms.record_runs import record_run, take_account

PART = 64  # letters a pass: as many articles as a slice


def open_letters(lake: Lake, names: Sequence[str] = ()) -> list[Failure]:
    """The open dead letters, or those of these names."""
    table = TABLES["failures"]
    letters = [row for day in days_of(lake, table) for row in rows_of_day(day, lake, table)]
    return [letter for letter in letters if not names or letter.failure_id in names]


def entry_of(letter: Failure) -> NewEntry:
    """The entry of a letter, as it was on its way; ValueError or TypeError where it tells none."""
    said = json.loads(letter.element)
    feed, entry = from_dict(Feed, said["feed"]), from_dict(Entry, said["entry"])
    url = said.get("canonical_url") or identity_url(feed.url, entry)
    article = letter.article_id or article_id(url)
    foreign = is_foreign(feed, entry.url) or None
    sighting = Sighting(article, feed.feed_id, letter.failed_at, 0, is_foreign=foreign)
    origin = Origin(VISIT, letter.failure_id, entry_hash(entry), sighting)
    return NewEntry(
        feed, entry, article, url, origin, letter.failed_at, is_apart=said.get("is_apart", False)
    )


def replay(
    options: RunOptions,
    plan: Plan,
    letters: Iterable[Failure],
    stop: threading.Event,
    progress: Progress,
) -> Iterator[tuple[Run, Account]]:
    """Run these letters again, in passes each with an account of its own, until `stop` is set."""
    by_step: dict[str, list[Failure]] = {READING: [], DOCUMENTS: [], ENRICHING: []}
    for letter in letters:
        by_step.setdefault(letter.step, []).append(letter)
    progress.begin_pass()
    for part in in_parts(map(entry_of, by_step[READING]), PART, lambda _: 0, 0):
        if stop.is_set():
            return
        execute(options, plan, beam.Create(part), NewsFromEntries(plan))
        account = take_account(plan.lake, plan.run.run_id)
        yield record_run(account, plan.lake, plan.run), account
        plan = renewed(plan)
    lines = [
        (f"letter {letter.failure_id}", json.loads(letter.element)["line"])
        for letter in by_step[DOCUMENTS]
    ]
    if lines:
        yield from run_documents(options, plan, lines, stop, progress)
    if by_step[ENRICHING] and not stop.is_set():
        _annotate_again(plan, by_step[ENRICHING])
    side_by_side(lambda letter: count_attempt(plan.lake, letter), letters)


def _annotate_again(plan: Plan, letters: Iterable[Failure]) -> None:
    """Put the rows beside these articles that they lack, and close the letters of those that have
    all of them now."""
    lake, articles = plan.lake, []
    for letter in letters:
        said = json.loads(letter.element)
        articles += _article(lake, said["article_id"], said["revision"])
    asked = (AnnotatedArticle(article, ()) for article in articles)
    for one in enrich(asked, plan.model, plan.layers, plan.tables):
        article, day = one.article, day_of(one.article.published_at)
        for name, rows in one.annotations.items():
            table = TABLES[name]
            key = (article.article_id, article.revision)
            if rows and key not in _keys_of(lake, name, day):
                add_rows(lake, table, day, digest("replay", *key), rows)
        if not one.problems:
            origin = Origin(VISIT, "", "")
            done = Outcome(origin, article.article_id, "written", article.revision)
            claims = claims_of(lake)
            withdraw_letters(lake, claims, claims.read([article.article_id]), [done])


def _article(lake: Lake, article: str, revision: str) -> list[Article]:
    """The row of a wording, if it is there; its day stands in the article's claim."""
    claim = claims_of(lake).read([article])[article]
    if claim.date is None:
        return []
    rows = rows_of_day(day_of(claim.date), lake, TABLES["articles"])
    return [row for row in rows if (row.article_id, row.revision) == (article, revision)][:1]


def _keys_of(lake: Lake, table: str, day: str) -> set[tuple[str, ...]]:
    """Which wordings have rows in an annotation table on a day."""
    if table not in annotation_tables():
        return set()
    files = files_of(lake, TABLES[table], day)
    return {key for file in files for key in read_columns(lake, file, KEY)}
