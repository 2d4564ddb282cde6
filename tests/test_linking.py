"""Whom of the large lists a name means: what the article says speaks for one, or for nobody."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from newsbeam.transforms.text.choice import Setting
from newsbeam.transforms.text.given_names import said_sex
from newsbeam.transforms.text.link_people import Told, link_person
from newsbeam.transforms.text.link_places import link_body, link_place
from newsbeam.transforms.text.reference import Entry, Office

DAY = date(2020, 6, 1)


def office(
    label: str, where: str = "PON", start: str = "2018", end: str = "", kind: str = "office"
) -> Office:
    return Office(label, where, kind, start, end, "2022-08")


def person(id: str = "Q1", name: str = "Ann Gray", *offices: Office, **said: Any) -> Entry:
    return Entry(id, "person", name, offices=offices, **said)


def setting(day: date = DAY, **countries: int) -> Setting:
    return Setting(day, Counter(countries))


MINISTER = person("Q1", "Ann Gray", office("Minister of Foreign Affairs"), sex="f", born="1970")
DEPUTY = person("Q2", "Ann Gray", office("member of the National Assembly", kind="legislator"))
SEATED = person("Q3", "Ann Gray", office("member of the Gray House", kind="regional"))
LATER = person("Q4", "Ann Gray", office("Minister of Justice", start="2024"))
FORMER = person("Q5", "Ann Gray", office("Minister of Justice", start="2001", end="2004"))
RULER = person("Q6", "Ann Gray", office("President", start="1990", end="1999"))


@pytest.mark.parametrize(
    ("one", "where", "role", "sex", "linked"),
    [
        (MINISTER, {"PON": 1}, "", "", True),  # in office on that day
        (MINISTER, {"PON": 1}, "Foreign Minister", "", True),
        (MINISTER, {}, "singer", "", False),
        (MINISTER, {"PON": 1}, "singer", "", False),
        (MINISTER, {}, "", "m", False),  # "Mr. Gray" is not she
        (DEPUTY, {"PON": 1}, "", "", True),
        (SEATED, {"PON": 1}, "", "", False),  # regional seats are no evidence
        (SEATED, {"PON": 1}, "lawmaker", "", True),
        (LATER, {"PON": 1}, "", "", False),
        (FORMER, {"PON": 1}, "", "", False),
        (FORMER, {"PON": 1}, "former Justice Minister", "", True),
        (FORMER, {"TAR": 1}, "", "", False),
        (RULER, {"PON": 1}, "", "", True),  # who led a state is named for decades
    ],
)
def test_a_person_of_the_lists_must_be_spoken_for(
    one: Entry, where: dict[str, int], role: str, sex: str, linked: bool
) -> None:
    choice = link_person([one], setting(**where), Told("Ann Gray", role, sex, namesakes=0.01))
    assert choice is not None
    assert (choice.id == one.id) is linked
    if not linked:
        assert (choice.link, [rival.id for rival in choice.candidates]) == ("none", [one.id])
        assert "does not say that it is this one" in choice.reason


def test_of_two_the_one_whom_the_article_speaks_of_wins_and_the_other_is_told() -> None:
    choice = link_person([MINISTER, FORMER], setting(PON=1), Told("Ann Gray", "Foreign Minister"))
    assert choice
    assert (choice.id, choice.link) == ("Q1", "context")
    assert "the text calls this person what the Minister of Foreign Affairs is" in choice.reason


def test_of_two_who_fit_alike_neither_is_linked() -> None:
    twin = person("Q9", "Ann Gray", office("Minister of Health"))
    choice = link_person([MINISTER, twin], setting(PON=1), Told("Ann Gray"))
    assert choice
    assert choice.id == ""
    assert {one.id for one in choice.candidates} == {"Q1", "Q9"}


@pytest.mark.parametrize("born", ["2010", "2019"])
def test_a_child_is_no_politician(born: str) -> None:
    one = person("Q1", "Ann Gray", office("Minister of Health"), born=born)
    choice = link_person([one], setting(PON=1), Told("Ann Gray"))
    assert choice
    assert choice.id == ""


def test_a_name_alike_in_its_first_and_last_word_needs_more() -> None:
    loose = person("Q1", "Ann Gray", office("Minister of Health"), is_loose=True)
    for role, linked in (("", False), ("Minister of Health", True)):
        choice = link_person([loose], setting(PON=1), Told("Ann Lee Gray", role))
        assert choice
        assert bool(choice.id) is linked


def town(id: str, country: str, people: int, kind: str = "town") -> Entry:
    return Entry(id, "place", "Millford", country, kind, weight=people)


@pytest.mark.parametrize(
    ("candidates", "where", "after", "linked"),
    [
        ([town("a", "PON", 90_000)], {"PON": 1}, "", "a"),
        ([town("a", "PON", 90_000)], {}, "", ""),
        ([town("a", "PON", 900_000)], {}, "", "a"),  # by far the largest
        ([town("a", "PON", 90_000), town("b", "TAR", 80_000)], {"TAR": 1}, "", "b"),
        ([town("a", "PON", 90_000), town("b", "PON", 80_000)], {"PON": 1}, "", ""),
        ([town("a", "PON", 900_000), town("b", "PON", 80_000)], {"PON": 1}, "", "a"),
        ([town("a", "PON", 90_000), town("b", "TAR", 80_000)], {"PON": 1, "TAR": 1}, "TAR", "b"),
        ([town("a", "PON", 90_000), town("b", "TAR", 80_000)], {"PON": 1, "TAR": 1}, "", ""),
        ([town("a", "PON", 0, "part")], {}, "", "a"),
        ([town("a", "PON", 0, "part"), town("b", "TAR", 900_000)], {}, "", ""),
    ],
)
def test_a_town_is_the_one_of_a_country_that_is_named(
    candidates: list[Entry], where: dict[str, int], after: str, linked: str
) -> None:
    choice = link_place("Millford", candidates, setting(**where), after)
    assert choice
    assert choice.id == linked


def body(id: str, country: str = "", sector: str = "party") -> Entry:
    return Entry(id, "organisation", "Green Party", country, sector)


@pytest.mark.parametrize(
    ("candidates", "where", "linked"),
    [
        ([body("a", "PON"), body("b", "TAR")], {"TAR": 1}, "b"),
        ([body("a", "PON"), body("b", "TAR")], {"TAR": 1, "PON": 1}, ""),
        ([body("a", "PON")], {}, ""),
        ([body("a", "PON", "media")], {}, "a"),
    ],
)
def test_a_party_is_that_of_the_country_that_is_named(
    candidates: list[Entry], where: dict[str, int], linked: str
) -> None:
    choice = link_body("Green Party", candidates, setting(**where))
    assert choice
    assert choice.id == linked


@pytest.mark.parametrize(
    ("name", "others", "where", "linked"),
    [
        ("ABC", 0, {"PON": 1, "TAR": 9}, False),  # a broadcaster of Taria
        ("ABC", 0, {"PON": 4, "TAR": 9}, True),
        ("Socialist Party", 1, {"PON": 1, "TAR": 9}, False),
        ("Party of Pontian Bakers", 0, {"PON": 1, "TAR": 9}, True),  # nobody else's
    ],
)
def test_a_party_of_a_common_name_needs_more_than_its_country_in_passing(
    name: str, others: int, where: dict[str, int], linked: bool
) -> None:
    parties = [
        Entry(f"Q{n}", "organisation", name, country, "party")
        for n, country in enumerate(("PON", "MAR")[: others + 1], 1)
    ]
    choice = link_body(name, parties, setting(**where))
    assert choice
    assert bool(choice.id) is linked


def test_other_initials_are_another_person() -> None:
    bush = person("Q1", "George W. Bush", office("President", "USA", "2001", "2009"))
    day = setting(date(2008, 1, 1), USA=1)
    for name, linked in [("George W. Bush", "Q1"), ("George Bush", "Q1"), ("George H.W. Bush", "")]:
        choice = link_person([bush], day, Told(name))
        assert getattr(choice, "id", None) == linked


def test_a_son_of_the_lists_needs_more_where_the_text_may_mean_his_father() -> None:
    son = person("Q1", "Ann Gray Jr", office("member of the National Assembly", kind="legislator"))
    for name, linked in [("Ann Gray Jr.", "Q1"), ("Ann Gray", "")]:
        choice = link_person([son], setting(PON=1), Told(name))
        assert getattr(choice, "id", None) == linked


@pytest.mark.parametrize(
    ("where", "told", "linked"),
    [
        ({"PON": 1}, Told("Ann Gray"), True),
        ({}, Told("Ann Gray", namesakes=0.03), False),  # not a word of Pontia
        ({"PON": 1, "TAR": 9}, Told("Ann Gray", namesakes=0.1), False),  # and one in passing
        ({"PON": 2, "TAR": 9}, Told("Ann Gray", namesakes=0.1), True),
        ({"PON": 1, "TAR": 9}, Told("Ann Gray", country="PON", namesakes=0.1), True),
        ({"PON": 1, "TAR": 9}, Told("Ann Gray", namesakes=0.003), True),  # nobody else is called so
        ({"PON": 2}, Told("Ann Gray", namesakes=0.3), True),
        ({}, Told("Ann Gray", namesakes=0.3), False),
    ],
)
def test_a_name_that_many_may_bear_is_no_deputy_of_a_far_country(
    where: dict[str, int], told: Told, linked: bool
) -> None:
    choice = link_person([DEPUTY], setting(**where), told)
    assert choice
    assert bool(choice.id) is linked


def test_a_common_name_needs_more_than_an_office_that_is_over() -> None:
    was = person("Q1", "Ann Gray", office("Minister of Health", start="2015", end="2018"))
    for namesakes, linked in ((0.01, True), (0.3, False)):
        choice = link_person([was], setting(PON=1), Told("Ann Gray", namesakes=namesakes))
        assert choice
        assert bool(choice.id) is linked


@pytest.mark.parametrize(
    ("one", "where", "namesakes", "linked"),
    [
        (FORMER, {"PON": 1}, 0.0, True),  # a minister once, and nobody else is called so
        (FORMER, {"PON": 1}, 0.03, False),
        (FORMER, {"PON": 1, "TAR": 9}, 0.0, False),  # in passing
        (SEATED, {"PON": 1}, 0.0, False),  # thousands sit in regional parliaments
        (replace(FORMER, is_loose=True), {"PON": 1}, 0.0, False),
    ],
)
def test_whose_name_nobody_else_bears_is_known_by_it(
    one: Entry, where: dict[str, int], namesakes: float, linked: bool
) -> None:
    choice = link_person([one], setting(**where), Told("Ann Gray", namesakes=namesakes))
    assert choice
    assert bool(choice.id) is linked


def test_a_son_whom_no_list_knows_is_not_his_father() -> None:
    leader = person("Q1", "Ann Gray", office("President"))
    senator = person("Q2", "Bo Gray", office("senator of Pontia", kind="legislator"))
    for one, told, linked in (
        (leader, Told("Ann Gray Jr.", "President"), False),
        (senator, Told("Bo Gray Jr.", "senator"), True),  # the list left "Jr." out
        (senator, Told("Bo Gray Jr."), False),
    ):
        choice = link_person([one], setting(PON=1), told)
        assert choice
        assert bool(choice.id) is linked


@pytest.mark.parametrize(
    ("one", "told", "linked"),
    [
        (DEPUTY, Told("Ann Gray", "Agency Director Adm."), False),  # no member is an admiral
        (DEPUTY, Told("Ann Gray", "former director"), True),
        (DEPUTY, Told("A. Ann Gray"), False),
        (replace(DEPUTY, name="A. Ann Gray"), Told("A. Ann Gray"), True),
    ],
)
def test_who_is_called_something_else_is_another(one: Entry, told: Told, linked: bool) -> None:
    choice = link_person([one], setting(PON=2), told)
    assert choice
    assert bool(choice.id) is linked


def test_a_senator_without_a_state_sits_in_washington() -> None:
    of_state = person("Q1", "Bo Gray", office("member of the Senate", "USA", kind="regional"))
    for role, linked in (("Louisiana Sen.", False), ("state Sen.", True)):
        choice = link_person([of_state], setting(USA=1), Told("Bo Gray", role, namesakes=0.1))
        assert choice
        assert bool(choice.id) is linked


def test_who_will_lead_a_state_is_known_by_a_rare_name_before() -> None:
    to_lead = person("Q1", "Ann Gray", office("President", start="2024"))
    for namesakes, linked in ((0.0, True), (0.03, False)):
        choice = link_person([to_lead], setting(PON=1), Told("Ann Gray", namesakes=namesakes))
        assert choice
        assert bool(choice.id) is linked


def test_names_that_nobody_bears_have_no_choice() -> None:
    assert link_person([], setting(), Told("Ann Gray")) is None
    assert link_place("Millford", [], setting()) is None
    assert link_body("Green Party", [], setting()) is None


@pytest.mark.parametrize(
    ("text", "sex"),
    [("Then Mr. ", "m"), ("Lady ", "f"), ("then ", ""), ("", ""), ("Queen ", "f")],
)
def test_a_title_tells_the_sex(text: str, sex: str) -> None:
    assert said_sex(text + "Gray", len(text)) == sex
