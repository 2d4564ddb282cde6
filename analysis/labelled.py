"""An article with what a reader or an annotator found in it."""

from dataclasses import dataclass
from typing import Any

# What the sets call people, organisations and places. CoNLL's rest ("MISC": nationalities, events)
# names no actor of a kind that is counted, and an adjective there is no false place.
KINDS = {
    "per": "person", "person": "person", "org": "organisation", "organization": "organisation",
    "corporation": "organisation", "group": "organisation", "loc": "place", "location": "place",
    "locorg": "place", "gpe": "place", "facility": "place", "place": "place",
    "misc": "other",
}  # fmt: skip
Link = tuple[int, int, str]  # the place of a name and whom it means: a title of Wikipedia's, or ""


@dataclass(frozen=True)
class Labelled:
    """An article and its labels; None where its set does not label such a thing."""

    name: str
    text: str
    title: str = ""
    language: str = "en"
    published: str = ""
    spans: tuple[tuple[int, int, str], ...] | None = None  # of the text, and of what kind
    actors: tuple[dict[str, Any], ...] | None = None
    quotes: tuple[dict[str, Any], ...] | None = None
    topics: tuple[str, ...] | None = None  # top-level codes, the best first
    expect: tuple[dict[str, Any], ...] | None = None
    links: tuple[Link, ...] | None = None
    events: tuple[dict[str, Any], ...] | None = None
