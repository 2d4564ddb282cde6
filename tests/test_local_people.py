"""People, their roles and towns in Georgian, Armenian, Azerbaijani, Turkish and Ukrainian."""

from datetime import UTC, datetime
from typing import Any

import pytest

import made
from newsbeam.schemas.annotations import Actor
from newsbeam.transforms.text import knowledge
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.entities import seen_entities
from newsbeam.transforms.text.local_people import find_people, nominatives, surname_of
from newsbeam.transforms.text.local_roles import find_local_role

KNOWN = knowledge.load()


def people(text: str, language: str) -> list[tuple[str, str]]:
    """What the rules see: the words of the text, and the name."""
    return [
        (text[span.start : span.end], span.base)
        for span in find_people(text, language, KNOWN.knows_person)
    ]


def actors(text: str, language: str, day: str = "2022-03-01") -> dict[str, Actor]:
    """The actors of an article by name."""
    article = made.text("", text, language)
    article = made.replace(article, published_at=datetime.fromisoformat(day).replace(tzinfo=UTC))
    model: Any = type("NoModel", (), {"name": "none"})()
    ((spans, _),) = seen_entities([(language, whole_text(article))], model, KNOWN)
    return made.by_name(article, find_actors(article, spans, KNOWN))


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("ka", "ნინო ბერაძემ თქვა. ბერაძის აზრით, წვიმს.",
         [("ნინო ბერაძემ", "ნინო ბერაძე"), ("ბერაძის", "ბერაძე")]),
        ("ka", "ლეილა ცხადაიამ და გურამ შონიას ძმამ ნახეს.",
         [("ლეილა ცხადაიამ", "ლეილა ცხადაია"), ("გურამ შონიას", "გურამ შონია")]),
        ("ka", "ვლადიმირ პუტინმა უპასუხა.", [("ვლადიმირ პუტინმა", "ვლადიმირ პუტინ")]),
        ("ka", "მინისტრმა კობერიშვილმა თქვა.", [("კობერიშვილმა", "კობერიშვილი")]),
        ("ka", "ჩვენ კომპიუტერით ვმუშაობთ, როცა ლაზიერს ვხედავთ.", []),
        ("ka", "მისი შვილიშვილი სახლშია.", []),
        ("hy", "Արամ Սարյանը հանդիպեց Նիկոլ Փաշինյանի հետ։ Սարյանն ասաց։",
         [("Արամ Սարյանը", "Արամ Սարյան"), ("Նիկոլ Փաշինյանի", "Նիկոլ Փաշինյան"),
          ("Սարյանն", "Սարյան")]),
        ("hy", "Մոսկվա գնացին հայերը։", []),
        ("az", "Anar Quliyev dedi. Quliyevin sözləri.",
         [("Anar Quliyev", "Anar Quliyev"), ("Quliyevin", "Quliyev")]),
        ("az", "İlham Əliyev Bakıda idi.", [("İlham Əliyev", "İlham Əliyev")]),
        ("tr", "Mehmet Yılmaz’ın sözcüsü konuştu. Yılmaz gitti.",
         [("Mehmet Yılmaz", "Mehmet Yılmaz"), ("Yılmaz", "Yılmaz")]),
        ("tr", "Recep Tayyip Erdoğan geldi.", [("Recep Tayyip Erdoğan", "Recep Tayyip Erdoğan")]),
        ("tr", "Ekrem İmamoğlu İstanbul’da konuştu.", [("Ekrem İmamoğlu", "Ekrem İmamoğlu")]),
        ("tr", "Akış Sistemi ve Acil Sağlık ekipleri.", []),
        ("tr", "Mehmet Bankası açıldı.", [("Mehmet Bankası", "Mehmet Bankası")]),
        ("uk", "Олену Ткаченко бачили з Дмитром Коваленком. Коваленку дали орден.",
         [("Олену Ткаченко", "Олена Ткаченко"), ("Дмитром Коваленком", "Дмитро Коваленко"),
          ("Коваленку", "Коваленко")]),
        ("uk", "Прокурори прийшли. Чому Рада мовчить?", []),
    ],
)  # fmt: skip
def test_people_are_seen_in_any_case_and_called_by_the_nominative(
    language: str, text: str, names: list[tuple[str, str]]
) -> None:
    assert people(text, language) == names


