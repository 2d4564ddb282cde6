"""Settle which drafts of an article are news: one date for ever, and each wording once.

The partition of a row must not depend on when or by which feed it came. So the date of an article
that is in the lake already holds, whatever a publisher says later; and of several feeds that bring
the same article at once, the earliest stated date holds for all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import apache_beam as beam

from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import Draft, Outcome
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms import metrics
from newsbeam.transforms.keep.index import NEAR, UNDATED, days_near, keys_of_day
from newsbeam.transforms.keep.storage import Lake

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
        yield Outcome(carried, article.article_id, result, article.published_at)


def settle(drafts: Iterable[Draft], there: Mapping[str, datetime]) -> Settled:
    """Decide about the drafts of one article; `there` are its revisions in the lake, dated.

    The result is the same in whatever order the drafts come.
    """
    ordered = sorted(drafts, key=_worth)
    published_at = min(there.values(), default=ordered[0].article.published_at)
    wordings: dict[str, list[Draft]] = defaultdict(list)
    for draft in ordered:
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
        self.days: dict[str, dict[str, dict[str, datetime]]] = {}

    def process(self, group: tuple[str, Iterable[Draft]]) -> Iterator[Draft]:
        article_id, drafts = group[0], list(group[1])
        settled = settle(drafts, self._there(article_id, drafts))
        metrics.count("articles_unchanged", len(settled.outcomes))
        for outcome in settled.outcomes:
            yield beam.pvalue.TaggedOutput("unchanged", outcome)
        yield from settled.drafts

    def _there(self, article_id: str, drafts: list[Draft]) -> dict[str, datetime]:
        """The article's revisions in the lake, around the dates that it may have."""
        dates = [draft.article.published_at for draft in drafts]
        undated = any(draft.article.published_from == "fetch" for draft in drafts)
        found: dict[str, datetime] = {}
        for day in days_near(dates, UNDATED if undated else NEAR, NEAR):
            found.update(self._day(day).get(article_id, {}))
        return found

    def _day(self, day: str) -> dict[str, dict[str, datetime]]:
        """A day's articles: id → revision → date, read once a bundle."""
        if day not in self.days:
            articles: dict[str, dict[str, datetime]] = defaultdict(dict)
            for key, dated in keys_of_day(self.lake, TABLES["articles"], day).items():
                articles[key[0]][key[1]] = dated
            self.days[day] = articles
        return self.days[day]


@dataclass
class SettleArticles(beam.PTransform):
    """Drafts → those that are news (`drafts`); entries that brought nothing new (`unchanged`)."""

    lake: Lake

    def expand(self, drafts: beam.PCollection[Draft]) -> beam.pvalue.DoOutputsTuple:
        return (
            drafts
            | "ByArticle"
            >> beam.Map(lambda draft: (draft.article.article_id, draft)).with_output_types(
                tuple[str, Draft]
            )
            | "Together" >> beam.GroupByKey()
            | "Settle" >> beam.ParDo(_Settle(self.lake)).with_outputs("unchanged", main="drafts")
        )
