"""What one worker does at each feed: look whether it is due, receive its answer, or take up a visit
that was left unfinished. No Beam."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from newsbeam.schemas.article import Feed
from newsbeam.schemas.memory import FeedMemory, Unfinished
from newsbeam.transforms.feed.conditional import validators
from newsbeam.transforms.feed.host_rests import resting_hosts
from newsbeam.transforms.feed.memory import DamagedMemory, change, is_held, recall
from newsbeam.transforms.feed.older import BEGIN, OLDER, PAGE
from newsbeam.transforms.feed.schedule import address_of, is_due
from newsbeam.transforms.feed.selection import Visited
from newsbeam.transforms.feed.visit import (
    ATTEMPTS,
    UNREAD,
    headers_of,
    ledger_row,
    lost_visit,
    read_visit,
)
from newsbeam.transforms.http.hosts import host_of
from newsbeam.transforms.http.request import Request, Response
from newsbeam.transforms.lake import raw
from newsbeam.transforms.lake.storage import Lake, NotThere

# When feeds are due that were looked at, by lake and feed: a hint of this process, so that the wake
# of a stream reads no state of those that are not. Others may write it, so it is soon read again.
_not_due: dict[tuple[str, str], datetime] = {}
LOOK_AGAIN = timedelta(hours=1)
MOST_LEFT_ALONE = 100_000  # feeds; 20 MB

Todo = Request | Feed | Visited | None  # ask; finish what was left; say; leave alone


@dataclass
class Visitor:
    """Visits feeds at one moment. Its methods are called from several threads."""

    lake: Lake
    run_id: str
    max_items: int
    patient: bool  # each feed's own interval is waited for
    goes_on: bool  # this and the next: see PollFeeds
    counted: frozenset[str]
    back: int | None = None  # of a back-fill: 0 is the feed itself, then its older pages
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    asked: dict[str, tuple[Feed, FeedMemory]] = field(default_factory=dict)  # without its entries
    met: dict[str, FeedMemory] = field(default_factory=dict)  # the same, of all that were planned

    def put_off(self, feed: Feed) -> Visited:
        """A visit that is left unfinished as it is: another slice looks at it."""
        visit = lost_visit(feed, self.now, self.run_id, "")
        return Visited(replace(visit, is_put_off=True))

    def plan(self, feed: Feed) -> Todo:
        """What is to be done about a feed now; a visit at once where its memory is damaged."""
        if self.patient and _not_due.get((self.lake.url, feed.feed_id), self.now) > self.now:
            return None
        try:
            memory, _ = recall(self.lake, feed)
        except DamagedMemory as error:
            return Visited(lost_visit(feed, self.now, self.run_id, str(error)))
        self.met[feed.feed_id] = replace(memory, entries={}, unfinished=None)
        if memory.unfinished:
            is_ours = is_held(memory.unfinished, self.run_id, self.now)
            return feed if self.goes_on or not is_ours else None
        if self.goes_on:  # an earlier slice put it off, unless its entries are counted already
            return None if feed.feed_id in self.counted else self._request(feed, memory)
        if self.back:
            is_left = memory.older and (not memory.older_at or memory.older_at <= self.now)
            return self._request(feed, memory) if is_left else None
        if is_due(memory, self.now, self.patient):
            return self._request(feed, memory)
        if memory.failures:
            return self._waits(feed, memory.next_due_at)
        self._leave_alone(feed, memory.next_due_at)
        return None

    def _leave_alone(self, feed: Feed, until: datetime | None) -> None:
        """Do not even look at a feed's memory until it is due: of a thousand feeds few are."""
        if self.patient and until:
            if len(_not_due) >= MOST_LEFT_ALONE:
                _not_due.clear()
            _not_due[self.lake.url, feed.feed_id] = min(until, self.now + LOOK_AGAIN)

    def _waits(self, feed: Feed, until: datetime | None) -> Visited:
        """That a feed is left alone after failures, so that a pass does not look as if all went
        well."""
        visit = lost_visit(feed, self.now, self.run_id, "")
        return Visited(replace(visit, waits_until=until))

    def spare_hosts(self, todos: Sequence[Todo]) -> list[Todo]:
        """The plans, without requests to hosts that rest: another feed's server said so."""
        resting = resting_hosts(self.met.values(), self.now)
        spared: list[Todo] = []
        for todo in todos:
            feed = self.asked[todo.key][0] if isinstance(todo, Request) and resting else None
            until = resting.get(host_of(feed.url)) if feed else None
            spared.append(self._waits(feed, until) if feed and until else todo)
        return spared

    def _request(self, feed: Feed, memory: FeedMemory) -> Request:
        self.asked[feed.feed_id] = feed, replace(memory, entries={}, unfinished=None)
        etag, last_modified = validators(memory, self.now) if self.back is None else ("", "")
        address = feed.address or address_of(memory, feed.url)
        if self.back:
            address = memory.older
        return Request(feed.feed_id, address, etag, last_modified, obey_robots=False)

    def receive(self, response: Response) -> Visited | None:
        """Keep the answer, note the visit, read and sort its entries; called where it arrives."""
        feed, memory = self.asked[response.request.key]
        poll = ledger_row(feed, response, self.now, self.run_id)
        headers = headers_of(feed, response)
        if self.back is not None:
            headers[OLDER] = PAGE if self.back else BEGIN
        if self.back:
            asked = f"older entries, from {response.request.url}"
            poll = replace(poll, detail=poll.detail or asked)
        if response.body and response.status in ("ok", "truncated"):
            sha256 = raw.keep(self.lake, response.body, poll.polled_at)
            poll = replace(poll, raw_sha256=sha256)
            note = Unfinished(poll, headers, sha256, self.run_id, datetime.now(UTC))

            def noted(memory: FeedMemory) -> FeedMemory:
                # Somebody else has visited the feed since it was planned, in this run or another:
                # that visit is finished, and nothing is remembered of this answer.
                is_free = memory.unfinished in (None, note)
                return replace(memory, unfinished=note) if is_free else memory

            memory = change(self.lake, feed, noted)
            if memory.unfinished != note:
                return None
        return read_visit(feed, poll, headers, response.body, memory, self.max_items)

    def resume(self, feed: Feed) -> Visited | Request:
        """A visit that was left unfinished, or the request for a new one: where its bytes are gone,
        or it brought no news and only its row may be missing."""
        memory, _ = recall(self.lake, feed)
        note = memory.unfinished
        if note is None:
            return self._request(feed, memory)
        with suppress(NotThere):  # somebody tidied up
            body = raw.fetch(self.lake, note.raw_sha256, note.poll.polled_at)
            # Those over --max-items, which are not counted, still wait for the next poll.
            most = self.max_items if note.left is None else note.left
            found = read_visit(feed, note.poll, note.headers, body, memory, most)
            status, detail = found.visit.poll.status, found.visit.poll.detail
            was_tried = note.attempts > 0 and note.held_by == self.run_id  # an attempt a run
            if status in UNREAD and (was_tried or note.attempts + 1 < ATTEMPTS):
                if not was_tried:
                    self._note_attempt(feed, note)
                return self.put_off(feed)
            poll = replace(note.poll, status=status, detail=detail)
            visit = replace(
                found.visit,
                poll=poll if note.is_counted else found.visit.poll,
                is_counted=feed.feed_id in self.counted,
                has_row=note.is_counted,  # the row is written before that is noted
            )
            if note.is_counted or found.entries or visit.poll.status in UNREAD:
                return Visited(visit, found.entries, is_resumed=True)
        change(self.lake, feed, lambda memory: replace(memory, unfinished=None))
        return self._request(feed, memory)

    def _note_attempt(self, feed: Feed, note: Unfinished) -> None:
        """A visit that cannot be read, though it was received whole, stays unfinished for a few
        runs: its reader may have been killed by something else."""
        tried = replace(note, attempts=note.attempts + 1, held_by=self.run_id)

        def noted(memory: FeedMemory) -> FeedMemory:
            return replace(memory, unfinished=tried) if memory.unfinished == note else memory

        change(self.lake, feed, noted)
