"""A lease on a lake whose storage knows no locks: a state document that its holder keeps renewing.

It keeps a second run from doing the work twice, and nothing more: what is written stays whole and
single without it, for that rests on `put_new` and `put_if` alone.
"""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from newsbeam.transforms.lake.storage import RUN_LOCK, Lake, LakeBusy, LakeError

LASTS = 60.0  # s without a sign of life until others may take over; renewed three times as often
RELEASED = b"{}"


@dataclass(frozen=True)
class Holder:
    """Who holds the lake; `token` tells two attempts of one run apart."""

    run: str
    process: int
    host: str
    token: str
    since: float  # s since 1970, as `renewed`
    renewed: float
    born: str = ""  # machine, process namespace and start of the process: see `birth`

    def __str__(self) -> str:
        since = datetime.fromtimestamp(self.since, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"run {self.run} (process {self.process} on {self.host}) since {since}"


def this_process(run_id: str) -> Holder:
    """This run of this process, as a holder from now on."""
    now, process = time.time(), os.getpid()
    return Holder(run_id, process, socket.gethostname(), uuid4().hex, now, now, birth(process))


def birth(process: int) -> str:
    """What no other process has: boot of the machine, process namespace, start; "" where it is not
    known, or there is no such process.

    >>> birth(os.getpid()) == birth(os.getpid()), birth(2**22 + 1)
    (True, '')
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        started = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[19]
        return f"{boot} {os.readlink('/proc/self/ns/pid')} {started}"
    except (OSError, IndexError):
        return ""


def has_died(holder: Holder) -> bool:
    """Whether the holder is known to be dead: it lived where we do, and no longer does."""
    ours, theirs = birth(os.getpid()).split()[:2], holder.born.split()[:2]
    return bool(ours) and ours == theirs and birth(holder.process) != holder.born


def busy(place: str, document: bytes | None) -> LakeBusy:
    """The error of a run that finds the lake held, by what the lock or lease says."""
    who = _holder(document) or "a run that is just starting"
    return LakeBusy(f"The lake {place} is held by {who}: wait until it ends, or stop it.")


def _holder(data: bytes | None) -> Holder | None:
    try:
        return Holder(**json.loads(data or RELEASED))
    except (ValueError, TypeError):
        return None


def document(holder: Holder) -> bytes:
    """What a lock or lease says of its holder, as of now."""
    return json.dumps(asdict(replace(holder, renewed=time.time()))).encode()


@contextmanager
def lease(lake: Lake, run_id: str, lasts: float = LASTS) -> Iterator[None]:
    """Hold the lake, renewing the lease (`lasts` seconds) in the background.

    LakeBusy if it is held; LakeError at the end if the lease was lost on the way.
    """
    me = this_process(run_id)
    _take(lake, me, lasts)
    done, lost = Event(), Event()
    renewer = Thread(target=_renew, args=(lake, me, lasts / 3, done, lost), daemon=True)
    renewer.start()
    try:
        yield
    finally:
        done.set()
        renewer.join()
        with suppress(LakeError):  # a lease that cannot be given back runs out
            _write(lake, me, RELEASED)
    if lost.is_set():
        raise LakeError(
            f"{lake.url} was out of reach for so long that another run took it over: nothing is "
            "lost and nothing is there twice; the other run finishes what this one began."
        )


def _take(lake: Lake, me: Holder, lasts: float) -> None:
    data, version = lake.read_versioned(RUN_LOCK)
    holder = _holder(data)
    if holder and not has_died(holder):
        if abs(time.time() - holder.renewed) < lasts:
            raise busy(lake.url, data)
        # Dead, or the two clocks differ: one that lives renews while we wait, and put_if will fail.
        time.sleep(lasts / 2)
    if not lake.put_if(RUN_LOCK, document(me), version):
        raise busy(lake.url, lake.read_versioned(RUN_LOCK)[0])


def _write(lake: Lake, me: Holder, document: bytes) -> bool:
    """Replace the lease if it is still ours."""
    data, version = lake.read_versioned(RUN_LOCK)
    holder = _holder(data)
    ours = holder is not None and holder.token == me.token
    return ours and bool(lake.put_if(RUN_LOCK, document, version))


def _renew(lake: Lake, me: Holder, every: float, done: Event, lost: Event) -> None:
    while not done.wait(every):
        with suppress(LakeError):  # an outage: the next turn shows whether somebody took over
            if not _write(lake, me, document(me)):
                lost.set()
                return
