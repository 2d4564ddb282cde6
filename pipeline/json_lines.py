"""Files of JSON lines, and the documents in them, looked at before anything is written."""

import collections
import gzip
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import chain, islice
from typing import Any

from newsbeam.pipeline.errors import UsageError
from newsbeam.transforms.page.document_files import LOOKED_AT, no_documents
from newsbeam.transforms.page.document_lines import LINE_LIMIT
from newsbeam.transforms.read_documents import Line


def opened(name: str) -> AbstractContextManager[Any]:
    """The bytes of a file, of a `.gz` those that are packed in it; `-` is standard input."""
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    return gzip.open(name) if name.endswith(".gz") else open(name, "rb")


def lines_of(names: Sequence[str]) -> Iterator[str]:
    """All lines of JSON-lines files, `.gz` too; `-` is standard input. A bad byte costs one.

    Of a line longer than any document may be, the beginning comes and the rest is passed over.
    """
    for name in names:
        try:
            with opened(name) as file:
                while line := file.readline(LINE_LIMIT + 1):
                    yield line.decode("utf-8-sig", "replace")
                    while len(line) > LINE_LIMIT and not line.endswith(b"\n"):
                        line = file.readline(LINE_LIMIT + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UsageError(f"{name}: cannot be read to its end ({error})") from None


def documents_of(names: Sequence[str]) -> Iterator[Line]:
    """The lines of these files that say something, each with its place ("a.jsonl line 7").

    A file that cannot be read, is cut or holds no JSON lines is a UsageError now, before the first
    line is asked for. One that is named twice is read once.
    """
    ahead: dict[str, Iterator[Line]] = {}
    for name in dict.fromkeys(names):
        lines = _lines_with_place(name)
        first = list(islice(lines, LOOKED_AT))
        if wrong := no_documents([line for _, line in first]):
            raise UsageError(f"{_shown(name)} {wrong}")
        if name == "-":
            ahead[name] = chain(first, lines)  # it cannot be read twice
        elif name.endswith(".gz"):
            collections.deque(lines, maxlen=0)
    return chain.from_iterable(
        ahead.get(name) or _lines_with_place(name) for name in dict.fromkeys(names)
    )


def _lines_with_place(name: str) -> Iterator[Line]:
    for number, line in enumerate(lines_of([name]), 1):
        if line.strip():
            yield f"{_shown(name)} line {number}", line


def _shown(name: str) -> str:
    # A file's name may be no UTF-8; what is written to the lake is.
    return "standard input" if name == "-" else name.encode("utf-8", "replace").decode()
