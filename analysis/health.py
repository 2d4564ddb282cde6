"""How each feed is: when it was heard, how often it has news, what went wrong, what to do."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from newsbeam.analysis.query import Record
from newsbeam.schemas.ledger import HEARD, READABLE
from newsbeam.schemas.trouble import in_words

RHYTHM = 100  # articles of a feed, the newest: its rhythm is that of now
FEWEST = 6  # articles that have a rhythm
USUALLY_WITHIN = 0.95  # of a feed's pauses; what is thrice as long happens to few feeds once a year
SILENT = 3  # such pauses long
RECENT = 20  # articles, the newest, whose pages are compared with those of the ones before
# Of the recent pages; a site where half of them fail has a fault, one where two do has none.
AMISS = 0.5
QUIETEST = timedelta(hours=6)  # a shorter pause is none: nights are that long

_READ = f"status IN {READABLE}"
# The pauses are those between what the articles state; what states no date has none.
_FEEDS = f"""
    WITH dated AS (
        SELECT sightings.feed_id AS feed_id, article_id, published_at,
               row_number() OVER (
                   PARTITION BY sightings.feed_id ORDER BY published_at DESC, article_id) AS turn
        FROM (SELECT DISTINCT feed_id, article_id FROM sightings) AS sightings
        JOIN articles USING (article_id)
        WHERE published_from <> 'fetch' AND published_at <= fetched_at
        QUALIFY turn <= $rhythm),
    pauses AS (
        SELECT feed_id, published_at,
               epoch(published_at - lead(published_at) OVER (
                   PARTITION BY feed_id ORDER BY published_at DESC, article_id)) AS pause
        FROM dated),
    rhythms AS (
        SELECT feed_id, count(*) AS dated, max(published_at) AS last_article,
               median(pause) AS usual_seconds,
               quantile_cont(pause, $within) AS long_seconds
        FROM pauses GROUP BY feed_id),
    read AS (
        SELECT feed_id, text_kind = 'full' AS is_full, page_problem,
               row_number() OVER (
                   PARTITION BY feed_id ORDER BY fetched_at DESC, article_id) AS turn
        FROM articles QUALIFY turn <= $rhythm),
    pages AS (
        SELECT feed_id, count(*) FILTER (turn <= $recent) AS recent,
               count(*) FILTER (turn <= $recent AND starts_with(page_problem, 'another_page'))
                   AS refused,
               count(*) FILTER (turn <= $recent AND is_full) AS full_recent,
               count(*) FILTER (turn > $recent) AS earlier,
               count(*) FILTER (turn > $recent AND is_full) AS full_earlier
        FROM read GROUP BY feed_id),
    numbered AS (
        SELECT *, count(*) FILTER ({_READ}) OVER (
            PARTITION BY feed_id ORDER BY polled_at DESC, run_id) AS heard_since FROM polls),
    visits AS (
        SELECT feed_id, arg_max(polls, polled_at) AS now, count(*) AS polls,
               min(polled_at) AS first_poll,
               max(polled_at) FILTER ({_READ}) AS last_success,
               max(polled_at) FILTER (new_items > 0) AS last_news,
               sum(new_items)::BIGINT AS new_items,
               count(*) FILTER (gap_suspected) AS gaps,
               min(polled_at) FILTER (heard_since = 0) AS failing_since,
               count(*) FILTER (heard_since = 0) AS failed
        FROM numbered AS polls GROUP BY feed_id)
    SELECT visits.feed_id AS feed_id, now.source AS source, now.feed_url AS url,
           now.status AS status, now.http_status AS http_status, now.detail AS detail,
           now.polled_at AS last_poll, now.next_due_at AS next_due, polls, first_poll, last_success,
           last_news, new_items, gaps, failing_since, failed, last_article,
           CASE WHEN dated >= $fewest THEN usual_seconds END AS usual_seconds,
           CASE WHEN dated >= $fewest THEN long_seconds END AS long_seconds,
           recent, refused, full_recent, earlier, full_earlier
    FROM visits LEFT JOIN rhythms USING (feed_id) LEFT JOIN pages USING (feed_id)
    ORDER BY url
