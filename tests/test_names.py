"""Names: bounds, headlines, overlaps with known names, acronyms, surnames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.text import knowledge
from newsbeam.transforms.text.names import find_names
from newsbeam.transforms.text.nlp import Span
from newsbeam.transforms.text.people import full_names, with_surnames
from newsbeam.transforms.text.spelling import Name, every_word_capital, longest, places, tidy

KNOWN = knowledge.load()


def names(text: str, headline: int = 0, **labels: str) -> dict[str, str]:
    """Names and kinds, given {words with _ for blank: label} as the model's spans."""
    spans = []
    for words, label in labels.items():
        plain = words.replace("_", " ")
        spans += [Span(at, at + len(plain), label) for at in places(text, plain)]
    found = find_names(text, headline, sorted(spans), KNOWN, "en")
    assert all("\n" not in text[n.start : n.end] for n in found)
    return {text[n.start : n.end]: n.type for n in found}


@pytest.mark.parametrize(
    ("stretch", "name"),
    [
        ("the European Union's", "European Union"),
        ("The “Gazprom”", "Gazprom"),
        ("Russia’s", "Russia"),
        ("U.S.", "U.S."),
        ("Moscow.", "Moscow"),
        ("Roosevelt Room of", "Roosevelt Room"),
        ("Lavrov\nKove", "Lavrov"),
        ("\n\nDaur Kove", "Daur Kove"),
        ("Reuters)", "Reuters"),
        ("თბილისი", "თბილისი"),
    ],
)
def test_a_name_is_trimmed_to_itself(stretch, name):
    start, end = tidy(stretch, 0, len(stretch)) or (0, 0)
    assert stretch[start:end] == name


@pytest.mark.parametrize(
    "stretch", ["the", "’s", "20 people", "@civilge", "A\ud800B", "", "D-N.Y."]
)
def test_what_is_no_name_is_left_out(stretch):
    assert tidy(stretch, 0, len(stretch)) is None


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_bounds_never_leave_the_stretch_nor_cross_a_line(text, start, end):
    bounds = tidy(text, start, end) if start < end <= len(text) else None
    if bounds:
        assert start <= bounds[0] < bounds[1] <= end
        assert "\n" not in text[slice(*bounds)]


def test_a_headline_verb_is_no_part_of_a_name():
    text = "Smith Reassures Sokhumi on Security\n\nSokhumi is safe; security is good."
    assert names(text, 35, Reassures_Sokhumi="PERSON", Security="NORP") == {"Sokhumi": "place"}


def test_a_sentence_case_headline_is_believed():
    assert every_word_capital("Talks on Security Held in Geneva")
    text = "Statement of the Ministry of Ponds\n\nIt is wet."
    assert names(text, 34, Ministry_of_Ponds="ORG") == {"Ministry of Ponds": "organisation"}


def test_a_known_place_is_never_a_person():
    assert names("He was in Tskhinvali.", Tskhinvali="PERSON") == {"Tskhinvali": "place"}


def test_a_person_with_a_states_name_stays_a_person():
    assert names("Michael Jordan scored.", Michael_Jordan="PERSON") == {"Michael Jordan": "person"}
    assert names("He said Chad would come.", Chad="PERSON") == {"Chad": "person"}
    assert names("Troops left Chad.", Chad="GPE") == {"Chad": "state"}


def test_an_ambiguous_name_needs_the_model():
    assert names("Man and Victoria won.") == {}


def test_a_longer_unknown_place_keeps_its_name():
    assert names("It rained in New Georgia.", New_Georgia="LOC") == {"New Georgia": "place"}
    assert names("It rained in southern Georgia.", southern_Georgia="LOC") == {"Georgia": "state"}


def test_known_names_side_by_side_are_one_longer_name():
    assert names("It rained in West Africa.", West_Africa="LOC") == {"West Africa": "place"}
    text = "The Israeli-Palestinian talks"
    assert set(names(text, **{"Israeli-Palestinian": "NORP"})) == {"Israeli", "Palestinian"}


def test_a_title_without_a_name_is_none():
    assert names("The President and Senator said.", President="PERSON", Senator="ORG") == {}


