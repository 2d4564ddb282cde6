"""Settle which articles are news: one date an article for ever, and each wording once.

The first date of an article holds for ever, whatever a publisher says later; of several feeds that
bring it at once, the best stated date is the first. Only a date that no feed or page of the site
itself has stated gives way to one that does. What the lake has is known from the article's claim,
one small object; no day is looked through.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import apache_beam as beam

from newsbeam.schemas.journey import AnnotatedArticle, Outcome
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.batches import dated, is_there, speaks_for_site
from newsbeam.transforms.lake.claims import claims_of
from newsbeam.transforms.lake.forgotten import forgotten
from newsbeam.transforms.lake.letters import withdraw_letters
from newsbeam.transforms.lake.storage import Lake

BATCH = 64  # articles whose claims are read side by side
# Origins of a date, the best first: one that somebody stated before one that we made up.
DATE_ORIGINS = ("document", "feed", "page", "url", "text", "fetch")


def settle(
    articles: Iterable[AnnotatedArticle], claimed: datetime | None, there: Container[str]
) -> tuple[list[AnnotatedArticle], list[Outcome]]:
    """Of the articles of one id those that are news, and what became of the others' entries.

    `claimed` is the date that holds for the article already, `there` its revisions in the lake. The
    result is the same in whatever order the articles come.
    """
    wordings: dict[str, list[AnnotatedArticle]] = defaultdict(list)
    ordered = sorted(articles, key=_best_first)
    date = claimed or ordered[0].article.published_at
    for one in ordered:
        wordings[one.article.revision].append(one)
    new: list[AnnotatedArticle] = []
    known: list[Outcome] = []
    for revision, same in wordings.items():
        origins = tuple(origin for one in same for origin in one.origins)
        if revision in there:
            article_id = same[0].article.article_id
            known += [Outcome(origin, article_id, "unchanged", revision) for origin in origins]
        else:
            new.append(replace(same[0], article=dated(same[0].article, date), origins=origins))
    return new, known


def _best_first(one: AnnotatedArticle) -> tuple[bool, bool, int, datetime, str, str]:
    """Who may speak for the site, then the date of the best origin, then the earliest; the rest
    only makes the order certain."""
    article = one.article
    origin = DATE_ORIGINS.index(article.published_from)
    return (
        not speaks_for_site(one), one.origins[0].is_foreign, origin, article.published_at,
        article.feed_id or "", article.revision,
    )  # fmt: skip


def settle_batch(groups: list[tuple[str, Iterable[AnnotatedArticle]]], lake: Lake) -> Iterator[Any]:
    """The news among articles grouped by their ids, and the outcomes of the others."""
    metrics.begin("settling")
    claims = claims_of(lake)
    found = claims.read(article_id for article_id, _ in groups)
    unchanged: list[Outcome] = []
    kept_out = forgotten(lake)
    for article_id, every in groups:
        articles = list(every)
        claim = found[article_id]
        gone = [one for one in articles if kept_out.has(article_id, one.article.source)]
        unchanged += [Outcome(o, article_id, "unchanged") for one in gone for o in one.origins]
        if not (articles := [one for one in articles if one not in gone]):
            continue
        there = {
            revision for revision in claim.wordings if is_there(lake, claim, (article_id, revision))
        }
        may_move = claim.may_move and any(map(speaks_for_site, articles))
        new, known = settle(articles, None if may_move else claim.date, there)
        yield from new
        unchanged += known
    metrics.count("articles_unchanged", len(unchanged))
    withdraw_letters(lake, claims, found, unchanged)
    for outcome in unchanged:
        yield beam.pvalue.TaggedOutput("outcomes", outcome)


def article_id_of(one: AnnotatedArticle) -> str:
    """The article whose wording this is."""
    return one.article.article_id


@dataclass
class SettleArticles(beam.PTransform):
    """Articles → those that are news; `outcomes` of entries that brought nothing new."""

    lake: Lake

    def expand(self, articles: beam.PCollection[AnnotatedArticle]) -> beam.pvalue.DoOutputsTuple:
        return (
            articles
            | "ByArticle" >> beam.GroupBy(article_id_of)
            | "Batch" >> beam.BatchElements(min_batch_size=BATCH, max_batch_size=BATCH)
            | "Settle"
            >> beam.FlatMap(settle_batch, self.lake)
            .with_output_types(AnnotatedArticle, outcomes=Outcome)
            .with_outputs("outcomes", main="articles")
        )
