"""The only way of an article into the lake: a batch of them, one file a table, each wording once.

No lock and no lease are needed, and no day is listed. The claim of each article says which batch is
to hold each wording, before the batch is written. Whoever finds a wording claimed for another batch
asks for that one file: it is there, and so is the row; or it is not, then an empty file is put in
its place, where no late upload and no writer that was paused can ever put another, and the wording
is claimed anew. Annotation tables come first and `articles` last, so an article that can be seen
has its annotations; those that wait for their article are found and not written again.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from newsbeam.schemas.article import Article
from newsbeam.schemas.ids import digest
from newsbeam.schemas.journey import AnnotatedArticle, Origin
from newsbeam.schemas.tables import TABLES, Table, annotation_tables
from newsbeam.transforms.lake.claims import Claim, Claims, Wording
from newsbeam.transforms.lake.storage import Lake, NotThere, side_by_side
from newsbeam.transforms.lake.tables import DamagedFile, day_of, file_name, read_columns, to_parquet

log = logging.getLogger("newsbeam")

Key = tuple[str, str]  # article_id and revision
KEY = ("article_id", "revision")
ARTICLES = TABLES["articles"]
TRIES = 100  # batches of one name that others may have sealed; more is a fault


class Added(NamedTuple):
    """Which wordings became visible now, and the claims of all the articles of the batch."""

    new: set[Key]
    claims: dict[str, Claim]


def key_of(article: Article) -> Key:
    """What names one wording of one article."""
    return article.article_id, article.revision


def visit_mark(origin: Origin) -> str:
    """What a claim remembers of the visit and entry that brought a wording."""
    return digest(origin.visit_id, origin.entry_key, length=12)


def speaks_for_site(one: AnnotatedArticle) -> bool:
    """Whether the site itself dates the article: by a feed of its own, its page, its address.

    Documents are what the user says.
    """
    is_stated = one.article.published_from in ("page", "url")
    return is_stated or not all(origin.is_foreign for origin in one.origins)


def dated(article: Article, date: datetime) -> Article:
    """The article under the date that was claimed for it, which never moves."""
    if article.published_at == date:
        return article
    said = f"kept the first date; this source says {article.published_at:%Y-%m-%d %H:%M}"
    return replace(article, published_at=date, date_problem=article.date_problem or said)


def add_articles(lake: Lake, claims: Claims, articles: Iterable[AnnotatedArticle]) -> Added:
    """Make those articles visible whose wordings are not in the lake yet.

    `articles` are distinct wordings, of any days.
    """
    waiting = {key_of(one.article): one for one in articles}
    found: dict[str, Claim] = {}
    new: set[Key] = set()
    for attempt in range(TRIES if waiting else 0):
        batch = digest(*(f"{article} {revision}" for article, revision in sorted(waiting)),
                       str(attempt))  # fmt: skip
        found.update(_claim(claims, waiting, batch, sealed=set()))
        there, sealed = _look(lake, batch, waiting, found)
        waiting = {key: one for key, one in waiting.items() if key not in there}
        if sealed:
            found.update(_claim(claims, waiting, batch, sealed))
        mine = [
            replace(one, article=dated(one.article, found[key[0]].date or one.article.published_at))
            for key, one in waiting.items()
            if found[key[0]].wordings[key[1]].batch == batch
        ]
        written = _write(lake, batch, mine, _annotated(lake, found, mine))
        found.update(confirm(claims, there | written))
        new |= written
        waiting = {key: one for key, one in waiting.items() if key not in written}
        if not waiting:
            break
    if waiting:
        raise RuntimeError(f"{len(waiting)} articles found no batch in {TRIES} tries")
    return Added(new, found)


def _claim(
    claims: Claims, waiting: dict[Key, AnnotatedArticle], batch: str, sealed: set[str]
) -> dict[str, Claim]:
    """Claim the wordings for the batch that nobody claimed, or for a batch that is sealed; of an
    article that is new the date too."""
    wordings_of: dict[str, list[AnnotatedArticle]] = defaultdict(list)
    for (article_id, _), one in waiting.items():
        wordings_of[article_id].append(one)

    def change(article_id: str, claim: Claim) -> Claim:
        wordings = dict(claim.wordings)
        for one in wordings_of[article_id]:
            held = wordings.get(one.article.revision, Wording())
            if one.article.revision not in wordings or held.batch in sealed:
                # A page that is missing is asked for again: nothing is finished by these words.
                marks = (visit_mark(origin) for origin in one.origins if not origin.page_missing)
                before = (*held.sealed, held.batch) if held.batch else ()
                wordings[one.article.revision] = Wording(
                    batch, tuple(sorted({*held.visits, *marks})), before
                )
        speaks = any(map(speaks_for_site, wordings_of[article_id]))
        if claim.date is None or (claim.may_move and speaks):
            date = wordings_of[article_id][0].article.published_at
            claim = replace(claim, date=date, is_provisional=not speaks)
        return replace(claim, wordings=wordings)

    return claims.change(wordings_of, change)


def _look(
    lake: Lake, batch: str, waiting: Iterable[Key], found: dict[str, Claim]
) -> tuple[set[Key], set[str]]:
    """Which of the wordings are there, and the batches of others that are now sealed."""
    there: set[Key] = set()
    others: set[tuple[str, str]] = set()
    for key in waiting:
        claim = found[key[0]]
        other = claim.wordings[key[1]].batch
        if not other:
            there.add(key)
        elif other != batch and claim.date:
            others.add((day_of(claim.date), other))
    for day, other in sorted(others):
        there |= seal(lake, day, other)
    # The other's batch may hold more; of the claims of those nothing new need be known here.
    return there & set(waiting), {other for _, other in others}


def is_there(lake: Lake, claim: Claim, key: Key) -> bool:
    """Whether a wording is in the lake, also where nobody could say so any more in its claim."""
    held = claim.wordings.get(key[1])
    if held is None or not held.batch or claim.date is None:
        return held is not None
    return key in _keys(lake, ARTICLES, day_of(claim.date), held.batch)


def confirm(claims: Claims, keys: set[Key]) -> dict[str, Claim]:
    """Note in their claims that these wordings are there: their batch may be merged into others.

    The claims are as of then: a letter noted before is in them, one noted later sees the wording.
    """
    revisions: dict[str, set[str]] = defaultdict(set)
    for article_id, revision in keys:
        revisions[article_id].add(revision)

    def change(article_id: str, claim: Claim) -> Claim:
        known = {
            revision: replace(claim.wordings[revision], batch="", sealed=())
            for revision in revisions[article_id]
        }
        return replace(claim, wordings={**claim.wordings, **known})

    return claims.change(revisions, change)


def seal(lake: Lake, day: str, batch: str) -> set[Key]:
    """The wordings of another's batch that are there; if none is, its names are taken for ever."""
    if there := _keys(lake, ARTICLES, day, batch):
        return there
    for table in (*map(TABLES.__getitem__, annotation_tables()), ARTICLES):
        lake.put_new(file_name(table, day, batch), to_parquet(table, []))
    return _keys(lake, ARTICLES, day, batch)


