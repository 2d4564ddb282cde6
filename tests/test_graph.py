"""The graph step by step: types, dead letters, and what a crash in between leaves behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

import killers
import made
from graphs import COURTESY, feeds_of, graph, is_all
from lake_rows import rows
from newsbeam.schemas.journey import (
    Draft,
    Enriched,
    FetchedPage,
    NewEntry,
    Outcome,
    Parsed,
    Polled,
)  # fmt: skip
from newsbeam.transforms.enrich_articles import EnrichArticles
from newsbeam.transforms.feed.memory import recall
from newsbeam.transforms.http.pages import FetchPages, is_passing
from newsbeam.transforms.http.request import Request, Response
from newsbeam.transforms.lake.failures import WriteFailures
from newsbeam.transforms.lake.known import DropKnown
from newsbeam.transforms.lake.sightings import RecordSightings
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.page.entries import ParseEntries
from newsbeam.transforms.poll_feeds import PollFeeds
from newsbeam.transforms.read_articles import ExtractText
from newsbeam.transforms.read_documents import ReadDocuments
from newsbeam.transforms.settle_articles import SettleArticles
from newsbeam.transforms.text.nlp import DEFAULT_MODEL
from newsbeam.transforms.write_articles import WriteLake
from publisher import Publisher


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=4) as served:
        yield served


def test_a_feed_is_polled_parsed_sorted_fetched_and_read(publisher: Publisher, local_lake: Lake):
    with graph() as p:
        rounds = p | beam.Create([feeds_of(publisher)])
        polled, unrecorded = rounds | PollFeeds(local_lake, COURTESY, "r")
        parsed = polled | ParseEntries()
        new, polls, done = parsed | DropKnown(local_lake, "r")
        pages = new | FetchPages(local_lake, COURTESY, shards=3)
        drafts, unread = pages | ExtractText("r")
        assert_that(polled, is_all(lambda them: [x.poll.status for x in them] == ["ok"] * 2), "a")
        assert_that(unrecorded, equal_to([]), "b")
        assert_that(parsed, is_all(lambda them: {x.parsed.n_items for x in them} == {4, 2}), "c")
        assert_that(new, is_all(lambda them: len(them) == 6), "d")
        assert_that(polls, is_all(lambda them: sorted(len(x.new) for x in them) == [2, 4]), "e")
        assert_that(done, equal_to([]), "e2")
        assert_that(pages, is_all(lambda them: all(x.html for x in them)), "f")
        assert_that(
            drafts, is_all(lambda them: {x.article.text_from for x in them} == {"page"}), "g"
        )
        assert_that(unread, equal_to([]), "h")
    assert (polled.element_type, parsed.element_type) == (Polled, Parsed)
    assert (new.element_type, pages.element_type) == (NewEntry, FetchedPage)
    assert drafts.element_type == Draft


def test_an_answer_is_kept_before_it_is_read_and_noted_as_unfinished(
    publisher: Publisher, local_lake: Lake
):
    with graph() as p:
        polled, _ = p | beam.Create([feeds_of(publisher)]) | PollFeeds(local_lake, COURTESY, "r")
        _ = polled | ParseEntries() | DropKnown(local_lake, "r")
    left = [recall(local_lake, feed)[0].unfinished for feed in feeds_of(publisher)]
    assert all(left)
    with graph() as p:  # the run died there; the next one asks nobody, and goes on
        publisher_is_gone = replace(COURTESY, allow_networks=())
        polled, _ = (
            p
            | beam.Create([feeds_of(publisher)])
            | PollFeeds(local_lake, publisher_is_gone, "another run")
        )
        moments = sorted(one.poll.polled_at for one in left)
        assert_that(
            polled, is_all(lambda them: sorted(x.poll.polled_at for x in them) == moments), "polls"
        )
        assert_that(polled, is_all(lambda them: all(b"<rss" in x.body for x in them)), "bodies")


def test_what_a_dead_run_had_written_is_not_fetched_again(publisher: Publisher, local_lake: Lake):
    feeds = feeds_of(publisher)[:1]
    with graph() as p:
        polled, _ = p | beam.Create([feeds]) | PollFeeds(local_lake, COURTESY, "r")
        new, _, _ = polled | ParseEntries() | DropKnown(local_lake, "r")
        drafts, _ = new | FetchPages(local_lake, COURTESY) | ExtractText("r")
        two = drafts | beam.Filter(lambda draft: "Round 1" in draft.article.title)
        settled, _ = two | SettleArticles(local_lake)
        _ = settled | beam.Map(lambda draft: Enriched(draft)) | WriteLake(local_lake)
    (written,) = rows(local_lake.url, "articles")
    with graph() as p:  # the run died before it remembered anything; the next takes the poll up
        polled, _ = p | beam.Create([feeds]) | PollFeeds(local_lake, COURTESY, "another run")
        new, polls, done = polled | ParseEntries() | DropKnown(local_lake, "another run")
        titles = new | beam.Map(lambda entry: entry.entry.title.split(" of")[0])
        assert_that(titles, equal_to(["Round 2", "Round 3", "Round 4"]), "to be fetched")
        known = done | beam.Map(lambda it: (it.article_id, it.result, it.revision))
        expected = (written["article_id"], "unchanged", written["revision"])
        assert_that(known, equal_to([expected]), "written before")
        assert_that(polls, is_all(lambda them: [x.poll.new_items for x in them] == [4]), "account")


def test_drafts_are_settled_enriched_and_written_once(local_lake: Lake):
    said = "Foreign Minister Nino Abashvili met the delegation of Armenia in Tbilisi."
    drafts = [made.draft(n, text=said) for n in (1, 1, 2)]
    for result, twice in (("written", "merged"), ("unchanged", "unchanged")):
        with graph() as p:
            settled, unchanged = p | beam.Create(drafts) | SettleArticles(local_lake)
            enriched, failed = settled | EnrichArticles(DEFAULT_MODEL, "r")
            outcomes = (enriched | WriteLake(local_lake), unchanged) | beam.Flatten()
            sighted = outcomes | RecordSightings(local_lake)
            results = sighted | beam.Map(lambda outcome: outcome.result)
            assert_that(results, equal_to([result, result, twice]), "outcomes")
            assert_that(failed, equal_to([]), "failed")
        assert (enriched.element_type, sighted.element_type) == (Enriched, Outcome)
        assert len(rows(local_lake.url, "articles")) == len(rows(local_lake.url, "sightings")) == 2
        assert "Armenia" in {row["name"] for row in rows(local_lake.url, "actors")}


def test_a_text_that_kills_its_reader_is_one_dead_letter_and_stops_no_other(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("newsbeam.transforms.enrich_articles.annotate", killers.annotate_or_die)
    drafts = [made.draft(n, text=f"Text {n}. {killers.WORD if n == 2 else ''}") for n in range(4)]
    for _ in range(2):
        with graph() as p:
            enriched, failed = p | beam.Create(drafts) | EnrichArticles(DEFAULT_MODEL, "r")
            outcomes = failed | WriteFailures(local_lake)
            titles = enriched | beam.Map(lambda one: one.draft.article.title)
            assert_that(titles, equal_to(["Title 0", "Title 1", "Title 3"]), "others")
            assert_that(outcomes, equal_to([Outcome(
                drafts[2].carried[0], drafts[2].article.article_id, "failed"
            )]), "outcome")  # fmt: skip
        (letter,) = rows(local_lake.url, "failures")
        assert letter["step"] == "EnrichArticles"
        assert killers.WORD in letter["element"]
        assert "ended its process" in letter["message"]


def test_a_page_that_kills_its_reader_leaves_what_the_feed_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("newsbeam.transforms.read_articles.texts_of", killers.texts_or_die)

    def page(n: int, html: str, **said: Any) -> FetchedPage:
        entry, drafted = made.entry(n, **said), made.draft(n)
        new = NewEntry(made.FEED, entry, drafted.article.article_id, entry.url, drafted.carried[0],
                       made.NOON)  # fmt: skip
        return FetchedPage(new, html.encode())

    harmless = f"<html><body><article><p>{'Harmless words. ' * 40}</p></article></body></html>"
    pages = [page(1, harmless), page(2, killers.WORD), page(3, killers.WORD, content=killers.WORD)]
    with graph() as p:
        drafts, failed = p | beam.Create(pages) | ExtractText("r")
        seen = drafts | beam.Map(lambda d: (d.article.title, d.article.text_from, bool(
            d.article.page_problem)))  # fmt: skip
        assert_that(seen, equal_to([("Title 1", "page", False), ("Title 2", "feed", True)]), "read")
        names = failed | beam.Map(lambda letter: (letter.failure.step, letter.failure.url))
        assert_that(names, equal_to([("ExtractText", "https://ledger.example/3")]), "failed")


def test_documents_are_read_and_counted():
    lines = [(1, '{"title": "Talks"}'), (2, "nonsense"), (3, '{"text": "They met."}')]
    with graph() as p:
        drafts, failed, account = p | beam.Create(lines) | ReadDocuments(made.run())
        assert_that(drafts | beam.Map(lambda d: d.article.title), equal_to(["Talks", ""]), "a")
        assert_that(failed | beam.Map(lambda it: it.failure.error), equal_to(["not_json"]), "b")
        assert_that(account | beam.Map(lambda it: it.poll.new_items), equal_to([3]), "c")


@pytest.mark.parametrize(
    ("status", "http_status", "wait", "passing"),
    [
        ("http_error", 503, None, True),
        ("http_error", 404, None, False),
        ("timeout", None, None, True),
        ("gone", 410, None, False),
        ("robots", None, None, False),  # robots.txt forbids it
        ("robots", None, 600.0, True),  # robots.txt is out of reach
        ("http_error", None, 900.0, True),  # the host asked to be left alone
        ("blocked_address", None, 600.0, False),
    ],
)
def test_a_page_is_asked_for_again_only_where_the_trouble_may_pass(
    status: Any, http_status: int | None, wait: float | None, passing: bool
):
    answer = Response(Request("k", "https://e.org"), status, http_status, retry_after_seconds=wait)
    assert is_passing(answer) is passing
