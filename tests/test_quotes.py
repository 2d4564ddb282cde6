import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

import made
from newsbeam.schemas.annotations import Actor, ActorType, Mention, Quote
from newsbeam.schemas.article import Article
from newsbeam.transforms.text import nlp
from newsbeam.transforms.text.quotation_marks import quotations
from newsbeam.transforms.text.quotes import MOST_QUOTES, find_quotes
from newsbeam.transforms.text.speakers import Paragraph, phrase

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Parse = Callable[[Sequence[str]], list[Any]]


@pytest.fixture(scope="session")
def parse() -> Parse:
    return nlp.load().parse


def article(text: str, title: str = "", language: str | None = "en") -> Article:
    return made.text(title, text, language)


def actor(
    story: Article,
    name: str,
    type: ActorType = "person",
    role: str | None = None,
    country: str | None = None,
    forms: tuple[str, ...] = (),
) -> Actor:
    """An actor named in the story by its name, its last name, or the forms given."""
    names = sorted({name, name.split()[-1], *forms}, key=len, reverse=True)
    pattern = r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)"
    mentions = tuple(
        Mention(field, found.start(), found.end(), found.group())
        for field in ("title", "text")
        for found in re.finditer(pattern, getattr(story, field))
    )
    return Actor(
        article_id="a",
        revision="r",
        published_at=NOON,
        source="s",
        actor_id="x:" + name.lower().replace(" ", "-"),
        name=name,
        type=type,
        mentions=mentions,
        role=role,
        country=country,
    )


def two_ministers(story: Article) -> tuple[Actor, ...]:
    return (
        actor(story, "Nino Beridze", role="foreign minister", country="GEO"),
        actor(story, "Armen Sarian", role="Armenian prime minister", country="ARM"),
        actor(story, "Armenia", "state", country="ARM", forms=("Armenian",)),
        actor(story, "Georgia", "state", country="GEO", forms=("Georgian",)),
        actor(story, "Rustavi Rail", "organisation"),
    )


def found_in(
    text: str, parse: Parse, title: str = "", language: str | None = "en"
) -> tuple[Quote, ...]:
    story = article(text, title, language)
    quotes = find_quotes(story, two_ministers(story), parse)
    for quote in quotes:
        field = getattr(story, quote.field)
        assert field[quote.start_char : quote.end_char] == quote.quote
        if quote.speaker_start is not None:
            assert field[quote.speaker_start : quote.speaker_end] == quote.speaker_text
        assert 0 <= quote.confidence <= 1
        assert quote.reason
    return quotes


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He “went home early today” then.", ["went home early today"]),
        ('He "went home" and "came back".', ["went home", "came back"]),
        ("Он сказал: «Мы едем домой».", ["Мы едем домой"]),
        ("«Он прочёл «Войну и мир» дважды».", ["Он прочёл «Войну и мир» дважды"]),
        ("მან თქვა: „ჩვენ მივდივართ“.", ["ჩვენ მივდივართ"]),
        ('Mixed “open and shut" marks.', ["open and shut"]),
        ("'We are going home now,' she said.", ["We are going home now,"]),
        ("‘We aren’t going home,’ she said.", ["We aren’t going home,"]),
        ("The dogs' home isn't the cats' home.", []),
        ("Rock 'n' roll in the '60s and '70s wasn't dead.", []),
        ('A 6" nail and a 12" board', []),
        ("“First part.\n\n“Second part.” End.", ["First part.", "Second part."]),
        ("“ spaced words ” here", ["spaced words"]),
        ('He said "it never closes\n\nand goes on', ["it never closes"]),
        ("Nothing but “” empty marks", []),
        ("“outer ‘inner words stand here’ outer”", ["outer ‘inner words stand here’ outer"]),
    ],
)
def test_the_words_between_the_marks_are_found_without_them(text: str, quoted: list[str]) -> None:
    assert [text[q.start : q.end] for q in quotations(text)] == quoted


def test_a_quotation_that_runs_on_says_so() -> None:
    first, second = quotations("“We begin here.\n\n“We end here.”")
    assert (first.continued, second.continued) == (False, True)


BERIDZE, SARIAN, RAIL = "Nino Beridze", "Armen Sarian", "Rustavi Rail"


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("“The road will open in the spring,” Nino Beridze said.", [BERIDZE]),
        ("“The road will open in the spring,” said Nino Beridze.", [BERIDZE]),
        ("Nino Beridze said that the road “will open in the spring.”", [BERIDZE]),
        ("According to Nino Beridze, “the road will open in the spring.”", [BERIDZE]),
        ("Nino Beridze: “The road will open in the spring.”", [BERIDZE]),
        (
            "Nino Beridze met Armen Sarian. “The road will open in the spring,” she told him.",
            [BERIDZE],
        ),
        (
            "“The road will open soon,” Armen Sarian said. “We have waited long enough for it.”",
            [SARIAN, SARIAN],
        ),
        (
            "Nino Beridze noted that the state “would of course welcome the road” but added that "
            "it “would take a few years.”",
            [BERIDZE, BERIDZE],
        ),
        (
            "Nino Beridze spoke first. Armen Sarian, who called the road “a gift to all of us,” "
            "left early.",
            [SARIAN],
        ),
        (
            "Nino Beridze and Armen Sarian met in May. “It was a long and useful day,” the "
            "Armenian prime minister said.",
            [SARIAN],
        ),
        (
            "Rustavi Rail owns the line. “We will build the road ourselves,” the company said in "
            "a statement.",
            [RAIL],
        ),
        ("“We will be building it for years,” one worker said.", [None]),
        ("Rustavi Rail failed. “We will build it ourselves,” the state company said.", [None]),
        ("Armen Sarian was quoted as saying that the road “will open in spring.”", [SARIAN]),
        (
            "Armen Sarian stood up at last.\n\n“Not a single road was ever built there before me.”",
            [SARIAN],
        ),
        (
            "“The road will open,” Nino Beridze said. “It will be long.\n\n“It will be wide and "
            "free for everyone.”",
            [BERIDZE, BERIDZE, BERIDZE],
        ),
    ],
)
def test_the_speaker_is(text: str, speakers: list[str | None], parse: Parse) -> None:
    assert [quote.speaker_name for quote in found_in(text, parse)] == speakers


