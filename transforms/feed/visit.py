"""A visit to a feed: its row in the ledger, its entries, and what is remembered of it. No Beam.

The answer is kept and the visit noted as unfinished before it is parsed; the note goes when every
new entry is accounted for. Whoever finds the note of a run that died finishes that very visit from
its kept bytes, so each entry keeps the time at which it was first seen, and none is lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from newsbeam.schemas.article import Feed, ParsedFeed
from newsbeam.schemas.journey import Outcome, Visit
from newsbeam.schemas.ledger import Poll, PollStatus
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.schemas.trouble import REPORT_IT
from newsbeam.transforms import sandbox
from newsbeam.transforms.feed.host_rests import after_pages
from newsbeam.transforms.feed.memory import AGAIN_AFTER, with_entries
from newsbeam.transforms.feed.older import OLDER, PAGE, after_older, begun
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed
from newsbeam.transforms.feed.schedule import MOVED_TO, remember_poll
from newsbeam.transforms.feed.selection import Visited
from newsbeam.transforms.feed.sorting import SortedEntries, sort_entries, visit_id
from newsbeam.transforms.http.request import Request, Response
from newsbeam.transforms.page.urls import HIDDEN, source_of, with_secrets_as

PARSE_SECONDS = 5  # a feed of 1,000 items takes 0.2 s; quadratic ones would take hours
# Statuses of an answer that arrived whole, but whose entries could not be read.
UNREAD = ("parse_timeout", "worker_crash", "parse_error", "not_a_feed")
ATTEMPTS = 3
MOVED = "its address leads for good to "
VALIDATORS = ("etag", "last-modified")


def ledger_row(feed: Feed, response: Response, polled_at: datetime, run_id: str) -> Poll:
    """A server's answer as a row of the ledger, its items not counted yet."""
    target = moved_to(feed, response)
    return Poll(
        feed_id=feed.feed_id,
        feed_url=feed.url,
        source=feed.source or source_of(feed.url),
        polled_at=polled_at,
        seconds=round(response.seconds, 3),
        status=response.status,
        http_status=response.http_status,
        bytes=len(response.body),
        conditional=bool(response.request.etag or response.request.last_modified),
        detail=response.detail or (f"{MOVED}{target}" if target else None),
        run_id=run_id,
    )


def moved_to(feed: Feed, response: Response) -> str:
    """Where a feed's address leads for good; "" where that is nowhere, or would tell a secret."""
    target = response.moved_to
    return "" if feed.address or with_secrets_as(target, HIDDEN) != target else target


def kept_older(feed: Feed, older: str) -> str:
    """The address of the page of older entries, as far as it is of the site and tells no secret."""
    is_ours = source_of(older) == source_of(feed.url) and not feed.address
    return older if is_ours and with_secrets_as(older, HIDDEN) == older else ""


def headers_of(feed: Feed, response: Response) -> dict[str, str]:
    """The answer's headers, with where it lay and how long the server wants to be left alone."""
    ended = with_secrets_as(response.final_url or feed.url, HIDDEN)
    headers = {**response.headers, "content-location": ended, MOVED_TO: moved_to(feed, response)}
    if response.retry_after_seconds is not None:
        headers["retry-after"] = str(int(response.retry_after_seconds))
    return headers


def lost_visit(feed: Feed, polled_at: datetime, run_id: str, why: str) -> Visit:
    """The visit that a feed with a damaged memory gets: its row says what to do."""
    nothing = Response(Request(feed.feed_id, feed.url), "parse_error", detail=why[:300])
    poll = ledger_row(feed, nothing, polled_at, run_id)
    memory = FeedMemory(feed.feed_id, feed.url)
    return Visit(visit_id(feed.feed_id, polled_at), feed, poll, memory, is_lost=True)


def read_entries(
    poll: Poll, headers: Mapping[str, str], body: bytes, feed: Feed
) -> tuple[Poll, ParsedFeed]:
    """The feed document, read in a process that can be killed; where it cannot be, why.

    A row that says `truncated` has entries, and one that says `empty` is of a feed that lists none.
    """
    if poll.status == "empty":
        return replace(poll, status="not_a_feed"), ParsedFeed()
    if poll.status == "truncated" and not body:
        return nothing_came(poll), ParsedFeed()
    if not body or poll.status not in ("ok", "truncated"):
        return poll, ParsedFeed()
    address = headers.get("content-location", feed.url)
    status: PollStatus
    try:
        parsed = sandbox.run(
            "read", parse_feed, body, dict(headers), address, seconds=PARSE_SECONDS
        )
    except NotAFeed as reason:
        status, detail = "not_a_feed", str(reason)
    except sandbox.Killed as reason:
        status = "parse_timeout" if reason.kind == "timeout" else "worker_crash"
        detail = str(reason)
    except Exception as error:  # a fault of the parser must not stop the other feeds
        status, detail = "parse_error", f"a fault of newsbeam, {REPORT_IT} ({error})"
    else:
        if poll.status == "ok" and parsed.torn:
            detail = "the document ends before its end: more may have been sent"
            poll = replace(poll, status="truncated", detail=detail)
        elif not parsed.n_items:
            poll = replace(poll, status="empty") if poll.status == "ok" else nothing_came(poll)
        return poll, parsed
    return replace(poll, status=status, detail=detail[:300]), ParsedFeed()


