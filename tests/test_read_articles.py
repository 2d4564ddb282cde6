"""Reading entries: page and feed make the article; a hostile page leaves what the feed said."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import killers
import made
from graphs import COURTESY
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry
from newsbeam.schemas.slices import Slice
from newsbeam.transforms.http.request import Request, Response
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.page.answer import may_be_had_later, page_answer
from publisher import Publisher
from steps import read


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=9) as served:
        yield served


def entry(publisher: Publisher, n: int, **said: Any) -> NewEntry:
    """An entry whose page is the publisher's n-th."""
    return made.new_entry(n, **{"url": f"{publisher.url}/articles/{n}", **said})


def texts(articles: list[AnnotatedArticle]) -> list[tuple[str, str, bool]]:
    """Title, where the text is from, and whether there is a problem with the page."""
    return sorted(
        (one.article.title, one.article.text_from, bool(one.article.page_problem))
        for one in articles
    )


def test_an_entry_is_read_from_its_page_which_is_kept(publisher: Publisher, lake: Lake):
    told = read(lake, [entry(publisher, 1)])
    (one,) = told.main
    assert (one.article.text_from, one.article.page_problem) == ("page", None)
    assert b"Talks of round 1" in raw.fetch(lake, one.article.raw_sha256, one.article.fetched_at)
    (origin,) = one.origins
    assert origin.entry_key == made.origin(1).entry_key
    assert origin.sighting.article_id == one.article.article_id
    assert told.outcomes == []


def test_a_page_of_two_entries_is_asked_for_once(publisher: Publisher, local_lake: Lake):
    again = replace(entry(publisher, 1), origin=made.origin(1, feed="another"))
    told = read(local_lake, [entry(publisher, 1), again])
    assert len(told.main) == 2
    assert publisher.asked["/articles/1"] == 1


def test_without_pages_the_feeds_own_words_are_all(publisher: Publisher, local_lake: Lake):
    told = read(local_lake, [entry(publisher, 1)], pages=False)
    assert texts(told.main) == [("Title 1", "feed", False)]
    assert publisher.asked == {}


def test_an_entry_without_address_has_no_page(local_lake: Lake):
    told = read(local_lake, [made.new_entry(1, url="")])
    assert told.main[0].article.page_problem == "no_link: the feed gives no address"


def test_a_page_out_of_reach_leaves_what_the_feed_said_and_may_be_had_later(
    publisher: Publisher, local_lake: Lake
):
    publisher.pages_down = True
    told = read(local_lake, [entry(publisher, 1)])
    assert texts(told.main) == [("Title 1", "feed", True)]
    assert told.main[0].origins[0].page_missing


def test_a_page_that_kills_its_reader_leaves_what_the_feed_said(
    publisher: Publisher, local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("newsbeam.transforms.read_articles.texts_of", killers.texts_or_die)
    monkeypatch.setattr(killers, "WORD", "lethal")
    monkeypatch.setattr("publisher.PAGE", "<p>lethal {title} {lead} {n}</p>")
    told = read(local_lake, [entry(publisher, 1), entry(publisher, 2, content="lethal")])
    assert texts(told.main) == [("Title 1", "feed", True)]
    (failed,) = told.outcomes
    assert (failed.result, failed.origin) == ("failed", made.origin(2))
    assert failed.failure
    assert (failed.failure.step, failed.failure.error) == ("ReadArticles", "worker_crash")
    assert failed.failure.url == f"{publisher.url}/articles/2"
    assert "ended its process" in failed.failure.message
    assert '"Title 2"' in failed.failure.element


def test_pages_for_which_the_slice_has_no_room_wait(publisher: Publisher, local_lake: Lake):
    entries = [entry(publisher, n) for n in range(30)]
    told = read(local_lake, entries, slice=Slice(raw_bytes=1))
    assert told.main
    assert {outcome.result for outcome in told.outcomes} == {"waiting"}
    assert len(told.main) + len(told.outcomes) == 30
    assert publisher.asked.total() - publisher.asked["/robots.txt"] == len(told.main)


def test_a_slice_reads_at_least_one_page_however_long_its_host_takes(
    publisher: Publisher, local_lake: Lake
):
    slow = replace(COURTESY, per_host_delay=0.3)
    entries = [entry(publisher, n) for n in (1, 2, 3)]
    told = read(local_lake, entries, courtesy=slow, slice=Slice(seconds=0.1))
    assert len(told.main) == 1
    assert [outcome.result for outcome in told.outcomes] == ["waiting"] * 2


@pytest.mark.parametrize(
    ("status", "http_status", "wait", "later"),
    [
        ("http_error", 503, None, True),
        ("http_error", 404, None, False),
        ("timeout", None, None, True),
        ("dns", None, None, True),
        ("tls", None, None, True),
        ("truncated", 200, None, True),
        ("empty", 200, None, True),
        ("gone", 410, None, False),
        ("robots", None, None, False),  # robots.txt forbids it
        ("robots", None, 600.0, True),  # robots.txt is out of reach
        ("http_error", None, 900.0, True),  # the host asked to be left alone
        ("blocked_address", None, 600.0, False),
    ],
)
def test_a_page_is_asked_for_again_only_where_the_trouble_may_pass(
    status: Any, http_status: int | None, wait: float | None, later: bool
):
    answer = Response(Request("k", "https://e.org"), status, http_status, retry_after_seconds=wait)
    assert may_be_had_later(answer) is later
    assert page_answer(answer).may_be_had_later is later


@pytest.mark.parametrize(
    ("http_status", "wait", "rests"), [(429, 900.0, True), (503, 60.0, True), (500, None, False)]
)
def test_a_host_that_asks_for_rest_when_asked_for_a_page_is_remembered(
    http_status: int, wait: float | None, rests: bool
):
    asked = Request("k", "https://e.org")
    answer = Response(asked, "http_error", http_status, retry_after_seconds=wait)
    assert (page_answer(answer).host_rests_until is not None) is rests


@pytest.mark.parametrize(("kind", "problem"), [
    ("text/html; charset=utf-8", ""), ("", ""), ("APPLICATION/XHTML+XML", ""),
    ("application/pdf", "not_html: the server calls it application/pdf"),
])  # fmt: skip
def test_only_html_is_read_as_a_page(kind: str, problem: str):
    answer = Response(
        Request("k", "https://e.org"), "ok", 200, headers={"content-type": kind}, body=b"<p>"
    )
    assert page_answer(answer).problem == problem
    assert bool(page_answer(answer).html) is not bool(problem)
