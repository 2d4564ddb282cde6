"""How far the record can be trusted: when it listened, which feeds are silent, what was lost."""

from typing import Any, NamedTuple

from newsbeam.analysis.charts import Day
from newsbeam.analysis.query import Record

HEARD = ("ok", "not_modified", "empty")  # the whole feed was received: nothing new is then news
CHART_DAYS = 60  # days drawn: more would be thinner than a letter

IN_WORDS = {
    "ok": "read",
    "not_modified": "read, nothing new",
    "empty": "read, but it lists nothing",
    "truncated": "broke off half-way",
    "not_a_feed": "answered with something that is no feed",
    "challenge": "asks for a browser (bot protection)",
    "timeout": "did not answer in time",
    "too_large": "is larger than allowed",
    "blocked_address": "leads to a private address",
    "robots": "asks robots to stay away",
    "http_error": "answered with an error",
    "gone": "is gone for good",
    "dns": "has a host name that is not found",
    "tls": "has no valid certificate",
    "connection": "could not be reached",
    "parse_error": "could not be understood",
    "parse_timeout": "took too long to understand",
    "worker_crash": "crashed its reader",
}

_HEARD = f"status IN {HEARD}"
_DAYS = f"""
    WITH polling AS (SELECT max(polled_date) AS polled FROM polls),
    ends AS (
        SELECT polled, max(published_date) FILTER (
                   published_date <= coalesce(polled, fetched_at::DATE)) AS news
        FROM polling LEFT JOIN articles ON true GROUP BY polled),
    span AS (  -- to the last poll, unless all news is older than the days drawn
        SELECT CASE WHEN news > polled - $days THEN polled ELSE coalesce(news, polled) END AS last
        FROM ends),
    counted AS (
        SELECT published_date AS day, count(DISTINCT article_id) AS articles
        FROM articles GROUP BY ALL),
    heard AS (SELECT DISTINCT polled_date AS day FROM polls WHERE {_HEARD}),
    known AS (SELECT day FROM counted UNION SELECT polled_date FROM polls),
    days AS (
        SELECT unnest(generate_series(
            (SELECT min(day) FROM known WHERE day > last - $days), last, INTERVAL 1 DAY
        ))::DATE AS day FROM span)
    SELECT day, coalesce(articles, 0),
           heard.day IS NOT NULL OR NOT EXISTS (FROM polls)
    FROM days LEFT JOIN counted USING (day) LEFT JOIN heard USING (day) ORDER BY day
"""
_FEEDS = f"""
    WITH ends AS (
        SELECT feed_id, max(polled_at) AS last_poll,
               max(polled_at) FILTER ({_HEARD}) AS last_success,
               arg_max(struct_pack(s := status, d := detail, u := feed_url, o := source),
                       polled_at) AS now,
               sum(new_items)::BIGINT AS items, count(*) AS polls,
               count(*) FILTER (NOT {_HEARD}) AS failed
        FROM polls GROUP BY feed_id)
    SELECT now.o, now.u, now.s, now.d, last_poll, last_success, items, polls, failed
    FROM ends ORDER BY now.s IN {HEARD}, last_success NULLS FIRST, now.o, now.u LIMIT $limit
"""
_LETTERS = """
    SELECT step, error, count(DISTINCT failure_id) AS letters, min(failed_at), max(failed_at),
           arg_max(message, failed_at)
    FROM failures GROUP BY step, error ORDER BY letters DESC, step, error
"""
# Each is a share of the whole: what is missing is only of weight beside what is there.
_CAVEATS = f"""
    SELECT (SELECT count(*) FROM articles),
           (SELECT count(*) FROM articles WHERE text_kind <> 'full'),
           (SELECT count(*) FROM articles WHERE published_from = 'fetch'),
           (SELECT count(*) FROM polls), (SELECT count(*) FROM polls WHERE NOT {_HEARD}),
           (SELECT count(*) FROM polls WHERE gap_suspected),
           (SELECT count(DISTINCT actor_id) FROM actors),
           (SELECT count(DISTINCT actor_id) FROM actors WHERE link = 'none'),
           (SELECT count(*) FROM quotes),
           (SELECT count(*) FROM quotes WHERE coalesce(actor_id, speaker_text) IS NULL)
"""


class FeedHealth(NamedTuple):
    """How a feed is doing; times are UTC."""

    source: str
    url: str
    status: str
    detail: str | None
    last_poll: Any
    last_success: Any
    items: int
    polls: int
    failed: int

    @property
    def heard(self) -> bool:
        """Whether the last poll received the whole feed."""
        return self.status in HEARD


def days(record: Record, last: int = CHART_DAYS) -> list[Day]:
    """The record's last days without a hole, each with its articles and whether a feed was read.

    A lake that never polled (documents only) has no blind days.
    """
    return [Day(*row) for row in record.rows(_DAYS, {"days": last})[1]]


def feed_health(record: Record, limit: int = 500) -> list[FeedHealth]:
    """Every feed with its last poll, those in trouble first."""
    return [FeedHealth(*row) for row in record.rows(_FEEDS, {"limit": limit})[1]]


def dead_letters(record: Record) -> list[tuple[Any, ...]]:
    """Dead letters by step and kind of error: number, first, last and a message."""
    return record.rows(_LETTERS)[1]


def caveats(record: Record) -> list[str]:
    """What the record cannot say, in sentences with its own figures."""
    counts = record.rows(_CAVEATS)[1][0]
    articles, partial, undated, polls, deaf, gaps, actors, unlinked, quotes, voiceless = counts
    shares = (
        (deaf, polls, "polls", "failed: nothing seen then does not mean nothing published"),
        (gaps, polls, "polls", "had nothing in common with the one before: items may be lost"),
        (partial, articles, "articles", "have less than their full text"),
        (undated, articles, "articles", "state no date and stand at the time they were first seen"),
        (unlinked, actors, "actors", "are not in the knowledge base: one may be there twice"),
        (voiceless, quotes, "quotations", "have no speaker"),
    )
    return [
        "It holds what these feeds carried while they were read, not all that was published.",
        *(f"{_of(part, whole, what)} {why}." for part, whole, what, why in shares if part),
    ]


def _of(part: int, whole: int, what: str) -> str:
    """A share in words.

    >>> _of(3, 200, "polls")
    '3 of 200 polls (1.5%)'
    """
    return f"{part:,} of {whole:,} {what} ({part / whole:.1%})"
