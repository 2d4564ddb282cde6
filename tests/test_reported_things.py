"""What is called after states and people, and is neither: reports of other tools, in our words.

The language model reads these texts; what it does not see is not asked for.
"""

import made
from newsbeam.transforms.text import nlp
from newsbeam.transforms.text.actors import find_actors, whole_text

from .test_reported_names import KNOWN, actors


def test_dishes_and_houses_are_no_states():
    found = actors(
        "Turkish coffee should be made slowly, says the cook Maria Velo, who serves it with Swiss "
        "cheese in a Georgian townhouse in Leeds."
    )
    assert {"Turkey", "Switzerland", "Georgia"}.isdisjoint(found)
    assert "Maria Velo" in found


def test_a_language_is_no_state():
    found = actors(
        "The Spanish-language station spoke Russian to its guests. Brava is the Portuguese word "
        "for it, said Maria Velo, who speaks Greek, in a French school."
    )
    assert {"Spain", "Russia", "Portugal", "Greece"}.isdisjoint(found)
    assert "France" in found


def test_a_first_name_is_no_town():
    found = actors(
        "All roads lead to Vladimir V. Putin, he said. Austin police met in Charlotte, in Russia."
    )
    assert "Vladimir" not in found
    assert found["Vladimir Putin"].n_mentions == 1
    assert {"Austin", "Charlotte"} <= set(found)


def test_a_state_and_a_person_in_one_breath_are_two():
    found = actors("The Foreign Minister of the Republic of Abkhazia Daur Kove went to Moscow.")
    assert {"Abkhazia", "Daur Kove"} <= set(found)


def test_a_last_name_first_and_a_lone_surname_are_their_leader():
    found = actors(
        "The United States Senate split over President Trump Donald John Trump on Monday. "
        "Democrats of the United States praised the Obama administration."
    )
    assert found["Donald Trump"].actor_id == "Q22686"
    assert found["Barack Obama"].confidence < 0.9
    assert "a surname alone" in found["Barack Obama"].reason


def test_whom_a_party_trusts_in_is_no_place():
    found = actors(
        "The ruling party has lost confidence in Velocott, three deputies said. Trust in Velocott "
        "fell after the arrests."
    )
    assert all(actor.type != "place" for name, actor in found.items() if name == "Velocott")


def test_a_party_and_state_behind_a_senator_is_nobody():
    found = actors(
        "Steve Stockman, R-Texas, filed a bill. Ann Lee, D-Iowa, said she would vote no. The bill "
        "of Sen. Bo Hatch, R-Utah, failed."
    )
    assert not any(name[:2] in ("R-", "D-", "I-") for name in found)


def test_a_law_and_a_footer_are_nobody():
    assert actors("Obamacare and Medicare were cut. All Rights Reserved.") == {}


def test_two_ministries_in_one_breath_are_two_and_a_foundation_of_two_is_one():
    found = actors(
        "The Ministry of Finance and Economy and the Ministry of Culture, Sport and Youth will be "
        "merged. The Bill and Melinda Gates Foundation gave money. The State Department and "
        "Clinton Foundation did not."
    )
    assert {"Ministry of Finance and Economy", "Ministry of Culture, Sport and Youth"} <= set(found)
    assert "Bill and Melinda Gates Foundation" in found
    assert "Clinton Foundation" in found


def test_a_club_is_not_the_city_nor_is_its_namesake_in_another_state():
    story = made.text(
        "",
        "Paris Saint-Germain lost to Marseille. The sheriff of Paris, Texas, saw a storm. "
        "Prosecutors in Paris opened an inquiry.",
        "en",
    )
    with nlp.load().memory():
        (spans,) = nlp.load().entities([whole_text(story)])
    found = find_actors(story, spans, KNOWN)
    cities = {one.country: one.n_mentions for one in found if one.name == "Paris"}
    assert cities == {"FRA": 1, "USA": 1}
