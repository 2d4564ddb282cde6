"""Lines of an article that are no part of it: buttons, labels, link boxes, its own headline.

Which these are is `page_debris.csv`, that a person can edit.
"""

import re
from functools import cache

from newsbeam.schemas.ids import normalised
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.page.clean import TEXT_LIMIT

LONGEST_END = 450  # characters: a title of 300, a site's name of 100, and the words between


@cache
def _lines() -> re.Pattern[str]:
    rows = packaged("page_debris.csv")
    return re.compile("|".join(f"(?:{one['pattern']})" for one in rows if not one["place"]), re.I)


@cache
def _ends() -> re.Pattern[str]:
    """What stands at the end of a line; capital letters count, for it may follow a sentence."""
    rows = packaged("page_debris.csv")
    ends = "|".join(f"(?:{one['pattern']})" for one in rows if one["place"] == "end")
    return re.compile(rf"(?:^|\s)(?:{ends})$")


def _without_end(line: str) -> str:
    begin = max(0, len(line) - LONGEST_END)
    return line[:begin] + _ends().sub("", line[begin:])


def without_debris(text: str) -> str:
    """Paragraphs parted by blank lines, without lines that are buttons, labels and link boxes.

    >>> without_debris("First.\\nAdvertisement\\nRead also: Another story\\nLast.")
    'First.\\n\\nLast.'
    >>> without_debris("They met. The post Talks resume appeared first on The Ledger.")
    'They met.'
    """
    lines = (_without_end(" ".join(line.split())) for line in text.split("\n"))
    kept = [line for line in lines if line and not _lines().fullmatch(line.strip(" -–—•|*>»"))]
    return "\n\n".join(kept)[:TEXT_LIMIT].strip()


def without_headline(text: str, title: str) -> str:
    """The text without a first paragraph that only says the title again, unless it is all.

    >>> without_headline("Talks resume\\n\\nThey met.", "Talks resume")
    'They met.'
    """
    first, _, rest = text.partition("\n")
    if rest.strip() and normalised(first).rstrip(".") == normalised(title).rstrip("."):
        return rest.strip()
    return text