def test_what_follows_a_known_organisation_in_small_letters_is_not_its_name():
    text = "The World Trade Organization summit on Lakes ended."
    spans = {"World_Trade_Organization_summit_on_Lakes": "ORG"}
    assert names(text, **spans) == {"World Trade Organization": "organisation"}


def test_a_nationality_is_parted_from_the_person():
    text = "The Russian Oleg Petrov spoke."
    assert names(text, Russian_Oleg_Petrov="PERSON") == {
        "Russian": "state",
        "Oleg Petrov": "person",
    }


def test_a_ministry_keeps_its_state():
    text = "The Ministry of Foreign Affairs of the Republic of South Ossetia replied."
    whole = "Ministry of Foreign Affairs of the Republic of South Ossetia"
    assert names(text, Ministry_of_Foreign_Affairs="ORG") == {whole: "organisation"}


def test_an_office_is_no_organisation():
    assert names("The EU Special Representative came.", EU_Special_Representative="ORG") == {
        "EU": "organisation"
    }


def test_an_acronym_is_what_its_long_form_is():
    text = "The Office of Lake Wardens (OLW) met. OLW was founded in 1990."
    found = names(text, Office_of_Lake_Wardens="ORG", OLW="GPE")
    assert found == {"Office of Lake Wardens": "organisation", "OLW": "organisation"}


def test_a_name_seen_once_is_found_everywhere():
    text = "Golden Pond Ltd bought it. Later Golden Pond Ltd sold it."
    found = find_names(text, 0, [Span(0, 15, "ORG")], KNOWN, "en")
    assert [n.start for n in found] == [0, 33]


def test_a_lone_word_after_in_is_a_place_and_no_person():
    assert names("It rained in Telavi.", Telavi="PERSON") == {"Telavi": "place"}
    text = "They trust in Bob Oxley."
    assert names(text, Bob_Oxley="PERSON") == {"Bob Oxley": "person"}


def test_a_single_word_is_a_name_only_where_the_model_sees_one_or_in_the_headline():
    text = "Mass said no. They went to Mass."
    assert [n.start for n in find_names(text, 0, [Span(0, 4, "ORG")], KNOWN, "en")] == [0]
    text = "Zemos Wins\n\nZemos won."
    assert [n.start for n in find_names(text, 10, [Span(12, 17, "ORG")], KNOWN, "en")] == [0, 12]


def test_capitals_all_around_make_no_acronym():
    assert names("TELL US NOW PLEASE") == {}
    assert names("They told the US now.") == {"US": "state"}


def people(text: str, *persons: str, others: tuple[str, ...] = ()) -> list[tuple[str, int | None]]:
    """Each name with the number of its person."""
    given_names = [
        Name(at, at + len(words), kind)
        for kind, group in (("person", persons), ("organisation", others))
        for words in group
        for at in places(text, words)
    ]
    found, person_of = with_surnames(text, longest(given_names))
    return [(text[n.start : n.end], person_of.get(n)) for n in found]


def test_a_surname_belongs_to_its_full_name_whatever_the_model_says():
    text = "Raul Khajimba spoke. Khajimba left. Then Khajimba slept."
    assert people(text, "Raul Khajimba") == [("Raul Khajimba", 0), ("Khajimba", 0), ("Khajimba", 0)]


def test_a_lone_surname_belongs_to_the_person_named_last():
    text = "Bill Clinton came. Clinton sat. Hillary Clinton came. Clinton stood."
    assert [n for _, n in people(text, "Bill Clinton", "Hillary Clinton")] == [0, 0, 1, 1]


def test_initials_and_particles_do_not_split_a_person():
    text = "George W. Bush met Bashar al-Assad. G. Bush left. Assad stayed."
    found = people(text, "George W. Bush", "Bashar al-Assad", "G. Bush", "Assad")
    assert [n for _, n in found] == [0, 1, 0, 1]


def test_different_first_names_are_different_people():
    text = "Ilham Aliyev and Heydar Aliyev"
    pair = [Name(0, 12, "person"), Name(17, 30, "person")]
    assert len(full_names(text, pair)) == 2