"""
# The worst first.
STATES = (
    "failing", "pages amiss", "silent", "broken off", "never asked", "not in the list", "quiet",
    "healthy",
)  # fmt: skip
COLUMNS = (
    "state", "feed", "what", "source", "last_success", "last_article", "usual_minutes", "next_due",
    "polls", "new_items", "gaps", "status", "http_status", "feed_id",
)  # fmt: skip


def feeds_of(record: Record, listed: Mapping[str, str], now: datetime) -> list[dict[str, Any]]:
    """A row a feed: of those in the lake, and of those `listed` (address by feed_id)."""
    asked = {"rhythm": RHYTHM, "within": USUALLY_WITHIN, "fewest": FEWEST, "recent": RECENT}
    rows = {row["feed_id"]: row for row in record.rows(_FEEDS, asked)}
    told = [_told(row, now, listed) for row in rows.values()]
    never = listed.keys() - rows.keys()
    told += [
        {"state": "never asked", "feed": listed[key], "feed_id": key,
         "what": "the lake has never asked it: newsbeam run does"}
        for key in sorted(never)
    ]  # fmt: skip
    return sorted(told, key=lambda row: (STATES.index(row["state"]), row["feed"]))


def _told(row: dict[str, Any], now: datetime, listed: Mapping[str, str]) -> dict[str, Any]:
    """The row with its state and what to say of it."""
    usual = row["usual_seconds"]
    rhythm = f"usually every {duration(usual)}" if usual is not None else ""
    due = row["next_due"]
    asked = f"asked again {moment(due, now)}" if due and due > now else "the next run asks again"
    state = state_of(row, now)
    if state == "failing":
        told = in_words(row["status"], row["http_status"], row["detail"])
        times = f"{row['failed']} times " if row["failed"] > 1 else ""
        last = row["last_success"]
        before = f"last read {moment(last, now)}" if last else "it was never read"
        parts = [f"failed {times}since {moment(row['failing_since'], now)}, {before}: {told}"]
    elif state == "pages amiss":
        parts = [_amiss(row)]
    elif state == "silent":
        pause = (now - row["last_article"]).total_seconds()
        parts = [
            f"silent for {duration(pause)}, {rhythm}, though it can be read: see whether the"
            " site's front page names another feed"
        ]
    elif state == "broken off":
        parts = ["its last answer broke off: what came after is missing until the next one", rhythm]
    else:
        news = f"{row['new_items']:,} articles so far" if row["new_items"] else "nothing yet"
        last = row["last_article"]
        parts = [news, f"the last of {moment(last, now)}" if last else "", rhythm]
        parts.append(row["detail"] if row["status"] in HEARD else "")  # that it has moved, say
    if row["gaps"]:
        parts.append(f"{row['gaps']} gaps suspected: newsbeam gaps" if row["gaps"] > 1
                     else "a gap suspected: newsbeam gaps")  # fmt: skip
    if listed and row["feed_id"] not in listed:
        state = "not in the list"
        parts = ["it is in the lake, but not among the feeds that were named"]
    minutes = round(usual / 60, 1) if usual is not None else None
    what = "; ".join(filter(None, [*parts, asked]))
    return row | {"state": state, "feed": row["url"], "what": what, "usual_minutes": minutes}


def state_of(row: Mapping[str, Any], now: datetime) -> str:
    """The state of a feed: whether it can be read, and whether its silence is a usual one."""
    if row["status"] not in READABLE:
        return "failing"
    if row["status"] not in HEARD:
        return "broken off"
    if _amiss(row):
        return "pages amiss"
    if row["long_seconds"] is not None:
        most = max(SILENT * timedelta(seconds=row["long_seconds"]), QUIETEST)
        if now - row["last_article"] > most:
            return "silent"
    return "healthy" if row["new_items"] else "quiet"


def _amiss(row: Mapping[str, Any]) -> str:
    """What is wrong with a feed's pages of late; "" where nothing is."""
    recent, earlier = row["recent"] or 0, row["earlier"] or 0
    if recent < FEWEST:
        return ""
    if row["refused"] >= AMISS * recent:
        return (
            f"of its last {recent} pages {row['refused']} were something else than the article:"
            " a wall or a notice? The feed's own words are kept"
        )
    share, before = row["full_recent"] / recent, row["full_earlier"] / max(earlier, 1)
    if earlier >= recent and before - share >= AMISS:
        return (
            f"of its last {recent} articles {row['full_recent']} are whole, of the {earlier} before"
            f" {row['full_earlier']}: has the site changed its pages, or closed them?"
        )
    return ""


def duration(seconds: float) -> str:
    """How long something takes, in the one unit that tells it.

    >>> duration(40), duration(2400), duration(9 * 3600), duration(3 * 86400), duration(0)
    ('40 s', '40 min', '9 h', '3 days', '0 s')
    """
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def moment(when: datetime, now: datetime) -> str:
    """A moment as it is said today: its time (UTC) if it is of today, else its day.

    >>> now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> moment(datetime(2026, 3, 2, 9, 5, tzinfo=UTC), now)
    '09:05'
    >>> moment(datetime(2026, 2, 27, 9, 5, tzinfo=UTC), now)
    '27 February, 09:05'
    """
    when = when.astimezone(UTC)
    if when.date() == now.astimezone(UTC).date():
        return f"{when:%H:%M}"
    year = "" if when.year == now.year else f" {when.year}"
    return f"{when.day} {when:%B}{year}, {when:%H:%M}"
