"""The values that flags take, each read from its text; argparse says which flag a refusal is of."""

import ipaddress
import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

from newsbeam.transforms.lake.storage import LakeError, open_lake

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
    """A point in time: ISO 8601, or how long ago (7d, 24h)."""
    if re.fullmatch(r"\d+(\.\d+)?[smhd]", text.strip()):
        return datetime.now(UTC) - timedelta(seconds=seconds(text))
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is no time (try 2026-03-01, 2026-03-01T12:00Z or 7d)"
        ) from None
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)


def network(text: str) -> str:
    """A range of addresses as CIDR."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no range (try 127.0.0.0/8)") from None


def lake_address(text: str) -> str:
    """Where a lake can lie: a local folder or gs://bucket/prefix."""
    try:
        return open_lake(text).url
    except (ValueError, LakeError) as error:
        raise ArgumentTypeError(str(error).rstrip(".")) from None


def positive(text: str) -> int:
    """A whole number above nought."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
