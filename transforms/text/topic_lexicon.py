"""The topic lexicon: which words speak for which IPTC Media Topic, in files a person can edit.

Knowledge: transforms/knowledge/topics.csv and topic_words.csv; sources in TOPICS.md there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsbeam.schemas.ids import digest
from newsbeam.transforms.knowledge import packaged_text, rows
from newsbeam.transforms.text.word_forms import WordList, Words


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
    words: WordList
    speaks_for: dict[Words, tuple[tuple[str, int], ...]]  # entry → (topic, weight)…
    languages: frozenset[str]
    version: str


def read_lexicon(topics_csv: str, words_csv: str) -> Lexicon:
    """The lexicon in two CSV texts; a word for an unknown topic is an error that names it."""
    topics = {
        row["code"]: Label(row["label"], int(row["level"]), row["parent"])
        for row in rows(topics_csv)
    }
    entries = rows(words_csv)
    speaks_for: dict[Words, tuple[tuple[str, int], ...]] = {}
    english = set()
    for row in entries:
        if row["code"] not in topics:
            raise ValueError(
                f"topic_words.csv: {row['word']!r} speaks for {row['code']!r}, "
                "which is no topic of topics.csv; correct the code or add the topic"
            )
        entry = tuple(row["word"].split())
        speaks_for[entry] = (*speaks_for.get(entry, ()), (row["code"], int(row["weight"])))
        if row["language"] == "en":
            english.add(entry)
    lines = {code: tuple(line_of(code, topics)) for code in topics}
    languages = frozenset(row["language"] for row in entries)
    version = digest(topics_csv, words_csv, length=12)
    words = WordList(speaks_for, english)
    return Lexicon(topics, lines, words, speaks_for, languages, version)


def line_of(code: str, topics: dict[str, Label]) -> Iterator[str]:
    """The topic and those above it, the top one last."""
    while code:
        yield code
        code = topics[code].parent


@cache
def load_lexicon() -> Lexicon:
    """The built-in lexicon."""
    return read_lexicon(packaged_text("topics.csv"), packaged_text("topic_words.csv"))
