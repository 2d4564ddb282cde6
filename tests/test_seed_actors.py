"""The article newsbeam began with, and a made-up one of the same kind: every actor, no trap."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsbeam.schemas.annotations import Actor
from newsbeam.schemas.article import Article
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text

SEED = Path(__file__).parents[2] / "shared" / "data" / "seed"
NOW = datetime(2020, 1, 1, tzinfo=UTC)

MADE_UP_TITLE = "Pavel Orlov Assures Tskhinvali on Border"
MADE_UP = """\
Russian Foreign Minister Pavel Orlov, on a visit to South Ossetia, met the region’s authorities.

Before his meeting with Inal Dzotov, the region’s leader, Orlov spoke of “the border.” Orlov and \
Dzotov then called on Tbilisi and Moscow to return to the Geneva International Discussions.

Asked about Tskhinvali’s place in the Collective Security Treaty Organization, Dzotov said that \
Russia would decide. The Russian Federation joined the World Trade Organization (WTO) in 2012; \
Orlov called the WTO a trade club. Georgia and Armenia did not comment.

Dzotov also met the region’s government head Alan Kochiev."""


def actors_of(title: str, text: str) -> dict[str, Actor]:
    article = Article(
        article_id="a",
        revision="r",
        title=title,
        text=text,
        language="en",
        published_at=NOW,
        first_seen_at=NOW,
        fetched_at=NOW,
    )
    model = nlp.load()
    (spans,) = model.entities([whole_text(article)])
    found = find_actors(article, spans, knowledge.load())
    for actor in found:
        for mention in actor.mentions:
            assert (
                getattr(article, mention.field)[mention.start_char : mention.end_char]
                == mention.text
            )
        if actor.role:
            assert text[actor.role_start : actor.role_end] == actor.role
    assert len({actor.actor_id for actor in found}) == len(found)
    return {actor.name: actor for actor in found}


@pytest.fixture(scope="module")
def made_up() -> dict[str, Actor]:
    return actors_of(MADE_UP_TITLE, MADE_UP)


@pytest.fixture(scope="module")
def seed() -> dict[str, Actor]:
    if not SEED.exists():
        pytest.skip("the seed article is not part of the repository")
    raw = (SEED / "civil_ge_article.txt").read_text(encoding="utf-8").split("\n\n")
    return actors_of(raw[1], "\n\n".join(raw[2:]))


def test_every_actor_of_the_made_up_article_is_found_and_no_other(made_up):
    assert {name: actor.type for name, actor in made_up.items()} == {
        "Pavel Orlov": "person",
        "Inal Dzotov": "person",
        "Alan Kochiev": "person",
        "Russia": "state",
        "Georgia": "state",
        "Armenia": "state",
        "South Ossetia": "place",
        "Tskhinvali": "place",
        "Tbilisi": "place",
        "Moscow": "place",
        "Geneva International Discussions": "organisation",
        "Collective Security Treaty Organization": "organisation",
        "World Trade Organization": "organisation",
    }


def test_people_of_the_made_up_article_keep_all_mentions_and_roles(made_up):
    assert made_up["Pavel Orlov"].n_mentions == 5
    assert made_up["Inal Dzotov"].n_mentions == 4
    assert made_up["Pavel Orlov"].role == "Russian Foreign Minister"
    assert made_up["Inal Dzotov"].role == "region’s leader"
    assert made_up["Alan Kochiev"].role == "region’s government head"
    assert made_up["Pavel Orlov"].country == "RUS"


def test_the_made_up_headline_names_its_two_actors(made_up):
    assert {n for n, a in made_up.items() if a.in_title} == {"Pavel Orlov", "Tskhinvali"}
    assert made_up["World Trade Organization"].n_mentions == 3
    assert made_up["Tskhinvali"].nominal_sovereign == "GEO"


def test_every_actor_of_the_seed_article_is_found_with_its_type(seed):
    gold = json.loads((SEED / "civil_ge_gold.json").read_text(encoding="utf-8"))["actors"]
    for name, kind, forms, _, country in gold:
        if name == "Civil.ge":  # in the debris that extraction removes
            assert name not in seed
            continue
        assert seed[name].type in kind, name
        assert {m.text for m in seed[name].mentions} == set(forms)
        assert country in (None, seed[name].country)


def test_no_trap_of_the_seed_article_is_taken(seed):
    assert set(seed) - {"Caucasus"} == {
        "Sergey Lavrov", "Raul Khajimba", "Beslan Bartsits", "Daur Kove", "Russia", "Georgia",
        "Armenia", "Abkhazia", "Sokhumi", "Tskhinvali", "Tbilisi", "Moscow",
        "Geneva International Discussions", "Collective Security Treaty Organization",
        "World Trade Organization",
    }  # fmt: skip
    assert seed["Sergey Lavrov"].n_mentions == 9
    assert seed["Raul Khajimba"].n_mentions == 4
    assert (seed["Sergey Lavrov"].actor_id, seed["Raul Khajimba"].actor_id) == (
        "Q58217",
        "Q1359023",
    )
    assert (seed["Georgia"].actor_id, seed["Georgia"].link) == ("Q230", "context")


def test_the_roles_of_the_seed_article_are_read(seed):
    assert seed["Sergey Lavrov"].role == "Russian Foreign Minister"
    assert seed["Raul Khajimba"].role == "region’s leader"
    assert seed["Daur Kove"].role == "foreign minister"
