"""Whether words between marks were said, denied, refused or only reported."""

import pytest

from .test_quotes import Parse, found_in, parse

__all__ = ["parse"]


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Nino Beridze said “we are ready for the talks”.", "said"),
        ("“We are ready for the talks,” Nino Beridze said, adding that it was late.", "said"),
        ("Nino Beridze denied having said that “the talks are already lost”.", "denied"),
        ("Nino Beridze denied saying “the talks are already lost” on Monday.", "denied"),
        ("Nino Beridze has denied that she called the plan “a gift to our enemies”.", "denied"),
        ("Armen Sarian denies that he told them “you will all be sent home”.", "denied"),
        ("Armen Sarian never said “we will give up the northern railway”.", "unsaid"),
        ("Nino Beridze did not say that “the bridge will be closed for ever”.", "unsaid"),
        ("Nino Beridze refused to say that “mistakes were made by the ministry”.", "unsaid"),
        ("Armen Sarian declined to confirm that “the railway is to be sold”.", "unsaid"),
        ("Armen Sarian was quoted as saying “the railway is not for sale”.", "reported"),
        ("Nino Beridze was reported to have said “I will not sign this paper”.", "reported"),
        ("“I will not sign this paper,” Nino Beridze said after Armen Sarian refused to.", "said"),
        ("Nino Beridze said that “we did not and will not sign this paper”.", "said"),
        ("“That is a lie from start to end,” Nino Beridze denied on Monday.", "said"),
        ("“I shall sell the railway,” Armen Sarian denied having said.", "denied"),
        ("Nino Beridze said he had denied it: “I was at home the whole evening”.", "said"),
    ],
)
def test_a_denial_is_not_a_saying(text: str, polarity: str, parse: Parse) -> None:
    (quote,) = found_in(text, parse)
    assert (quote.polarity, quote.speaker_name is not None) == (polarity, True)


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Nino Beridze заявила: «Мы готовы к переговорам в Женеве».", "said"),
        ("Nino Beridze опровергла слова «переговоры уже проиграны нами».", "denied"),
        ("Nino Beridze не сказала: «Мы не готовы к переговорам».", "unsaid"),
    ],
)
def test_without_grammar_the_verb_and_the_word_before_it_tell(
    text: str, polarity: str, parse: Parse
) -> None:
    (quote,) = found_in(text, parse, language="ru")
    assert (quote.polarity, quote.speaker_name) == (polarity, "Nino Beridze")
