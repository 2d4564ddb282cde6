"""Datelines: "GENEVA, March 3 (Reuters) —" says where an article was written, and for whom.

The place is the one that the text names in small letters; an agency in marks is no part of what the
text is about. The forms are those of 5,500 captured articles, of which one in seven has a dateline.
"""

import re

from newsbeam.transforms.text.knowledge import Knowledge

HEAD = 1000  # characters of the body: before a dateline stand at most titles, bylines and captions
_DAY = r"(?:\d{1,2}\.? [^\W\d_]{3,9}|[^\W\d_]{3,9}\.? \d{1,2})\b(?:,? \d{4})?(?: г)?"
_LINE = re.compile(
    r"^(?:(?P<place>[^\W\d_][^\n,—–(]{1,39}?)(?:, ?[^\n,—–(\d]{2,20}?){0,2})?"  # GAZA CITY, Gaza …
    rf"(?:(?:^|[,.]? )(?P<day>{_DAY})[.,]{{0,2}})? ?"
    r"(?:(?:(?P<open>\()|/)(?P<marked>[^\W\d_][^()/\n\d,:]{1,29})(?(open)\)|/)"  # (AP)
    r"(?P<dash>\s*(?:[—–:]|--?))?"
    r"|(?P<bare>\s*(?:[—–]|--)|\s-(?=\s))"  # WASHINGTON —
    r"(?: ?(?P<after>[^\W\d_][^\n.,:—–-]{2,29})\.(?=\s))?)",  # 3 мар - РИА Новости.
    re.MULTILINE,
)
_SMALL = re.compile(r"(?<=[ -])(?:De|Del|Of|And|The|Am|Au|На|Ле)(?=[ -])")


def plain_datelines(text: str, body: int, knowledge: Knowledge, language: str) -> str:
    """The text with each place of a dateline as names are written, and blanks for its agency.

    `body` is where the article's text begins. Every offset into the result is one into the text.
    """
    for line in _LINE.finditer(text[: body + HEAD], body):
        place, credit = line["place"] or "", line["marked"] or line["after"] or ""
        credited = bool(credit) and _is_agency(line, text[line.end() :], knowledge, language)
        if credited:
            start, end = line.span("marked" if line["marked"] else "after")
            text = text[:start] + " " * (end - start) + text[end:]
        if place.isupper() and (credited or line["bare"]):
            text = text[: line.start("place")] + _as_name(place, text) + text[line.end("place") :]
    return text


def _is_agency(line: re.Match[str], rest: str, knowledge: Knowledge, language: str) -> bool:
    """Whether the words in marks are whom the article was written for."""
    place, credit = line["place"] or "", line["marked"] or line["after"]
    known = [hit for hit in knowledge.find(credit, language) if hit.end - hit.start == len(credit)]
    if any(hit.type != "organisation" for hit in known):
        return False  # "(Kyiv) – A Ukrainian journalist"
    if not all(word[0].isupper() for word in credit.split()) and credit not in ("dpa", "epd"):
        return False
    if line["after"]:
        return bool(line["day"])
    if _initials(place).endswith(credit):  # "The World Trade Organization (WTO) — "
        return False
    if line["dash"] or line["day"] or place.isupper():
        return not place or bool(line["day"] or known) or place.isupper() or credit.isupper()
    return bool(known or not place) and credit.isupper() and _begins(rest)  # "Washington (CNN) The"


def _begins(rest: str) -> bool:
    """Whether a sentence begins here."""
    return rest.lstrip(" “\"'‘")[:1].isupper()


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _as_name(place: str, text: str) -> str:
    """A place in capitals as the text itself writes it elsewhere, else each word with one.

    >>> _as_name("MCALLEN", "MCALLEN — In McAllen"), _as_name("RIO DE JANEIRO", "RIO DE JANEIRO")
    ('McAllen', 'Rio de Janeiro')
    """
    for found in re.finditer(rf"\b{re.escape(place)}\b", text, re.IGNORECASE):
        if not (found[0].isupper() or found[0].islower()):
            return found[0]
    title = _SMALL.sub(lambda word: word[0].lower(), place.title())
    return title if len(title) == len(place) else place
