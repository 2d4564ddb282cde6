"""Small made-up records for tests: one function a record, every field a keyword."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from newsbeam.schemas.annotations import Actor, Mention
from newsbeam.schemas.article import Article, Entry, Feed, Sighting
from newsbeam.schemas.ids import article_id, feed_id, revision
from newsbeam.schemas.journey import Carried, Draft, Enriched, Polled
from newsbeam.schemas.ledger import Poll, Run

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://ledger.example/feed"
FEED = Feed(feed_id(URL), URL, name="The Ledger", source="ledger.example")


def entry(n: int, **said: Any) -> Entry:
    """Entry number n of a feed."""
    address = f"https://ledger.example/{n}"
    return replace(
        Entry(entry_id=address, url=address, title=f"Title {n}", summary=f"Summary {n}."), **said
    )


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


def draft(n: int, *, poll: str = "p", feed: str = FEED.feed_id, **said: Any) -> Draft:
    """A draft of article n, carried by one entry of one poll."""
    made = article(n, feed_id=feed, **said)
    sighting = Sighting(made.article_id, feed, NOON, n)
    return Draft(made, (Carried(poll, made.article_id, f"hash-{n}", sighting),))


def enriched(n: int, **said: Any) -> Enriched:
    """Article n with one actor."""
    made = draft(n, **said)
    actor = Actor(
        article_id=made.article.article_id,
        revision=made.article.revision,
        published_at=made.article.published_at,
        source=made.article.source,
        actor_id="x:somebody",
        name="Somebody",
        mentions=(Mention("text", 0, 4, "Text"),),
        n_mentions=1,
    )
    return Enriched(made, (actor,))


def poll(**said: Any) -> Poll:
    """A poll of the made-up feed."""
    values = {"feed_id": FEED.feed_id, "feed_url": URL, "source": FEED.source, "polled_at": NOON}
    return Poll(**{**values, **said})


def polled(**said: Any) -> Polled:
    """That poll with its answer still to be read."""
    return Polled(f"{FEED.feed_id}@noon", FEED, poll(**said))


def run(**said: Any) -> Run:
    """A run that began at noon."""
    return Run(**{"run_id": "r", "started_at": NOON, "finished_at": NOON, "mode": "pass", **said})
