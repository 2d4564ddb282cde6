"""Settle which drafts of an article are news: one date for ever, and each wording once.

The first date of an article holds for ever, whatever a publisher says later; of several feeds that
bring it at once, the best stated date is the first.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import apache_beam as beam

from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import Draft, Outcome
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms import metrics
from newsbeam.transforms.lake.claims import claimed_date
from newsbeam.transforms.lake.index import keys_of_day
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import day_of

Result = Literal["written", "merged", "unchanged"]

# A date that somebody stated is worth more than one that we made up.
TRUST = {"document": 0, "feed": 1, "page": 2, "url": 3, "text": 4, "fetch": 5}


@dataclass(frozen=True)
class Settled:
    """The drafts that are news, and what became of the entries that are not."""

    drafts: tuple[Draft, ...]
    outcomes: tuple[Outcome, ...]


def outcomes_of(draft: Draft, first: Result, others: Result) -> Iterator[Outcome]:
    """One outcome for each entry that a draft stands for."""
    article = draft.article
    for place, carried in enumerate(draft.carried):
        result = others if place else first
        yield Outcome(carried, article.article_id, result, article.revision, article.published_at)


def settle(drafts: Iterable[Draft], published_at: datetime, there: Container[str]) -> Settled:
    """Decide about the drafts of one article; `there` are its revisions in the lake.

    The result is the same in whatever order the drafts come.
    """
    wordings: dict[str, list[Draft]] = defaultdict(list)
    for draft in sorted(drafts, key=_worth):
        wordings[draft.article.revision].append(draft)
    new: list[Draft] = []
    known: list[Outcome] = []
    for revision, same in wordings.items():
        carried = tuple(one for draft in same for one in draft.carried)
        draft = Draft(_dated(same[0], published_at), carried)
        if revision in there:
            known.extend(outcomes_of(draft, "unchanged", "unchanged"))
        else:
            new.append(draft)
    return Settled(tuple(new), tuple(known))


def first_date(drafts: Iterable[Draft]) -> datetime:
    """The date that the drafts of a new article give it."""
    return min(drafts, key=_worth).article.published_at


def _worth(draft: Draft) -> tuple[int, datetime, str, str]:
    """Best first: the date of best origin, then the earliest; the rest only makes it certain."""
    article = draft.article
    feed = article.feed_id or ""
    return TRUST[article.published_from], article.published_at, feed, article.revision


def _dated(draft: Draft, published_at: datetime) -> Article:
    article = draft.article
    if article.published_at == published_at:
        return article
    said = f"kept the first date; this source says {article.published_at:%Y-%m-%d %H:%M}"
    return replace(article, published_at=published_at, date_problem=article.date_problem or said)


class _Settle(beam.DoFn):
    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def start_bundle(self) -> None:
        self.days: dict[str, dict[str, set[str]]] = {}

    def process(self, group: tuple[str, Iterable[Draft]]) -> Iterator[Draft]:
        article_id, drafts = group[0], list(group[1])
        date = claimed_date(self.lake, article_id, first_date(drafts))
        settled = settle(drafts, date, self._revisions(day_of(date)).get(article_id, set()))
        metrics.count("articles_unchanged", len(settled.outcomes))
        for outcome in settled.outcomes:
            yield beam.pvalue.TaggedOutput("unchanged", outcome)
        yield from settled.drafts

    def _revisions(self, day: str) -> dict[str, set[str]]:
        """A day's revisions by article, listed once a bundle: it may hold hundreds of articles."""
        if day not in self.days:
            self.days[day] = defaultdict(set)
            for article_id, revision in keys_of_day(self.lake, TABLES["articles"], day):
                self.days[day][article_id].add(revision)
        return self.days[day]


def article_of(draft: Draft) -> str:
    """The article whose wording a draft is."""
    return draft.article.article_id


@dataclass
class SettleArticles(beam.PTransform):
    """Drafts → those that are news (`drafts`); entries that brought nothing new (`unchanged`)."""

    lake: Lake

    def expand(self, drafts: beam.PCollection[Draft]) -> beam.pvalue.DoOutputsTuple:
        return (
            drafts
            | "ByArticle" >> beam.GroupBy(article_of)
            | "Settle" >> beam.ParDo(_Settle(self.lake)).with_outputs("unchanged", main="drafts")
        )
