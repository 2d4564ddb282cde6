"""Whom a lone surname means: its leader, at the time of which the text speaks."""

import pytest

from newsbeam.transforms.text.link_people import Told
from newsbeam.transforms.text.link_surnames import link_surname

from .test_linking import FORMER, office, person, setting


@pytest.mark.parametrize(
    ("where", "role", "linked"),
    [({"PON": 1}, "President", True), ({}, "club president", False), ({"PON": 1}, "", True),
     ({"PON": 1}, "singer", False)],
)  # fmt: skip
def test_a_lone_surname_is_that_of_a_leader_whose_state_is_named(
    where: dict[str, int], role: str, linked: bool
) -> None:
    leader = person("Q7", "Ann Gray", office("President"))
    choice = link_surname([leader, FORMER], setting(**where), Told(role=role))
    assert (choice is not None) is linked
    if choice:
        assert (choice.id, choice.confidence) == ("Q7", 0.9)


def test_a_lone_surname_of_two_leaders_is_nobodys() -> None:
    leaders = [person(id, "Ann Gray", office("President", where)) for id, where in
               (("Q7", "PON"), ("Q8", "TAR"))]  # fmt: skip
    assert link_surname(leaders, setting(PON=1, TAR=1), Told()) is None


@pytest.mark.parametrize(
    ("start", "end", "told", "linked"),
    [
        ("2018", "2022", Told(), True),  # in office
        ("2021", "", Told(), True),  # about to be: the candidate
        ("2012", "2017", Told(), False),  # of the past: another of the name may be meant,
        ("2012", "2017", Told(is_time=True), True),  # but not by "the Gray administration"
        ("2012", "2017", Told(role="former President"), True),
        ("1970", "1972", Told(is_time=True), False),
        ("2018", "2022", Told(role="goalkeeper"), False),
        ("2018", "2022", Told(sex="m"), False),
    ],
)
def test_a_lone_surname_is_that_of_who_leads_at_the_time_that_is_meant(
    start: str, end: str, told: Told, linked: bool
) -> None:
    one = person("Q1", "Ann Gray", office("President", start=start, end=end), sex="f")
    choice = link_surname([one], setting(PON=1), told)
    assert bool(choice and choice.id) is linked


def test_a_lone_surname_that_many_bear_is_nobodys() -> None:
    others = [person(f"Q{n}", "Eve Gray", office("Minister of Health")) for n in range(10, 20)]
    one = person("Q1", "Ann Gray", office("President", start="2021"))
    assert link_surname([one], setting(PON=1), Told())
    assert link_surname([one, *others], setting(PON=1), Told()) is None
