"""What is found in an article: actors, topics and quotations, each with its place and reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsbeam.schemas.columns import column

Field = Literal["title", "text"]
ActorType = Literal["person", "organisation", "state", "place", "group"]
Link = Literal["exact", "alias", "translit", "context", "none"]
Polarity = Literal["said", "denied", "unsaid", "reported"]

# The sixteen events of PLOVER (openeventdata/PLOVER): verbal and material, of help and conflict.
EventType = Literal[
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
    "ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
]  # fmt: skip

READ_AT = "when the article was read for these rows, UTC; the views show the newest"


@dataclass(frozen=True)
class Place:
    """A place in an article: `text` is exactly article.<field>[start_char:end_char]."""

    field: Field
    start_char: int
    end_char: int
    text: str


class Mention(Place):
    """A place where an actor is named."""


class Evidence(Place):
    """A place that speaks for a topic."""


@dataclass(frozen=True)
class ScoredId:
    """An actor that the name could also have meant."""

    id: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """What a row of every annotation table says of its article: its first columns."""

    article_id: str = column("uuid5 of the canonical URL")
    revision: str = column("the wording that was read")
    published_at: datetime = column("of the article, UTC")
    source: str = column("of the article")
    language: str | None = column("of the article", None)


@dataclass(frozen=True, kw_only=True)
class Actor(Annotation):
    """One article and actor (a row of the table `actors`)."""

    actor_id: str = column("Wikidata QID from a checked list, else x:slug", "")
    name: str = column("the actor's canonical name, or the fullest form in the article", "")
    type: ActorType = column("from the knowledge base where linked, else from the text", "person")
    mentions: tuple[Mention, ...] = column("every place that names it, in order", ())
    n_mentions: int = column("how many those are", 0)
    in_title: bool = column("named in the title", False)
    salience: float = column("0–1 within the article", 0.0)
    role: str | None = column("in which capacity it appears", None)
    role_start: int | None = column("place of the role in the text, where it was read there", None)
    role_end: int | None = column("its end", None)
    role_from: Literal["text", "kb"] | None = column("where the role was found", None)
    country: str | None = column("ISO 3166-1 alpha-3", None)
    nominal_sovereign: str | None = column("of a disputed entity: its state in law", None)
    sector: str | None = column("line of business of the actor", None)
    link: Link = column("how the name was matched to the knowledge base", "none")
    candidates: tuple[ScoredId, ...] = column("others the name could have meant", ())
    confidence: float = column("0–1", 0.0)
    reason: str = column("why, in words", "")
    model: str = column("the language model and its version", "")
    kb_version: str = column("the knowledge base's version", "")
    pipeline_version: str = column("newsbeam's version", "")
    annotated_at: datetime | None = column(READ_AT, None)


@dataclass(frozen=True, kw_only=True)
class Topic(Annotation):
    """One article and topic (a row of the table `topics`)."""

    scheme: str = column("medtop = IPTC Media Topics", "medtop")
    code: str = column("the scheme's code, e.g. 11000000", "")
    label: str = column("the code's label in English", "")
    level: int = column("1 = top of the scheme", 1)
    score: float = column("0–1", 0.0)
    rank: int = column("1 = best of the article", 1)
    evidence: tuple[Evidence, ...] = column("the words that spoke for it", ())
    method: str = column("how it was found", "")
    model: str = column("the lexicon or model and its version", "")
    pipeline_version: str = column("newsbeam's version", "")
    annotated_at: datetime | None = column(READ_AT, None)


@dataclass(frozen=True, kw_only=True)
class Quote(Annotation):
    """One quotation (a row of the table `quotes`): article.<field>[start_char:end_char]."""

    quote: str = column("the words between the marks", "")
    field: Field = column("title or text", "text")
    start_char: int = column("place of the words, without the marks", 0)
    end_char: int = column("its end", 0)
    kind: Literal["direct", "indirect"] = column("direct = between quotation marks", "direct")
    verb: str | None = column("lemma of the verb of saying", None)
    polarity: Polarity = column(
        "said; denied = the speaker denies having said so; unsaid = did not, or refused to; "
        "reported = another says that the speaker said so",
        "said",
    )
    speaker_text: str | None = column("the speaker as the text names it", None)
    speaker_start: int | None = column("its place in the field", None)
    speaker_end: int | None = column("its end", None)
    actor_id: str | None = column("the speaker among the article's actors", None)
    speaker_name: str | None = column("that actor's name", None)
    confidence: float = column("0–1, of the speaker", 0.0)
    reason: str = column("how the speaker was found", "")
    model: str = column("the language model and its version", "")
    pipeline_version: str = column("newsbeam's version", "")
    annotated_at: datetime | None = column(READ_AT, None)


@dataclass(frozen=True, kw_only=True)
class Event(Annotation):
    """One statement that somebody did something to somebody (a row of the table `events`).

    Experimental: found only where it is asked for, in English, where one sentence names both.
    """

    event_type: EventType = column("PLOVER's name of what was done", "CONSULT")
    actor_id: str = column("who did it, among the article's actors", "")
    actor_name: str = column("that actor's name", "")
    target_id: str = column("to whom, or with whom", "")
    target_name: str = column("that actor's name", "")
    verb: str = column("the verb that says it, as a lemma", "")
    verb_start: int = column("its place in the field", 0)
    verb_end: int = column("its end", 0)
    field: Field = column("title or text", "text")
    start_char: int = column("place of the sentence", 0)
    end_char: int = column("its end", 0)
    is_negated: bool = column("the sentence says that it was not done", False)
    is_future: bool = column("it is to be done", False)
    is_hypothetical: bool = column("it may, should or would be done, or somebody wants it", False)
    is_historical: bool = column("it was done long before, as the sentence says", False)
    is_reported: bool = column("somebody says that it was done", False)
    confidence: float = column("0–1", 0.0)
    reason: str = column("how both were found", "")
    model: str = column("the language model and its version", "")
    pipeline_version: str = column("newsbeam's version", "")
    annotated_at: datetime | None = column(READ_AT, None)


@dataclass(frozen=True, kw_only=True)
class NothingFound(Annotation):
    """An article was read anew for a table of annotations, and nothing was found for it."""

    looked_for: str = column("the table of annotations, e.g. actors")
    model: str = column("the language model and its version", "")
    pipeline_version: str = column("newsbeam's version", "")
    annotated_at: datetime | None = column(READ_AT, None)
    kb_version: str = column("the knowledge base's version", "")
