"""What the words of a date mean: months, days of the week, before and after noon, time zones.

Months and days are CLDR's, by Babel, in the languages of the Caucasus, their neighbours and the
large ones of Europe; zones are `time_zone_names.csv`, small words `date_words.csv`.
"""

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from babel import Locale
from babel.core import get_global

from newsbeam.transforms.knowledge import packaged

LANGUAGES = (
    "en ru ka hy az tr uk be kk ky uz de fr es it pt nl pl cs sk ro hu bg sr hr el sv da nb "
    "ko ja zh"  # the last three only for noon
).split()
SHORTEST = 3  # letters to which a month may be cut: "Sept", "фев"


class Names(NamedTuple):
    """The words of one language or of several; a month word that means two months has both."""

    months: dict[str, frozenset[int]]
    days: frozenset[str]
    noon: dict[str, str]  # "am" or "pm"


def folded(word: str) -> str:
    """A word as it is looked up.

    >>> folded("Sept."), folded("p.m.")
    ('sept', 'pm')
    """
    word = normalize("NFC", word.lower().replace("i\u0307", "i"))  # Turkish "İ"
    return word.replace(".", "").replace("\u202f", "")


@cache
def names(language: str) -> Names:
    """The words of one of LANGUAGES."""
    locale = Locale(language)
    months: dict[str, set[int]] = {}
    days: set[str] = set()
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            stated = map(folded, locale.days[form][width].values())
            days |= {part for name in stated for part in re.split("[ -]", name)}  # sexta-feira
            for number, name in locale.months[form][width].items():
                name = folded(name)
                cuts = range(SHORTEST, len(name)) if width == "wide" else ()
                for word in (name, *(name[:cut] for cut in cuts)):
                    months.setdefault(word, set()).add(number)
    days |= {day[:cut] for day in days for cut in range(SHORTEST, len(day))}
    periods = locale.day_periods["format"]
    noon = {
        folded(name): half
        for width in ("wide", "abbreviated")
        for half, name in periods.get(width, {}).items()
        if half in ("am", "pm")
    }
    known = {word: frozenset(numbers) for word, numbers in months.items()}
    return Names(known, frozenset(days), noon)


@cache
def all_names() -> Names:
    """The words of all languages together."""
    months: dict[str, frozenset[int]] = {}
    days: set[str] = set()
    noon: dict[str, str] = {}
    for language in LANGUAGES:
        own = names(language)
        days |= own.days
        noon |= own.noon
        for word, numbers in own.months.items():
            months[word] = months.get(word, frozenset()) | numbers
    return Names(months, frozenset(days), noon)


@cache
def small_words() -> frozenset[str]:
    """Words that stand in dates and say nothing."""
    return frozenset(row["word"] for row in packaged("date_words.csv"))


@cache
def _zones() -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in packaged("time_zone_names.csv"):
        found.setdefault(row["name"], []).append(row)
    return found


def is_zone(word: str) -> bool:
    """Whether a word names a time zone somewhere."""
    return word in _zones()


def offset_of(zone: str, day: date, language: str, site: str) -> timedelta | None:
    """How far a named zone was ahead of UTC on a day; None where that depends on the country.

    `language`: a tag such as "hy-AM"; `site`: a host, whose ending may be a country's.

    >>> offset_of("msk", date(2020, 3, 28), "", "")
    datetime.timedelta(seconds=10800)
    >>> offset_of("amt", date(2020, 3, 28), "", "") is None
    True
    >>> offset_of("amt", date(2020, 3, 28), "", "news.am")
    datetime.timedelta(seconds=14400)
    """
    told, here = day.isoformat(), regions(language, site)
    found = {
        row["offset"]
        for row in _zones()[zone]
        if row["since"] <= told < (row["until"] or "9999")
        and (not row["region"] or row["region"] in here)
    }
    if len(found) != 1:
        return None
    sign, hours, minutes = (offset := found.pop())[0], int(offset[1:3]), int(offset[4:])
    ahead = timedelta(hours=hours, minutes=minutes)
    return -ahead if sign == "-" else ahead


def regions(language: str, site: str) -> frozenset[str]:
    """The countries that a language tag and the ending of a host may speak for.

    >>> sorted(regions("en-US", "news.am"))
    ['AM', 'US']
    >>> sorted(regions("hy", "news.example"))
    ['AM']
    """
    parts = language.replace("_", "-").split("-")
    stated = parts[1].upper() if len(parts) > 1 and len(parts[1]) == 2 else ""
    if not stated:
        stated = get_global("likely_subtags").get(parts[0].lower(), "").rpartition("_")[2]
    ending = site.rpartition(".")[2].upper()
    country = {"UK": "GB"}.get(ending, ending) if len(ending) == 2 and ending.isalpha() else ""
    return frozenset(filter(None, (stated, country)))
