"""Given names of the world, in every alphabet, and the sex of those who bear them."""

from functools import lru_cache
from typing import Literal

from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.transliteration import name_key

Sex = Literal["male", "female", ""]


@lru_cache(maxsize=1)
def _sexes() -> dict[str, Sex]:
    """The sex of each given name, by its key; "" where both bear it."""
    found: dict[str, Sex] = {}
    for row in packaged("given_names.csv"):
        key, sex = name_key(row["name"]), row["sex"]
        same: Sex = "male" if sex == "male" else "female" if sex == "female" else ""
        found[key] = same if found.get(key, same) == same else ""
    found.pop("", None)
    return found


def is_given_name(word: str) -> bool:
    """Whether people bear the word as their given name, as it is written in any alphabet.

    >>> is_given_name("Владимир"), is_given_name("გიორგი"), is_given_name("Yerevan")
    (True, True, False)
    """
    return name_key(word) in _sexes()


def sex_of(word: str) -> Sex:
    """The sex of those who bear the given name, "" where it is not known.

    >>> sex_of("Նարինե"), sex_of("İlham"), sex_of("Kim")
    ('female', 'male', '')
    """
    return _sexes().get(name_key(word), "")
