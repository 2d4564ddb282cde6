"""Whom a lone surname means: who holds the office beside it, or led a state at that time."""

from collections.abc import Sequence
from datetime import date, timedelta

from newsbeam.transforms.text.choice import Choice, Setting, scored
from newsbeam.transforms.text.link_people import (
    AROUND,
    BY_ROLE,
    ENOUGH,
    Told,
    countries_of,
    differ,
    is_called,
    leading,
    ranked_people,
)
from newsbeam.transforms.text.reference import Entry

# How sure a link is: 26 of 27 with an office beside were right; without one, chosen.
SURNAME, BEST_KNOWN = 0.9, 0.85
AFTER, LONG_AGO = 8, 40  # years: the last of the name is meant, then any
FEW = 8  # who held offices and bear a surname: of a Brown or a Johnson nobody is the one meant


def link_surname(candidates: Sequence[Entry], setting: Setting, told: Told) -> Choice | None:
    """Who is meant by a surname without a first name in all of the article: the one whose office
    the text names with it, else the one who leads a state that is named, if no other could be;
    else who alone of that name leads a state, or did at the time that the text speaks of."""
    ranked = ranked_people(candidates, setting, told)
    fit = [
        (points, why, one)
        for points, why, one in ranked
        if points > BY_ROLE
        and setting.names(*countries_of(one))
        and (setting.is_about(*countries_of(one)) or any(leading(one)))
    ]
    if not fit:
        return _best_known(candidates, setting, told)
    if len(fit) > 1 and fit[0][0] == fit[1][0]:
        return None
    points, why, one = fit[0]
    rest = [(entry, worth) for worth, _, entry in ranked if entry is not one and worth > 0]
    reason = f"a surname alone; {one.name} in the lists: {'; '.join(why)}"
    return Choice(one.id, "context", SURNAME, reason, scored(rest, points))


def _best_known(candidates: Sequence[Entry], setting: Setting, told: Told) -> Choice | None:
    """The one of a surname who leads a state or government, or is about to; after that only where
    the text says so ("the Bush administration", "former President Bush").

    Nobody where the text gives another role, or two of the name led.
    """
    if len(candidates) > FEW:
        return None
    called = [one for one in candidates if any(is_called(told.role, of) for of in leading(one))]
    is_past = told.is_time or bool(called)
    known: list[Entry] = []
    for years in (0, *((AFTER, LONG_AGO) if is_past else ())):
        known = known or [one for one in candidates if _leads(one, setting.day, years)]
    if len(known) != 1 or (told.role and not called):
        return None
    one = known[0]
    is_titled = bool(called) and told.role[:1].isupper()  # not "club president Gray"
    if not (is_titled or setting.is_about(*countries_of(one))) or differ(told.sex, one.sex):
        return None
    rest = [(entry, 1) for entry in candidates if entry is not one]
    reason = f"a surname alone; of those who bear it {one.name} led a state at that time"
    return Choice(one.id, "context", BEST_KNOWN, reason, scored(rest, 2 * ENOUGH))


def _leads(one: Entry, day: date, years: int) -> bool:
    """Whether a person leads a state or government, did so these years ago, or will before long."""
    since = (day - timedelta(days=365 * years)).isoformat()
    return any(
        office.begun_by(day + AROUND) and (end := office.end or office.as_of) >= since[: len(end)]
        for office in leading(one)
    )
