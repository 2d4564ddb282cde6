"""Which of two actors of one name is meant right there, by the words beside it."""

import pytest

from newsbeam.transforms.text import knowledge
from newsbeam.transforms.text.senses import senses, with_senses

KNOWN = knowledge.load()


def told(text: str, word: str) -> list[str]:
    """Which actor each mention of the word is by what stands beside it, "" where nothing tells."""
    names = with_senses(text, KNOWN.find(text, "en"), KNOWN)
    mentions = [name for name in names if text[name.start : name.end] == word]
    return [name.ids[0] if name.told_by else "" for name in mentions]


@pytest.mark.parametrize(
    ("text", "word", "ids"),
    [
        ("Voters in upstate New York differ from those of New York.", "New York",
         ["x:us-new-york", ""]),
        ("New York Gov. Ann Lee left the state of New York.", "New York", ["x:us-new-york"] * 2),
        # behind a town it is the state, but neither in a list nor behind a part of the city
        ("She lives in Chappaqua, New York.", "New York", ["x:us-new-york"]),
        ("A fire in Syracuse, New York, on Monday", "New York", ["x:us-new-york"]),
        ("Fires in Boston, New York and Reno", "New York", [""]),
        ("Offices in Los Angeles, New York.", "New York", [""]),
        ("He flew from Paris, New York.", "New York", [""]),
        ("He lives in Brooklyn, New York.", "New York", [""]),
        ("wrote Bo Li, New York.", "New York", [""]),
        ("Apples from Washington state. Washington said no.", "Washington",
         ["x:us-washington", ""]),
        ("A meeting in Spokane, Washington.", "Washington", ["x:us-washington"]),
        ("Voters in Macon, Georgia, and elsewhere", "Georgia", ["x:georgia-us"]),
        ("Talks in Batumi, Georgia, went on", "Georgia", ["Q230"]),
        ("Georgia’s breakaway regions; a Georgia Republican; the former Soviet republic of Georgia",
         "Georgia", ["Q230", "x:georgia-us", "Q230"]),
        ("Georgia said so.", "Georgia", [""]),
    ],
)  # fmt: skip
def test_the_words_beside_a_mention_decide_for_it_alone(text: str, word: str, ids: list[str]):
    assert told(text, word) == ids


def test_every_sense_is_an_actor_that_the_name_may_mean():
    for several in senses().values():
        for sense in several:
            assert sense.id in KNOWN.actors
            assert sense.towns


@pytest.mark.parametrize("name", ["", "Georgian", "New Yorker"])
def test_other_names_have_one_sense(name: str):
    assert name not in senses()
