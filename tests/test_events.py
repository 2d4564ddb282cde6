"""Who did what to whom, as one sentence says; and what it does not say."""

import pytest

from newsbeam.pipeline.layers import tables_of
from newsbeam.schemas.annotations import Event
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.event_verbs import event_verbs
from newsbeam.transforms.text.events import find_events

from . import made

KNOWN = knowledge.load()


def events(text: str, title: str = "", topic: str = "", language: str = "en") -> list[Event]:
    """The events that an article of this text tells."""
    article = made.text(title, text, language)
    model = nlp.load()
    with model.memory():
        (spans,) = model.entities([whole_text(article)])
        actors = find_actors(article, spans, KNOWN)
        return list(find_events(article, actors, model.parse, topic))


def told(text: str, **where: str) -> list[tuple[str, str, str]]:
    return [(one.event_type, one.actor_name, one.target_name) for one in events(text, **where)]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Georgia accused Russia of attacks on Monday.", ("ACCUSE", "Georgia", "Russia")),
        ("Russia was condemned by Georgia on Monday.", ("ACCUSE", "Georgia", "Russia")),
        ("The German government welcomed Turkey’s plan.", ("SUPPORT", "Germany", "Turkey")),
        ("Russia rejected a Turkish plan on Monday.", ("REJECT", "Russia", "Turkey")),
        ("Armenia imposed sanctions on Turkey.", ("SANCTION", "Armenia", "Turkey")),
        ("France sent troops to Mali on Monday.", ("MOBILIZE", "France", "Mali")),
        ("The United States gave weapons to Ukraine.", ("AID", "United States", "Ukraine")),
        ("Russia gave Iran some weapons.", ("AID", "Russia", "Iran")),
        ("Russia withdrew its troops from Georgia.", ("RETREAT", "Russia", "Georgia")),
        ("Italy lifted sanctions against Iran.", ("CONCEDE", "Italy", "Iran")),
        ("Ukraine demanded that Russia leave.", ("REQUEST", "Ukraine", "Russia")),
        ("Russia refused to meet Ukraine.", ("REJECT", "Russia", "Ukraine")),
        ("Russian troops attacked Ukraine on Monday.", ("ASSAULT", "Russia", "Ukraine")),
        ("Georgia and Armenia signed an agreement.", ("SUPPORT", "Georgia", "Armenia")),
        ("Sergey Lavrov met Nikol Pashinyan.", ("CONSULT", "Sergey Lavrov", "Nikol Pashinyan")),
    ],
)
def test_a_sentence_says_who_did_what_to_whom(text: str, event: tuple[str, str, str]) -> None:
    assert event in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Georgia and Russia are neighbours.",  # nothing is done
        "Georgia accused its neighbour. Russia waits.",  # two sentences
        "A minister accused Russia. Georgia waits.",  # of whom?
        "“Georgia attacked Russia,” he said.",  # words of somebody
        "Americans accused Russia.",  # are not the United States
        "Sergey Lavrov attacked Nikol Pashinyan on Monday.",  # with words
        "Sergey Lavrov asked Nikol Pashinyan why.",  # a question
        "Sergey Lavrov declined to attack Nikol Pashinyan.",
        "Russia killed a Georgian journalist.",  # is not Georgia
        "Russia and Georgia are holding talks with a delegation.",
        "Georgia won. Russia lost.",
    ],
)
def test_what_is_not_clear_is_no_event(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Georgia accused Russia.", set()),
        ("Georgia never accused Russia.", {"negated"}),
        ("Georgia did not accuse Russia.", {"negated"}),
        ("Georgia will accuse Russia.", {"future"}),
        ("Georgia plans to accuse Russia.", {"future"}),
        ("Georgia may accuse Russia.", {"hypothetical"}),
        ("Georgia wants to accuse Russia.", {"hypothetical"}),
        ("If Georgia accused Russia, it would rain.", {"hypothetical"}),
        ("Georgia accused Russia ten years ago.", {"historical"}),
        ("An aide said that Georgia accused Russia.", {"reported"}),
        ("Georgia reportedly accused Russia.", {"reported"}),
        ("Georgia began to accuse Russia.", set()),
    ],
)
def test_whether_it_is_done_is_told_beside_it(text: str, flags: set[str]) -> None:
    (one,) = events(text)
    names = ("negated", "future", "hypothetical", "historical", "reported")
    assert {name for name in names if getattr(one, f"is_{name}")} == flags


def test_an_event_has_its_place_its_verb_and_its_reason() -> None:
    text = "It rained. Georgia accused Russia on Monday. It stopped."
    (one,) = events(text)
    assert text[one.start_char : one.end_char] == "Georgia accused Russia on Monday."
    assert text[one.verb_start : one.verb_end] == "accused"
    assert (one.verb, one.field, one.actor_id, one.target_id) == ("accuse", "text", "Q230", "Q159")
    assert one.reason == "Georgia is the subject of “accused”, Russia its object"
    assert 0.5 < one.confidence < 1


def test_a_headline_tells_events_too() -> None:
    (one,) = events("It rained.", title="Georgia accuses Russia of attacks")
    assert (one.field, one.event_type) == ("title", "ACCUSE")


def test_two_who_did_it_to_two_are_four_events() -> None:
    found = told("Georgia and Armenia condemned Russia and Turkey.")
    assert len(found) == 4
    assert ("ACCUSE", "Armenia", "Turkey") in found


def test_sport_and_other_languages_tell_none() -> None:
    assert told("Georgia met Russia in the final.", topic="15000000") == []
    assert told("Грузия обвинила Россию.", language="ru") == []


def test_each_verb_has_a_type_and_reaches_somebody() -> None:
    reaches = {reach for rules in event_verbs().values() for rule in rules for reach in rule.reach}
    grammar = {"object", "owner", "possessor", "subject", "receiver", "that", "infinitive"}
    assert all(reach in grammar or len(reach) <= 8 for reach in reaches)
    assert {"met", "accuses", "sent", "expelled"} <= set(event_verbs())
    assert all(rule.reach for rules in event_verbs().values() for rule in rules)


def test_events_are_found_only_where_they_are_asked_for() -> None:
    assert "events" not in tables_of(events=False)
    assert "events" in tables_of(events=True)
