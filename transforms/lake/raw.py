"""The bytes as they came, kept by day under their own hash before anything reads them.

By day, so that what is old goes without a look at what is there: a day's folder at a time.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsbeam.transforms.lake.storage import Lake, NotThere, side_by_side
from newsbeam.transforms.lake.tables import day_of

_DAY = re.compile(r"/\d{4}-\d\d-\d\d$")


@dataclass(frozen=True)
class Kept:
    """How much is kept, whichever is less."""

    days: int = 30  # a month to find a fault of a reader and read again
    size: int = 20 * 10**9  # bytes; a hundred feeds with their pages are some 50 MB a day


MEASURED = "state/raw_measured"  # on which day, and against which budget
_tidied: set[tuple[str, str]] = set()  # lakes of which the old went already, with the day


def name_of(sha256: str, received_at: datetime) -> str:
    """Where bytes with this hash lie that were received on that day.

    >>> from datetime import UTC
    >>> name_of("ab12", datetime(2026, 3, 1, 9, tzinfo=UTC))
    'raw/2026-03-01/ab12.gz'
    """
    return f"raw/{day_of(received_at)}/{sha256}.gz"


def keep(lake: Lake, body: bytes, received_at: datetime) -> str:
    """Keep the bytes, once a day; the hex SHA-256 under which `fetch` finds them."""
    sha256 = hashlib.sha256(body).hexdigest()
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    lake.put_new(name_of(sha256, received_at), packed)
    return sha256


def fetch(lake: Lake, sha256: str, received_at: datetime) -> bytes:
    """The kept bytes; NotThere where there are none, or none that can be read."""
    name = name_of(sha256, received_at)
    try:
        body = gzip.decompress(lake.read(name))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotThere(f"{name} is damaged ({error}).") from error
    if hashlib.sha256(body).hexdigest() != sha256:  # an emptied file too is whole to gzip
        raise NotThere(f"{name} is damaged.")
    return body


def tidy_daily(lake: Lake, now: datetime, kept: Kept) -> None:
    """Remove what is old, once a day of this process."""
    if (today := (lake.url, day_of(now))) not in _tidied:
        _tidied.add(today)
        remove_old(lake, now, kept)


def remove_old(lake: Lake, now: datetime, kept: Kept) -> int:
    """Remove the days before those that are kept, and the oldest while all are too large; how many
    files went.

    Yesterday's stay in any case: a visit that is unfinished may need them.
    """
    first = day_of(now - timedelta(days=max(kept.days, 1)))
    folders = [folder for folder in sorted(lake.folders("raw")) if _DAY.search(folder)]
    old = [folder for folder in folders if folder.rpartition("/")[2] < first]
    if not _is_measured(lake, now, kept):
        old += _too_much(lake, [folder for folder in folders if folder not in old], now, kept)
    names = [name for folder in old for name in lake.list(folder)]
    side_by_side(lake.delete, names)
    return len(names)


def _is_measured(lake: Lake, now: datetime, kept: Kept) -> bool:
    """Whether the room was measured today against the same budget; notes that it is now.

    A pass every few minutes would otherwise look at every file of a month each time.
    """
    said = f"{day_of(now)} {kept.size}".encode()
    noted, version = lake.read_versioned(MEASURED)
    return noted == said or not lake.put_if(MEASURED, said, version)


def _too_much(lake: Lake, folders: Sequence[str], now: datetime, kept: Kept) -> list[str]:
    """The oldest of these days that must go for the rest to fit; yesterday and today stay."""
    yesterday = day_of(now - timedelta(days=1))
    sizes = side_by_side(lake.size, folders)
    room, gone = sum(sizes), []
    for folder, size in zip(folders, sizes, strict=True):
        if room <= kept.size or folder.rpartition("/")[2] >= yesterday:
            break
        gone.append(folder)
        room -= size
    return gone
