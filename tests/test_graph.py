"""The graph: five records travel through it, and each step tells its outcomes in one place."""

from collections.abc import Iterator
from dataclasses import replace

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

import killers
import made
from graphs import COURTESY, expect, feeds_of, graph, plan
from lake_rows import rows
from newsbeam.pipeline.news import NewsFromDocuments, NewsFromFeeds
from newsbeam.pipeline.stream import ticks
from newsbeam.schemas import journey
from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry, Outcome, Visit
from newsbeam.transforms import coder
from newsbeam.transforms.close_visits import CloseVisits
from newsbeam.transforms.enrich_articles import EnrichArticles
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.poll_feeds import PollFeeds
from newsbeam.transforms.read_articles import ReadArticles
from newsbeam.transforms.read_documents import ReadDocuments
from newsbeam.transforms.settle_articles import SettleArticles
from newsbeam.transforms.text.nlp import DEFAULT_MODEL
from newsbeam.transforms.write_articles import WriteArticles
from publisher import Publisher


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=4) as served:
        yield served


def test_five_records_travel_and_each_has_a_coder():
    records = {
        value
        for value in vars(journey).values()
        if isinstance(value, type) and value.__module__ == journey.__name__
    }
    assert {record.__name__ for record in records} == {
        "Visit", "Origin", "NewEntry", "AnnotatedArticle", "Outcome",
    }  # fmt: skip
    assert records - set(coder.RECORDS) == {journey.Origin}  # it lies in three of the others


def test_each_step_has_one_main_output_and_tells_outcomes_beside_it(local_lake: Lake):
    pipeline = beam.Pipeline(runner="FnApiRunner")
    feeds = pipeline | "f" >> beam.Create([(made.FEED,)])
    new = pipeline | "n" >> beam.Create([made.new_entry(1)])
    articles = pipeline | "a" >> beam.Create([made.read(1)])
    lines = pipeline | "l" >> beam.Create([("a line 1", "{}")])
    poll, read = PollFeeds(local_lake, COURTESY, "r"), ReadArticles(local_lake, COURTESY, "r")
    tells_articles = {None: AnnotatedArticle, "outcomes": Outcome}
    steps = {
        "poll": (feeds, poll, {None: NewEntry, "visits": Visit, "outcomes": Outcome}),
        "read": (new, read, tells_articles),
        "settle": (articles, SettleArticles(local_lake), tells_articles),
        "enrich": (articles, EnrichArticles(DEFAULT_MODEL, "r"), tells_articles),
    }
    for name, (given, step, expected) in steps.items():
        outputs = given | name >> step
        assert {output.tag: output.element_type for output in outputs} == expected, name
    assert (articles | "write" >> WriteArticles(local_lake)).element_type is Outcome
    told = lines | "documents" >> ReadDocuments(made.run())
    assert [output.element_type for output in told] == [AnnotatedArticle, Visit, Outcome]


def collections(pipeline: beam.Pipeline) -> list[str]:
    """The collections of a graph, each as "step: tag"."""
    found: list[str] = []

    class Names(beam.pipeline.PipelineVisitor):
        def visit_transform(self, node: beam.pipeline.AppliedPTransform) -> None:
            found.extend(f"{node.full_label}: {tag}" for tag in node.outputs)

    pipeline.visit(Names())
    return found


def test_the_graph_stays_small(local_lake: Lake):
    pipeline = beam.Pipeline(runner="FnApiRunner")
    made_of = pipeline | beam.Create([(made.FEED,)]) | NewsFromFeeds(plan(local_lake))
    assert made_of.element_type is Account
    found = collections(pipeline)
    told = "\n".join(found)
    assert len(found) <= 40, f"{len(found)} collections:\n{told}"
    tagged = [name for name in found if name.endswith((": outcomes", ": visits"))]
    assert len(tagged) == 5, f"{len(tagged)} side outputs of {len(found)} collections:\n{told}"


def test_the_graph_is_built_alike_behind_a_clock_and_behind_documents(local_lake: Lake):
    pipeline = beam.Pipeline(runner="FnApiRunner")
    accounts = ticks(pipeline, 60, ((made.FEED,),)) | NewsFromFeeds(plan(local_lake))
    assert not accounts.is_bounded
    bounded = pipeline | beam.Create([("a line 1", "{}")]) | NewsFromDocuments(plan(local_lake))
    assert (accounts.element_type, bounded.element_type) == (Account, Account)
    assert bounded.is_bounded


def test_a_feed_is_visited_and_its_entries_are_read(publisher: Publisher, local_lake: Lake):
    with graph() as p:
        new, visits, known = (
            p | beam.Create([feeds_of(publisher)]) | PollFeeds(local_lake, COURTESY, "r")
        )
        articles, unread = new | ReadArticles(local_lake, COURTESY, "r", shards=3)
        expect(visits, lambda them: sorted(len(v.new) for v in them), [2, 4], "visits")
        expect(visits, lambda them: {v.poll.status for v in them}, {"ok"}, "statuses")
        expect(new, len, 6, "new")
        expect(articles, lambda them: {a.article.text_from for a in them}, {"page"}, "articles")
        expect((known, unread) | beam.Flatten(), len, 0, "outcomes")


