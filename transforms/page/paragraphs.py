"""The paragraphs of a page and the box that most of them stand in: what a text is held against.

A page's article is where long paragraphs without links stand together (readability's idea). As an
extractor this is worse than trafilatura (F1 .88 against .93), but it errs elsewhere: where the two
disagree, one of them lost something.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter

from lxml.etree import iterwalk

from newsbeam.transforms.page.tree import BESIDE, Element, has_heading, is_box, is_hidden

LONG = 80  # characters from which a run of text is a paragraph, not a label or a button
LINKED = 0.3  # of its characters: a paragraph with more in links leads to other pages
OFTEN = 3  # times that a page says a text from which it is a label, whatever its length
# How much a paragraph counts for the boxes around it, from the nearest on.
NEARNESS = (1.0, 0.85, 0.7, 0.6, 0.5)

_UNREAD = frozenset(
    "script style noscript svg template button select textarea iframe head figure"
    " figcaption".split()
)
_BLOCKS = frozenset(
    "address article blockquote body br center dd details div dl dt form h1 h2 h3 h4 h5 h6 header"
    " hr li main ol p pre section table tbody td th tr ul".split()
)
# A sign of Chinese, Japanese or Korean says as much as two and a half letters.
_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LEAD = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|standfirst|intro|dek|deck|sub-?(?:title|head(?:line)?)|vorspann|chapo)"
    r"(?:$|[\s_-])",
    re.I,
)
_WORD = re.compile(r"\w+")
_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text on a page: a paragraph, a heading, a label."""

    text: str
    tag: str
    linked: int  # characters in links
    lead: bool = False  # named as the lead by its box
    main: bool = False  # in the box that most of the page's text stands in

    @property
    def is_prose(self) -> bool:
        """Whether it is long and leads nowhere."""
        return weight(self.text) >= LONG and self.linked <= LINKED * len(self.text)


def is_lead(box: Element) -> bool:
    """Whether a box, or one that holds it alone, is named as the article's lead."""
    named = (box, *islice(box.iterancestors(), 1))
    return any(_LEAD.search(one.get("class") or "") for one in named)


def letters(text: str) -> str:
    """The letters and figures of a text alone, in lower case, for a search within another."""
    return "".join(_WORD.findall(text.lower()))


def weight(text: str) -> float:
    """The length of a text in Latin letters."""
    return len(text) + 1.5 * len(_DENSE.findall(text))


def _asides(tree: Element) -> Callable[[Element], bool]:
    """Whether an element of this page speaks of something else than its article."""
    others = BESIDE
    if tree.xpath("boolean(//article[.//h1])"):
        others |= {"article"}  # within or after the one with the heading: the next story

    def is_aside(element: Element) -> bool:
        if is_hidden(element) or is_box(element):
            return True
        return element.tag in others and not has_heading(element)

    return is_aside


def _pieces(
    tree: Element, skipped: Callable[[Element], bool]
) -> Iterator[tuple[int, Element, str, bool]]:
    """Each piece of text: the number of its run, the box around it, itself, whether in a link."""
    boxes, number, links = [tree], 0, 0
    left_out: Element | None = None
    walker = iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        text = element.tail
        if event == "start" and (element.tag in _UNREAD or skipped(element)):
            left_out = element
            walker.skip_subtree()
            continue
        if event == "start":
            text = element.text
            links += element.tag == "a"
            if element.tag in _BLOCKS:
                boxes.append(element)
                number += 1
        elif element is not left_out:
            links -= element.tag == "a"
            if element.tag in _BLOCKS:
                boxes.pop()
                number += 1
        if text:
            yield number, boxes[-1], text, links > 0


def _runs(tree: Element, skipped: Callable[[Element], bool]) -> Iterator[tuple[Element, Paragraph]]:
    """Every run of text between the edges of two boxes, with the box that it begins in."""
    for _, run in groupby(_pieces(tree, skipped), key=itemgetter(0)):
        pieces = list(run)
        if text := " ".join("".join(piece for _, _, piece, _ in pieces).split()):
            box = pieces[0][1]
            linked = sum(len(piece.strip()) for _, _, piece, is_link in pieces if is_link)
            named = len(text) >= LONG / 2 and is_lead(box)
            yield box, Paragraph(text, str(box.tag), linked, named)


def page_paragraphs(tree: Element) -> list[Paragraph]:
    """The runs of text of a page in their order; comments, menus and link boxes are left out."""
    runs = list(_runs(tree, _asides(tree)))
    if not any(run.is_prose for _, run in runs):
        runs = list(_runs(tree, lambda _: False))
    scores: defaultdict[Element, float] = defaultdict(float)
    for element, run in runs:
        if run.is_prose:
            for box, share in zip(element.iterancestors(), NEARNESS, strict=False):
                scores[box] += share * weight(run.text)
    if not scores:
        return [run for _, run in runs]
    best = max(scores, key=scores.__getitem__)
    inside = set(best.iter())
    return [
        Paragraph(run.text, run.tag, run.linked, run.lead, element in inside)
        for element, run in runs
    ]


def main_text(paragraphs: Sequence[Paragraph]) -> str:
    """The text of the box that most of the page's text stands in."""
    times = Counter(one.text for one in paragraphs)
    kept = [
        one
        for one in paragraphs
        if one.main
        and one.linked <= len(one.text) / 2
        and (weight(one.text) >= LONG / 2 or _END.search(one.text))
    ]
    once = [one for one in kept if times[one.text] < OFTEN]
    return "\n\n".join(one.text for one in (once if len(once) > len(kept) / 2 else kept))


def sequences(text: str) -> Counter[tuple[str, ...]]:
    """How often each sequence of four words stands in a text; all words of a shorter one."""
    words = _WORD.findall(text.lower())
    fours = zip(*(words[n:] for n in range(4)), strict=False)
    return Counter(fours) or Counter([tuple(words)] if words else [])


def agreement(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    """How far two texts are the same: F1 of their sequences of four words, 0 to 1.

    >>> agreement(sequences("a b c d e"), sequences("a b c d e f"))
    0.8
    """
    if not (one and other):
        return 0.0
    return 2 * sum((one & other).values()) / (one.total() + other.total())
