"""What happened: polls, dead letters and runs. Silence is only news if the feed was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsbeam.schemas.columns import column

PollStatus = Literal[
    "ok", "not_modified", "empty", "truncated", "not_a_feed", "challenge", "timeout", "too_large",
    "blocked_address", "robots", "http_error", "gone", "dns", "tls", "connection", "parse_error",
    "parse_timeout", "worker_crash",
]  # fmt: skip

# The whole feed was received: that nothing new is in it is then news.
HEARD: tuple[PollStatus, ...] = ("ok", "not_modified", "empty")
# Entries were read, if there were any: of a feed that broke off, those before the break.
READABLE: tuple[PollStatus, ...] = (*HEARD, "truncated")


@dataclass(frozen=True, kw_only=True)
class Poll:
    """One attempt to read a feed (a row of the table `polls`)."""

    feed_id: str = column("the feed")
    feed_url: str = column("its address")
    source: str = column("ASCII slug of the source")
    polled_at: datetime = column("when the request was begun, UTC")
    seconds: float = column("how long it took", 0.0)
    status: PollStatus = column("how it went", "ok")
    http_status: int | None = column("the server's answer", None)
    bytes: int = column("size of the decoded body", 0)
    items: int = column("items in the feed document", 0)
    new_items: int = column("of these, new or changed since the last complete poll", 0)
    known_items: int = column("of these, known and unchanged", 0)
    rejected_items: int = column("of these, without anything to keep, or over --max-items", 0)
    conditional: bool = column("asked with validators (ETag, Last-Modified)", False)
    next_due_at: datetime | None = column("when the feed is due again", None)
    gap_suspected: bool = column("nothing in common with the last poll: items may be lost", False)
    detail: str | None = column("what went wrong, in words", None)
    run_id: str = column("the run", "")
    raw_sha256: str | None = column(
        "names the kept raw bytes of the answer: raw/<polled_date>/<sha>.gz", None
    )


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A dead letter: what a step could not process, and all that is needed to try again."""

    failure_id: str = column("same element and step → same id")
    step: str = column("the step, as named in the graph")
    error: str = column("kind of error, one word")
    message: str = column("what happened, for people, at most 300 characters")
    element: str = column("the element as JSON, enough to replay")
    feed_id: str | None = column("the feed it came from", None)
    url: str | None = column("the article's address", None)
    failed_at: datetime = column("when it first failed, UTC")
    attempts: int = column("how often it was tried", 1)
    run_id: str = column("the run", "")
    article_id: str | None = column("the article that the element was to become", None)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One pass: its counters and the balance (a row of the table `runs`).

    The balance: `entries` = `known` + `new` + `rejected`, and
    `new` = `written` + `merged` + `unchanged` + `failed`.
    """

    run_id: str = column("the run")
    started_at: datetime = column("UTC")
    finished_at: datetime = column("UTC")
    mode: Literal["pass", "stream", "documents", "replay", "reprocess"] = column(
        "how it was started"
    )
    runner: str = column("the Beam runner", "")
    pipeline_version: str = column("newsbeam's version", "")
    model: str = column("the language model and its version", "")
    kb_version: str = column("the knowledge base's version", "")
    feeds: int = column("feeds polled", 0)
    feeds_failed: int = column("of these, not read", 0)
    entries: int = column("entries (or documents) read", 0)
    known: int = column("known and unchanged", 0)
    rejected: int = column("nothing to keep, or over the limit", 0)
    new: int = column("new or changed", 0)
    written: int = column("became a row of `articles`", 0)
    merged: int = column("the same article by another feed or entry of this pass", 0)
    unchanged: int = column("the same revision was in the lake already", 0)
    failed: int = column("became a dead letter", 0)
    balanced: bool = column("the sums above agree", True)
    put_off: int = column("of the rejected, those that the next run takes", 0)
    feeds_waiting: int = column("feeds not polled, for they failed before and are left alone", 0)
    incomplete: int = column("written without all annotations: letters say which", 0)
