"""Which person of the large lists a name stands for, or none: a list knows many of one name.

A candidate must be spoken for by the article: an office held on its date, the role that the text
gives, the country it is about. Who has too little for him, or a rival as good, is not linked; the
row has the candidates. That a lone full name is somebody's in the lists is no evidence: of people
linked by name alone 1 in 40 was wrong, and those who share a name with a politician most of all.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from newsbeam.schemas.annotations import Link
from newsbeam.transforms.text.choice import Choice, Setting, nobody, scored
from newsbeam.transforms.text.large_lists import SUFFIXES
from newsbeam.transforms.text.reference import Entry, Office
from newsbeam.transforms.text.roles import role_words

# What speaks for a person, in points; all set by hand on the tuning set, and read by eye on others.
BY_ROLE = 3  # the text calls him what he was then: “Foreign Minister NAME”
IN_OFFICE = 1  # on the day of the article, or, of a minister, when the list was made not long ago
ACTIVE = 1  # in politics at about that time
COUNTRY = 1  # of the office, named in the article
LED = 1  # a state or a government, at any time: such people are named for decades
# What speaks against: another walk of life or sex, offices that all began later, long dead.
CONFLICT = 3
LATER, DEAD = 2, 2
LOOSE = 2  # only the first and the last word of a longer name are alike
ENOUGH = 2
# How sure a link is, counted as context.py says: 26 of 27 lone surnames were right, and of the full
# names 57 of 60, 290 of 294, 120 of 121, 170 of 170 by their points; more is no surer.
SURNAME = 0.9
CONFIDENCE = {2: 0.92, 3: 0.96, 4: 0.96, 5: 0.97}
AROUND = timedelta(days=2 * 365)
LONG_AFTER = timedelta(days=8 * 365)
YOUNGEST = 18  # years

_LEADER = re.compile(
    r"(?:President|Vice President|Prime Minister|Chancellor|King|Queen|Emperor|Supreme Leader)"
    r"(?: of (?!the (?:Senate|National|House|Assembly|Chamber|Court|Supreme)).*)?$"
)
_WHOLE = {"gov": "governor", "sen": "senator", "rep": "representative", "defence": "defense"}


def initials(name: str) -> str:
    """The letters between a first and a last name, in small.

    >>> initials("George H.W. Bush"), initials("George W. Bush"), initials("Bush")
    ('hw', 'w', '')
    """
    words = name.split()
    return "".join(re.findall(r"([^\W\d_])\.", " ".join(words[1:-1]))).casefold()


def suffixes(name: str) -> frozenset[str]:
    """What tells a son from his father: "Jr.", "III".

    >>> suffixes("Joe Kennedy III"), suffixes("Joe Kennedy")
    (frozenset({'iii'}), frozenset())
    """
    return SUFFIXES.intersection(word.strip(".,").casefold() for word in name.split())


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def person_points(
    one: Entry, setting: Setting, role: str, sex: str, name: str = ""
) -> tuple[int, tuple[str, ...]]:
    """How much of the article speaks for a person of the lists, and what does, in words."""
    points, why = 0, []
    day = setting.day
    past = [office for office in one.offices if office.begun_by(day)]
    # Thousands sit in regional parliaments: each shares a name with somebody in the news.
    known = [office for office in one.offices if office.kind != "regional"]
    held = [office for office in known if office.held_on(day)]
    near = [office for office in known if _is_near(office, day)]
    named = next((office for office in [*held, *near, *past] if _is_called(role, office)), None)
    if named:
        points += BY_ROLE
        why.append(f"the text calls this person what the {named.label} is")
    if held:
        points += IN_OFFICE
        why.append(f"{held[0].label} on that day")
    elif near:
        why.append(f"{near[0].label} at about that time")
    points += ACTIVE * bool(near or held)
    points += IN_OFFICE * (not held and any(not o.end and o.kind == "office" for o in near))
    is_leader = any(_LEADER.match(office.label) and office.begun_by(day) for office in one.offices)
    if is_leader:
        points += LED + ACTIVE * (not near and not held)
        why.append("who led a state or government")
    if setting.names(one.country, *{office.jurisdiction for office in one.offices}):
        points += COUNTRY
        why.append("the country is named")
    if one.is_loose:
        points -= LOOSE
    if _differ(initials(name), initials(one.name)) or suffixes(name) - suffixes(one.name):
        # George H. W. Bush is not George W. Bush, nor Donald Trump Jr. his father.
        points -= CONFLICT
    if name and suffixes(one.name) - suffixes(name):
        points -= LOOSE  # the father may be meant
    if role and not named and _is_another_walk(role):
        points -= CONFLICT
    if not one.offices and _is_politician(role) and setting.names(one.country):
        points += BY_ROLE  # known by hand, without dates: heads of states and ministries
        why.append(f"the text calls this person {role}")
    if sex and one.sex and sex != one.sex:
        points -= CONFLICT
    if one.offices and not any(office.begun_by(day + AROUND) for office in one.offices):
        points -= LATER
    if one.died and one.died[:4] < str(day.year - 5) and not is_leader:
        points -= DEAD
    if one.born and int(one.born[:4]) > day.year - YOUNGEST:
        points -= CONFLICT
    return points, tuple(why)


def _is_near(office: Office, day: date) -> bool:
    """Whether the office was held within a few years of the day; a seat in parliament before."""
    until = office.end or office.as_of
    ahead = AROUND if office.kind == "office" else timedelta()
    return office.begun_by(day + ahead) and until >= (day - LONG_AFTER).isoformat()[: len(until)]


def _is_called(role: str, office: Office) -> bool:
    """Whether the words of a role name the office: its head, and what it is of."""
    words = {_WHOLE.get(word, word) for word in re.findall(r"\w+", role.casefold())}
    if office.kind in ("legislator", "regional"):
        return bool(words & role_words("legislator"))
    asked = {_WHOLE.get(word, word) for word in re.findall(r"\w+", office.label.casefold())}
    asked -= {"of", "the", "for", "and", "affairs", "to"}
    return bool(asked) and asked <= words


def _is_politician(role: str) -> bool:
    """Whether a role is that of somebody who holds offices."""
    return bool(set(re.findall(r"[\w-]+", role.casefold())) & role_words("politician"))


def _is_another_walk(role: str) -> bool:
    """Whether a role is none that somebody who holds offices has."""
    words = set(re.findall(r"[\w-]+", role.casefold()))
    heads = words & role_words("head")
    return bool(heads) and not _is_politician(role)


def _ranked(
    candidates: Sequence[Entry], setting: Setting, role: str, sex: str, name: str = ""
) -> list[tuple[int, tuple[str, ...], Entry]]:
    """The candidates with what speaks for them, the best first."""
    pointed = ((*person_points(one, setting, role, sex, name), one) for one in candidates)
    return sorted(pointed, key=lambda told: (-told[0], told[2].id))


def link_person(
    name: str, candidates: Sequence[Entry], setting: Setting, role: str = "", sex: str = ""
) -> Choice | None:
    """The one of the candidates whom the article speaks of; a choice of nobody, with the
    candidates, where it does not tell; None where there are none."""
    if not candidates:
        return None
    ranked = _ranked(candidates, setting, role, sex, name)
    (best, why, one), *others = ranked
    if best < ENOUGH or any(points >= best for points, *_ in others):
        return nobody([(entry, points) for points, _, entry in ranked], name)
    rest = [(entry, points) for points, _, entry in others if points > 0]
    sure = CONFIDENCE.get(best, max(CONFIDENCE.values()))
    link: Link = "exact" if name == one.name else "alias" if name.isascii() else "translit"
    if rest:
        link = "context"
    reason = f"{one.name} in the lists: {'; '.join(why)}"
    if link == "translit":
        reason = f"'{name}' is {one.name} in other letters: {'; '.join(why)}"
    return Choice(one.id, link, sure, reason, scored(rest, best))


def link_surname(
    candidates: Sequence[Entry], setting: Setting, role: str = "", sex: str = ""
) -> Choice | None:
    """Who is meant by a surname without a first name in all of the article: the one whose office
    the text names with it, else the one who leads a state that is named, if no other could be."""
    ranked = _ranked(candidates, setting, role, sex)
    fit = [
        (points, why, one)
        for points, why, one in ranked
        if points > BY_ROLE
        and setting.names(one.country, *{office.jurisdiction for office in one.offices})
    ]
    if not fit or (len(fit) > 1 and fit[0][0] == fit[1][0]):
        return None
    points, why, one = fit[0]
    rest = [(entry, worth) for worth, _, entry in ranked if entry is not one and worth > 0]
    reason = f"a surname alone; {one.name} in the lists: {'; '.join(why)}"
    return Choice(one.id, "context", SURNAME, reason, scored(rest, points))
