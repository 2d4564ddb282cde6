"""Small made-up records for tests: one function a record, every field a keyword."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from newsbeam.schemas.annotations import Actor, Event, Mention, Quote, Topic
from newsbeam.schemas.article import Article, Entry, Feed, Sighting
from newsbeam.schemas.ids import article_id, digest, feed_id, revision
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry, Origin, Outcome, Visit
from newsbeam.schemas.ledger import Failure, Poll, Run
from newsbeam.schemas.memory import FeedMemory, Seen, Unfinished

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = "2026-03-01"
URL = "https://ledger.example/feed"
FEED = Feed(feed_id(URL), URL, name="The Ledger", source="ledger.example")
OTHER_FEED = Feed(feed_id("https://other.example/feed"), "https://other.example/feed")
EMPTY_MEMORY = FeedMemory(FEED.feed_id, URL)


def entry(n: int, **said: Any) -> Entry:
    """Entry number n of a feed."""
    address = f"https://ledger.example/{n}"
    return replace(
        Entry(entry_id=address, url=address, title=f"Title {n}", summary=f"Summary {n}."), **said
    )


def new_entry(n: int, **said: Any) -> NewEntry:
    """Entry number n on its way to article n."""
    made = entry(n, **said)
    return NewEntry(FEED, made, article_id(made.url), made.url, origin(n), NOON)


def article(n: int, **said: Any) -> Article:
    """Article number n; id and revision follow from address, title and text."""
    values: dict[str, Any] = {
        "url": f"https://ledger.example/{n}",
        "title": f"Title {n}",
        "text": f"Text of {n}.",
        "published_at": NOON,
        "published_from": "feed",
        "first_seen_at": NOON,
        "fetched_at": NOON,
        "source": "ledger.example",
        **said,
    }
    return Article(
        article_id=article_id(values["url"]),
        revision=revision(values["title"], values["text"]),
        **values,
    )


def text(title: str, body: str, language: str | None = "en") -> Article:
    """An article of which only the words matter."""
    return replace(article(0), title=title, text=body, language=language)


def by_name(article: Article, actors: Sequence[Actor]) -> dict[str, Actor]:
    """The actors of an article by name, seen to be there once and where their mentions say."""
    for actor in actors:
        for place in actor.mentions:
            said = getattr(article, place.field)
            assert said[place.start_char : place.end_char] == place.text
    assert len({actor.actor_id for actor in actors}) == len(actors)
    return {actor.name: actor for actor in actors}


def origin(n: int, visit: str = "v", feed: str = FEED.feed_id) -> Origin:
    """The entry of a visit that article n came from."""
    name = article(n).article_id
    return Origin(visit, name, f"hash-{n}", Sighting(name, feed, NOON, n))


def read(n: int, *, visit: str = "v", feed: str = FEED.feed_id, **said: Any) -> AnnotatedArticle:
    """Article n as it was read for one entry of one visit: nothing is found in it yet."""
    return AnnotatedArticle(article(n, feed_id=feed, **said), (origin(n, visit, feed),))


def annotated(n: int, **said: Any) -> AnnotatedArticle:
    """Article n with one row in each of newsbeam's annotation tables."""
    one = read(n, **said)
    names = ("article_id", "revision", "published_at", "source")
    about = {name: getattr(one.article, name) for name in names}
    place = Mention("text", 0, 4, "Text")
    rows = {
        "actors": (Actor(**about, actor_id="x:somebody", name="Somebody", mentions=(place,)),),
        "topics": (Topic(**about, code="11000000", label="politics"),),
        "quotes": (Quote(**about, quote="Text"),),
        "events": (Event(**about, actor_id="x:somebody", target_id="x:other"),),
    }
    return replace(one, annotations=rows)


def poll(**said: Any) -> Poll:
    """A poll of the made-up feed."""
    values = {"feed_id": FEED.feed_id, "feed_url": URL, "source": FEED.source, "polled_at": NOON}
    return Poll(**{**values, **said})


def visit(*brought: AnnotatedArticle, visit_id: str = "v", **said: Any) -> Visit:
    """A visit that brought the entries of these articles."""
    new = {origin.entry_key: Seen(origin.entry_hash, NOON) for a in brought for origin in a.origins}
    feed = said.pop("feed", FEED)
    row = poll(feed_id=feed.feed_id, feed_url=feed.url, items=len(new), new_items=len(new))
    values = {"memory": FeedMemory(feed.feed_id, feed.url), "poll": row, "new": new, **said}
    return Visit(visit_id, feed, **values)


def unfinished(**said: Any) -> Unfinished:
    """The note of the visit at noon, by a run that has died."""
    values = {"poll": poll(), "headers": {}, "raw_sha256": "0" * 64, "held_by": "dead",
              "held_at": NOON, **said}  # fmt: skip
    return Unfinished(**values)


def outcomes(one: AnnotatedArticle, result: Any = "written") -> list[Outcome]:
    """What became of the entries behind an article."""
    made = one.article
    wording = "" if result in ("failed", "waiting") else made.revision
    return [Outcome(origin, made.article_id, result, wording) for origin in one.origins]


def failure(name: str, **said: Any) -> Failure:
    """A dead letter by this name; its id is made from it."""
    values = {"failure_id": digest(name), "step": "ReadArticles", "error": "timeout",
              "message": "too long", "element": "{}", "failed_at": NOON, **said}  # fmt: skip
    return Failure(**values)


def titles(them: Iterable[AnnotatedArticle]) -> list[str]:
    """The titles of articles, sorted."""
    return sorted(one.article.title for one in them)


def run(**said: Any) -> Run:
    """A run that began at noon."""
    return Run(**{"run_id": "r", "started_at": NOON, "finished_at": NOON, "mode": "pass", **said})
