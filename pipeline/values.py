"""The values that flags take, each read from its text; argparse says which flag a refusal is of."""

import ipaddress
import os
import re
from argparse import ArgumentTypeError
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from newsbeam.transforms.lake.storage import LakeError, open_lake

DAY = timedelta(days=1)
LONGEST = 100 * 366 * 86400.0  # seconds; more, and the calendar ends


def seconds(text: str) -> float:
    """A length of time: 90, 90s, 5m, 24h, 7d → seconds.

    >>> seconds("5m"), seconds("7d")
    (300.0, 604800.0)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    units = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
    length = float(found[1]) * units[found[2]] if found else LONGEST + 1
    if length > LONGEST:
        raise ArgumentTypeError(f"{text[:40]!r} is no length of time (try 60s, 5m, 24h or 7d)")
    return length


def moment(text: str) -> datetime:
    """A point in time, in UTC: ISO 8601, or how long ago (7d, 24h). A day is its first moment."""
    try:
        if re.fullmatch(r"\d+(\.\d+)?[smhd]", text.strip()):
            return datetime.now(UTC) - timedelta(seconds=seconds(text))
        stated = datetime.fromisoformat(text.strip())
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at the ends of the calendar
        raise ArgumentTypeError(
            f"{text[:40]!r} is no time (try 2026-03-01, 2026-03-01T12:00Z or 7d)"
        ) from None


def end_of(text: str) -> datetime:
    """The point in time before which a period ends: a day that is named is over at its end.

    >>> end_of("2026-03-01").isoformat(), end_of("2026-03-01T12:00").isoformat()
    ('2026-03-02T00:00:00+00:00', '2026-03-01T12:00:00+00:00')
    """
    stated = moment(text)
    with suppress(ValueError):  # no day alone
        date.fromisoformat(text.strip())
        return min(stated, datetime.max.replace(tzinfo=UTC) - DAY) + DAY
    return stated


def share(text: str) -> float:
    """A number from 0 to 1."""
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise ArgumentTypeError(f"{text[:40]!r} is no number from 0 to 1")


def network(text: str) -> str:
    """A range of addresses as CIDR."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no range (try 127.0.0.0/8)") from None


def lake_address(text: str) -> str:
    """Where a lake can lie: a local folder or gs://bucket/prefix."""
    scheme = re.match(r"([A-Za-z][A-Za-z0-9]+):/*", text)  # with one slash too, or in capitals
    if scheme and not text.startswith("gs://"):
        meant = {"gs": "gs://", "gcs": "gs://", "file": "/"}.get(scheme[1].lower())
        hint = f"; did you mean {meant}{text[scheme.end() :]}?" if meant else ""
        raise ArgumentTypeError(f"a lake is a folder or gs://bucket/prefix, not {text!r}{hint}")
    if not text.strip() or os.path.isfile(os.path.expanduser(text)):
        raise ArgumentTypeError(f"{text!r} is no folder: a lake is a folder of its own")
    try:
        return open_lake(text).url
    except (ValueError, LakeError) as error:
        raise ArgumentTypeError(str(error).rstrip(".")) from None


def new_file(text: str) -> str:
    """Where a file can be written: its folder is there already."""
    folder, name = os.path.split(text)
    if not text.strip():
        raise ArgumentTypeError("a name is needed, as report.html")
    if os.path.isdir(text):
        raise ArgumentTypeError(f"{text} is a folder: name a file, as {text}/report.html")
    if folder and not os.path.isdir(folder):
        raise ArgumentTypeError(f"{folder} is no folder: make it, or name another place for {name}")
    if not os.access(folder or ".", os.W_OK):
        raise ArgumentTypeError(f"{text} may not be written: name another place for {name}")
    return text


def days(text: str) -> int:
    """A whole number of days, from nought to a hundred years."""
    if not text.isdecimal() or int(text) > 36_525:
        raise ArgumentTypeError(f"{text[:40]!r} is no number of days")
    return int(text)


def size(text: str) -> int:
    """A number of bytes: 500MB, 20GB, 1.5 TB.

    >>> size("500MB"), size("1.5 TB")
    (500000000, 1500000000000)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", text.strip().upper())
    if not found:
        raise ArgumentTypeError(f"{text[:40]!r} is no size (try 500MB or 20GB)")
    return int(float(found[1]) * 1000 ** " KMGT".index(found[2] or " "))


def positive(text: str) -> int:
    """A whole number above nought."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
