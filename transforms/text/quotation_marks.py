"""Where the quotations of a text stand: the words between the marks, paragraph by paragraph."""

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_TITLE = 8  # words of a book or a film between marks, each with a capital
LABEL_WORDS = 40  # characters before a quotation in which “the so-called” and the like may stand

_LINE = re.compile(r"[^\n]+")
_DOUBLE = re.compile(r"[“”„«»\"]|``|''")
_CLOSED_BY = {"“": '”"', "„": '“”"', "«": "»", '"': '"”', "``": "''\""}
# A single mark opens before a word and closes after one; what has a letter on both sides is an
# apostrophe, and so is most likely a mark before a number ('round the '90s).
# "The teachers' union has asked,' said X": the mark of a plural owner ends nothing where another
# mark behind a stop or comma does.
_SINGLE = re.compile(
    r"(?<![\w'’])[‘'](?=[A-Za-z…\[])"
    r"((?:[^‘'’\n]|(?<=\w)['’](?=\w)|(?<=s)['’](?= [a-z])){7,2000}?[,.?!…]|[^‘\n]{8,2000}?)"
    r"['’](?![\w'’])"
)
_LABELLED = re.compile(
    r"(?:so[- ]called|known as|nicknamed|dubbed|titled|entitled|named|slogan|headlined|words?|"
    r"film|movie|book|novel|song|album|show|series|program|programme|column|article|exercises?|"
    r"(?:law|bill|act|decree|decision|resolution|declaration|statement) (?:on|about)|banners?|"
    r"т\. ?н\.|так называем\w+|ე\. ?წ\.|ეგრეთ წოდებულ\w+)\W{0,3}$",
    re.I,
)


class Quotation(NamedTuple):
    """The words of a quotation, without marks; `continued`: from the paragraph before it."""

    start: int
    end: int
    continued: bool = False


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """The start and end of each line that holds text."""
    for found in _LINE.finditer(text):
        if not found.group().isspace():
            yield found.span()


def quotations(text: str) -> tuple[Quotation, ...]:
    """Every span between quotation marks, outermost only, in order; scare quotes too.

    A quotation over several paragraphs is one span in each: it opens each of them with its
    mark and closes only the last.

    >>> text = "He said “it’s ‘all’ fine”."
    >>> [text[q.start : q.end] for q in quotations(text)]
    ['it’s ‘all’ fine']
    >>> text = "'The teachers' union asked too much,' said Bob. ‘The nurses’ pay rises,’ he said."
    >>> [text[q.start : q.end] for q in quotations(text)]
    ["The teachers' union asked too much,", 'The nurses’ pay rises,']
    >>> quotations("The workers' union and the dogs' home of the 'seventies")
    ()
    """
    found: list[Quotation] = []
    unclosed = ""
    for start, end in paragraphs(text):
        line = text[start:end]
        goes_on = bool(unclosed) and line.lstrip().startswith(unclosed)
        spans, unclosed = _double(line)
        singles = (single.span(1) for single in _SINGLE.finditer(line))
        spans += [(s, e) for s, e in singles if not any(begin <= s < stop for begin, stop in spans)]
        for nth, (s, e) in enumerate(sorted(spans)):
            s, e = _trimmed(line, s, e)
            if s < e:
                found.append(Quotation(start + s, start + e, goes_on and nth == 0))
    return tuple(found)


def _double(line: str) -> tuple[list[tuple[int, int]], str]:
    """The spans between double marks of one paragraph, and the mark left open at its end.

    A quotation that is left open goes to the end of the paragraph.
    """
    spans: list[tuple[int, int]] = []
    mark, begin, depth = "", 0, 0
    for found in _DOUBLE.finditer(line):
        sign, at = found.group(), found.start()
        if not mark:
            inches = sign == '"' and at > 0 and line[at - 1].isalnum()
            if sign in _CLOSED_BY and not inches:
                mark, begin, depth = sign, found.end(), 0
        elif sign == mark == "«":
            depth += 1
        elif sign in _CLOSED_BY[mark] and depth:
            depth -= 1
        elif sign in _CLOSED_BY[mark]:
            spans.append((begin, at))
            mark = ""
    if mark:
        spans.append((begin, len(line)))
    return spans, mark


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    words = line[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def is_label(text: str, quotation: Quotation) -> bool:
    """Whether the words are a name, a title or a term rather than something said.

    >>> text = "the so-called “peace of the brave and free”"
    >>> is_label(text, quotations(text)[0])
    True
    """
    words = text[quotation.start : quotation.end].split()
    if _LABELLED.search(text[max(0, quotation.start - LABEL_WORDS) : quotation.start - 1]):
        return True
    content = [word for word in words if len(word) > 3]
    in_capitals = all(word[0].isupper() for word in content)
    return len(words) <= LONGEST_TITLE and len(content) > 1 and in_capitals
