"""What a person is told of a finished pass: its summary, and which feeds are in trouble."""

import shlex
from datetime import UTC, datetime

from newsbeam.pipeline.progress import log
from newsbeam.schemas.account import Account
from newsbeam.schemas.ledger import Run
from newsbeam.schemas.wire import to_dict

HANDED_IN = {"documents": "document", "replay": "letter"}  # what no feed brings, by mode
# Where every feed failed in one of these ways, the fault is more often on this side.
UNREACHED = {"dns", "tls", "connection", "timeout"}


def in_words(run: Run, account: Account | None = None) -> str:
    """The summary of a pass, with the balance; what there was none of is left out.

    >>> from dataclasses import replace
    >>> day = datetime(2026, 3, 1, tzinfo=UTC)
    >>> run = Run(run_id="r", started_at=day, finished_at=day, mode="pass", feeds=2)
    >>> in_words(run)
    '2 feeds polled, 0 failed; nothing new; 0.0 s'
    >>> in_words(replace(run, entries=9, known=5, new=4, written=3, merged=1)).split("; ")[1:3]
    ['9 entries = 5 known + 4 new', '4 new = 3 written + 1 merged: balanced']
    """
    took = f"{(run.finished_at - run.started_at).total_seconds():.1f} s"
    feeds = [] if run.mode in HANDED_IN else [_feeds(run, account or Account())]
    return "; ".join([*feeds, *_entries(run), took])


def _feeds(run: Run, account: Account) -> str:
    if not run.feeds and not run.feeds_waiting:
        return "no feed is due"
    said = f"{counted(run.feeds, 'feed')} polled, {run.feeds_failed} failed"
    if run.feeds_waiting:
        wait = "waits" if run.feeds_waiting == 1 else "wait"
        said += f", {run.feeds_waiting} {wait} after a failure"
        said += f" (next at {clock(account.next_due_at)})" if account.next_due_at else ""
    return said


def _entries(run: Run) -> list[str]:
    """How many entries there were, and what became of the new ones."""
    results = added_up(
        written=run.written,
        merged=run.merged,
        unchanged=run.unchanged,
        **{"dead letter" if run.failed == 1 else "dead letters": run.failed},
    )
    verdict = "balanced" if run.balanced else "NOT BALANCED"
    if run.incomplete:
        verdict += f" ({run.incomplete} without all annotations: newsbeam failures says which)"
    if run.mode in HANDED_IN:
        return [f"{counted(run.entries, HANDED_IN[run.mode])} = {results or 'nothing'}: {verdict}"]
    parts = {"known": run.known, "new": run.new, "left out": run.rejected - run.put_off}
    waits = "that waits for the next run" if run.put_off == 1 else "that wait for the next run"
    entries = f"{counted(run.entries, 'entry')} = {added_up(**parts, **{waits: run.put_off})}"
    if run.new:
        balance = f"{run.new} new = {results or 'nothing'}: {verdict}"
        return [balance] if run.new == run.entries else [entries, balance]
    said = [] if run.put_off or run.feeds == run.feeds_failed else ["nothing new"]
    said += [entries] if run.entries else []
    return said if run.balanced else [*said, verdict]


def added_up(**parts: int) -> str:
    """A sum without its noughts.

    >>> added_up(known=5, new=0, rejected=1)
    '5 known + 1 rejected'
    """
    return " + ".join(f"{number} {name}" for name, number in parts.items() if number)


def counted(number: int, what: str) -> str:
    """So many of something.

    >>> counted(1, "entry"), counted(2, "entry"), counted(0, "feed")
    ('1 entry', '2 entries', '0 feeds')
    """
    if number == 1:
        return f"1 {what}"
    return f"{number} {what[:-1]}ies" if what.endswith("y") else f"{number} {what}s"


def clock(moment: datetime) -> str:
    """A moment on the clock of this machine, with its day unless it is today."""
    here = moment.astimezone()
    is_today = here.date() == datetime.now(UTC).astimezone().date()
    return here.strftime("%H:%M" if is_today else "%-d %B, %H:%M")


def troubles(run: Run, account: Account, lake: str, only_new: bool = False) -> list[str]:
    """Which feeds are in trouble, a line for each reason; at most five are named, and where the
    others are found.

    `only_new`: those that have failed before are counted, not named, for in a stream they would be
    named again and again.
    """
    named = [one for one in account.troubles if one.is_new or not only_new]
    lines = [
        f"  {', '.join(one.name for one in named if one.words == words)}: {words}"
        for words in dict.fromkeys(one.words for one in named)
    ]
    failed = account.failed_anew if only_new else account.feeds_failed
    if failed > len(named):
        lines.append(f"  and {failed - len(named)} more: newsbeam feeds --lake {shlex.quote(lake)}")
    if before := account.feeds_failed - failed:
        lines.append(f"  {before} that failed before still {'fails' if before == 1 else 'fail'}")
    return lines


def tell(run: Run, account: Account | None = None, lake: str = "", only_new: bool = False) -> None:
    """Log a finished pass, and the feeds in trouble below it."""
    account = account or Account()
    told = {name: getattr(account, name) for name in ("failed_as", "troubles", "next_due_at")}
    below = troubles(run, account, lake, only_new)
    log.info(in_words(run, account), extra={"fields": to_dict(run) | to_dict(told), "below": below})


def why_nothing_was_read(run: Run, account: Account) -> str:
    """What to look at where not one feed that was polled could be read; empty where one could."""
    if not run.feeds or run.feeds_failed < run.feeds:
        return ""
    said = f"not one feed could be read, of {run.feeds} polled"
    reasons = {one.words for one in account.troubles}
    if account.failed_as.keys() <= UNREACHED:
        return f"{said}: is this machine on the network?"
    if len(reasons) == 1 and len(account.failed_as) == 1:
        return f"{said}: {reasons.pop()}"
    return f"{said}: newsbeam feeds says why"
