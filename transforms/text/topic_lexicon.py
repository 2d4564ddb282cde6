"""The topic lexicon: which words speak for which IPTC Media Topic, in files a person can edit.

Knowledge: transforms/knowledge/topics.csv and topic_words.csv; sources in TOPICS.md there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsbeam.schemas.ids import digest
from newsbeam.transforms.knowledge import packaged_text, rows


@dataclass(frozen=True)
class Label:
    """One row of topics.csv: a concept of the scheme; `parent` is "" at the top."""

    label: str
    level: int
    parent: str


@dataclass(frozen=True)
class Lexicon:
    """The topics, the words that speak for them, and the name of this wording of both."""

    topics: dict[str, Label]
    lines: dict[str, tuple[str, ...]]  # topic → itself and what stands above it, top last
    words: dict[tuple[str, ...], tuple[tuple[str, int], ...]]  # words → (topic, weight)…
    longest: dict[str, int]  # first word → length of the longest entry that begins with it
    form_of: dict[str, str]  # an inflected word → its form in the lexicon
    languages: frozenset[str]
    version: str


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


def lexicon_form(token: str, form_of: dict[str, str]) -> str:
    """The form under which the lexicon knows a word; `стем*` covers every ending.

    >>> lexicon_form("Войны", {"войн*": "войн*"}), lexicon_form("Army’s", {})
    ('войн*', 'army')
    """
    word = token.casefold().replace("’", "'").removesuffix("'s")
    if word in form_of or word.isascii():
        return form_of.get(word, word)
    for length in range(len(word), 1, -1):
        if (stem := word[:length] + "*") in form_of:
            return stem
    return word


def read_lexicon(topics_csv: str, words_csv: str) -> Lexicon:
    """The lexicon in two CSV texts; a word for an unknown topic is an error that names it."""
    topics = {
        row["code"]: Label(row["label"], int(row["level"]), row["parent"])
        for row in rows(topics_csv)
    }
    entries = rows(words_csv)
    form_of = {word: word for row in entries for word in row["word"].split()}
    for row in entries:
        if row["code"] not in topics:
            raise ValueError(
                f"topic_words.csv: {row['word']!r} speaks for {row['code']!r}, "
                "which is no topic of topics.csv; correct the code or add the topic"
            )
        last = row["word"].split()[-1]
        for form in inflections(last) if row["language"] == "en" else ():
            form_of.setdefault(form, last)
    words: dict[tuple[str, ...], tuple[tuple[str, int], ...]] = {}
    longest: dict[str, int] = {}
    for row in entries:
        key = tuple(row["word"].split())
        words[key] = (*words.get(key, ()), (row["code"], int(row["weight"])))
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    lines = {code: tuple(line_of(code, topics)) for code in topics}
    languages = frozenset(row["language"] for row in entries)
    version = digest(topics_csv, words_csv, length=12)
    return Lexicon(topics, lines, words, longest, form_of, languages, version)


def line_of(code: str, topics: dict[str, Label]) -> Iterator[str]:
    """The topic and those above it, the top one last."""
    while code:
        yield code
        code = topics[code].parent


@cache
def load_lexicon() -> Lexicon:
    """The built-in lexicon."""
    return read_lexicon(packaged_text("topics.csv"), packaged_text("topic_words.csv"))
