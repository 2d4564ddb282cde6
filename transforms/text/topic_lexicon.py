"""The topic lexicon: which words speak for which IPTC Media Topic, in files a person can edit.

Knowledge: transforms/knowledge/topics.csv and topic_words.csv; sources in TOPICS.md there.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from newsbeam.schemas.ids import digest
from newsbeam.transforms.knowledge import packaged_text, rows
from newsbeam.transforms.text.word_forms import WordList, Words

# What an entry may mean: by top topic, the weight with which it speaks for that and those below it.
Senses = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Label:
    """One row of topics.csv: a concept of the scheme; `parent` is "" at the top."""

    label: str
    level: int
    parent: str


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language.

    A figure of speech has no sense. What is `in_company` has one only where other words of it
    stand: a court is one of judges or of tennis players.
    """

    words: WordList
    senses: dict[Words, Senses]
    in_company: frozenset[Words]


@dataclass(frozen=True)
class Lexicon:
    """The topics, the words that speak for them, and the name of this wording of both."""

    topics: dict[str, Label]
    lines: dict[str, tuple[str, ...]]  # topic → itself and what stands above it, top last
    languages: dict[str, Vocabulary]
    version: str


def read_lexicon(topics_csv: str, words_csv: str) -> Lexicon:
    """The lexicon in two CSV texts; a word for an unknown topic is an error that names it."""
    topics = {
        row["code"]: Label(row["label"], int(row["level"]), row["parent"])
        for row in rows(topics_csv)
    }
    by_language: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(words_csv):
        if row["code"] and row["code"] not in topics:
            raise ValueError(
                f"topic_words.csv: {row['word']!r} speaks for {row['code']!r}, "
                "which is no topic of topics.csv; correct the code or add the topic"
            )
        by_language[row["language"]].append(row)
    lines = {code: tuple(line_of(code, topics)) for code in topics}
    languages = {
        language: _vocabulary(said, language, lines) for language, said in by_language.items()
    }
    return Lexicon(topics, lines, languages, digest(topics_csv, words_csv, length=12))


def _vocabulary(
    said: list[dict[str, str]], language: str, lines: dict[str, tuple[str, ...]]
) -> Vocabulary:
    """The words of the rows of one language."""
    senses: dict[Words, Senses] = {}
    in_company = set()
    for row in said:
        entry = tuple(row["word"].split())
        meant = senses.setdefault(entry, {})
        for topic in lines.get(row["code"], ()):
            weights = meant.setdefault(lines[topic][-1], {})
            weights[topic] = max(int(row["weight"]), weights.get(topic, 0))
        if row["company"]:
            in_company.add(entry)
    words = WordList(senses, senses if language == "en" else ())
    return Vocabulary(words, senses, frozenset(in_company))


def line_of(code: str, topics: dict[str, Label]) -> Iterator[str]:
    """The topic and those above it, the top one last."""
    while code:
        yield code
        code = topics[code].parent


@cache
def load_lexicon() -> Lexicon:
    """The built-in lexicon."""
    return read_lexicon(packaged_text("topics.csv"), packaged_text("topic_words.csv"))
