"""Settling and writing: one date an article for ever, each wording once, an outcome an entry."""

from dataclasses import replace
from datetime import timedelta

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to
from hypothesis import given
from hypothesis import strategies as st

import made
from graphs import graph
from lake_rows import rows
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.settle_articles import SettleArticles, settle
from newsbeam.transforms.write_articles import write
from racers import StagedLake, dies_at, dying


def test_a_wording_that_is_there_is_not_news():
    one = made.read(1)
    new, known = settle([one], made.NOON, {one.article.revision})
    assert new == []
    assert [(o.result, o.revision) for o in known] == [("unchanged", one.article.revision)]


def test_a_date_never_moves_once_the_article_has_one():
    later = made.read(1, text="Another wording.", published_at=made.NOON + timedelta(days=40))
    (one,), _ = settle([later], made.NOON, ())
    assert one.article.published_at == made.NOON
    assert one.article.date_problem == "kept the first date; this source says 2026-04-10 12:00"


def test_why_a_date_was_not_believed_is_not_overwritten():
    later = made.read(1, published_at=made.NOON + timedelta(days=1), date_problem="in the future")
    (one,), _ = settle([later], made.NOON, ())
    assert one.article.date_problem == "in the future"


def test_of_feeds_that_disagree_the_earliest_stated_date_holds():
    early = made.read(1, feed="a", published_at=made.NOON - timedelta(hours=9))
    unstated = made.read(
        1, feed="b", published_from="fetch", published_at=made.NOON - timedelta(days=2)
    )
    (one,), _ = settle([made.read(1, feed="c"), unstated, early], None, ())
    assert one.article.published_at == early.article.published_at
    assert len(one.origins) == 3


@given(st.permutations(range(4)))
def test_settling_does_not_depend_on_the_order_of_arrival(order: list[int]):
    articles = [
        made.read(1, feed="a"),
        made.read(1, feed="b", published_at=made.NOON + timedelta(hours=1)),
        made.read(1, feed="c", text="Other words."),
        made.read(1, feed="d", published_from="page"),
    ]
    settled = settle([articles[i] for i in order], None, ())
    assert settled == settle(articles, None, ())
    assert len(settled[0]) == 2
    assert {one.article.published_at for one in settled[0]} == {made.NOON}


def test_every_entry_behind_an_article_gets_its_outcome(local_lake: Lake):
    one = made.annotated(1)
    both = replace(one, origins=(*one.origins, *made.read(1, visit="w").origins))
    for expected in (["written", "merged"], ["unchanged", "unchanged"]):
        outcomes = write(local_lake, [both])
        assert [o.origin.visit_id for o in outcomes] == ["v", "w"]
        assert [o.result for o in outcomes] == expected
        assert {o.revision for o in outcomes} == {one.article.revision}


def through_settling(lake: Lake, articles: list[AnnotatedArticle], new: list[str]) -> None:
    """Articles through the step; of these titles they are news."""
    with graph() as p:
        settled, unchanged = p | beam.Create(articles) | SettleArticles(lake)
        assert_that(settled | beam.Map(lambda one: one.article.title), equal_to(new), "new")
        results = unchanged | beam.Map(lambda outcome: outcome.result)
        known = sum(len(one.origins) for one in articles) - len(new)
        assert_that(results, equal_to(["unchanged"] * known), "known")


def test_what_the_lake_has_is_known_from_the_claims_and_the_rest_is_news(lake: Lake):
    write(lake, [made.annotated(1), made.annotated(2)])
    through_settling(lake, [made.read(n) for n in (1, 2, 3)], ["Title 3"])


@pytest.mark.parametrize("there", [False, True])
def test_a_wording_that_was_only_claimed_is_news_and_one_that_is_written_is_not(
    local_lake: Lake, there: bool
):
    """Whether its writer died before or after the row was put."""
    moment = {"after" if there else "before": dies_at("articles/")}
    with dying():
        write(StagedLake(local_lake.url, **moment), [made.annotated(1)])
    through_settling(open_lake(local_lake.url), [made.read(1)], [] if there else ["Title 1"])


def test_settling_alone_claims_nothing(local_lake: Lake):
    through_settling(local_lake, [made.read(1)], ["Title 1"])
    assert local_lake.list("") == []


def test_the_date_that_was_claimed_first_is_the_date_of_the_row(local_lake: Lake):
    with dying():
        write(StagedLake(local_lake.url, after=dies_at("state/claims")), [made.annotated(1)])
    other = made.annotated(1, text="Corrected.", published_at=made.NOON + timedelta(days=3))
    write(local_lake, [other])
    (row,) = rows(local_lake.url, "articles")
    assert row["published_at"] == made.NOON
    name = made.article(1).article_id
    assert Claims(local_lake).read([name])[name].date == made.NOON
