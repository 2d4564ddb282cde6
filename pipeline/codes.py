"""The codes of countries and languages that a feed list may state, and which one was meant."""

import re
from collections.abc import Iterator

from babel.core import Locale, get_global

from newsbeam.pipeline.errors import did_you_mean
from newsbeam.transforms.knowledge import packaged

# A name must be nearly right: what is meant by half of one would be a guess.
NEAR = 0.8


def country_problem(stated: str) -> str:
    """Why this is no code of a country as the knowledge base has them, or "".

    >>> country_problem("GEO"), country_problem("Georgia")
    ('', "'Georgia' is no code of three letters (ISO 3166-1); did you mean GEO?")
    """
    states = list(_states())
    codes = {code for code, _ in states}
    if stated in codes:
        return ""
    names = {name: code for code, those in reversed(states) for name in those}
    # Unicode keeps the codes of three letters as other names of those of two.
    for code, (two, *others) in get_global("territory_aliases").items():
        if code in codes and not others:
            names[two] = code
    names |= {code: code for code in codes}
    meant = did_you_mean(stated, names, NEAR)
    return f"{stated[:80]!r} is no code of three letters (ISO 3166-1){meant}"


def _states() -> Iterator[tuple[str, list[str]]]:
    """The code of each state and territory, with its names in all languages."""
    for row in packaged("actors.csv"):
        if row["source"].startswith("country-codes"):  # see SOURCES.md: these rows and no others
            cells = (cell for column, cell in row.items() if column.startswith("names_"))
            yield row["country"], [name for cell in cells for name in cell.split("|") if name]


def language_problem(stated: str) -> str:
    """Why this is no code of a language as feeds state them (ka, en-GB), or "".

    >>> language_problem("ka"), language_problem("en-GB")
    ('', '')
    >>> language_problem("Georgian")
    "'Georgian' is no code of two letters (ISO 639-1); did you mean ka?"
    """
    named = {
        code: name
        for code, name in Locale("en").languages.items()
        if re.fullmatch("[a-z]{2}", code)
    }
    if re.split("[-_]", stated)[0].lower() in named:
        return ""
    names = {name: code for code, name in named.items()}
    names |= {three: two for three, two in get_global("language_aliases").items() if two in named}
    meant = did_you_mean(stated, names, NEAR)
    return f"{stated[:80]!r} is no code of two letters (ISO 639-1){meant}"
