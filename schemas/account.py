"""The account of a run: what was counted, and whether it balances."""

from collections import Counter
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from newsbeam.schemas.ledger import Run


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
    missing: int = 0  # new entries of which nothing is known: a fault
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
    began_at = min(filter(None, (one.began_at, other.began_at)), default=None)
    return Account(
        **sums,
        left={**one.left, **other.left},
        began_at=began_at,
        document_fields=dict(Counter(one.document_fields) + Counter(other.document_fields)),
        refused=dict(Counter(one.refused) + Counter(other.refused)),
    )


def balanced(run: Run, account: Account) -> Run:
    """The run with its counters, `balanced` only if nothing is missing.

    Entries left for the next run count as rejected in this one, as those over --max-items do.
    """
    left = sum(account.left.values())
    new, rejected = account.new - left, account.rejected + left
    done = account.written + account.merged + account.unchanged + account.failed
    is_balanced = account.entries == account.known + new + rejected and done == new
    counters = {**vars(account), "new": new, "rejected": rejected}
    return replace(
        run,
        **{name: counters[name] for name in vars(run).keys() & counters.keys()},
        balanced=is_balanced and not account.missing,
    )
