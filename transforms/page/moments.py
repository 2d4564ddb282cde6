"""A text that states a date → the moment in UTC, or None.

Every sign of the text must be understood, and in one way only: what is damaged, what leaves out
the year, what could be the third of April or the fourth of March is not read. No clock is asked.
(dateparser was tried: it reads "yesterday", and 03/04/2020 as the language's custom has it.)
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from newsbeam.transforms.page.date_names import (
    LANGUAGES,
    all_names,
    folded,
    is_zone,
    names,
    offset_of,
    small_words,
)

LONGEST = 100  # characters; JavaScript's own form with a long name of its zone has 70
FARTHEST = timedelta(hours=14)  # ahead of UTC: Kiribati
CENTURY = 50  # of years in two figures, those below are 20xx (RFC 2822, section 4.3)

_ISO = re.compile(
    r"(\d{4}-?\d\d-?\d\d)(?:[T ]+([\d:.,]+))?\s*(?:Z|UTC|GMT|([+-]\d\d(?::?\d\d)?))?", re.I
)
# Seconds or thousandths since 1970: all that name a day from 1990 to 2100 have so many digits, and
# no other way to write a date has.
_SINCE_1970 = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d{1,9})?")
_TWICE = re.compile(r"((?:gmt|utc|[+-]\d\d:?\d\d).*)\([^()]*\)$")  # JavaScript adds the zone's name
_EASTERN = re.compile(r"(\d)\s*[年月년월]\s*(?=\d)")
_OFFSET = re.compile(r"(?:gmt|utc)?([+-])(\d{1,2})(?::?(\d\d))?")
_PIECE = re.compile(
    r"(?P<clock>\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,9})?(?![:\d])|\d{1,2}h\d\d\b|\d{1,2}(?=\s?[ap]\.?m\b))"
    r"|(?P<ahead>(?:gmt|utc)?[+-]\d{1,2}(?::?\d\d)?(?!\d))"
    r"|(?P<figures>\d{1,4}([-/.])\d{1,2}\4\d{1,4}(?!\d))"
    r"|(?P<number>\d{1,4}(?!\d))(?:(?:st|nd|rd|th|er)\b|[ºª.日일])?"
    r"|(?P<word>[^\W\d_]+(?:\.[^\W\d_]+)*\.?)"
    r"|(?P<sign>[\s,;|·/()]+|-)"
)  # on lower-case text


class _Date:
    """What the pieces of a text say of a date; whatever cannot be a part of one is a ValueError."""

    def __init__(self, language: str) -> None:
        own = language.replace("_", "-").split("-")[0].lower()
        self.languages = [own, "en"] if own in LANGUAGES else ["en"]
        self.numbers: list[tuple[str, int]] = []  # with their places
        self.months: list[tuple[int, int, bool]] = []  # the same; whether the word is a day too
        self.figures = self.clock = self.noon = ""
        self.zones: list[str] = []

    def take(self, kind: str, words: str, place: int) -> None:
        """One piece of the text."""
        if kind == "ahead":
            self.zones.append(words)
        elif kind == "number":
            self.numbers.append((words, place))
        elif kind == "word":
            self._word(folded(words), place)
        elif getattr(self, kind):
            raise ValueError(f"two of {kind}")
        else:
            setattr(self, kind, words)

    def _word(self, word: str, place: int) -> None:
        for known in (*map(names, self.languages), None):
            known = known or all_names()  # seldom needed, and slow to make
            months = known.months.get(word, ())
            if len(months) == 1:
                self.months.append((min(months), place, word in known.days))
            elif word in known.noon and (self.clock or word not in small_words()):
                self.noon = known.noon[word]
            elif is_zone(word) and self.clock:
                self.zones.append(word)
            elif word not in known.days and word not in small_words():
                continue
            return
        raise ValueError(f"no word of a date: {word}")

    def day(self) -> date:
        """The day: in figures, or with its month in words."""
        if self.figures and not self.numbers and not self.months:
            return _day_in_figures(self.figures, dots=self.languages[0] != "en")
        months = self.months
        if len(months) == 2 and months[0][2]:
            months = months[1:]  # "mar, 3 mar 2026": Tuesday in Spanish
        if len(months) != 1 or len(self.numbers) != 2 or self.figures:
            raise ValueError("no day")
        (month, place, _), ((first, begin), (second, end)) = months[0], self.numbers
        if len(first) == 4 and len(second) <= 2:
            return date(int(first), month, int(second))
        if len(second) == 2 and len(first) <= 2 and begin < place < end and self.clock:
            return date(int(second) + (2000 if int(second) < CENTURY else 1900), month, int(first))
        if len(second) == 4 and len(first) <= 2:
            return date(int(second), month, int(first))
        raise ValueError("no year")

    def time(self) -> time:
        """The time of the day, midnight where none is stated."""
        figures = re.split("[:h]", re.sub("[.,].*", "", self.clock) or "0")
        hour, minute, second = (int(one) for one in [*figures, "0", "0"][:3])
        if self.noon:
            if not self.clock or not 1 <= hour <= 12:
                raise ValueError("no hour before or after noon")
            hour = hour % 12 + 12 * (self.noon == "pm")
        return time(hour, minute, second)

    def ahead(self, language: str, site: str) -> timedelta:
        """How far the stated zone is ahead of UTC; two that agree are one."""
        found = {
            _offset(zone) if zone[-1].isdigit() else offset_of(zone, self.day(), language, site)
            for zone in self.zones
        }
        ahead = found.pop() if found else timedelta()
        if found or ahead is None:
            raise ValueError("no one zone")
        return ahead


def _offset(stated: str) -> timedelta:
    sign, hours, minutes = _OFFSET.fullmatch(stated).groups("0")  # type: ignore[union-attr]
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    if ahead > FARTHEST:
        raise ValueError("no offset of a zone")
    return -ahead if sign == "-" else ahead


def _day_in_figures(figures: str, dots: bool) -> date:
    """Year first; or day first where dots part it in a language that writes dots.

    All of CLDR's locales that write dots put the day first; in English they say nothing.
    """
    one, two, three = re.split("[-/.]", figures)
    if len(one) == 4 and len(three) <= 2:
        return date(int(one), int(two), int(three))
    if len(three) != 4 or len(one) > 2:
        raise ValueError("no year")
    day, month = int(one), int(two)
    if not (dots and "." in figures) and day <= 12:
        if day != month and month <= 12:
            raise ValueError("day and month, or month and day")
        day, month = month, day
    return date(int(three), month, day)


def iso_moment(text: str) -> datetime | None:
    """The moment that an ISO 8601 text states, in UTC (also where it names no zone), or None.

    >>> iso_moment("2024-03-01T10:00:00+04:00").isoformat()
    '2024-03-01T06:00:00+00:00'
    >>> iso_moment("2024-02-30"), iso_moment("March")
    (None, None)
    """
    found = _ISO.fullmatch(text.strip()[:LONGEST])
    if not found:
        return None
    day, clock, zone = found.groups()
    try:
        when = datetime.fromisoformat(f"{day}T{clock or '00'}{zone or '+00:00'}")
        return when.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def stated_moment(text: str, language: str = "", site: str = "") -> datetime | None:
    """The moment that a text states, in any usual form; UTC where it names no zone.

    `language` and `site` (a host) decide what words and zones mean that mean two things.

    >>> stated_moment("Thu, 08 May 2014 14:04:53 -0400").isoformat()
    '2014-05-08T18:04:53+00:00'
    >>> stated_moment("пн, 1 февр. 2016 12:00 МСК").isoformat()
    '2016-02-01T09:00:00+00:00'
    >>> stated_moment("1584230400") == stated_moment("1584230400000") == iso_moment("2020-03-15")
    True
    >>> stated_moment("03/04/2020"), stated_moment("2020"), stated_moment("yesterday")
    (None, None, None)
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if found := iso_moment(text):
        return found
    if since := _SINCE_1970.fullmatch(text):
        return datetime.fromtimestamp(int(since[1]), UTC)
    stated, place = _Date(language), 0
    # Turkish and Azerbaijani "İ" becomes an "i" and a dot.
    text = _TWICE.sub(r"\1", _EASTERN.sub(r"\1-", text.lower().replace("i\u0307", "i")))
    try:
        while place < len(text):
            piece = _PIECE.match(text, place)
            if not piece:
                return None
            kind, place = str(piece.lastgroup), piece.end()
            if kind == "ahead" and not stated.clock:  # 04-dec-2018: a sign before a number
                place = piece.start() + 1
            elif kind != "sign":
                stated.take(kind, piece[kind], piece.start())
        when = datetime.combine(stated.day(), stated.time(), UTC)
        return when - stated.ahead(language, site)
    except (ValueError, OverflowError):  # also 31 February, the year 0, and 25:00
        return None