@pytest.mark.parametrize(
    ("language", "text", "name", "id", "role", "country"),
    [
        ("ka", "საქართველოს პრემიერ-მინისტრმა ირაკლი კობახიძემ თქვა.", "Irakli Kobakhidze",
         "Q27885302", "საქართველოს პრემიერ-მინისტრმა", "GEO"),
        ("hy", "ՀՀ վարչապետ Նիկոլ Փաշինյանը Մոսկվայում է։", "Nikol Pashinyan", "Q7035479",
         "վարչապետ", "ARM"),
        ("az", "Azərbaycan Prezidenti İlham Əliyev Bakıdadır.", "Ilham Aliyev", "Q57371",
         "Azərbaycan Prezidenti", "AZE"),
        ("tr", "Cumhurbaşkanı Recep Tayyip Erdoğan, Ankara’da konuştu.", "Recep Tayyip Erdoğan",
         "Q39259", "Cumhurbaşkanı", "TUR"),
        ("uk", "Президент України Володимир Зеленський у Києві.", "Volodymyr Zelenskyy",
         "Q3874799", "Президент України", "UKR"),
    ],
)  # fmt: skip
def test_who_is_known_is_met_in_every_alphabet_with_role_and_country(
    language: str, text: str, name: str, id: str, role: str, country: str
) -> None:
    one = actors(text, language)[name]
    assert (one.actor_id, one.role, one.role_from, one.country) == (id, role, "text", country)


def test_the_country_of_a_role_is_that_of_who_is_not_known() -> None:
    found = actors("Грузинский депутат. Министр обороны Грузии Нино Беридзе приехала.", "ru")
    assert "Georgia" in found
    told = actors("Türkiyənin xarici işlər naziri Anar Qorqudov Bakıda idi.", "az")
    assert told["Anar Qorqudov"].country == "TUR"
    assert told["Baku"].type == "place"


@pytest.mark.parametrize(
    ("language", "text", "name", "role"),
    [
        ("ka", "საგარეო საქმეთა მინისტრმა ნინო ბერაძემ", "ნინო", "საგარეო საქმეთა მინისტრმა"),
        ("ka", "ხვალ ნინო ბერაძე", "ნინო", None),
        ("hy", "Մոսկվայում։ Արտգործնախարար Արամ Սարյանը", "Արամ", "Արտգործնախարար"),
        ("az", "xarici işlər naziri Anar", "Anar", "xarici işlər naziri"),
        ("tr", "Ankara’da Dışişleri Bakanı Mehmet", "Mehmet", "Dışişleri Bakanı"),
        ("tr", "CHP Genel Başkanı Mehmet", "Mehmet", "CHP Genel Başkanı"),
        (
            "uk",
            "зустрівся з міністром закордонних справ Польщі Радославом",
            "Радославом",
            "міністром закордонних справ Польщі",
        ),
        ("ru", "бывший министр обороны России Сергей", "Сергей", "бывший министр обороны России"),
        ("ru", "в Москве Сергей", "Сергей", None),
        ("ru", "президент сказал, что Сергей", "Сергей", None),
    ],
)
def test_a_role_is_the_words_right_before_the_name(
    language: str, text: str, name: str, role: str | None
) -> None:
    place = find_local_role(text, text.index(name), language, KNOWN)
    assert (text[slice(*place)] if place else None) == role


def test_a_surname_and_its_nominatives() -> None:
    assert surname_of("Коваленком", "uk") == "Коваленко"
    assert surname_of("хліб", "uk") == ""
    assert next(nominatives("ქუთაისში", "ka")) == "ქუთაისში"
    assert "ქუთაისი" in nominatives("ქუთაისში", "ka")