def test_a_dash_that_the_parser_takes_for_the_subject_ends_no_reading(parse: Parse) -> None:
    text = "— said"
    paragraph = Paragraph(text, 0, (), parse([text])[0])
    assert phrase(paragraph.doc[0], paragraph) == (0, 1)


def test_a_row_says_who_by_which_verb_how_sure_and_why(parse: Parse) -> None:
    (quote,) = found_in("“The road will open in the spring,” warned Nino Beridze.", parse)
    assert (quote.verb, quote.speaker_text, quote.actor_id) == ("warn", BERIDZE, "x:nino-beridze")
    assert (quote.kind, quote.field) == ("direct", "text")
    assert quote.confidence > 0.9
    assert "warn" in quote.reason


def test_who_is_not_among_the_actors_is_kept_in_the_words_of_the_text(parse: Parse) -> None:
    (quote,) = found_in("“Nobody here will ever use that road,” a senior engineer said.", parse)
    assert (quote.speaker_text, quote.actor_id) == ("a senior engineer", None)


def test_the_surer_way_has_the_higher_confidence(parse: Parse) -> None:
    named, pronoun, nearest = (
        found_in(text, parse)[0].confidence
        for text in (
            "“The road will open in the spring,” Nino Beridze said.",
            "Nino Beridze came. “The road will open in the spring,” she said.",
            "Nino Beridze came.\n\n“The road will open in the spring, and not before.”",
        )
    )
    assert named > pronoun > nearest


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “republic of the free mountain people” has no embassy.",
        "Nino Beridze praised the “new” road.",
        "She wrote the book “The Long Road From Tbilisi Home” in May.",
        "The “global war on” slogan hung there.",
        "No marks at all, Nino Beridze said.",
        "",
    ],
)
def test_names_titles_and_scare_quotes_are_no_quotations(text: str, parse: Parse) -> None:
    assert found_in(text, parse) == ()


def test_a_name_inside_the_quotation_is_not_its_speaker(parse: Parse) -> None:
    (quote,) = found_in("“Armen Sarian said nothing at all to us,” Nino Beridze said.", parse)
    assert quote.speaker_name == BERIDZE


def test_the_title_is_read_too(parse: Parse) -> None:
    (quote,) = found_in("No words here.", parse, title="Nino Beridze: ‘The road will open soon,’")
    assert (quote.field, quote.speaker_name) == ("title", BERIDZE)


def test_only_quotations_and_sentences_that_may_report_are_parsed_and_all_at_once(
    parse: Parse,
) -> None:
    seen: list[Sequence[str]] = []

    def counted(paragraphs: Sequence[str]) -> list[Any]:
        seen.append(paragraphs)
        return parse(paragraphs)

    last = "“The road will open in the spring,” Nino Beridze said."
    found_in(
        "Nino Beridze came.\n\nShe praised the “old” road.\n\n"
        f"It rained. Armen Sarian said that he was ill. It rained.\n\n{last}",
        counted,
    )
    assert seen == [["Armen Sarian said that he was ill. ", last]]


def never(paragraphs: Sequence[str]) -> Any:
    raise AssertionError(f"parsed {paragraphs!r}")


@pytest.mark.parametrize(
    ("text", "language", "name", "form", "verb"),
    [
        (
            "«Дорога откроется этой весной», – сказал Иван Петров.",
            "ru",
            "Иван Петров",
            "",
            "сказал",
        ),
        ("Иван Петров заявил: «Дорога откроется этой весной».", "ru", "Иван Петров", "", "заявил"),
        (
            "„გზა გაზაფხულზე გაიხსნება ყველასთვის“, - განაცხადა ნინო ბერიძემ.",
            "ka",
            "ნინო ბერიძე",
            "ნინო ბერიძემ",
            "განაცხადა",
        ),
    ],
)
def test_other_scripts_are_read_by_patterns_without_the_model(
    text: str, language: str, name: str, form: str, verb: str
) -> None:
    story = article(text, language=language)
    people = (actor(story, name, forms=(form,) if form else ()),)
    (quote,) = find_quotes(story, people, never)
    assert (quote.speaker_name, quote.verb) == (name, verb)
    assert quote.confidence < 0.7


def test_a_quotation_in_another_language_without_a_known_verb_has_no_speaker() -> None:
    text = "„De weg gaat in het voorjaar open“, zei Nino Beridze."
    (quote,) = found_in(text, never, language="nl")
    assert (quote.actor_id, quote.speaker_text) == (None, None)
    assert quote.confidence < 0.2


@pytest.mark.timeout(30)
@pytest.mark.parametrize("piece", ['"', "“a ‘b ", "' a", '"one two three four five" said ', "«"])
def test_hostile_marks_end_quickly(piece: str, parse: Parse) -> None:
    text = (piece * 100_000)[:100_000]
    assert len(found_in(text, parse)) <= MOST_QUOTES
