"""The main text of a page: trafilatura's fast way, and where it lost something, slower ones.

What a page's paragraphs say (page/paragraphs.py) is the judge. On 604 pages (November 2026) every
fourth fast text agreed with it by less than ENOUGH. Where one of the two holds the other, what is
more in it decides; else a slower way that agrees with the judge. On 268 whole texts: F1 .962, where
the fast way alone has .928, trafilatura's default .929, its four settings' best page by page .946.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from statistics import median

import trafilatura
from trafilatura.readability_lxml import Document

from newsbeam.transforms.page.clean import TEXT_LIMIT, plain_text
from newsbeam.transforms.page.clean import paragraphs as blank_lines
from newsbeam.transforms.page.paragraphs import (
    LONG,
    Paragraph,
    agreement,
    letters,
    main_text,
    sequences,
    weight,
)
from newsbeam.transforms.page.tree import Element, page_tree
from newsbeam.transforms.page.visible_date import is_date

EXTRACTOR = f"trafilatura {version('trafilatura')}"
SHORT = 600  # characters: an article is longer, a teaser before a wall is not
ENOUGH = 0.87  # agreement from which nothing was lost; .95 reads half of all pages twice
AHEAD = 0.1  # that another way must agree more, as the judge errs too; .05 and .2 are worse
MOST = 15_000  # elements of a page that is read slowly: 3 s in the worst case
FULLER = 1.5  # times as long: then the page states a text of which it shows the beginning
MOSTLY = 0.9  # of a text's sequences are in another one: that one holds it
BOXED = 0.6  # of a line in links: it announces another story
LABEL = 30  # letters of such a line; a shorter one may be an item of a list
BEGIN = 40  # letters by which a description is known to be the beginning of a paragraph

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # `problems` says what failed


def _trafilatura(tree: Element, **setting: bool) -> str:
    document = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=False, **setting
    )
    return (document and document.text) or ""


class _Lenient(Document):
    """readability's way without its first step, which takes out whole boxes for their names."""

    def remove_unlikely_candidates(self) -> None:
        """Take out nothing."""


def _readability(markup: str, way: type[Document]) -> str:
    tree = page_tree(markup)
    return "" if tree is None else plain_text(way(tree).summary(), TEXT_LIMIT)


def _ways(tree: Element, markup: str) -> Iterator[str]:
    """The slower texts of a page, each made when it is asked for."""
    yield _readability(markup, Document)
    yield _readability(markup, _Lenient)
    yield _trafilatura(tree, favor_precision=True)


def _lines_in(text: str, other: str) -> tuple[list[str], list[bool]]:
    """The paragraphs of a text, and whether each stands in the other text too."""
    lines, known = text.split("\n\n"), letters(other)
    return lines, [letters(line)[:BEGIN] in known for line in lines]


def _holds_more(text: str, other: str) -> bool:
    """Whether a text has paragraphs that the other lacks among those that both have."""
    lines, shared = _lines_in(text, other)
    last = max((number for number, found in enumerate(shared) if found), default=0)
    between = sum(
        weight(line) for line, found in zip(lines[:last], shared, strict=False) if not found
    )
    return between > (1 - ENOUGH) * weight(other)


def _is_label(text: str, other: str) -> bool:
    """Whether what a text has more than the other are short lines: labels and captions."""
    lines, shared = _lines_in(text, other)
    more = [weight(line) for line, found in zip(lines, shared, strict=True) if not found]
    return not more or median(more) < LONG


def _goes_on(text: str, other: str) -> bool:
    """Whether a text goes on where the other ends: at once, for long, in paragraphs as long.

    Comments and other stories come after a heading and in shorter paragraphs.
    """
    lines, shared = _lines_in(text, other)
    last = max((number for number, found in enumerate(shared) if found), default=0)
    rest = [weight(line) for line in lines[last + 1 :]]
    own = [weight(line) for line, found in zip(lines, shared, strict=True) if found]
    if not (rest and own) or 2 * sum(rest) < sum(own):
        return False
    return 2 * min(rest[0], median(rest)) >= median(own)


