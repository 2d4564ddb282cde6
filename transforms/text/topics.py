"""IPTC Media Topics of an article, by a lexicon that a person can edit and that explains itself."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from newsbeam.schemas.annotations import Evidence, Field, Topic
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.topic_lexicon import Lexicon, Senses, Vocabulary
from newsbeam.transforms.text.word_forms import Place, Words, apart

# Tuned on BBC, AG News and 40 hand-read articles; the measurements are in TOPICS.md.
TITLE_WEIGHT = 3  # a word of the title counts as three of the text
ENOUGH = 14.0  # strength at which an article of TYPICAL_WORDS scores one half
TYPICAL_WORDS = 150
SHORT_WORDS = 30  # below it a text is not asked for less: two words are no topic
LEAST_SCORE = 0.3  # below it nothing is certain enough to be said
LEAST_SHARE = 0.35  # of the best topic's strength: what is weaker is only touched upon
LEAST_PART = 0.17  # of its top topic's strength: what a finer topic must carry itself
LEAST_FINER = 0.2  # score of a finer topic: of those below it, read by hand, every second was wrong
MOST_TOPS = 3  # topics of the top level: as many as readers name
MOST_FINER = 2  # finer topics below one of the top level
CARRIED = 0.35  # of a topic's strength: a finer one that carries it is named in its place
STEM = 5  # letters in which words of one stem are alike: terror, terrorist, terrorism
MOST_EVIDENCE = 8  # places a topic: enough for a reader, bounded for the table
FEW_SENTENCES = 3  # a text of so few, a summary, may say in one of them what it is about

SENTENCE_END = re.compile(r"[.!?…։][\"”»“')\]]{0,3}\s|\n")

Places = Mapping[Words, Sequence[Place]]


def find_topics(article: Article, lexicon: Lexicon) -> tuple[Topic, ...]:
    """The article's topics, best first, each before those below it; none where none is certain.

    A topic's strength is the sum over its words of weight x (1 + ln count), its own and those
    of the topics below it; its score is strength / (strength + what a text this long needs).
    """
    vocabulary = lexicon.languages.get(article.language or MODEL_LANGUAGE)
    if vocabulary is None:
        return ()
    places: dict[Words, list[Place]] = {}
    fields: tuple[tuple[Field, str], ...] = (("title", article.title), ("text", article.text))
    for field, text in fields:
        for entry, place in apart(vocabulary.words.find(field, text)):
            places.setdefault(entry, []).append(place)
    shares = shares_of(places, vocabulary)
    strength = {topic: sum(parts.values()) for topic, parts in shares.items()}
    length = article.text.count(" ") + 1
    needed = ENOUGH * math.sqrt(max(length, SHORT_WORDS) / TYPICAL_WORDS)
    scores = {topic: value / (value + needed) for topic, value in strength.items()}
    sentences = islice(SENTENCE_END.finditer(article.text), FEW_SENTENCES)
    is_short = sum(1 for _ in sentences) < FEW_SENTENCES

    def borne(code: str) -> bool:
        return is_borne(shares[code], places, article.text, is_short)

    return tuple(
        Topic(
            **columns_of(article),
            code=code,
            label=lexicon.topics[code].label,
            level=lexicon.topics[code].level,
            score=round(scores[code], 4),
            rank=rank,
            evidence=evidence(article, shares[code], places),
            method="lexicon",
            model=f"topic-words {lexicon.version}",
        )
        for rank, code in enumerate(certain(strength, scores, borne, lexicon), start=1)
    )


def shares_of(places: Places, vocabulary: Vocabulary) -> dict[str, dict[Words, float]]:
    """What each word adds to the strength of each topic that it speaks for."""
    senses, in_company = vocabulary.senses, vocabulary.in_company
    times = {
        entry: 1 + math.log(sum(TITLE_WEIGHT if at[0] == "title" else 1 for at in found))
        for entry, found in places.items()
    }
    alone: dict[str, float] = {}  # strength of the top topics by words that need no company
    for entry, often in times.items():
        for top, weights in senses[entry].items() if entry not in in_company else ():
            alone[top] = alone.get(top, 0.0) + weights[top] * often
    enough = LEAST_SHARE * max(alone.values(), default=0.0)
    shares: dict[str, dict[Words, float]] = {}
    for entry, often in times.items():
        meant: Iterable[str] = senses[entry]
        if entry in in_company:
            meant = in_this_company(senses[entry], alone, enough)
        for top in meant:
            for topic, weight in senses[entry][top].items():
                shares.setdefault(topic, {})[entry] = weight * often
    return shares


def in_this_company(senses: Senses, alone: Mapping[str, float], enough: float) -> tuple[str, ...]:
    """The top topic that a word speaks for among the others of its article, none where unclear.

    Of several senses it is that of which most is said, else the weightiest one.
    """
    best = max(senses, key=lambda top: (alone.get(top, 0.0), senses[top][top], top))
    return (best,) if len(senses) > 1 or alone.get(best, 0.0) > enough else ()


def is_borne(parts: Mapping[Words, float], places: Places, text: str, is_short: bool) -> bool:
    """Whether words of two stems in two sentences speak for a topic; the title is a sentence.

    A short text may say in one sentence what it is about, or say it in the title and once more.
    """
    stems = {tuple(word[:STEM] for word in entry) for entry in parts}
    if len(stems) > 1 and is_short:
        return True
    found = [place for entry in parts for place in places[entry]]
    starts = [start for field, start, _ in found if field == "text"]
    if len(starts) == len(found):
        in_two = bool(SENTENCE_END.search(text, min(starts), max(starts)))
    else:
        in_two = bool(starts)
    return in_two and (len(stems) > 1 or is_short)


def certain(
    strength: Mapping[str, float],
    scores: Mapping[str, float],
    borne: Callable[[str], bool],
    lexicon: Lexicon,
) -> list[str]:
    """The topics of which the words are evidence enough, best first, each before those below it."""
    tops = {
        code: value
        for code, value in strength.items()
        if lexicon.topics[code].level == 1 and scores[code] >= LEAST_SCORE and borne(code)
    }
    best = max(tops.values(), default=0.0)
    kept = sorted(
        (code for code, value in tops.items() if value >= LEAST_SHARE * best),
        key=lambda code: (-strength[code], code),
    )[:MOST_TOPS]
    chosen = [
        *kept,
        *(code for top in kept for code in finer(top, strength, scores, borne, lexicon)),
    ]
    return sorted(chosen, key=lambda code: (-scores[code], lexicon.topics[code].level, code))


def finer(
    top: str,
    strength: Mapping[str, float],
    scores: Mapping[str, float],
    borne: Callable[[str], bool],
    lexicon: Lexicon,
) -> list[str]:
    """The topics below one of the top level that carry a part of it, the strongest ones.

    One is named only where no finer one below it carries most of it: that one is named instead.
    """
    below = {
        code: value
        for code, value in strength.items()
        if value >= LEAST_PART * strength[top]
        and scores[code] >= LEAST_FINER
        and code != top
        and lexicon.lines[code][-1] == top
        and borne(code)
    }
    stands_for = {
        above
        for code, value in below.items()
        for above in lexicon.lines[code][1:]
        if value >= CARRIED * strength[above]
    }
    told = sorted(below.keys() - stands_for, key=lambda code: (-below[code], code))
    return told[:MOST_FINER]


def evidence(
    article: Article, shares: Mapping[Words, float], places: Places
) -> tuple[Evidence, ...]:
    """The places of the strongest words, in the order of the article; the title comes first."""
    strongest = sorted(shares, key=lambda words: (-shares[words], words))
    by_turn = [
        places[words][turn] for turn in range(2) for words in strongest if turn < len(places[words])
    ]
    chosen = sorted(by_turn[:MOST_EVIDENCE], key=lambda place: (place[0] != "title", place[1]))
    return tuple(
        Evidence(field, start, end, getattr(article, field)[start:end])
        for field, start, end in chosen
    )