def test_shards_of_feeds_are_each_visited_by_a_worker(publisher: Publisher, local_lake: Lake):
    shards: list[tuple[Feed, ...]] = [(feed,) for feed in feeds_of(publisher)]
    with graph() as p:
        _, visits, _ = p | beam.Create(shards) | PollFeeds(local_lake, COURTESY, "r")
        expect(visits, lambda them: sorted(len(v.new) for v in them), [2, 4])


def test_articles_are_settled_enriched_and_written_once(local_lake: Lake):
    said = "Foreign Minister Nino Abashvili met the delegation of Armenia in Tbilisi."
    articles = [made.read(n, text=said) for n in (1, 1, 2)]
    for result, twice in (("written", "merged"), ("unchanged", "unchanged")):
        with graph() as p:
            settled, unchanged = p | beam.Create(articles) | SettleArticles(local_lake)
            enriched, failed = settled | EnrichArticles(DEFAULT_MODEL, "r")
            written = enriched | WriteArticles(local_lake, shards=2)
            results = (written, unchanged) | beam.Flatten() | beam.Map(lambda o: o.result)
            assert_that(results, equal_to([result, result, twice]), "outcomes")
            assert_that(failed, equal_to([]), "failed")
        assert len(rows(local_lake.url, "articles")) == 2
        assert "Armenia" in {row["name"] for row in rows(local_lake.url, "actors")}


def test_a_text_that_kills_its_reader_is_one_dead_letter_and_stops_no_other(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("newsbeam.transforms.enrich_articles.annotate", killers.annotate_or_die)
    articles = [made.read(n, text=f"Text {n}. {killers.WORD if n == 2 else ''}") for n in range(4)]
    visit = made.visit(*articles)
    for _ in range(2):
        with graph() as p:
            enriched, failed = p | beam.Create(articles) | EnrichArticles(DEFAULT_MODEL, "r")
            expect(enriched, made.titles, ["Title 0", "Title 1", "Title 3"], "others")
            without = failed | beam.Map(lambda outcome: replace(outcome, failure=None))
            assert_that(without, equal_to(made.outcomes(articles[2], "failed")), "outcome")
            written = enriched | WriteArticles(local_lake)
            outcomes = (failed, written) | beam.Flatten()
            _ = (p | "v" >> beam.Create([visit]), outcomes) | CloseVisits(local_lake, "r")
        (letter,) = rows(local_lake.url, "failures")
        assert letter["step"] == "EnrichArticles"
        assert killers.WORD in letter["element"]
        assert "ended its process" in letter["message"]
    assert len(rows(local_lake.url, "articles")) == 3


@pytest.mark.parametrize("admit_undated", [True, False])
def test_documents_are_read_and_counted(admit_undated):
    dated = '{"title": "Dated", "published": "2026-03-01", "topic": "talks"}'
    lines = [("a line 1", '{"title": "Talks"}'), ("a line 2", "nonsense"), ("a line 3", dated)]
    taken, errors = ["Dated"], ["no_date", "not_json"]
    if admit_undated:
        taken, errors = ["Dated", "Talks"], ["not_json"]
    with graph() as p:
        step = ReadDocuments(made.run(), admit_undated)
        articles, visits, unread = p | beam.Create(lines) | step
        expect(articles, made.titles, taken, "articles")
        expect(unread, lambda them: sorted(o.failure.error for o in them), errors, "unread")
        expect(visits, lambda them: [sorted(key[:8] for key in v.new) for v in them],
               [["a line 1", "a line 2", "a line 3"]], "visits")  # fmt: skip
        expect(visits, lambda them: [v.document_fields for v in them],
               [{"title": 2, "published": 1, "topic": 1}], "fields")  # fmt: skip


def test_what_the_steps_yield_is_what_they_say(publisher: Publisher, local_lake: Lake):
    """Beam takes a step's word for the types behind its tags."""
    with graph() as p:
        new, visits, known = (
            p | beam.Create([feeds_of(publisher)]) | PollFeeds(local_lake, COURTESY, "r")
        )
        articles, unread = new | ReadArticles(local_lake, COURTESY, "r", pages=False)
        for output, kind in (
            (new, NewEntry), (visits, Visit), (known, Outcome), (articles, AnnotatedArticle),
            (unread, Outcome),
        ):  # fmt: skip
            name = f"{output.producer.full_label} {output.tag}"
            others = output | name >> beam.Filter(lambda x, kind=kind: not isinstance(x, kind))
            assert_that(others, equal_to([]), f"others: {name}")
