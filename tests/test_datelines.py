"""Where an article was written, and for whom, is told from what it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import by_name, text
from newsbeam.schemas.annotations import Actor
from newsbeam.transforms.text import knowledge, nlp
from newsbeam.transforms.text.actors import find_actors, whole_text
from newsbeam.transforms.text.datelines import plain_datelines

KNOWN = knowledge.load()


def plain(line: str, language: str = "en") -> str:
    """The line as it is read, with `_` for each letter that is passed over."""
    read = plain_datelines(line, 0, KNOWN, language)
    assert len(read) == len(line)
    return "".join("_" if new == " " != old else new for old, new in zip(line, read, strict=True))


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("GENEVA, March 3 (Reuters) — Four", "Geneva, March 3 (_______) — Four"),
        ("BAKU, 1 March (Caspian Wire) — The", "Baku, 1 March (_______ ____) — The"),
        ("WASHINGTON (AP) - The", "Washington (__) - The"),
        ("Washington (CNN) The court", "Washington (___) The court"),
        ("Milwaukee, Wisconsin (CNN) -- The", "Milwaukee, Wisconsin (___) -- The"),
        ("Tbilisi, 3 March 2026 (Interpress) The", "Tbilisi, 3 March 2026 (__________) The"),
        ("GAZA CITY, Gaza Strip (AP) — A", "Gaza City, Gaza Strip (__) — A"),
        ("TOKYO/WASHINGTON (Reuters) - The", "Tokyo/Washington (_______) - The"),
        ("PORT ST. LUCIE, Fla. — Mitt", "Port St. Lucie, Fla. — Mitt"),
        ("FRANKFURT AM MAIN — The", "Frankfurt am Main — The"),
        ("(Reuters) - Russia", "(_______) - Russia"),
        ("(CNN) The court", "(___) The court"),
        ("BERLIN, March 3. /TASS/. The", "Berlin, March 3. /____/. The"),
    ],
)
def test_a_dateline_is_read_as_its_place_without_its_agency(line: str, read: str):
    assert plain(line) == read


def test_russian_datelines_are_read_too():
    said = plain("ТБИЛИСИ, 3 марта. /ТАСС/. Премьер", "ru")
    assert said == "Тбилиси, 3 марта. /____/. Премьер"
    said = plain("МОСКВА, 3 мар - Интерфакс. Глава", "ru")
    assert said == "Москва, 3 мар - _________. Глава"


@pytest.mark.parametrize(
    "line",
    [
        "The World Trade Organization (WTO) — a club of 166 — met.",
        "European Union (EU) Commissioner Marta Kos spoke.",
        "Islamic State (IS) group claims attack.",
        "(Kyiv) – A Ukrainian journalist",
        "Senate Minority Leader Harry Reid (D-Nev.), who spoke",
        "Joe Biden (Democrat) — the former vice president",
        "Tesla’s (TSLA) China website",
        "A summit in Tirana, Albania, May 16, 2025. (Jane Doe/Reuters)",
        "Georgia – EU talks end",
        "ANALYSIS/OPINION:",
        "War",
        "",
    ],
)
def test_what_only_resembles_a_dateline_stays_as_it_is(line: str):
    assert plain(line) == line


def test_a_place_in_capitals_is_written_as_the_text_writes_it():
    assert plain("MCALLEN, Texas — They met in McAllen.") == "McAllen, Texas — They met in McAllen."


@given(st.text(alphabet=st.sampled_from("AaBb Ииŉßİ(),.-—/\n1"), max_size=60))
def test_no_place_in_a_text_is_moved(line: str):
    read = plain_datelines(line, 0, KNOWN, "en")
    assert len(read) == len(line)


def actors(body: str) -> dict[str, Actor]:
    """The actors of an article by name, found with the language model."""
    read = text("", body)
    (spans,) = nlp.load().entities([whole_text(read)])
    return by_name(read, find_actors(read, spans, KNOWN))


def test_an_agency_whose_name_holds_a_place_does_not_make_it_the_news():
    body = "BAKU, 1 March (Caspian Wire) — Azerbaijan opened a port.\n\nBaku paid for it."
    found = actors(body)
    assert set(found) == {"Baku", "Azerbaijan"}
    assert [mention.text for mention in found["Baku"].mentions] == ["BAKU", "Baku"]


def test_an_agency_that_is_named_in_the_text_is_an_actor_of_it():
    body = "WASHINGTON (AP) — The White House barred a reporter of AP.\n\nAP went to court."
    found = actors(body)
    assert [mention.text for mention in found["Associated Press"].mentions] == ["AP", "AP"]


def test_an_unknown_place_in_capitals_is_one_actor_with_its_other_spelling():
    body = "VELDHAVEN — A factory opened in Veldhaven, the mayor of Veldhaven said."
    (name,) = actors(body)
    assert name == "Veldhaven"
