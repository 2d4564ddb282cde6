"""Given names of the world, in every alphabet, and the sex of those who bear them."""

import unicodedata
from functools import lru_cache
from typing import Literal

from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.transliteration import name_key

Sex = Literal["m", "f", ""]

# Titles that tell it, without their full stops.
_TITLES: dict[str, Sex] = {
    **dict.fromkeys("mr sir lord king prince".split(), "m"),
    **dict.fromkeys("mrs ms miss madam dame lady queen princess".split(), "f"),
}


@lru_cache(maxsize=1)
def _sexes() -> dict[str, Sex]:
    """The sex of each given name, by its key; "" where both bear it."""
    found: dict[str, Sex] = {}
    for row in packaged("given_names.csv"):
        key, sex = name_key(row["name"]), row["sex"]
        same: Sex = "m" if sex == "male" else "f" if sex == "female" else ""
        found[key] = same if found.get(key, same) == same else ""
    found.pop("", None)
    return found


def is_given_name(word: str) -> bool:
    """Whether people bear the word as their given name, as it is written in any alphabet.

    >>> is_given_name("Владимир"), is_given_name("გიორგი"), is_given_name("Yerevan")
    (True, True, False)
    """
    return name_key(word) in _sexes()


@lru_cache(maxsize=1)
def _spellings() -> frozenset[str]:
    return frozenset(row["name"].lower().replace("i̇", "i") for row in packaged("given_names.csv"))


def is_spelled_so(word: str) -> bool:
    """Whether the list has a given name letter by letter, marks too: Turkish akış is no Akis.

    Words of alphabets of which the list has few names are taken as they sound.

    >>> is_spelled_so("Akış"), is_spelled_so("Mehmet"), is_spelled_so("Նիկոլ")
    (False, True, True)
    """
    small = word.lower().replace("i̇", "i")
    alphabet = unicodedata.name(word[0], "").partition(" ")[0]
    return small in _spellings() or alphabet not in ("LATIN", "GEORGIAN")


def sex_of(word: str) -> Sex:
    """The sex of those who bear the given name, "" where it is not known.

    >>> sex_of("Նարինե"), sex_of("İlham"), sex_of("Kim")
    ('f', 'm', '')
    """
    return _sexes().get(name_key(word), "")


def said_sex(text: str, start: int) -> Sex:
    """The sex that the title right before a name tells, "" where there is none.

    >>> said_sex("Then Mrs. Gray spoke", 10), said_sex("Then Gray spoke", 5)
    ('f', '')
    """
    before = text[max(0, start - 12) : start].split()
    return _TITLES.get(before[-1].lower().removesuffix("."), "") if before else ""
