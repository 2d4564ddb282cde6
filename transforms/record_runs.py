"""Record the account of a run: a row of `runs` for a pass, or for each window of a stream.

A pass is worked off in slices; each leaves its account in the lake, where the process that began
the pass finds it, whatever runner and machine did the work, adds it up, and takes it away.
"""

from dataclasses import replace
from datetime import UTC, datetime

from newsbeam.schemas.account import Account, balanced
from newsbeam.schemas.ids import digest
from newsbeam.schemas.ledger import Run
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.wire import from_json, iso, to_json
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, NotThere
from newsbeam.transforms.lake.tables import day_of

RUNS = TABLES["runs"]


def name_of(run_id: str) -> str:
    """Where the account of a slice lies until it is taken."""
    return f"state/runs/{run_id}.json"


def leave_account(account: Account, lake: Lake, run_id: str) -> Account:
    """Leave the account of a slice for the process that began the pass."""
    lake.put_new(name_of(run_id), to_json(account).encode())
    return account


def take_account(lake: Lake, run_id: str) -> Account:
    """The account that a slice has left; an empty one where it had nothing to do."""
    try:
        account = from_json(Account, lake.read(name_of(run_id)).decode())
    except NotThere:
        return Account()
    lake.delete(name_of(run_id))
    return account


def forget_accounts(lake: Lake) -> None:
    """Remove what runs have left that were killed between two slices."""
    for name in lake.list("state/runs"):
        lake.delete(name)


def record_run(account: Account, lake: Lake, run: Run) -> Run:
    """Make the row of a run visible, with its counters and its balance."""
    row = replace(balanced(run, account), finished_at=datetime.now(UTC))
    stem = digest(run.run_id, iso(run.started_at))
    add_rows(lake, RUNS, day_of(run.started_at), stem, [row])
    return row


def record_window(account: Account, lake: Lake, run: Run) -> Run | None:
    """The row of one window of a stream, which began with its first visit; none without a visit."""
    if account.began_at is None:
        return None
    return record_run(account, lake, replace(run, started_at=account.began_at))
