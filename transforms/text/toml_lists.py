"""TOML files of lists that a person writes: what is wrong is said with its line and key."""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

from newsbeam.transforms.text.knowledge_files import BadKnowledge

TEXT, TEXTS = "a text", "a list of texts"
_NOT_EMPTY = {TEXT: "that is not empty", TEXTS: "that are not empty"}
_SHOWN = {TEXT: '{} = "…"', TEXTS: '{} = ["…", "…"]'}


class TomlList:
    """A file of keys and of tables `[[name]]`, each key a text or a list of texts.

    Raises BadKnowledge where it is no TOML.
    """

    def __init__(self, text: str, name: str) -> None:
        self._name, self._lines = name, text.split("\n")
        try:
            self.values: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r" \(at line (\d+), column \d+\)", str(error))
            line = int(at[1]) if at else len(self._lines)
            written = re.match(r"\s*([\w-]+)", self._lines[line - 1])
            key = f', "{written[1]}"' if written else ""
            why = re.sub(r" \(at .*\)$", "", str(error))
            raise BadKnowledge(f"{name}, line {line}{key}: no TOML: {why}") from None

    def bad(self, why: str, key: str, table: str = "", nth: int = 0) -> BadKnowledge:
        """What is wrong, to be raised: at a key of the whole file, or of its nth such table."""
        return BadKnowledge(f"{self._name}, line {self._line(key, table, nth)}: {why}")

    def check(self, kinds: Mapping[str, str], table: str = "", nth: int = 0) -> dict[str, Any]:
        """The values of the file, or of its nth table, each key being one of `kinds`.

        Raises BadKnowledge for another key, or a value of another kind.
        """
        said = self.values[table][nth] if table else self.values
        if not isinstance(said, dict):
            raise self.bad(f'"{table}" is a table: [[{table}]] begins each', table)
        for key, value in said.items():
            if key not in kinds:
                near = difflib.get_close_matches(key, kinds, 1)
                meant = f'; did you mean "{near[0]}"?' if near else f": {', '.join(kinds)} are"
                raise self.bad(f'"{key}" is not known{meant}', key, table, nth)
            if (kind := kinds[key]) in _SHOWN and not _is(kind, value):
                shown = _SHOWN[kind].format(key)
                raise self.bad(f'"{key}" is {kind} {_NOT_EMPTY[kind]}: {shown}', key, table, nth)
        return said

    def tables(self, table: str) -> Collection[Any]:
        """The tables of that name; BadKnowledge where they are written as something else."""
        listed = self.values.get(table, [])
        if not isinstance(listed, list):
            raise self.bad(f'"{table}" needs two brackets on either side: [[{table}]]', table)
        return listed

    def _line(self, key: str, table: str, nth: int) -> int:
        """Where a key stands; of a key that is not there, where its table begins."""
        heads = [n for n, line in enumerate(self._lines) if re.match(r"\s*\[", line)]
        own = [n for n in heads if re.match(rf"\s*\[+\s*{table}\s*\]", self._lines[n])]
        first = own[nth] if table and nth < len(own) else 0
        after = [n for n in heads if n > first] if table else []
        last = after[0] if after else len(self._lines)
        written = rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]"""
        at = (n for n in range(first, last) if re.match(written, self._lines[n]))
        return next(at, first) + 1


def _is(kind: str, value: Any) -> bool:
    if kind == TEXTS:
        return isinstance(value, list) and all(_is(TEXT, text) for text in value)
    return isinstance(value, str) and bool(value.strip())
