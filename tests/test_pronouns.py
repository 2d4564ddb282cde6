"""Whom "he" and "she" mean: the person in view, if the first name does not say otherwise."""

import pytest

from newsbeam.transforms.text.quotes import find_quotes

from .test_quotes import Parse, actor, article, parse

__all__ = ["parse"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Maria Velo met Pavel Novak on Monday. “The road will open soon,” she said.",
         "Maria Velo"),
        ("Maria Velo met Pavel Novak on Monday. “The road will open soon,” he said.",
         "Pavel Novak"),
        ("Pavel Novak spoke first. Then Maria Velo left. “It is late for all of us,” he said.",
         "Pavel Novak"),
        ("Pavel Novak spoke. “It is late for all of us,” she said.", None),
        ("Critics of Pavel Novak met. “It is late for all of us,” they said.", None),
        ("Maria Velo smiled. Pavel Novak snapped back, “It is late for all of us.”", "Pavel Novak"),
    ],
)  # fmt: skip
def test_a_pronoun_is_who_is_in_view_and_of_that_sex(
    text: str, speaker: str | None, parse: Parse
) -> None:
    story = article(text)
    people = (actor(story, "Maria Velo"), actor(story, "Pavel Novak"))
    (quote,) = find_quotes(story, people, parse)
    assert quote.speaker_name == speaker