def _annotated(
    lake: Lake, found: dict[str, Claim], articles: Iterable[AnnotatedArticle]
) -> dict[str, set[Key]]:
    """By table, whose rows are there already, in batches that were sealed half-written."""
    sealed = set()
    for one in articles:
        claim = found[one.article.article_id]
        day = day_of(claim.date or one.article.published_at)
        sealed |= {(day, batch) for batch in claim.wordings[one.article.revision].sealed}
    return {
        name: set().union(*(_keys(lake, TABLES[name], *batch) for batch in sorted(sealed)))
        for name in annotation_tables()
    }


def _keys(lake: Lake, table: Table, day: str, batch: str) -> set[Key]:
    """Whose rows a file holds; nobody's where there is none, or a damaged one."""
    try:
        return set(read_columns(lake, file_name(table, day, batch), KEY))
    except DamagedFile as error:
        log.warning("%s", error)
    except NotThere:
        pass
    return set()


def _write(
    lake: Lake, batch: str, articles: Iterable[AnnotatedArticle], annotated: dict[str, set[Key]]
) -> set[Key]:
    """Write the batch, a day beside the other; the wordings that are now visible.

    Those of a day that is sealed by somebody else are not.
    """
    days: dict[str, list[AnnotatedArticle]] = defaultdict(list)
    for one in articles:
        days[day_of(one.article.published_at)].append(one)

    def write_day(day: str) -> set[Key]:
        for table in map(TABLES.__getitem__, annotation_tables()):
            rows = [
                replace(row, published_at=one.article.published_at)
                for one in days[day]
                if key_of(one.article) not in annotated[table.name]
                for row in one.annotations.get(table.name, ())
            ]
            if rows and not lake.put_new(file_name(table, day, batch), to_parquet(table, rows)):
                there = _keys(lake, table, day, batch)
                if any((row.article_id, row.revision) not in there for row in rows):
                    return set()
        keys = {key_of(one.article) for one in days[day]}
        rows = [one.article for one in days[day]]
        if lake.put_new(file_name(ARTICLES, day, batch), to_parquet(ARTICLES, rows)):
            return keys
        return keys & _keys(lake, ARTICLES, day, batch)

    return set().union(*side_by_side(write_day, sorted(days)))
