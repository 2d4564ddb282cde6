"""Russian: who is named, in the nominative, and known names in every alphabet."""

import pytest

from made import by_name
from newsbeam.schemas.annotations import Actor
from newsbeam.transforms.text import russian
from newsbeam.transforms.text.actors import find_actors, whole_text
from test_actors import KNOWN, article


@pytest.fixture(scope="module")
def model() -> russian.RussianModel:
    return russian.load()


def read(text: str) -> dict[str, Actor]:
    """The actors of a Russian text by name."""
    one = article("", text, "ru")
    (spans,) = russian.load().entities([whole_text(one)])
    return by_name(one, find_actors(one, spans, KNOWN))


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("Сергея Лаврова", "Сергей Лавров"),
        ("Марии Ивановой", "Мария Иванова"),
        ("Владимиром Владимировичем Путиным", "Владимир Владимирович Путин"),
        ("Никола Пашиняна", "Никол Пашинян"),
        ("Башара аль-Асада", "Башар аль-Асад"),
        ("Бидзины Иванишвили", "Бидзина Иванишвили"),
        ("Н. Пашиняном", "Н. Пашинян"),
        ("Хиллари Клинтон", "Хиллари Клинтон"),
    ],
)
def test_a_person_is_called_by_the_nominative(model, written: str, base: str):
    assert " ".join(model.person(written.split())) == base


def test_a_lone_surname_is_of_the_sex_of_the_one_who_is_named_in_full(model):
    assert model.person(["Громова"], ["Громов"]) == ["Громов"]
    assert model.person(["Громова"], ["Громова"]) == ["Громова"]


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("Министерства иностранных дел", "Министерство иностранных дел"),
        ("Государственной думы", "Государственная дума"),
        ("Южной Осетии", "Южная Осетия"),
        ("МИДа", "МИД"),
        ("Рустави", "Рустави"),
    ],
)
def test_an_institution_is_called_by_the_nominative_of_its_first_noun(model, written, base):
    assert " ".join(model.phrase(written.split())) == base


def test_a_first_name_is_no_city_and_all_cases_are_one_person():
    found = read(
        "Вчера Владимир Озеров встретился с Марией Вишневской. По словам Озерова, Вишневская "
        "согласна. С Озеровым говорили и журналисты в Тбилиси."
    )
    assert {a.name for a in found.values() if a.type == "person"} == {
        "Владимир Озеров",
        "Мария Вишневская",
    }
    assert found["Владимир Озеров"].n_mentions == 3
    assert found["Мария Вишневская"].n_mentions == 2
    assert "Q2684" not in {actor.actor_id for actor in found.values()}  # the city of Vladimir
    assert found["Tbilisi"].type == "place"


def test_a_known_person_is_met_in_cyrillic_by_his_latin_row():
    found = read("В Ереване Никола Пашиняна ждали министры Армении.")
    assert found["Nikol Pashinyan"].actor_id == "Q7035479"
    assert found["Nikol Pashinyan"].link == "translit"
    assert "in other letters" in found["Nikol Pashinyan"].reason


def test_texts_are_bounded_and_each_has_its_own_entities(model):
    long = "слово " * 40_000
    first, second, third = model.entities(["Иван Петров пришел.", long, ""])
    assert [span.base for span in first] == ["Иван Петров"]
    assert (second, third) == ((), ())
