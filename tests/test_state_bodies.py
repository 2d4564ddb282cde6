"""The Foreign Ministry of whom: named beside, or the state that the article names most."""

import pytest

from newsbeam.transforms.text import knowledge
from newsbeam.transforms.text.knowledge_files import KnownActor
from newsbeam.transforms.text.spelling import Name
from newsbeam.transforms.text.state_bodies import body_kinds, body_named, body_of, main_owner

KNOWN = knowledge.load()
GEORGIA, ARMENIA, USA = KNOWN.state("GEO"), KNOWN.state("ARM"), KNOWN.state("USA")


@pytest.mark.parametrize(
    ("text", "words", "slug", "owner"),
    [
        ("Georgia’s Foreign Ministry spoke.", "Foreign Ministry", "foreign-ministry", GEORGIA),
        ("The Georgian Foreign Ministry spoke.", "Foreign Ministry", "foreign-ministry", GEORGIA),
        ("The Georgian Foreign Ministry", "Georgian Foreign Ministry", "foreign-ministry", GEORGIA),
        ("Ministry of Defense of the Republic of Armenia",
         "Ministry of Defense of the Republic of Armenia", "defence-ministry", ARMENIA),
        ("the Supreme Court of Georgia ruled", "Supreme Court", "supreme-court", GEORGIA),
        ("American Senate", "American Senate", "senate", USA),
        ("The Foreign Ministry summoned the Russian envoy", "Foreign Ministry",
         "foreign-ministry", None),
        ("Armenia said that the Foreign Ministry knew.", "Foreign Ministry",
         "foreign-ministry", None),
    ],
)  # fmt: skip
def test_a_body_is_that_of_the_state_beside_it(
    text: str, words: str, slug: str, owner: KnownActor | None
) -> None:
    start = text.index(words)
    name = Name(start, start + len(words), "organisation")
    named = body_named(text, name, KNOWN.find(text, "en"), KNOWN)
    assert named is not None
    assert (named[0].slug, named[1]) == (slug, owner)


@pytest.mark.parametrize("words", ["Georgian Railways", "Ministry of Silly Walks", "Tbilisi Mall"])
def test_what_no_state_has_is_no_such_body(words: str) -> None:
    assert body_named(words, Name(0, len(words), "organisation"), [], KNOWN) is None


@pytest.mark.parametrize(
    ("form", "countries", "owner"),
    [
        ("Foreign Ministry", {"GEO": 2, "RUS": 1}, GEORGIA),
        ("Foreign Ministry", {"GEO": 2, "RUS": 2}, None),
        ("Foreign Ministry", {}, None),
        ("Republicans", {"USA": 1, "GEO": 5}, USA),  # only one of them has such
        ("Republicans", {"GEO": 5}, None),
    ],
)
def test_else_it_is_that_of_the_state_that_is_named_most(
    form: str, countries: dict[str, int], owner: KnownActor | None
) -> None:
    assert main_owner(body_kinds()[form], countries, KNOWN) == owner


def test_a_states_body_has_its_country_and_one_id() -> None:
    assert GEORGIA
    assert USA
    ministry = body_of(body_kinds()["MFA"], GEORGIA, KNOWN)
    assert (ministry.id, ministry.country) == ("x:geo-foreign-ministry", "GEO")
    assert ministry.name == "Ministry of Foreign Affairs of Georgia"
    assert body_of(body_kinds()["Department of State"], USA, KNOWN).id == "x:state-department"
    assert body_of(body_kinds()["Republicans"], USA, KNOWN).id == "Q29468"
    abkhazia = KNOWN.actors["Q31354462"]
    assert body_of(body_kinds()["MFA"], abkhazia, KNOWN).nominal_sovereign == "GEO"


def test_there_are_kinds_enough_for_a_thousand_bodies() -> None:
    kinds = {kind.slug: kind for kind in body_kinds().values()}
    states = sum(actor.type == "state" for actor in KNOWN.actors.values())
    assert sum(len(kind.countries) or states for kind in kinds.values()) > 1_000
    assert all(KNOWN.state(c) for kind in kinds.values() for c in kind.countries)
    assert all(KNOWN.get(id) for kind in kinds.values() for _, id in kind.ids)
