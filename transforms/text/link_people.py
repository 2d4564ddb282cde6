"""Which person of the large lists a name stands for, or none: a list knows many of one name.

A candidate must be spoken for by the article: an office held on its date, the role that the text
gives, the country it is about. Who has too little for him, or a rival as good, is not linked; the
row has the candidates. That a lone full name is somebody's in the lists is no evidence: of people
linked by name alone 1 in 40 was wrong, and those who share a name with a politician most of all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

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
ANOTHER = 20  # by his very name: whatever speaks for him
LATER, DEAD = 2, 2
LOOSE = 2  # only the first and the last word of a longer name are alike
ALONE = 1  # nobody else is called so, by all that is known, and the article is about the country
ABROAD = 1  # of a country that the article names in passing, if at all
ENOUGH = 2
# How many namesakes a name may have by chance (`Reference.namesakes`): of 120 links that had little
# to speak for them, read one by one, those of rarer names were right, and one in four of others.
RARE, USUAL = 0.01, 0.07
# How sure a link is, counted as context.py says: 26 of 27 lone surnames were right, and of the full
# names 57 of 60, 290 of 294, 120 of 121, 170 of 170 by their points; more is no surer.
CONFIDENCE = {2: 0.92, 3: 0.96, 4: 0.96, 5: 0.97}
AROUND = timedelta(days=2 * 365)
LONG_AFTER = timedelta(days=8 * 365)
YOUNGEST = 18  # years


@dataclass(frozen=True)
class Told:
    """What an article tells of somebody: `country` is the one that the role names, `namesakes` how
    many others bear the name by chance, `is_time` that words beside it speak of a time in office
    ("the Gray administration")."""

    name: str = ""
    role: str = ""
    sex: str = ""
    country: str = ""
    namesakes: float = 0.0
    is_time: bool = False


_LEADER = re.compile(
    r"(?:President|Vice President|Prime Minister|Chancellor|King|Queen|Emperor|Supreme Leader)"
    r"(?: of (?!the (?:Senate|National|House|Assembly|Chamber|Court|Supreme)).*)?$"
)
_FIRST_INITIAL = re.compile(r"[A-Z]\. ")
_OF_STATES = frozenset("state assemblyman assemblywoman assemblymember delegate lawmaker".split())
# Posts that nobody has who sits in a parliament.
_OUTSIDE = frozenset(
    "director adm admiral gen inspector col colonel capt captain lt maj officer spokesman "
    "spokeswoman professor judge commissioner superintendent prosecutor".split()
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


def differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def person_points(one: Entry, setting: Setting, told: Told) -> tuple[int, tuple[str, ...]]:
    """How much of the article speaks for a person of the lists, and what does, in words."""
    points, why = 0, []
    day, role, name = setting.day, told.role, told.name
    past = [office for office in one.offices if office.begun_by(day)]
    # Thousands sit in regional parliaments: each shares a name with somebody in the news.
    known = [office for office in one.offices if office.kind != "regional"]
    held = [office for office in known if office.held_on(day)]
    near = [office for office in known if _is_near(office, day)]
    named = next((office for office in [*held, *near, *past] if is_called(role, office)), None)
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
    is_leader = has_led(one, day)
    will_lead = bool(name) and told.namesakes < RARE and not is_leader and any(leading(one))
    if is_leader:
        points += LED + ACTIVE * (not near and not held)
        why.append("who led a state or government")
    elif will_lead:  # Donald Trump, before he was president
        points += LED
        why.append("who was to lead a state")
    countries = countries_of(one)
    if setting.names(*countries):
        points += COUNTRY
        why.append("the country is named")
    is_rare = bool(name) and told.namesakes < RARE and not one.is_loose
    if is_rare and setting.is_about(*countries) and any(o.kind == "office" for o in past):
        points += ALONE
        why.append("of whom no namesake is known")
    is_abroad = told.country not in countries - {""} and not setting.is_about(*countries)
    if is_abroad and not (named or is_leader) and told.namesakes >= RARE:
        points -= ABROAD  # parliaments of the world have many a Mark Williams
    if one.is_loose:
        points -= LOOSE
    is_son = bool(suffixes(name) - suffixes(one.name))
    if differ(initials(name), initials(one.name)) or (is_son and (is_leader or not named)):
        # George H. W. Bush is not George W. Bush, nor Donald Trump Jr. his father.
        points -= ANOTHER
    elif is_son:  # a senator whom the lists have without his "Jr."
        points -= CONFLICT
    if name and suffixes(one.name) - suffixes(name):
        points -= LOOSE  # the father may be meant
    if role and not named and (_is_another_walk(role) or (held and _is_no_member(role, held))):
        points -= CONFLICT
    if _FIRST_INITIAL.match(name) and not _FIRST_INITIAL.match(one.name):
        points -= LOOSE  # J. Russell George need not be Russell George
    if not one.offices and _is_politician(role) and setting.names(one.country):
        points += BY_ROLE  # known by hand, without dates: heads of states and ministries
        why.append(f"the text calls this person {role}")
    if differ(told.sex, one.sex):
        points -= CONFLICT
    if one.offices and not any(office.begun_by(day + AROUND) for office in one.offices):
        points -= 0 if will_lead else LATER
    if one.died and one.died[:4] < str(day.year - 5) and not is_leader:
        points -= DEAD
    if one.born and int(one.born[:4]) > day.year - YOUNGEST:
        points -= CONFLICT
    return points, tuple(why)


def leading(one: Entry) -> Iterator[Office]:
    """The offices in which a person led a state or a government."""
    return (office for office in one.offices if _LEADER.match(office.label))


def has_led(one: Entry, day: date) -> bool:
    """Whether a person leads a state or a government on a day, or did before."""
    return any(office.begun_by(day) for office in leading(one))


def countries_of(one: Entry) -> set[str]:
    """The countries that a person is of, and held offices in."""
    return {one.country, *(office.jurisdiction for office in one.offices)}


def _is_near(office: Office, day: date) -> bool:
    """Whether the office was held within a few years of the day; a seat in parliament before."""
    until = office.end or office.as_of
    ahead = AROUND if office.kind == "office" else timedelta()
    return office.begun_by(day + ahead) and until >= (day - LONG_AFTER).isoformat()[: len(until)]


def is_called(role: str, office: Office) -> bool:
    """Whether the words of a role name the office: its head, and what it is of."""
    words = {_WHOLE.get(word, word) for word in re.findall(r"\w+", role.casefold())}
    if office.kind == "regional" and office.jurisdiction == "USA" and not words & _OF_STATES:
        return False  # "Sen." alone is of the Senate in Washington
    if office.kind in ("legislator", "regional"):
        return bool(words & role_words("legislator"))
    asked = {_WHOLE.get(word, word) for word in re.findall(r"\w+", office.label.casefold())}
    asked -= {"of", "the", "for", "and", "affairs", "to"}
    return bool(asked) and asked <= words


def _is_no_member(role: str, held: Sequence[Office]) -> bool:
    """Whether who sits in parliament that day is called something that no member is."""
    words = set(re.findall(r"[\w-]+", role.casefold()))
    sits = all(office.kind in ("legislator", "regional") for office in held)
    is_past = not words.isdisjoint(("former", "ex", "ex-", "retired"))
    return sits and not is_past and bool(words & _OUTSIDE)


def _is_politician(role: str) -> bool:
    """Whether a role is that of somebody who holds offices."""
    words = re.findall(r"[\w-]+", role.casefold())
    return not role_words("politician").isdisjoint([*words, *map(" ".join, pairwise(words))])


def _is_another_walk(role: str) -> bool:
    """Whether a role is none that somebody who holds offices has."""
    words = set(re.findall(r"[\w-]+", role.casefold()))
    heads = words & role_words("head")
    return bool(heads) and not _is_politician(role)


def ranked_people(
    candidates: Sequence[Entry], setting: Setting, told: Told
) -> list[tuple[int, tuple[str, ...], Entry]]:
    """The candidates with what speaks for them, the best first."""
    pointed = ((*person_points(one, setting, told), one) for one in candidates)
    return sorted(pointed, key=lambda ranked: (-ranked[0], ranked[2].id))


def link_person(candidates: Sequence[Entry], setting: Setting, told: Told) -> Choice | None:
    """The one of the candidates whom the article speaks of; a choice of nobody, with the
    candidates, where it does not tell; None where there are none."""
    if not candidates:
        return None
    name = told.name
    ranked = ranked_people(candidates, setting, told)
    (best, why, one), *others = ranked
    enough = ENOUGH + (told.namesakes >= USUAL and not has_led(one, setting.day))
    if best < enough or any(points >= best for points, *_ in others):
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
