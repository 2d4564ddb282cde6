"""Media Topics in the languages of the Caucasus, and in Turkish and Ukrainian, at the top level."""

import pytest

from made import text
from newsbeam.transforms.text.topic_lexicon import load_lexicon
from newsbeam.transforms.text.topics import find_topics


@pytest.mark.parametrize(
    ("language", "title", "body", "code"),
    [
        ("ru", "Выборы президента", "Избиратели голосовали за кандидатов в парламент.", "11"),
        ("ru", "Учёные запустили спутник", "Космонавты на орбите. Исследование учёных.", "13"),
        ("ru", "Забастовка на заводе", "Профсоюз требует зарплату. Работники бастуют.", "09"),
        ("ka", "მიწისძვრა იმერეთში", "მაშველები დაშავებულებს ეხმარებიან, არის ევაკუაცია.", "03"),
        ("ka", "მეცნიერების კვლევა", "ლაბორატორიაში ექსპერიმენტი ჩატარდა.", "13"),
        ("ka", "ხელფასები გაიზარდა", "პროფკავშირი უმუშევრობაზე საუბრობს.", "09"),
        ("hy", "Ընտրություններ Հայաստանում", "Վարչապետը և պատգամավորները խորհրդարանում։", "11"),
        ("hy", "Երկրաշարժ Շիրակում", "Փրկարարները տուժածներին տարհանել են։", "03"),
        ("hy", "Ֆուտբոլի հավաքականը հաղթեց", "Մարզիչը գոհ է չեմպիոնների խաղից։", "15"),
        ("hy", "Գնաճը նվազել է", "Կենտրոնական բանկը և բյուջեն, արտահանումը։", "04"),
        ("az", "Prezident seçkiləri", "Namizədlər və deputatlar parlamentdə çıxış etdilər.", "11"),
        ("az", "Zəlzələ baş verdi", "Xilasedicilər xəsarət alanları təxliyə edib.", "03"),
        ("az", "Məhkəmə hökm çıxardı", "Prokuror və vəkil, polis onu həbs edib.", "02"),
        ("az", "Neft ixracı artıb", "İnflyasiya və büdcə, mərkəzi bankın qərarı.", "04"),
        ("tr", "Deprem Hatay'da", "Enkazdan yaralılar çıkarıldı, AFAD tahliye etti.", "03"),
        ("tr", "Seçimlerde adaylar", "Milletvekilleri mecliste oylama yaptı.", "11"),
        ("tr", "Derbi maçında gol", "Teknik direktör ve futbolcular şampiyon oldu.", "15"),
        ("tr", "Hastanede tedavi", "Doktorlar aşı ve salgın için konuştu.", "07"),
        ("uk", "Вибори до парламенту", "Депутати й кандидати, міністр і президент.", "11"),
        ("uk", "Обстріл міста", "Армія й дрони. Окупанти наступали на фронті.", "16"),
        ("uk", "Суд виніс вирок", "Прокурор і адвокат, поліція його затримала.", "02"),
        ("uk", "Вчені дослідили", "Дослідження у лабораторії, експеримент учених.", "13"),
    ],
)  # fmt: skip
def test_a_plain_story_has_its_topic_first(language: str, title: str, body: str, code: str) -> None:
    found = find_topics(text(title, body, language), load_lexicon())
    assert found[0].code[:2] == code


def test_the_words_of_one_language_do_not_speak_in_another() -> None:
    story = ("Deprem", "Depremde enkaz ve itfaiye, afet.")
    assert find_topics(text(*story, "tr"), load_lexicon())
    assert find_topics(text(*story, "az"), load_lexicon()) == ()


def test_russian_and_georgian_have_finer_topics() -> None:
    story = text(
        "Землетрясение в горах", "Эпицентр был у села. Магнитуда 5. Спасатели в пути.", "ru"
    )
    assert "earthquake" in [topic.label for topic in find_topics(story, load_lexicon())]
    story = text("ოკუპაცია", "საოკუპაციო ხაზი. ოკუპირებული სოფელი. ბორდერიზაცია.", "ka")
    assert max(topic.level for topic in find_topics(story, load_lexicon())) == 3
