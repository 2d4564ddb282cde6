"""How far the record can be trusted: when it listened, which feeds are silent, what was lost."""

from datetime import timedelta

from newsbeam.analysis import page
from newsbeam.analysis.charts import Day, days_chart
from newsbeam.analysis.page import Markup
from newsbeam.analysis.query import Record

FEEDS = 500  # shown, those in trouble first
CHART_DAYS = 60  # days drawn: more would be thinner than a letter
# The whole feed was received: nothing new is then news. What else went wrong the ledger says.
HEARD = {"ok": "read", "not_modified": "read, nothing new", "empty": "read, it lists nothing"}

_HEARD = f"status IN {tuple(HEARD)}"
_NEWS = """
    SELECT published_date, count(DISTINCT article_id), bool_or(published_date <= fetched_at::DATE)
    FROM articles GROUP BY published_date
"""
_POLLED = f"SELECT polled_date, bool_or({_HEARD}) FROM polls GROUP BY polled_date"
_FEEDS = f"""
    WITH ends AS (
        SELECT max(polled_at) FILTER ({_HEARD}) AS last_success,
               arg_max(struct_pack(s := status, d := detail, u := feed_url, o := source),
                       polled_at) AS now,
               sum(new_items)::BIGINT AS items, count(*) AS polls,
               count(*) FILTER (NOT {_HEARD}) AS failed
        FROM polls GROUP BY feed_id)
    SELECT now.o, now.u, now.s, now.d, last_success, items, polls, failed
    FROM ends ORDER BY now.s IN {tuple(HEARD)}, last_success NULLS FIRST, now.o, now.u
"""
_LETTERS = """
    SELECT step, error, count(DISTINCT failure_id) AS letters, max(failed_at),
           arg_max(message, failed_at)
    FROM failures GROUP BY step, error ORDER BY letters DESC, step, error
"""
# Each is a share of the whole: what is missing is only of weight beside what is there.
_CAVEATS = f"""
    SELECT count(*) FILTER (NOT {_HEARD}), count(*), 'polls',
        'failed: nothing seen then does not mean nothing published' FROM polls
    UNION ALL SELECT count(*) FILTER (gap_suspected), count(*), 'polls',
        'had nothing in common with the one before: items may be lost' FROM polls
    UNION ALL SELECT sum(rejected_items), sum(items), 'entries',
        'were left out: nothing to keep in them, or over the limit' FROM polls
    UNION ALL SELECT count(*) FILTER (text_kind <> 'full'), count(*), 'articles',
        'have less than their full text' FROM articles
    UNION ALL SELECT count(*) FILTER (published_from = 'fetch'), count(*), 'articles',
        'state no date and stand at the time they were first seen' FROM articles
    UNION ALL SELECT count(DISTINCT actor_id) FILTER (link = 'none'), count(DISTINCT actor_id),
        'actors', 'are not in the knowledge base: one may be there twice' FROM actors
    UNION ALL SELECT count(*) FILTER (coalesce(actor_id, speaker_text) IS NULL), count(*),
        'quotations', 'have no speaker' FROM quotes
"""


def days(record: Record, last: int = CHART_DAYS) -> list[Day]:
    """The record's last days without a hole, each with its articles and whether a feed was read.

    A lake that never polled (documents only) has no blind days.
    """
    news, heard = record.rows(_NEWS)[1], dict(record.rows(_POLLED)[1])
    articles = {day: count for day, count, _ in news}
    end = max(heard, default=None)
    dated = [day for day, _, possible in news if possible and day <= (end or day)]
    # To the last poll, unless all news is older than the days drawn.
    if dated and (end is None or max(dated) <= end - timedelta(days=last)):
        end = max(dated)
    if end is None:
        return []
    span = [end - timedelta(days=ago) for ago in reversed(range(last))]
    known = [day in articles or day in heard for day in span]
    span = span[known.index(True) :]
    return [Day(day, articles.get(day, 0), heard.get(day, not heard)) for day in span]


def day_by_day(record: Record) -> Markup:
    """Articles by day, the days on which nobody listened on grey."""
    drawn = days(record)
    if not drawn:  # every article is dated after the day it was fetched
        return Markup("")
    span, blind = page.period(drawn[0].day, drawn[-1].day), sum(not day.heard for day in drawn)
    words = [f"Articles by day of publication, {span}. "]
    if blind:
        some = f"{blind} of these {len(drawn)}" if blind < len(drawn) else f"any of these {blind}"
        words += [
            page.element("span", class_="key"),
            f" Grey: no feed was read on {some} days. What was published then is here only as far"
            " as a feed still carried it later.",
        ]
    label = f"Bar chart: articles by day over {len(drawn)} days, {blind} of them blind"
    return page.section("Day by day", days_chart(drawn, label), page.note(page.joined(*words)))


def feeds(record: Record) -> Markup:
    """How every feed is doing, those in trouble first."""
    rows = record.rows(_FEEDS)[1]
    if not rows:
        return page.section("Feeds", page.note("No feed has been polled."))
    lines, silent = [], 0
    for source, url, status, detail, success, items, polls, failed in rows:
        words = HEARD.get(status, "")
        if not words:
            silent += 1
            words = page.element("span", detail or status.replace("_", " "), class_="bad")
        numbers = (f"{items:,}", f"{failed:,} of {polls:,}")
        lines.append((page.titled(source, url), words, page.moment(success), *numbers))
    words = f"Trouble first: {silent:,} of {len(rows):,} feeds could not be read at the last poll."
    if len(rows) > FEEDS:
        words += f" The first {FEEDS} are shown."
    heads = ("Feed", "Last poll", "Last read", "New items", "Failed polls")
    return page.section("Feeds", page.note(words), page.table(heads, lines[:FEEDS], (3, 4)))


def dead_letters(record: Record) -> Markup:
    """What could not be processed, by step."""
    lines = [
        (step, error, f"{letters:,}", page.moment(last), message)
        for step, error, letters, last, message in record.rows(_LETTERS)[1]
    ]
    if not lines:
        return page.section(
            "Dead letters", page.note("None: nothing that was received is waiting.")
        )
    words = page.note("What was received and could not be processed; it is kept with its reason.")
    heads = ("Step", "Error", "Letters", "Last", "For example")
    return page.section("Dead letters", words, page.table(heads, lines, (2,)))


def limits(record: Record) -> Markup:
    """What the record cannot say, in sentences with its own figures."""
    rows = record.rows(_CAVEATS)[1]
    sentences = [
        "It holds what these feeds carried while they were read, not all that was published.",
        *(f"{_of(int(n), int(whole), what)} {why}." for n, whole, what, why in rows if n),
    ]
    items = (page.element("li", sentence) for sentence in sentences)
    return page.section("What this record cannot say", page.element("ul", *items))


def _of(part: int, whole: int, what: str) -> str:
    """A share in words.

    >>> _of(3, 200, "polls")
    '3 of 200 polls (1.5%)'
    """
    return f"{part:,} of {whole:,} {what} ({part / whole:.1%})"
