"""A small made-up lake for tests of the reading side: six sources, six weeks, three scripts."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsbeam.analysis.query import Answer, Params, Record
from newsbeam.schemas.annotations import Actor, Event, Evidence, Mention, NothingFound, Quote, Topic
from newsbeam.schemas.article import Article, Sighting
from newsbeam.schemas.ids import article_id, digest, feed_id, revision
from newsbeam.schemas.ledger import Failure, Poll, Run
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.tables import day_of, file_name, stem_of, to_parquet

END = datetime(2026, 3, 31, 18, tzinfo=UTC)
DAYS = 45
BLIND = {9, 10, 24}  # days before END on which nobody listened

SOURCES = {
    "tbilisi-post.example": ("en", "Tbilisi Post"),
    "kavkaz.example": ("ru", "Кавказский листок"),
    "dila.example": ("ka", "დილის გაზეთი"),
    "yerevan-daily.example": ("en", "Yerevan Daily"),
    "baku-wire.example": ("en", "Baku Wire"),
    "black-sea.example": ("en", "Black Sea Review"),
}
# name, type, id, role; the people are invented
ACTORS = {
    "en": [
        ("Nino Beridze", "person", "x:nino-beridze", "foreign minister"),
        ("European Union", "organisation", "x:european-union", None),
        ("Parliament of Georgia", "organisation", "x:parliament-of-georgia", None),
        ("Armenia", "state", "x:armenia", None),
        ("Azerbaijan", "state", "x:azerbaijan", None),
        ("Arman Petrosyan", "person", "x:arman-petrosyan", "deputy prime minister"),
        ("Batumi", "place", "x:batumi", None),
        ("Port Workers' Union", "group", "x:port-workers-union", None),
    ],
    "ru": [
        ("Иван Соколов", "person", "x:ivan-sokolov", "депутат"),
        ("Европейский союз", "organisation", "x:european-union", None),
        ("Армения", "state", "x:armenia", None),
    ],
    "ka": [
        ("ნინო ბერიძე", "person", "x:nino-beridze", "მინისტრი"),
        ("საქართველოს პარლამენტი", "organisation", "x:parliament-of-georgia", None),
        ("ბათუმი", "place", "x:batumi", None),
    ],
}
TOPICS = [
    ("x:diplomacy", "diplomacy"), ("x:economy", "economy, business and finance"),
    ("x:election", "election"), ("x:transport", "transport"), ("x:protest", "civil unrest"),
]  # fmt: skip
SAID = {
    "en": ('{a} said on Monday that talks with {b} will go on.'
           ' "We will {x} before the summer," {a} said.', "say"),
    "ru": ("{a} сообщил о переговорах: {b}."
           " «Мы договоримся до лета ({x})», — сказал {a}.", "сказать"),
    "ka": ("{a} შეხვდა: {b}. „ჩვენ გავაგრძელებთ მუშაობას ({x})“, — თქვა {a}.", "თქვა"),
}  # fmt: skip
TITLES = {
    "en": "{a} and {b}: what was agreed on the {x}",
    "ru": "{a} и {b}: о чём договорились ({x})",
    "ka": "{a} და {b}: რა შეთანხმდა ({x})",
}
MATTERS = ["railway", "customs rules", "visa rules", "gas transit", "harbour", "bus lines"]


class FolderLake:
    """A local folder, as the commands hand it to the reading side."""

    def __init__(self, root: Path) -> None:
        self.root, self.url = root, str(root)

    def list(self, folder: str) -> list[str]:
        return [
            str(p.relative_to(self.root)) for p in (self.root / folder).rglob("*") if p.is_file()
        ]

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()


def found(record: Record, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
    """The answer as tuples, which are shorter to compare than rows by name."""
    return tuples(record.answer(sql, params))


def tuples(answer: Answer) -> list[tuple[Any, ...]]:
    """The rows of an answer as tuples."""
    return [tuple(row.values()) for row in answer.to_pylist()]


def write_rows(root: Path, table: str, rows: Iterable[Any]) -> list[Path]:
    """Writes rows where the pipeline would: a file a day."""
    kind, by_day, written = TABLES[table], {}, []
    for row in rows:
        by_day.setdefault(day_of(getattr(row, kind.dated_by)), []).append(row)
    for day, of_day in by_day.items():
        path = root / file_name(kind, day, stem_of(kind, of_day))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_parquet(kind, of_day))
        written.append(path)
    return written


def make_article(url: str, title: str, text: str, at: datetime = END, **columns: Any) -> Article:
    """An article of the sample; whatever is not said is plain."""
    plain = {
        "source": "tbilisi-post.example", "language": "en", "published_from": "feed",
        "text_from": "page",
    }  # fmt: skip
    return Article(
        article_id=article_id(url), revision=revision(title, text), url=url, canonical_url=url,
        title=title, text=text, text_kind="full", published_at=at,
        first_seen_at=at, fetched_at=at, **(plain | columns),
    )  # fmt: skip


def _of(article: Article) -> dict[str, Any]:
    names = ("article_id", "revision", "published_at", "source", "language")
    return {name: getattr(article, name) for name in names}


def make_actor(article: Article, name: str, kind: str, ident: str, role: str | None) -> Actor:
    """The actor with every place of the article that names it, under its name in English."""
    known = {who[2]: who[0] for who in ACTORS["en"]}
    mentions = []
    for field, words in (("title", article.title), ("text", article.text)):
        start = words.find(name)
        while start >= 0:
            mentions.append(Mention(field, start, start + len(name), name))
            start = words.find(name, start + 1)
    return Actor(
        **_of(article), actor_id=ident, name=known.get(ident, name), type=kind,
        mentions=tuple(mentions), n_mentions=len(mentions),
        in_title=name in article.title, salience=0.5, role=role,
        role_from="kb" if role else None, link="exact", confidence=0.9,
    )  # fmt: skip


def make_event(article: Article, actor: Actor, target: Actor) -> Event:
    """That one actor met the other, as the first words of the text say."""
    return Event(
        **_of(article), event_type="CONSULT", actor_id=actor.actor_id, actor_name=actor.name,
        target_id=target.actor_id, target_name=target.name, verb="meet", verb_end=4, end_char=4,
        confidence=0.9,
    )  # fmt: skip


def make_quote(article: Article, words: str, speaker: Actor, verb: str) -> Quote:
    start = article.text.index(words)
    return Quote(
        **_of(article), quote=words, start_char=start, end_char=start + len(words), verb=verb,
        speaker_text=speaker.name, actor_id=speaker.actor_id, speaker_name=speaker.name,
        confidence=0.9,
    )  # fmt: skip


def _story(chance: random.Random, n: int, ago: int, source: str) -> dict[str, list[Any]]:
    """One article with all that is found in it."""
    language = SOURCES[source][0]
    a, b = chance.sample(ACTORS[language], 2)
    matter, (said, verb) = chance.choice(MATTERS), SAID[language]
    text = said.format(a=a[0], b=b[0], x=f"settle the {matter}" if language == "en" else matter)
    at = END - timedelta(days=ago, hours=chance.randrange(18), minutes=chance.randrange(60))
    title = TITLES[language].format(a=a[0], b=b[0], x=matter)
    article = make_article(
        f"https://{source}/{n}", title, text, at, source=source, language=language,
        source_name=SOURCES[source][1], feed_id=feed_id(f"https://{source}/feed"),
        word_count=len(text.split()),
    )  # fmt: skip
    speaker, other = (make_actor(article, *who) for who in (a, b))
    start = min(i for i in (text.find(mark) for mark in '"«„') if i >= 0) + 1
    words = text[start : min(i for i in (text.find(m, start) for m in '"»“') if i >= 0)]
    code, label = chance.choice(TOPICS)
    topic = Topic(
        **_of(article), code=code, label=label, score=0.8,
        evidence=(Evidence("text", 0, 4, text[:4]),),
    )  # fmt: skip
    sightings = [
        Sighting(article.article_id, feed_id(f"https://{source}/{feed}"), at, n % 20)
        for feed in ("feed", "top")[: 1 + n % 2]
    ]
    return {
        "articles": [article], "actors": [speaker, other], "topics": [topic],
        "quotes": [make_quote(article, words, speaker, verb)], "sightings": sightings,
        "events": [make_event(article, speaker, other)],
        "nothing_found": [NothingFound(**_of(article), looked_for="widgets")],
    }  # fmt: skip


def _polls() -> list[Poll]:
    polls = []
    for ago in range(DAYS):
        for source in SOURCES:
            well = ago not in BLIND and not (source == "baku-wire.example" and ago < 3)
            url = f"https://{source}/feed"
            polls.append(
                Poll(
                    feed_id=feed_id(url), feed_url=url, source=source, seconds=0.4, items=20,
                    polled_at=END - timedelta(days=ago), status="ok" if well else "timeout",
                    http_status=200 if well else None, new_items=3 if well else 0,
                    detail=None if well else "no answer within 30 seconds",
                )
            )  # fmt: skip
    return polls


def write_sample_lake(root: Path) -> FolderLake:
    """The whole made-up lake; the same on every call."""
    chance, rows = random.Random(7), {name: [] for name in TABLES}
    for n in range(420):
        ago = chance.randrange(DAYS)
        if ago in BLIND and n % 4:
            continue
        weights = [6, 4, 4, 3, 2, 1]
        (source,) = chance.choices(list(SOURCES), weights)
        for table, made in _story(chance, n, ago, source).items():
            rows[table] += made
    first = rows["articles"][0]
    corrected = first.title + " (corrected)"
    rows["articles"].append(
        replace(
            first, title=corrected, revision=revision(corrected, first.text),
            fetched_at=first.fetched_at + timedelta(hours=2),
        )
    )  # fmt: skip
    rows["polls"] = _polls()
    rows["failures"] = [
        Failure(
            failure_id=digest("x", str(n)), step=step, error="timeout", message="took over 10 s",
            element="{}", failed_at=END - timedelta(days=n),
        )
        for n, step in enumerate(["ExtractText", "ExtractText", "FetchPages"])
    ]  # fmt: skip
    run = Run(run_id="r1", started_at=END, finished_at=END, mode="pass")
    rows["runs"] = [replace(run, entries=420, new=420, written=420)]
    for table, of_table in rows.items():
        write_rows(root, table, of_table)
    return FolderLake(root)