def nothing_came(poll: Poll) -> Poll:
    """The row of an answer that broke off before its first entry: as good as no answer."""
    return replace(poll, status="http_error" if poll.http_status == 206 else "connection")


def counted(poll: Poll, parsed: ParsedFeed, entries: SortedEntries, is_older: bool) -> Poll:
    """The row with the counts of its items; what has nothing in common with the page before is a
    gap, but for a page of older entries."""
    return replace(
        poll,
        items=max(parsed.n_items, len(parsed.entries)),
        new_items=len(entries.new),
        known_items=len(entries.known),
        rejected_items=entries.rejected,
        gap_suspected=entries.nothing_in_common and not is_older,
        detail=poll.detail or entries.detail,
    )


def read_visit(
    feed: Feed,
    poll: Poll,
    headers: dict[str, str],
    body: bytes,
    memory: FeedMemory,
    max_items: int,
) -> Visited:
    """The visit with what is new in its answer, against what is remembered of the feed."""
    poll, parsed = read_entries(poll, headers, body, feed)
    entries = sort_entries(feed, poll.polled_at, parsed, memory, max_items)
    new = {}
    for entry in entries.new:
        key = entry.origin.entry_key
        tries = memory.entries[key].tries if key in memory.entries else 0
        url = entry.canonical_url if entry.name else ""
        hash, since = entry.origin.entry_hash, entry.first_seen_at
        new[key] = Seen(hash, since, tries, name=entry.name, url=url)
    if entries.waiting:
        headers = without_validators(headers)
    visit = Visit(
        visit_id(feed.feed_id, poll.polled_at),
        feed,
        counted(poll, parsed, entries, is_older=headers.get(OLDER) == PAGE),
        replace(memory, entries={}, unfinished=None),
        headers,
        parsed.wishes,
        kept_older(feed, parsed.older),
        new,
        entries.known,
        entries.rejected,
        entries.waiting,
    )
    return Visited(visit, entries.new)


def without_validators(headers: dict[str, str]) -> dict[str, str]:
    """The headers of an answer of which something is left for a later visit: with its validators
    sent back, the server would say that nothing is new."""
    return {name: value for name, value in headers.items() if name not in VALIDATORS}


def unaccounted(visit: Visit, outcomes: Iterable[Outcome]) -> int:
    """How many of a visit's new entries nothing is known of yet."""
    done = {(outcome.origin.entry_key, outcome.origin.entry_hash) for outcome in outcomes}
    return sum((key, seen.hash) not in done for key, seen in visit.new.items())


def after_visit(
    memory: FeedMemory,
    visit: Visit,
    outcomes: Iterable[Outcome],
    every_seconds: float | None,
    run_id: str,
    now: datetime,
) -> FeedMemory:
    """The feed's memory after a visit, or after a part of it: then its note stays."""
    outcomes = list(outcomes)
    note, poll = memory.unfinished, visit.poll
    is_noted = note is not None and note.poll.polled_at == poll.polled_at
    done = {o.origin.entry_key: o for o in outcomes if o.result != "waiting"}
    entries = {key: _seen(seen, done[key], poll) for key, seen in visit.new.items() if key in done}
    known = {key: memory.entries[key] for key in visit.known if key in memory.entries}
    if poll.status == "ok" and visit.headers.get(OLDER) != PAGE:
        memory = replace(memory, entries=without_retries(memory.entries))  # but for those shown
    memory = with_entries(memory, {**known, **entries})
    sighted = [o.origin.sighting.seen_at for o in done.values() if o.origin.sighting]
    memory = replace(
        memory, sighted_at=max((*sighted, *filter(None, [memory.sighted_at])), default=None)
    )
    if left := visit.left + len(visit.new) - len(done):
        if note and is_noted:
            note = replace(note, poll=poll, held_by=run_id, held_at=now, is_counted=True, left=left)
        return after_pages(replace(memory, unfinished=note), outcomes, now)
    if visit.headers.get(OLDER) == PAGE:
        after = after_older(memory, visit)
    else:
        has_news = any(not seen.tries for seen in visit.new.values())
        after = remember_poll(memory, poll, visit.headers, visit.wishes, every_seconds, has_news)
        after = begun(after, visit)
    # Another visit may have been noted meanwhile, by this run's stream or by another run: its note
    # is not ours to take away.
    return after_pages(replace(after, unfinished=None if is_noted else note), outcomes, now)


def without_retries(entries: Mapping[str, Seen]) -> dict[str, Seen]:
    """The entries, of which none's page is asked for again: they have left the feed, or are about
    to be remembered anew."""
    return {
        key: replace(seen, again_at=None) if seen.again_at else seen
        for key, seen in entries.items()
    }


def _seen(seen: Seen, outcome: Outcome, poll: Poll) -> Seen:
    """What is remembered of an entry, and when its page is asked for again, if it is."""
    if outcome.origin.page_missing and seen.tries < len(AGAIN_AFTER):
        again_at = poll.polled_at + AGAIN_AFTER[seen.tries]
        return replace(seen, tries=seen.tries + 1, again_at=again_at)
    return replace(seen, tries=0, again_at=None)
