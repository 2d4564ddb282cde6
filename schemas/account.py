"""The account of a run: what was counted, and whether it balances."""

from collections import Counter
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from newsbeam.schemas.ledger import Run
from newsbeam.schemas.trouble import Trouble

TOLD = 5  # feeds in trouble that are named: what a person reads; the others are in the ledger


@dataclass(frozen=True)
class Account:
    """What a slice of a pass, or a window of a stream, has counted."""

    feeds: int = 0
    feeds_failed: int = 0
    entries: int = 0
    known: int = 0
    rejected: int = 0
    new: int = 0
    written: int = 0
    merged: int = 0
    unchanged: int = 0
    failed: int = 0
    incomplete: int = 0
    missing: int = 0  # new entries of which nothing is known: a fault
    put_off: int = 0  # of the rejected: over --max-items, the next visit takes them
    feeds_waiting: int = 0  # not asked, for they failed before
    failed_anew: int = 0  # feeds that failed, and had not at the visit before
    failed_as: dict[str, int] = field(default_factory=dict)  # feeds that failed, by status
    troubles: tuple[Trouble, ...] = ()  # some of them
    next_due_at: datetime | None = None  # when the first of those that wait is asked again
    document_fields: dict[str, int] = field(default_factory=dict)  # in how many each stands
    refused: dict[str, int] = field(default_factory=dict)  # documents, by the error
    left: dict[str, int] = field(default_factory=dict)  # feeds with more for another slice
    began_at: datetime | None = None  # the first visit


def added(one: Account, other: Account) -> Account:
    """Both accounts as one; what is left is what the later one, `other`, says.

    >>> added(Account(new=2, left={"a": 2}), Account(written=2, left={"a": 0})).left
    {'a': 0}
    """
    sums = {
        f.name: getattr(one, f.name) + getattr(other, f.name)
        for f in fields(Account)
        if f.type is int
    }
    return Account(
        **sums,
        left={**one.left, **other.left},
        began_at=_earlier(one.began_at, other.began_at),
        failed_as=dict(Counter(one.failed_as) + Counter(other.failed_as)),
        troubles=tuple(sorted(one.troubles + other.troubles, key=_in_order)[:TOLD]),
        next_due_at=_earlier(one.next_due_at, other.next_due_at),
        document_fields=dict(Counter(one.document_fields) + Counter(other.document_fields)),
        refused=dict(Counter(one.refused) + Counter(other.refused)),
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def _in_order(trouble: Trouble) -> tuple[bool, str, str]:
    """What is new comes first: what has been told is not told for ever."""
    return not trouble.is_new, trouble.name, trouble.words


def balanced(run: Run, account: Account) -> Run:
    """The run with its counters, `balanced` only if nothing is missing.

    Entries left for the next run count as rejected in this one, as those over --max-items do:
    `put_off` says of how many that is true.
    """
    left = sum(account.left.values())
    new, rejected = account.new - left, account.rejected + left
    put_off = account.put_off + left
    counters = {**vars(account), "new": new, "rejected": rejected, "put_off": put_off}
    counted = replace(run, **{name: counters[name] for name in vars(run).keys() & counters.keys()})
    return replace(counted, balanced=is_balanced(counted) and not account.missing)


def is_balanced(run: Run) -> bool:
    """Whether the run's sums agree: every entry is accounted for."""
    done = run.written + run.merged + run.unchanged + run.failed
    return run.entries == run.known + run.new + run.rejected and done == run.new
