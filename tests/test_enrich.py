"""Everything found in an article, by the function that the graph calls: sane rows, true offsets."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from made import article
from newsbeam.schemas.annotations import Actor, Quote, Topic
from newsbeam.schemas.article import Article
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.tables import usual_annotations
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.text import knowledge
from newsbeam.transforms.text.annotators import annotate, versions
from newsbeam.transforms.text.nlp import DEFAULT_MODEL, MAX_CHARACTERS

Found = tuple[tuple[Actor, ...], tuple[Topic, ...], tuple[Quote, ...]]


def found_in(title: str, text: str, language: str | None = "en") -> Found:
    """What is found, after the promises that every row keeps were checked."""
    read = article(1, title=title, text=text, language=language)
    (found,) = annotate([AnnotatedArticle(read, ())], DEFAULT_MODEL, usual_annotations())
    assert found.problems == {}
    actors, topics, quotes = found.annotations.values()
    check(read, actors, topics, quotes)
    return actors, topics, quotes


def check(
    read: Article,
    actors: Sequence[Actor],
    topics: Sequence[Topic],
    quotes: Sequence[Quote],
) -> None:
    ids = [actor.actor_id for actor in actors]
    assert len(set(ids)) == len(ids)
    for actor in actors:
        assert actor.n_mentions == len(actor.mentions) > 0
        assert 0 < actor.salience <= 1
        for mention in actor.mentions:
            assert mention.text.strip() == mention.text != ""
            assert (
                getattr(read, mention.field)[mention.start_char : mention.end_char] == mention.text
            )
        places = [(m.field == "text", m.start_char, m.end_char) for m in actor.mentions]
        assert all(one[:2] < other[:2] for one, other in pairwise(places))
        if actor.role is not None:
            assert read.text[actor.role_start : actor.role_end] == actor.role != ""
    for topic in topics:
        assert topic.evidence
        for place in topic.evidence:
            assert getattr(read, place.field)[place.start_char : place.end_char] == place.text
    for quote in quotes:
        field = getattr(read, quote.field)
        assert field[quote.start_char : quote.end_char] == quote.quote == quote.quote.strip() != ""
        assert quote.actor_id is None or quote.actor_id in ids
        if quote.speaker_text is not None:
            assert field[quote.speaker_start : quote.speaker_end] == quote.speaker_text
    for row in (*actors, *topics, *quotes):
        assert (row.article_id, row.revision) == (read.article_id, read.revision)
        assert row.pipeline_version == VERSION
        assert row.model


PIECES = st.one_of(
    st.sampled_from(
        ("Georgia", "Sergey Lavrov", "Lavrov", "SAID", "said", "he", "the", "minister", "“", "”",
         '"', "'", "‘", "’", "«", "»", "„", ".", ",", ":", "\n\n", "\n", "\t", "(WTO)", "West",
         "Africa", "World Trade Organization", "’s", "Лавров", "сказал", "Грузии", "საქართველოს",
         "ლავროვმა", "განაცხადა", "war", "troops", "\ud800", "\u2028", "🚀", "e\u0301", "",
         "according to", "report", "US", "/", "-", "İstanbul")
    ),
    st.text(max_size=8),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map(" ".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS, st.sampled_from(("en", "ru", "ka", "fr", None)))
@example('"', "“", "en")
@example("", "He said “we go.\n\n“We stay", "en")
@example("İ" * 30 + " Georgia", "Georgia", "en")
def test_every_row_stands_where_it_says_whatever_the_text(
    title: str, text: str, language: str | None
) -> None:
    found_in(title, text, language)


def test_an_empty_article_has_no_rows() -> None:
    assert found_in("", "") == ((), (), ())
    assert found_in(" \n ", "\n\n", None) == ((), (), ())


def test_what_made_a_row_is_in_it() -> None:
    actors, topics, quotes = found_in(
        "War in Georgia", "“The troops have left the war zone,” Sergey Lavrov said."
    )
    model, known = versions(DEFAULT_MODEL)
    assert {row.model for row in (*actors, *quotes)} == {model}
    assert {actor.kb_version for actor in actors} == {known} == {knowledge.load().version}
    assert topics[0].model.startswith("topic-words ")


def test_a_title_in_capitals_names_whom_the_text_names() -> None:
    actors, _, _ = found_in(
        "GEORGIA AND US SIGN TRADE DEAL", "Officials from Georgia signed a deal in Tbilisi."
    )
    assert {actor.name for actor in actors} >= {"Georgia", "Tbilisi"}
    assert {actor.type for actor in actors} <= {"state", "place", "organisation"}


def test_russian_and_georgian_articles_name_known_actors_in_any_case() -> None:
    russian, _, said = found_in(
        "Лавров прибыл в Абхазию", "«Мы готовы к переговорам», – сказал Сергей Лавров.", "ru"
    )
    assert {actor.actor_id for actor in russian} == {"Q58217", "Q31354462"}
    assert [quote.actor_id for quote in said] == ["Q58217"]
    georgian, _, said = found_in(
        "საქართველოს რეაქცია", "„ჩვენ მზად ვართ მოლაპარაკებისთვის“, - განაცხადა თბილისმა.", "ka"
    )
    assert "Q230" in {actor.actor_id for actor in georgian}
    assert len(said) == 1


def test_a_quotation_that_is_never_closed_ends_with_its_paragraph() -> None:
    _, _, quotes = found_in("", 'Nino Oxley said: "We will go home now.\n\nShe left for Tbilisi.')
    assert [(quote.quote, quote.speaker_name) for quote in quotes] == [
        ("We will go home now.", "Nino Oxley")
    ]


@pytest.mark.timeout(120)
def test_a_very_long_article_is_read_up_to_the_limit() -> None:
    sentence = "“We will go home now,” Sergey Lavrov said in Tbilisi, Georgia.\n\n"
    actors, _, quotes = found_in("Long", sentence * (2 * MAX_CHARACTERS // len(sentence)))
    assert max(m.end_char for actor in actors for m in actor.mentions) <= MAX_CHARACTERS
    assert {quote.speaker_name for quote in quotes} == {"Sergey Lavrov"}
