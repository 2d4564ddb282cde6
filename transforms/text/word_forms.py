"""Words and phrases of a list, found in a text in the forms that it may have them in.

An entry is one word or several in a row; English ones are met in their regular forms, a phrase in
those of its last word, and `стем*` with every ending.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from newsbeam.schemas.annotations import Field

WORD = re.compile(r"\w+(?:['’&-]\w+)*")
_ENTRY = re.compile(WORD.pattern + r"\*?")
KEPT_FORMS = 50_000  # words of which a list remembers the form: a language's, and a few MB

Words = tuple[str, ...]
Place = tuple[Field, int, int]


def entry_of(text: str) -> Words:
    """An entry as it is compared: its words without case or signs between them.

    >>> entry_of("St. Petersburg's"), entry_of("Стем*")
    (('st', 'petersburg'), ('стем*',))
    """
    return tuple(_plain(found[0]) for found in _ENTRY.finditer(text))


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'").removesuffix("'s")


def inflections(word: str) -> tuple[str, ...]:
    """The regular English forms of a word, wrong ones too: those occur in no text.

    >>> inflections("army"), inflections("strike")
    (('armies',), ('strikes', 'striked', 'striking'))
    """
    if not word.isascii() or not word.isalpha() or len(word) < 3:
        return ()
    if word.endswith("y") and word[-2] not in "aeiou":
        return (word[:-1] + "ies",)
    if word.endswith("e"):
        return word + "s", word + "d", word[:-1] + "ing"
    plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
    return plural, word + "ed", word + "ing"


class WordList:
    """Entries that are looked for together; where several begin at one word, the longest is first.

    `english` says of which entries the last word has its regular English forms.
    """

    def __init__(self, entries: Iterable[Words], english: Collection[Words] = ()) -> None:
        self.entries = frozenset(entries)
        known = {word for entry in self.entries for word in entry}
        self._stems = {word[:-1] for word in known if word.endswith("*")}
        self._shortest = min(map(len, self._stems), default=0)
        self._form_of = {word: word for word in known}
        for entry in sorted(self.entries & frozenset(english)):
            for form in inflections(entry[-1]):
                self._form_of.setdefault(form, entry[-1])
        # By first word: whether it is an entry, and by second word how long those of several are.
        alone = {entry[0] for entry in self.entries if len(entry) == 1}
        lengths: dict[str, dict[str, set[int]]] = {word: {} for word in alone}
        for entry in self.entries:
            if len(entry) > 1:
                of_first = lengths.setdefault(entry[0], {})
                of_first.setdefault(entry[1], set()).add(len(entry))
        self._begins = {
            first: (first in alone, {word: sorted(n, reverse=True) for word, n in seconds.items()})
            for first, seconds in lengths.items()
        }
        self.form = lru_cache(KEPT_FORMS)(self._form)

    def _form(self, token: str) -> str:
        """The form under which the list knows a word of a text."""
        word = _plain(token)
        if word in self._form_of or not self._stems:
            return self._form_of.get(word, word)
        for length in range(len(word), self._shortest - 1, -1):
            if word[:length] in self._stems:
                return word[:length] + "*"
        return word

    def find(self, field: Field, text: str) -> Iterator[tuple[Words, Place]]:
        """Every entry that occurs in the text, by where it begins, also within a longer one."""
        tokens = list(WORD.finditer(text))
        forms = [self.form(token[0]) for token in tokens]
        begins = self._begins
        for i, form in enumerate(forms):
            if form not in begins:
                continue
            is_entry, seconds = begins[form]
            if seconds and i + 1 < len(forms):
                for length in seconds.get(forms[i + 1], ()):
                    entry = tuple(forms[i : i + length])
                    if len(entry) == length and entry in self.entries:
                        yield entry, (field, tokens[i].start(), tokens[i + length - 1].end())
            if is_entry:
                yield (form,), (field, tokens[i].start(), tokens[i].end())


def apart(found: Iterable[tuple[Words, Place]]) -> Iterator[tuple[Words, Place]]:
    """Of entries at one place the first, which is the longest; the others go."""
    free, inside = 0, ""
    for entry, place in found:
        field, start, end = place
        if field != inside or start >= free:
            free, inside = end, field
            yield entry, place


def pattern(entry: Words) -> str:
    """A regular expression (RE2) whose first group is the entry in a text, in any of its forms.

    >>> import re
    >>> re.search(pattern(("gas", "army")).replace(r"\\p{L}\\p{N}", r"\\w"), "Two gas  Armies.")[1]
    'gas  Armies'
    """
    *before, last = entry
    words = [*((word,) for word in before), (last, *inflections(last))]
    forms = ("|".join(map(_any_ending, forms)) for forms in words)
    said = r"[^\p{L}\p{N}]+".join(f"(?:{form})" for form in forms)
    return rf"(?i)(?:^|[^\p{{L}}\p{{N}}_])({said})(?:['’]s)?(?:$|[^\p{{L}}\p{{N}}_])"


def _any_ending(word: str) -> str:
    stem, star, _ = word.partition("*")
    return re.escape(stem) + (r"[\p{L}\p{N}]*" if star else "")
