"""The knowledge base: its content, its search, and what it says of bad files."""

import csv
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.knowledge import packaged, packaged_text
from newsbeam.transforms.text.knowledge import inflected, load
from newsbeam.transforms.text.knowledge_files import BadKnowledge, Layer, read_actors


def named(text: str, language: str = "en", *layers: Layer) -> dict[str, str]:
    """The known names in a text with the likeliest actor."""
    return {text[h.start : h.end]: h.ids[0] for h in load(layers).find(text, language)}


def test_every_row_is_complete_and_every_id_stands_once():
    rows = packaged("actors.csv")
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) > 1000
    assert all(re.fullmatch(r"Q[1-9]\d*|x:[a-z0-9.-]+", i) for i in ids)
    assert all(row["source"] and row["checked"] and row["name"] for row in rows)
    assert all(re.fullmatch(r"[A-Z]{3}|", row["country"]) for row in rows)


def test_every_state_has_names_in_the_languages_of_the_caucasus():
    states = [a for a in load().actors.values() if a.type == "state" and a.country]
    assert len(states) >= 195
    for language in ("ka", "ru", "hy", "az", "tr", "uk"):
        without = [state.name for state in states if not state.names.get(language)]
        assert len(without) <= 5, (language, without)


@pytest.mark.parametrize(
    ("name", "sovereign"),
    [
        ("Abkhazia", "GEO"),
        ("South Ossetia", "GEO"),
        ("Nagorno-Karabakh", "AZE"),
        ("Transnistria", "MDA"),
        ("Northern Cyprus", "CYP"),
        ("Kosovo", "SRB"),
        ("Taiwan", "CHN"),
        ("Crimea", "UKR"),
    ],
)
def test_a_disputed_entity_names_its_nominal_sovereign(name, sovereign):
    (known,) = named(name).values()
    assert load().actors[known].nominal_sovereign == sovereign


def test_one_actor_is_found_by_name_long_form_and_adjective():
    text = "Russia, the Russian Federation, and Russians"
    assert named(text) == {"Russia": "Q159", "Russian Federation": "Q159", "Russians": "Q159"}


def test_the_longest_of_overlapping_names_is_taken():
    assert list(named("South Ossetian troops, North Korean envoys")) == [
        "South Ossetian",
        "North Korean",
    ]


def test_a_name_inside_a_word_is_none():
    assert named("Malician Omanito Chadwick") == {}


def test_cases_of_russian_and_georgian_names_are_understood():
    russian = named("Переговоры в Южной Осетии: Сергей Лавров вылетел из Москвы в Абхазию.", "ru")
    assert set(russian.values()) == {"Q23427", "Q58217", "Q649", "Q31354462"}
    georgian = named("სერგეი ლავროვის ვიზიტი აფხაზეთში, საქართველოს რეაქცია.", "ka")
    assert set(georgian.values()) == {"Q58217", "Q31354462", "Q230"}


def test_english_adjectives_are_not_sought_in_another_language():
    assert named("German Nationalrat Thai", "de") == {}
    assert named("Amnesty International meldet", "de") != {}


def test_acronyms_are_not_inflected():
    assert list(inflected("СНГ", "ru")) == ["СНГ"]


def test_a_layer_replaces_and_adds_and_the_last_is_uppermost():
    text = "id,type,name,country\nQ994,place,Tiflis Town,GEO\nx:r,organisation,RES,\n"
    one = Layer("one.csv", text)
    assert named("Tiflis Town and RES", "en", one) == {"Tiflis Town": "Q994", "RES": "x:r"}
    assert "Tbilisi" not in named("Tbilisi", "en", one)
    two = Layer("two.yaml", "- {id: Q994, type: place, name: Tiflis City}")
    assert set(named("Tiflis Town, Tiflis City", "en", one, two)) == {"Tiflis City"}
    assert len({load(layers).version for layers in ((), (one,), (one, two))}) == 3


def test_the_version_tells_date_and_content():
    assert re.fullmatch(r"20\d\d-\d\d-[0-9a-f]{8}", load().version)


def test_a_bad_row_is_named_with_its_line():
    with pytest.raises(BadKnowledge, match=r"mine\.csv, line 3"):
        read_actors("id,type,name\nQ1,place,Here\nQ2,planet,Mars\n", "mine.csv")


def test_ambiguous_names_point_at_known_actors():
    for name, ambiguity in load().ambiguous.items():
        assert not ambiguity.other_id or ambiguity.other_id in load().actors, name


@given(st.text(max_size=300))
def test_hits_are_in_order_and_never_overlap(text):
    hits = load().find(text + " Georgia and Tbilisi, " + text, "en")
    assert all(a.end <= b.start for a, b in itertools.pairwise(hits))


def test_the_sources_of_every_file_are_written_down():
    sources = packaged_text("SOURCES.md")
    mine = ("actors", "ambiguous_names", "case_endings", "role_words", "not_actors",
            "document_fields")  # fmt: skip
    assert all(f"{name}.csv" in sources for name in mine)
    assert all(list(csv.reader([row["source"]])) for row in packaged("actors.csv"))
