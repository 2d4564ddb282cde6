"""Languages told by script, by model and by what the feed says."""

# ruff: noqa: E501 - whole sentences and whole pages

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.page.language import detect, language_code

LONG = {
    "en": "The parliament adopted a new law on the media on Thursday, the government said in Tbilisi.",
    "fr": "Le parlement a adopté une nouvelle loi sur les médias jeudi soir, a annoncé le gouvernement.",
    "de": "Der Bundestag hat am Donnerstag das neue Gesetz beschlossen, wie die Regierung mitteilte.",
    "ru": "Парламент принял в четверг новый закон о средствах массовой информации, сообщили власти.",
    "uk": "Верховна Рада ухвалила у четвер новий закон про засоби масової інформації, повідомив уряд.",
    "az": "Azərbaycan prezidenti İlham Əliyev bu gün Bakıda keçirilən iclasda çıxış edib və bildirib.",
    "tr": "Türkiye Büyük Millet Meclisi perşembe günü yeni medya yasasını kabul etti, dedi hükümet.",
}


@pytest.mark.parametrize(("language", "text"), LONG.items())
def test_a_sentence_is_enough_whatever_the_hint(language, text):
    assert detect(text)[0] == language
    assert detect(text, "xh")[0] == language
    assert detect(text)[1] > 0.6


@pytest.mark.parametrize(
    ("text", "language"), [("ქართული", "ka"), ("հայերեն", "hy"), ("日本の話", "ja")]
)
def test_a_script_of_one_language_is_certain(text, language):
    assert detect(text, "en") == (language, 1.0)


def test_a_short_text_is_unsure_and_the_hint_decides():
    assert detect("Talks resume")[1] < 0.6
    assert detect("Menu", "de-AT") == ("de", pytest.approx(0.3, abs=0.3))


@pytest.mark.parametrize("text", ["", "12:30", "https://example.org/news", "!!!"])
def test_nothing_to_read_is_the_hint_or_nothing(text):
    assert detect(text) == ("", 0.0)
    assert detect(text, "ka_GE") == ("ka", 0.3)


def test_capitals_do_not_change_the_language():
    assert detect(LONG["en"].upper())[0] == "en"


def test_norwegian_is_one_language():
    assert language_code("nb-NO") == "no"


@given(st.text(max_size=80), st.text(max_size=8))
def test_any_text_has_a_language_or_none(text, hint):
    language, confidence = detect(text, hint)
    assert language == "" or len(language) == 2
    assert 0 <= confidence <= 1
