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
         ["x:us-new-york"] * 2),  # nothing speaks for the city
        ("New York Gov. Ann Lee left the state of New York.", "New York", ["x:us-new-york"] * 2),
        # behind a town it is the state, but neither in a list nor behind a part of the city
        ("She lives in Chappaqua, New York.", "New York", ["x:us-new-york"]),
        ("A fire in Syracuse, New York, on Monday", "New York", ["x:us-new-york"]),
        ("Fires in Boston, New York and Reno", "New York", ["Q60"]),
        ("Offices in Los Angeles, New York.", "New York", ["Q60"]),
        ("He flew from Paris, New York.", "New York", ["Q60"]),
        ("He lives in Brooklyn, New York.", "New York", ["Q60"]),
        ("wrote Bo Li, New York.", "New York", [""]),
        ("Apples from Washington state. Washington said no.", "Washington",
         ["x:us-washington", ""]),
        ("Seattle waits. Washington has rain near Tacoma; he voted in Washington.", "Washington",
         ["x:us-washington"] * 2),
        ("The fire in New York stopped the subway. New York is far.", "New York", ["Q60"] * 2),
        ("The delegates of New York. The mayor of New York. New York!", "New York",
         ["x:us-new-york", "Q60", ""]),
        ("A meeting in Spokane, Washington.", "Washington", ["x:us-washington"]),
        ("Voters in Macon, Georgia, and elsewhere", "Georgia", ["x:georgia-us"]),
        ("Talks in Batumi, Georgia, went on", "Georgia", ["Q230"]),
        ("Georgia’s breakaway regions; a Georgia Republican; the former Soviet republic of Georgia",
         "Georgia", ["Q230", "x:georgia-us", "Q230"]),
        ("Georgia said so.", "Georgia", [""]),
        # who sits for it
        ("Senator Ann Gray of New York; Bo Li of New York", "New York", ["x:us-new-york"] * 2),
        ("Gov. Ann Gray, of Washington, and Democrats of Washington", "Washington",
         ["x:us-washington"] * 2),
        # in a list of states
        ("Neither do New York, Florida and Ohio.", "New York", ["x:us-new-york"]),
        ("In Ohio, Georgia and Maine; in Ukraine, Georgia and Moldova", "Georgia",
         ["x:georgia-us", "Q230"]),
        ("the people of Georgia and Ukraine", "Georgia", ["Q230"]),
        ("Paris, London and New York; Texas and Washington", "New York", ["Q60"]),
        ("between Texas and Washington", "Washington", [""]),
    ],
)  # fmt: skip
def test_the_words_beside_a_mention_decide_for_it_alone(text: str, word: str, ids: list[str]):
    assert told(text, word) == ids


def test_every_sense_is_an_actor_that_the_name_may_mean():
    for several in senses().values():
        for sense in several:
            assert sense.id in KNOWN.actors
            assert sense.towns or sense.near.pattern


@pytest.mark.parametrize("name", ["", "Georgian", "New Yorker"])
def test_other_names_have_one_sense(name: str):
    assert name not in senses()
