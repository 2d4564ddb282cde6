"""The bytes as they came, kept by day under their own hash before anything reads them.

By day, so that what is old goes without a look at what is there: a day's folder at a time.
"""

import gzip
import hashlib
import re
import zlib
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
    yesterday = day_of(now - timedelta(days=1))
    folders = [folder for folder in sorted(lake.folders("raw")) if _DAY.search(folder)]
    sizes = dict(zip(folders, side_by_side(lake.size, folders), strict=True))
    old = []
    for folder in folders:
        day = folder.rpartition("/")[2]
        if day < first or (day < yesterday and sum(sizes.values()) > kept.size):
            old.append(folder)
            del sizes[folder]
    names = [name for folder in old for name in lake.list(folder)]
    side_by_side(lake.delete, names)
    return len(names)
