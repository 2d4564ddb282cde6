"""What is new about a list of actors, topics and words: an article a row, and why it is there."""

from collections.abc import Iterable, Mapping
from typing import Any

from newsbeam.analysis.choice import Chosen
from newsbeam.analysis.findings import around

COLUMNS = (
    "published_at", "source", "title", "why", "passage", "url", "language", "article_id",
    "revision",
)  # fmt: skip
SPARE = ("revision", "article_id", "language", "url")  # a narrow table can do without these
# Each kind of hit with the place that shows it: of an actor its first mention, of a topic its first
# evidence, of a word where it stands, which is looked for once more in the rows that are shown.
_NEW = """
    WITH hits AS (
        SELECT article_id, revision, 1 AS turn, wanted.nth AS nth, name AS what,
               mentions[1] AS place, NULL AS word
        FROM actors JOIN (
            SELECT unnest($actors::VARCHAR[]) AS wish,
                   generate_subscripts($actors::VARCHAR[], 1) AS nth) AS wanted
        ON lower(actor_id) = wish OR lower(name) = wish
           OR list_contains(list_transform(mentions, lambda m: lower(m.text)), wish)
        UNION ALL BY NAME
        SELECT article_id, revision, 2 AS turn, wanted.nth AS nth, label AS what,
               evidence[1] AS place, NULL AS word
        FROM topics JOIN (
            SELECT unnest($topics::VARCHAR[]) AS wish,
                   generate_subscripts($topics::VARCHAR[], 1) AS nth) AS wanted
        ON lower(label) = wish OR lower(code) = wish OR lower(scheme || ':' || code) = wish
           OR lower(scheme || ':' || label) = wish
        UNION ALL BY NAME
        SELECT article_id, revision, 3 AS turn, wanted.nth AS nth, wanted.what AS what,
               NULL AS place,
               coalesce(nullif(regexp_extract(title, wish, 1), ''),
                        regexp_extract(text, wish, 1)) AS word
        FROM articles JOIN (
            SELECT unnest($patterns::VARCHAR[]) AS wish, unnest($words::VARCHAR[]) AS what,
                   generate_subscripts($patterns::VARCHAR[], 1) AS nth) AS wanted
        ON regexp_matches(title, wish) OR regexp_matches(text, wish)),
    about AS (
        SELECT article_id, revision,
               list({'turn': turn, 'nth': nth, 'what': what, 'place': place, 'word': word}
                    ORDER BY turn, nth, what) AS hits
        FROM hits GROUP BY article_id, revision)
    SELECT published_at, coalesce(source_name, source) AS source, title, text, url, language,
           article_id, revision, hits
    FROM about JOIN articles USING (article_id, revision)
    ORDER BY published_at DESC, article_id LIMIT $limit
"""


def new_articles(
    record: Chosen,
    actors: Iterable[str],
    topics: Iterable[str],
    words: Mapping[str, str],
    limit: int,
) -> list[dict[str, Any]]:
    """The newest articles that name one of the actors, are on a topic, or say one of the words.

    Actors are ids, names or forms in which a text names them; topics labels or codes, also as
    "scheme:code"; `words` have their regular expressions (RE2, the first group being the word).
    Each row has COLUMNS, and `whys`, the parts of `why`; `passage` is the sentence that shows the
    first of them.
    """
    asked = {
        "actors": [one.lower() for one in actors],
        "topics": [one.lower() for one in topics],
        "words": list(words),
        "patterns": list(words.values()),
        "limit": limit,
    }
    return [_shown(row) for row in record.rows(_NEW, asked)]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    whys = tuple(dict.fromkeys(hit["what"] for hit in row["hits"]))
    passages = (_passage(row, hit) for hit in row["hits"])
    passage = next(filter(None, passages), "")
    return {**row, "whys": whys, "why": "; ".join(whys), "passage": passage}


def _passage(row: Mapping[str, Any], hit: Mapping[str, Any]) -> str:
    """The sentence of the text in which a hit stands, "" where that is the title."""
    text, place, word = row["text"] or "", hit["place"], hit["word"]
    if place and place["field"] == "text":
        start, end = place["start_char"], place["end_char"]
    elif word and word in text:
        start = text.index(word)
        end = start + len(word)
    else:
        return ""
    before, after = around(text, start, end)
    return " ".join(f"{before}{text[start:end]}{after}".split())
