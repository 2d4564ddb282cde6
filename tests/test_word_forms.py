"""Entries of a list are found in the forms in which a text may have them."""

import re

import pytest

from newsbeam.transforms.text.word_forms import WordList, apart, entry_of, pattern


def found(text: str, *entries: str) -> list[str]:
    """The entries as the text has them, also one within another."""
    keys = [entry_of(entry) for entry in entries]
    return [text[at[1] : at[2]] for _, at in WordList(keys, keys).find("text", text)]


@pytest.mark.parametrize(
    ("text", "entry", "said"),
    [
        ("Two corridors.", "corridor", ["corridors"]),
        ("The army’s Armies", "army", ["army’s", "Armies"]),
        ("gas transit corridors", "transit corridor", ["transit corridors"]),
        ("Borderisation of borders", "borderis*", ["Borderisation"]),
        ("На войне и воины", "войн*", ["войне"]),
        ("St. Petersburg", "St. Petersburg", ["St. Petersburg"]),
        ("transitory", "transit", []),
        ("transit. A corridor", "transit corridor", []),
    ],
)
def test_an_entry_is_found_in_its_forms(text: str, entry: str, said: list[str]) -> None:
    assert found(text, entry) == said


def test_without_english_a_word_has_the_form_that_stands_there() -> None:
    entries = [entry_of("polis")]
    assert list(WordList(entries).find("text", "polises")) == []
    assert len(list(WordList(entries, entries).find("text", "polises"))) == 1


def test_of_entries_at_one_place_the_longest_is_kept() -> None:
    entries = [entry_of(one) for one in ("transit", "transit corridor", "corridor")]
    places = [*WordList(entries).find("title", "transit corridor"),
              *WordList(entries).find("text", "corridor")]  # fmt: skip
    assert [entry for entry, _ in places] == [
        ("transit", "corridor"), ("transit",), ("corridor",), ("corridor",),
    ]  # fmt: skip
    assert [entry for entry, _ in apart(places)] == [("transit", "corridor"), ("corridor",)]


@pytest.mark.parametrize(
    ("entry", "text", "said"),
    [
        ("army", "two ARMIES met", "ARMIES"),
        ("transit corridor", "the transit-corridors’ end", "transit-corridors"),
        ("бордериз*", "О бордеризации", "бордеризации"),
        ("visa-free", "Visa-free travel", "Visa-free"),
        ("transit", "transitory", None),
        ("a.b", "axb", None),
    ],
)
def test_the_pattern_finds_what_the_list_finds(entry: str, text: str, said: str | None) -> None:
    in_python = pattern(entry_of(entry)).replace(r"\p{L}\p{N}", r"\w")
    match = re.search(in_python, text)
    assert (match[1] if match else None) == said
    assert found(text, entry) in ([], [said])
