"""IPTC Media Topics of an article, by a lexicon that a person can edit and that explains itself."""

import math

from newsbeam.schemas.annotations import Evidence, Field, Topic
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.topic_lexicon import Lexicon
from newsbeam.transforms.text.word_forms import Place, Words, apart

# Tuned on BBC, AG News and 40 hand-read articles; the measurements are in TOPICS.md.
TITLE_WEIGHT = 3  # a word of the title counts as three of the text
ENOUGH = 14.0  # strength at which an article of TYPICAL_WORDS scores one half
TYPICAL_WORDS = 150
SHORT_WORDS = 30  # below it a text is not asked for less: two words are no topic
LEAST_SCORE = 0.3  # below it nothing is certain enough to be said
LEAST_SHARE = 0.35  # of the best topic's strength: what is weaker is only touched upon
LEAST_PART = 0.15  # of its top topic's strength: what a finer topic must carry itself
MOST_EVIDENCE = 8  # places a topic: enough for a reader, bounded for the table


def find_topics(article: Article, lexicon: Lexicon) -> tuple[Topic, ...]:
    """The article's topics at every level, best first; none where nothing is certain.

    A topic's strength is the sum over its words of weight x (1 + ln count), its own and those
    of the topics below it; its score is strength / (strength + what a text this long needs).
    """
    if article.language and article.language not in lexicon.languages:
        return ()
    places: dict[Words, list[Place]] = {}
    fields: tuple[tuple[Field, str], ...] = (("title", article.title), ("text", article.text))
    for field, text in fields:
        for key, place in apart(lexicon.words.find(field, text)):
            places.setdefault(key, []).append(place)
    shares: dict[str, dict[Words, float]] = {}
    for key, found in places.items():
        count = sum(TITLE_WEIGHT if field == "title" else 1 for field, _, _ in found)
        for code, weight in lexicon.speaks_for[key]:
            for topic in lexicon.lines[code]:
                share = weight * (1 + math.log(count))
                shares.setdefault(topic, {})[key] = max(share, shares.get(topic, {}).get(key, 0.0))
    strength = {topic: sum(parts.values()) for topic, parts in shares.items()}
    length = article.text.count(" ") + 1
    needed = ENOUGH * math.sqrt(max(length, SHORT_WORDS) / TYPICAL_WORDS)
    scores = {topic: value / (value + needed) for topic, value in strength.items()}
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
        for rank, code in enumerate(certain(strength, scores, lexicon), start=1)
    )


def certain(strength: dict[str, float], scores: dict[str, float], lexicon: Lexicon) -> list[str]:
    """The topics of which the words are evidence enough, best first, each before those below it."""
    tops = {code: value for code, value in strength.items() if lexicon.topics[code].level == 1}
    best = max(tops.values(), default=0.0)
    kept = {
        code
        for code, value in tops.items()
        if scores[code] >= LEAST_SCORE and value >= LEAST_SHARE * best
    }
    finer = {
        code
        for code, value in strength.items()
        if (top := lexicon.lines[code][-1]) in kept and value >= LEAST_PART * strength[top]
    }
    return sorted(kept | finer, key=lambda code: (-scores[code], lexicon.topics[code].level, code))


def evidence(
    article: Article, shares: dict[Words, float], places: dict[Words, list[Place]]
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
