"""The sections of the report: each asks the record one thing and shows the answer."""

from datetime import UTC, date, datetime

from newsbeam.analysis import coverage, samples
from newsbeam.analysis.charts import bars_chart, days_chart
from newsbeam.analysis.page import BREAK, Markup, element, figure, joined, link, table
from newsbeam.analysis.query import Record
from newsbeam.analysis.questions import top_actors, top_sources, top_topics

TOP = 15  # bars of a chart: what is read at a glance
_NOTHING = element("p", "None.", class_="soft")


def period(first: date, last: date) -> str:
    """Two days in words.

    >>> period(date(2026, 3, 1), date(2026, 3, 9))
    'from 1 March 2026 to 9 March 2026'
    """
    return f"from {_day(first)} to {_day(last)}" if first != last else f"on {_day(first)}"


def moment(time: datetime | None) -> str:
    """A time to the minute, in UTC; "never" without one.

    >>> moment(datetime(2026, 3, 1, 7, 5, tzinfo=UTC)), moment(None)
    ('2026-03-01 07:05', 'never')
    """
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if time else "never"


def day_by_day(record: Record) -> Markup:
    """Articles by day, the days on which nobody listened on grey."""
    days = coverage.days(record)
    if not days:  # every article is dated after the day it was fetched
        return Markup("")
    deaf = sum(not day.heard for day in days)
    words = joined(f"Articles by day of publication, {period(days[0].day, days[-1].day)}. ")
    if deaf:
        grey = (
            f" Grey: no feed was read on {deaf} of these {len(days)} days. What was published"
            " then is here only if a feed still carried it later."
        )
        words = joined(words, element("span", class_="key"), grey)
    label = f"Bar chart: articles by day over {len(days)} days, {deaf} of them blind"
    return _section("Day by day", figure(days_chart(days), words, label))


def actors(record: Record) -> Markup:
    """Who is named most, each with a sentence that shows it."""
    rows = top_actors(record, limit=TOP)[1]
    ids = [row[2] for row in rows]
    said, roles = samples.passages(record, ids), samples.roles(record, ids)
    lines = []
    for name, kind, actor, articles, _, sources, *_ in rows:
        what = ", ".join(part for part in (kind, roles.get(actor)) if part)
        who = joined(element("strong", name), BREAK, element("span", what, class_="soft"))
        lines.append((who, f"{articles:,}", f"{sources:,}", _passage(said.get(actor))))
    words = "Articles that name each actor. One carried by several feeds counts once."
    chart = _bars([(row[0], row[3]) for row in rows], words)
    heads = ("Actor", "Articles", "Sources", "For example")
    examples = table(heads, lines, numbers=(1, 2)) if lines else ""
    return _section("Who is in the news", chart, examples)


def topics(record: Record) -> Markup:
    """What the articles are about."""
    counts = [(label, articles) for label, _, _, articles, *_ in top_topics(record, limit=TOP)[1]]
    words = "Articles on each topic; an article may be on several."
    return _section("What it is about", _bars(counts, words))


def sources(record: Record) -> Markup:
    """Where the articles come from."""
    rows = top_sources(record, limit=TOP)[1]
    counts = [(name or source, articles) for source, name, articles, *_ in rows]
    return _section("Who publishes", _bars(counts, "Articles of each source."))


def quotations(record: Record) -> Markup:
    """Who said what."""
    quotes = samples.quotations(record)
    voices = (
        element(
            "blockquote",
            element("p", f"“{quote.words.rstrip(',')}”"),
            joined(element("strong", quote.speaker), BREAK, _credit(quote.article)),
        )
        for quote in quotes
    )
    said = element("div", *voices, class_="voices") if quotes else _NOTHING
    return _section("In their own words", said)


def feeds(record: Record) -> Markup:
    """How every feed is doing, those in trouble first."""
    lines = []
    for feed in coverage.feed_health(record):
        words = coverage.IN_WORDS.get(feed.status, feed.status)
        if feed.detail and not feed.heard:
            words = f"{words}: {feed.detail}"
        state = element("span", words) if feed.heard else element("span", words, class_="bad")
        name = joined(feed.source, BREAK, element("span", feed.url, class_="soft"))
        failed = f"{feed.failed:,} of {feed.polls:,}"
        success = element("span", moment(feed.last_success), class_="day")
        lines.append((name, state, success, f"{feed.items:,}", failed))
    if not lines:
        return _section("Feeds", element("p", "No feed has been polled.", class_="soft"))
    heads = ("Feed", "Last poll", "Last read", "New items", "Failed polls")
    return _section("Feeds", table(heads, lines, numbers=(3, 4)))


def dead_letters(record: Record) -> Markup:
    """What could not be processed, by step."""
    lines = [
        (step, error, f"{letters:,}", element("span", moment(last), class_="day"), message)
        for step, error, letters, _, last, message in coverage.dead_letters(record)
    ]
    if not lines:
        return _section("Dead letters", _NOTHING)
    heads = ("Step", "Error", "Letters", "Last", "For example")
    return _section("Dead letters", table(heads, lines, numbers=(2,)))


def limits(record: Record) -> Markup:
    """What the record cannot say."""
    items = (element("li", words) for words in coverage.caveats(record))
    return _section("What this record cannot say", element("ul", *items, class_="plain"))


def latest(record: Record) -> Markup:
    """The articles published last."""
    lines = []
    for when, title, url, source, language, kind, named in samples.latest_articles(record):
        about = ", ".join(part for part in (source, language, kind) if part)
        words = joined(link(url, title or "(no title)"), BREAK, element("span", about, class_="of"))
        lines.append((element("span", moment(when), class_="day"), words, ", ".join(named)))
    return _section("Latest articles", table(("Published", "Article", "Actors"), lines))


def _section(title: str, *parts: str) -> Markup:
    return element("section", element("h2", title), *parts)


def _bars(counts: list[tuple[str, int]], words: str) -> Markup:
    return figure(bars_chart(counts), words, f"Bar chart: {words}") if counts else _NOTHING


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _passage(passage: samples.Passage | None) -> Markup:
    if passage is None:
        return element("span", "named in titles only", class_="soft")
    words = joined(passage.before, element("mark", passage.words), passage.after)
    return joined(words, BREAK, _credit(passage.article))


def _credit(article: samples.Source) -> Markup:
    title = link(article.url, article.title or "(no title)")
    return element("span", title, f" · {article.source} · {article.day}", class_="of")
