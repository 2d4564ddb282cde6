"""Lengths of time and points in time as people write them: 5m, 7d, 2026-03-01."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

DAY = timedelta(days=1)
LONGEST = 100 * 366 * 86400.0  # seconds; more, and the calendar ends


def seconds(text: str) -> float:
    """A length of time: 90, 90s, 5m, 24h, 7d → seconds; ValueError where it is none.

    >>> seconds("5m"), seconds("7d")
    (300.0, 604800.0)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    units = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
    length = float(found[1]) * units[found[2]] if found else LONGEST + 1
    if length > LONGEST:
        raise ValueError(f"{text[:40]!r} is no length of time (try 60s, 5m, 24h or 7d)")
    return length


def moment(text: str) -> datetime:
    """A point in time, in UTC: ISO 8601, or how long ago (7d, 24h). A day is its first moment.

    Raises ValueError for what is neither.
    """
    if re.fullmatch(r"\d+(\.\d+)?[smhd]", text.strip()):
        return datetime.now(UTC) - timedelta(seconds=seconds(text))
    try:
        stated = datetime.fromisoformat(text.strip())
        return (stated if stated.tzinfo else stated.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at the ends of the calendar
        said = f"{text[:40]!r} is no time (try 2026-03-01, 2026-03-01T12:00Z or 7d)"
        raise ValueError(said) from None


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