def whole_text(
    tree: Element,
    markup: str,
    paragraphs: Sequence[Paragraph],
    tidy: Callable[[str], str],
) -> str:
    """The text of the page's article by the way that lost least.

    `tidy` takes furniture out of a text.
    """
    judge = tidy(main_text(paragraphs))
    best = tidy(_trafilatura(tree, fast=True))
    is_huge = tree.xpath("count(//*)") > MOST
    if len(best) < SHORT and not is_huge:  # the fast way leaves out the rescue of short texts
        best = tidy(_trafilatura(tree))
    words, found = sequences(judge), sequences(best)
    score = agreement(found, words) + AHEAD
    least = score
    if score < ENOUGH + AHEAD and len(best) >= SHORT:
        shared = (words & found).total()
        if shared >= MOSTLY * words.total() and _holds_more(best, judge):
            return best
        if shared >= MOSTLY * found.total():
            if _is_label(judge, best):
                return best
            best = judge if _goes_on(judge, best) else best
            least = ENOUGH
    if is_huge:
        return best
    ways = _ways(tree, markup) if judge else iter(())
    while score < ENOUGH + AHEAD and (text := next(ways, None)) is not None:
        tidied = tidy(text)
        if (other := agreement(sequences(tidied), words)) > max(score, least):
            best, score = tidied, other
    if score >= ENOUGH + AHEAD and 2 * best.count("\n") < judge.count("\n"):
        return judge  # the same words: trafilatura's rescue of short texts runs paragraphs together
    return best


def fuller(text: str, body: str) -> str:
    """The text, or the body that JSON-LD states where the page shows the beginning of it alone.

    >>> fuller("They met.", "They met. They talked.")
    'They met. They talked.'
    """
    begun = letters(text)[:BEGIN] in letters(body)
    return body if begun and len(body) > FULLER * len(text) else text


def _says(description: str, words: str) -> bool:
    begin, other = words[:BEGIN], description[:BEGIN]
    return len(other) == BEGIN and (other in words or begin in description)


def with_lead(text: str, paragraphs: Sequence[Paragraph], description: str) -> str:
    """The text with the paragraphs between heading and text that are its lead and were lost.

    A lead stands among the other paragraphs, is named as one, or is what the page's description
    says; what else stands there are captions.
    """
    whole, said = letters(text), letters(description)
    lead: list[str] = []
    for one in paragraphs:
        if one.tag == "h1":
            lead = []
        if one.tag == "h1" or not one.is_prose:
            continue
        words = letters(one.text)
        if words in whole:
            return "\n\n".join([*lead, text])
        if one.main or one.lead or _says(said, words):
            lead.append(one.text)
    return text


def without_heading(text: str, title: str, headings: Sequence[str]) -> str:
    """The text without the page's heading, its date, and the labels beside them.

    Where a text has no <p>, trafilatura puts heading and date line behind it.

    >>> without_heading("Home\\n\\nTalks resume\\n\\nThey met.", "", ["Talks resume"])
    'They met.'
    """
    known = {letters(one) for one in (title, *headings)} - {""}
    lines = text.split("\n")
    prose = [number for number, line in enumerate(lines) if weight(line) >= LONG]
    start, end = 0, len(lines)
    for number, line in enumerate(lines):
        if letters(line) not in known:
            continue
        if number < (prose[0] if prose else len(lines) - 1):
            start = number + 1
        elif prose and number > prose[-1]:
            end = min(end, number)
    begin = prose[0] if prose else start
    dated = [number for number in range(start, begin) if is_date(lines[number])]
    kept = lines[dated[-1] + 1 if dated else start : end]
    if prose:  # between paragraphs too: of a page of many <article>s it comes second
        kept = [line for line in kept if letters(line) not in known]
    return blank_lines("\n".join(kept))


def without_link_boxes(text: str, paragraphs: Sequence[Paragraph]) -> str:
    """The text without short lines that on the page are little but a link to another story."""
    boxes = {
        letters(one.text)
        for one in paragraphs
        if one.linked > BOXED * len(one.text) and weight(one.text) >= LABEL
    }
    kept = (line for line in text.split("\n\n") if letters(line) not in boxes)
    return "\n\n".join(kept)
