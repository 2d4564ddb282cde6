"""The article with which newsbeam began: what a careful reader finds in it must be found."""

from collections import Counter
from pathlib import Path

import pytest

import made
from newsbeam.schemas.annotations import Quote
from newsbeam.schemas.article import Article
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.quotes import find_quotes
from newsbeam.transforms.text.topic_lexicon import load_lexicon
from newsbeam.transforms.text.topics import find_topics

SEED = Path(__file__).parents[2] / "shared" / "data" / "seed" / "civil_ge_article.txt"


@pytest.fixture(scope="module")
def seed() -> Article:
    if not SEED.exists():
        pytest.skip(f"the seed article is not on this machine: {SEED.name}")
    _, title, text = SEED.read_text("utf-8").split("\n\n", 2)
    return made.text(title, text)


@pytest.fixture(scope="module")
def quotes(seed: Article) -> tuple[Quote, ...]:
    model = nlp.load()
    with model.memory():
        spans = model.entities([whole_text(seed)])[0]
        actors = find_actors(seed, spans, knowledge.load())
        return find_quotes(seed, actors, model.parse)


def test_eleven_quotations_are_lavrovs_and_one_is_khajimbas(quotes: tuple[Quote, ...]) -> None:
    direct = [quote for quote in quotes if quote.kind == "direct"]
    speakers = Counter((quote.speaker_name or "").split()[-1] for quote in direct)
    assert speakers == {"Lavrov": 11, "Khajimba": 1}
    (other,) = (quote for quote in direct if "Khajimba" in (quote.speaker_name or ""))
    assert other.quote == "the Abkhaz side is ready"


def test_what_lavrov_is_reported_to_have_said_is_told_too(quotes: tuple[Quote, ...]) -> None:
    (reported,) = (quote for quote in quotes if quote.kind == "indirect")
    assert reported.speaker_name == "Sergey Lavrov"
    assert reported.quote == "he had discussed the issue with Khajimba"


def test_every_quotation_and_speaker_stands_where_the_row_says(
    seed: Article, quotes: tuple[Quote, ...]
) -> None:
    for quote in quotes:
        assert seed.text[quote.start_char : quote.end_char] == quote.quote
        assert seed.text[quote.speaker_start : quote.speaker_end] == quote.speaker_text


def test_its_topics_are_politics_trade_transport_and_security(seed: Article) -> None:
    codes = [topic.code for topic in find_topics(seed, load_lexicon())]
    assert codes[0] == "11000000"
    assert {"20000638", "04000000", "20000344", "20000337", "16000000"} <= set(codes)
