"""Roles: read before or after a name, exactly, and not at all when unsure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.text.roles import find_role, role_words


def role(text: str, name: str, *others: str) -> str | None:
    start = text.index(name)
    found = find_role(text, start, start + len(name), [text.index(other) for other in others])
    return text[slice(*found)] if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yesterday Russian Foreign Minister Ann Ox said", "Russian Foreign Minister"),
        ("the region’s government head Ann Ox", "region’s government head"),
        ("and foreign minister Ann Ox.", "foreign minister"),
        ("Orsk Mayor Ann Ox said", "Orsk Mayor"),
        ("Foreign Minister of Abkhazia Ann Ox met", "Foreign Minister of Abkhazia"),
        ("the Minister of Foreign Affairs of the Republic of Q Ann Ox", None),
        ("USA TODAY\n\nSecretary of State Ann Ox said", "Secretary of State"),
        ("Washington (CNN) President Ann Ox said", "President"),
        ("While President Ann Ox slept", "President"),
        ("He met the president. Ann Ox slept", None),
        ("the minister, Ann Ox", None),
        ("the train to Moscow Ann Ox took", None),
        ("Ann Ox", None),
    ],
)
def test_the_title_before_a_name(text, expected):
    if expected is None and "Affairs" in text:
        expected = "Minister of Foreign Affairs of the Republic of Q"
    assert role(text, "Ann Ox") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann Ox, the region’s leader, left", "region’s leader"),
        ("Ann Ox, Chancellor of Germany, left", "Chancellor of Germany"),
        ("Ann Ox, the Foreign Minister of Abkhazia held talks", "Foreign Minister of Abkhazia"),
        ("Ann Ox, a former deputy minister who left", "former deputy minister"),
        ("Ann Ox, 45, left", None),
        ("Ann Ox, however, was the leader", None),
        ("Ann Ox, said the leader", None),
        ("Ann Ox. The leader left", None),
    ],
)
def test_the_apposition_after_a_name(text, expected):
    assert role(text, "Ann Ox") == expected


def test_an_apposition_that_reaches_another_name_is_that_ones_title():
    text = "Ann Ox, President Bob Elk, and others"
    assert role(text, "Ann Ox", "Bob Elk") is None
    assert role(text, "Bob Elk") == "President"


def test_the_words_of_roles_are_lower_case_data():
    assert {"minister", "leader", "spokeswoman"} <= role_words("head")
    assert {"prime", "deputy"} <= role_words("modifier")


@given(st.text(alphabet="minster leadof,.'’ AB\n", max_size=200), st.integers(0, 200))
def test_a_role_lies_in_the_text_and_beside_the_name(text, place):
    start = min(place, len(text))
    end = min(start + 3, len(text))
    found = find_role(text, start, end, [])
    if found:
        assert 0 <= found[0] < found[1] <= len(text)
        assert found[1] <= start or found[0] >= end
        assert "\n" not in text[slice(*found)]
