"""Which office of a person's an article's day asks for, where it is, and how it is said. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

from newsbeam.transforms.text.reference import Office

# The highest first: by the first of these words that the label has.
RANKS = ("president of the republic", "president", "king", "queen", "prime minister", "chancellor",
         "premier", "vice president", "deputy prime minister", "minister", "secretary",
         "governor", "speaker", "ambassador", "mayor")  # fmt: skip


# "Minister of Foreign Affairs" says of what, and not of whom.
OF_A_FIELD = r"(?:.*\b)?(?:[Mm]inister|Secretary)\b.*\bof\b"


def rank(office: Office) -> tuple[bool, int, str]:
    """How high an office is, the highest first; a seat in a parliament comes last."""
    label = office.label.casefold()
    nth = next((nth for nth, word in enumerate(RANKS) if word in label), len(RANKS))
    return office.kind != "office", nth, office.label


def office_on(offices: Sequence[Office], day: date) -> Office | None:
    """The highest office that is known to have been held on the day."""
    return min((office for office in offices if office.held_on(day)), key=rank, default=None)


def home_of(offices: Sequence[Office], day: date) -> str:
    """The jurisdiction of the office held on the day, else that of most offices."""
    if office := office_on(offices, day):
        return office.jurisdiction
    return Counter(office.jurisdiction for office in offices).most_common(1)[0][0]


def in_words(office: Office, state: str) -> str:
    """An office with its state: “Prime Minister of Armenia”.

    >>> in_words(Office("Prime Minister", "ARM", "office", "2018", "", "2022"), "Armenia")
    'Prime Minister of Armenia'
    >>> in_words(Office("Chief Justice of the United States", "USA", "office", "", "", ""), "x")
    'Chief Justice of the United States'
    """
    says_where = re.search(r"\b(?:of|to|in) (?:the )?[A-Z]", office.label)
    is_whole = bool(says_where) and not re.match(OF_A_FIELD, office.label)
    if office.kind != "office" or not state or state in office.label:
        is_whole = True
    return office.label if is_whole else f"{office.label} of {with_article(state)}"


def with_article(state: str) -> str:
    """The name of a state as English says it after "of".

    >>> with_article("United States"), with_article("Armenia")
    ('the United States', 'Armenia')
    """
    needs = re.match(
        r"United |.*(?:Republic|Islands|Netherlands|Philippines|Maldives|Bahamas)$", state
    )
    return f"the {state}" if needs else state
