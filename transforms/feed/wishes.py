"""What a feed says of when it wants to be asked: ttl, sy:updatePeriod, skipHours and skipDays."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from newsbeam.schemas.article import Wishes

PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A weekend and a holiday. Who skips more than that at a time has written nonsense.
LONGEST_REST = timedelta(hours=72)
NEAR = 100_000  # characters before the first item, or after the last, in which the wishes stand

_SKIP_HOUR = re.compile(r"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour>", re.I)
_SKIP_DAY = re.compile(rf"<day>\s{{0,20}}({'|'.join(WEEK)})\s{{0,20}}</day>", re.I)


def wishes_of(feed: Mapping[str, Any], markup: str) -> Wishes:
    """The wishes of a feed: as feedparser has it, and as it stands.

    >>> wishes_of({"ttl": "90"}, "<skipHours><hour>23</hour><hour>24</hour></skipHours>")
    Wishes(ttl_minutes=90, skip_hours=(0, 23), skip_days=())
    """
    around = markup[:NEAR].partition("<item")[0] + markup[-NEAR:].rpartition("</item>")[2]
    hours = {int(hour) % 24 for hour in _SKIP_HOUR.findall(around)} if "skipHours" in around else ()
    days = {day.lower() for day in _SKIP_DAY.findall(around)} if "skipDays" in around else ()
    return Wishes(ttl_minutes(feed), tuple(sorted(hours)), tuple(sorted(map(WEEK.index, days))))


def ttl_minutes(feed: Mapping[str, Any]) -> int | None:
    """How long the publisher asks to wait between two polls, from ttl or sy:updatePeriod.

    >>> ttl_minutes({"sy_updateperiod": "hourly", "sy_updatefrequency": "2"})
    30
    >>> ttl_minutes({"ttl": "x"}) is None
    True
    """
    stated = str(feed.get("ttl") or "").strip()
    if re.fullmatch(r"\d{1,7}", stated):
        return int(stated) or None
    period = PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if not period:
        return None
    stated = str(feed.get("sy_updatefrequency") or "").strip()
    times = int(stated) if re.fullmatch(r"\d{1,6}", stated) else 1
    return max(1, period // max(1, times))


def after_rest(moment: datetime, wishes: Wishes) -> datetime:
    """The first moment, from this one on, at which the feed may be asked by skipHours and skipDays.

    >>> after_rest(datetime(2026, 3, 7, 22, 30), Wishes(skip_hours=(22, 23), skip_days=(6,)))
    datetime.datetime(2026, 3, 9, 0, 0)
    """
    found = moment
    while found.hour in wishes.skip_hours or found.weekday() in wishes.skip_days:
        found = found.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        if found - moment > LONGEST_REST:
            return moment
    return found
