"""What somebody is reported to have said, without marks: the words, who, and if it was said."""

from dataclasses import replace

import pytest

from newsbeam.transforms.text.quotes import find_quotes
from newsbeam.transforms.text.reported_speech import clauses_by_words, may_report
from test_quotes import Parse, actor, article, found_in, never, parse  # noqa: F401

BRIDGE = "the bridge would open in May"


@pytest.mark.parametrize(
    ("text", "words", "speaker", "polarity"),
    [
        (f"Nino Beridze said that {BRIDGE}.", BRIDGE, "Nino Beridze", "said"),
        (f"On Monday Nino Beridze said {BRIDGE}.", BRIDGE, "Nino Beridze", "said"),
        ("The bridge will open in May, Nino Beridze told reporters.",
         "The bridge will open in May", "Nino Beridze", "said"),
        (f"Armen Sarian came late. He added that {BRIDGE}.", BRIDGE, "Armen Sarian", "said"),
        (f"Armen Sarian denied that {BRIDGE}.", BRIDGE, "Armen Sarian", "denied"),
        (f"Armen Sarian did not say that {BRIDGE}.", BRIDGE, "Armen Sarian", "unsaid"),
        (f"Nino Beridze refused to confirm that {BRIDGE}.", BRIDGE, "Nino Beridze", "unsaid"),
        ("According to Nino Beridze, the bridge will open in May.",
         "the bridge will open in May", "Nino Beridze", "said"),
        ("The bridge will open in May, according to Nino Beridze.",
         "The bridge will open in May", "Nino Beridze", "said"),
        # who is no actor of the article is told in the words of the text
        (f"Two farmers from the hills said that {BRIDGE}.", BRIDGE, None, "said"),
    ],
)  # fmt: skip
def test_the_clause_is_told_with_who_said_it(
    text: str,
    words: str,
    speaker: str | None,
    polarity: str,
    parse: Parse,  # noqa: F811
) -> None:
    (row,) = found_in(text, parse)
    assert (row.kind, row.quote, row.polarity) == ("indirect", words, polarity)
    assert row.speaker_name == speaker
    assert row.speaker_text


@pytest.mark.parametrize(
    "text",
    [
        f"Nino Beridze would say that {BRIDGE}.",  # nothing was said yet
        f"Nino Beridze wants to announce that {BRIDGE}.",
        "Nino Beridze asked whether the bridge would open in May.",  # a question
        f"Nino Beridze believed that {BRIDGE}.",  # nor is a thought a saying
        f"I say that {BRIDGE}.",
        "Nino Beridze said so.",
        "Nino Beridze said she knew it: “The bridge will never open again”.",  # only leads to it
    ],
)
def test_what_nobody_said_is_not_told(text: str, parse: Parse) -> None:  # noqa: F811
    assert [row for row in found_in(text, parse) if row.kind == "indirect"] == []


def test_words_between_marks_are_told_once(parse: Parse) -> None:  # noqa: F811
    rows = found_in("Nino Beridze said that “the bridge will open in May or in June”.", parse)
    assert [row.kind for row in rows] == ["direct"]
    part = found_in("Nino Beridze said the “old” bridge would open in May.", parse)
    assert [row.kind for row in part] == ["indirect"]  # one word between marks is a term


def test_a_headline_s_quotation_that_the_text_has_too_is_one(parse: Parse) -> None:  # noqa: F811
    said = "the bridge will open in May"
    title = f"Minister Nino Beridze: “{said.capitalize()}”"
    rows = found_in(f"“The road is dry, and {said},” Nino Beridze said.", parse, title)
    assert [row.field for row in rows] == ["text"]
    alone = found_in("It rained.", parse, title)
    assert [row.field for row in alone] == ["title"]


def test_a_campaign_and_many_are_not_the_one_of_that_name(parse: Parse) -> None:  # noqa: F811
    for text in (f"Armen Sarian came. The Sarian campaign said that {BRIDGE}.",
                 f"Armen Sarian came. The ministers said that {BRIDGE}."):  # fmt: skip
        (row,) = found_in(text, parse)
        assert row.speaker_name is None


def test_one_of_a_party_is_not_the_party(parse: Parse) -> None:  # noqa: F811
    story = article(f"The old Democrat said that {BRIDGE}. Democrats said that it would be late.")
    party = replace(actor(story, "Democratic Party", "organisation",
                          forms=("Democrat", "Democrats")), sector="politics")  # fmt: skip
    one, many = find_quotes(story, (party,), parse)
    assert (one.actor_id, one.speaker_text) == (None, "Democrat")
    assert many.speaker_name == "Democratic Party"
    told = article(f"A visibly angry Sarian said that {BRIDGE}.")
    (himself,) = find_quotes(told, (replace(actor(told, "Sarian"), sector="politics"),), parse)
    assert himself.speaker_name == "Sarian"


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Вчера Nino Beridze заявила, что мост откроют в мае.", "ru", "мост откроют в мае"),
        ("Nino Beridze сказала, що міст відкриють у травні.", "uk", "міст відкриють у травні"),
        ("Nino Beridze sagte, dass die Brücke im Mai öffnet.", "de", "die Brücke im Mai öffnet"),
        ("Nino Beridze a déclaré qu’il ouvrirait le pont en mai.", "fr",
         "il ouvrirait le pont en mai"),
        ("Nino Beridze განაცხადა, რომ ხიდი მაისში გაიხსნება მალე.", "ka",
         "ხიდი მაისში გაიხსნება მალე"),
    ],
)  # fmt: skip
def test_other_languages_are_read_by_the_verb_and_the_word_for_that(
    text: str, language: str, words: str
) -> None:
    story = article(text, language=language)
    (row,) = find_quotes(story, (actor(story, "Nino Beridze"),), never)
    assert (row.kind, row.quote, row.speaker_name) == ("indirect", words, "Nino Beridze")


def test_without_a_verb_or_a_word_for_that_nothing_is_reported() -> None:
    for text, language in [("Мост, что открыли в мае, стоит.", "ru"), ("Hij zei dat.", "nl")]:
        assert list(clauses_by_words(text, 0, len(text), language)) == []
    assert not may_report("The bridge opened in May.", 0, 25)
