"""Lines that are no part of an article, and its headline above it."""

import csv
import re
from io import StringIO

import pytest

from newsbeam.transforms.knowledge import packaged, packaged_text
from newsbeam.transforms.page.debris import without_debris, without_headline


@pytest.mark.parametrize(
    "end",
    [
        "The post Georgia – EU talks appeared first on civil.ge.",
        "The post The U.S. and Iran talk appeared first on The Ledger.",
        "Запись Переговоры впервые появилась на Новости.",
        "Der Beitrag Gespräche erschien zuerst auf Zeitung.",
        "L’article Pourparlers est apparu en premier sur Le Journal.",
        "La entrada Diálogo se publicó primero en El Diario.",
        "Continue reading →", "Читать далее", "Devamını oku »", "Read more…",
    ],
)  # fmt: skip
def test_the_end_that_a_blog_adds_goes_whether_it_has_a_line_or_not(end):
    assert without_debris(f"They met.\n{end}") == without_debris(f"They met. {end}") == "They met."


def test_the_sign_that_a_text_breaks_off_stays():
    assert without_debris("They met. […] Continue reading →") == "They met. […]"


@pytest.mark.parametrize(
    "line",
    ["Read also: Another story", "Читайте также: Другая новость", "Читайте також: Інше",
     "წაიკითხეთ ასევე: სხვა ამბავი", "Կարդացեք նաև՝ այլ", "Ayrıca bakınız: Başka",
     "Lire aussi : Autre",
     "Donate", "Support our work", "Поддержите нас", "Jetzt spenden", "Listen to this article",
     "We use cookies to improve your visit.", "Wir verwenden Cookies, um Inhalte zu zeigen."],
)  # fmt: skip
def test_lines_that_ask_for_something_go(line):
    assert without_debris(f"They met.\n{line}\nThey left.") == "They met.\n\nThey left."


@pytest.mark.parametrize(
    "text",
    [
        "The post office first appeared on maps in 1900.",
        "The post was cut. The minister first appeared on stage.",
        "Read more about the talks in Geneva.",
        "Support our work, the minister told donors, and we shall support yours.",
        "He said that he would donate.",
        "Mehr Spenden kamen an.",
        "The site uses the river's water.",
    ],
)
def test_sentences_stay(text):
    assert without_debris(text) == text


def test_a_first_paragraph_that_is_the_headline_goes():
    assert without_headline("Talks resume.\n\nThey met.", "Talks  resume") == "They met."
    assert without_headline("Talks resume", "Talks resume") == "Talks resume"
    assert without_headline("Talks resume today.\n\nThey met.", "Talks resume").startswith("Talks")


def test_the_list_is_a_table_of_patterns():
    assert {len(row) for row in csv.reader(StringIO(packaged_text("page_debris.csv")))} == {5}
    for row in packaged("page_debris.csv"):
        assert row["place"] in ("", "end")
        assert not re.fullmatch(row["pattern"], "They met in Tbilisi on Monday to talk.", re.I)
