"""What the news says: who and what is in it and who spoke, each with the words that it rests on."""

import re
from datetime import date

from newsbeam.analysis import page
from newsbeam.analysis.charts import bar
from newsbeam.analysis.page import Markup
from newsbeam.analysis.query import Record
from newsbeam.analysis.questions import top_actors, top_sources, top_topics

TOP = 15  # rows of a ranking: what is read at a glance
VOICES = 12
LATEST = 40  # articles: two screens
REACH = 160  # characters either side of a name: a sentence of a news text has about 130
_CLOSING = '”»“)"'
# Where a sentence ends. A full stop after one or two letters is an initial or a title, not an end.
_STOP = rf"(?:(?:(?<=\w{{3}})|(?<=[{_CLOSING}]))\.|[!?…։])"

# The role in which an actor is named most often, and the article that names it most prominently.
_EXAMPLES = """
    WITH named AS (
        SELECT *, list_filter(mentions, lambda m: m.field = 'text')[1] AS place
        FROM actors WHERE list_contains($actors, actor_id)),
    best AS (
        SELECT actor_id, arg_max(struct_pack(article_id, revision, place),
                       (salience, published_at, article_id)) FILTER (place IS NOT NULL) AS found
        FROM named GROUP BY actor_id)
    SELECT actor_id, (
            SELECT role FROM named WHERE named.actor_id = best.actor_id AND role IS NOT NULL
            GROUP BY role ORDER BY count(*) DESC, role LIMIT 1),
           found.place.start, found.place."end", text,
           url, title, coalesce(source_name, source), published_date
    FROM best LEFT JOIN articles
        ON article_id = found.article_id AND revision = found.revision
"""
# People only, one quotation a person and an article, so that the sample shows many voices; what is
# shorter says little without its article.
_VOICES = """
    WITH said AS (
        SELECT quotes.*, role FROM quotes JOIN actors USING (article_id, revision, actor_id)
        WHERE type = 'person' AND kind = 'direct' AND length(quote) BETWEEN 30 AND 300
        QUALIFY row_number() OVER (
            PARTITION BY article_id ORDER BY quotes.confidence DESC, start, actor_id) = 1)
    SELECT quote, speaker_name, role, url, title, coalesce(source_name, said.source),
           said.published_date
    FROM said JOIN articles USING (article_id, revision)
    QUALIFY row_number() OVER (
        PARTITION BY actor_id ORDER BY said.published_at DESC, article_id) = 1
    ORDER BY said.published_at DESC, article_id LIMIT $limit
"""
_LATEST = """
    SELECT published_at, url, title, coalesce(source_name, source), language,
           CASE WHEN text_kind <> 'full' THEN 'text: ' || text_kind END, coalesce(named, [])
    FROM articles LEFT JOIN (
        SELECT article_id, list(name ORDER BY salience DESC, name)[:4] AS named
        FROM actors GROUP BY article_id) USING (article_id)
    WHERE published_at <= fetched_at
    ORDER BY published_at DESC, article_id LIMIT $limit
"""


def actors(record: Record) -> Markup:
    """Who is named most, each with a sentence that shows it."""
    rows = top_actors(record, limit=TOP)[1]
    found = record.rows(_EXAMPLES, {"actors": [row[2] for row in rows]})[1]
    examples = {actor: (role, place) for actor, role, *place in found}
    lines = []
    for name, kind, actor, articles, _, sources, *_ in rows:
        role, place = examples[actor]
        count = (f"{articles:,}", bar(articles, rows[0][3]), f"{sources:,}")
        lines.append((page.titled(name, kind, role), *count, _passage(*place)))
    words = page.note("Articles that name each actor. One that several feeds carried counts once.")
    heads = ("Actor", "Articles", "", "Sources", "For example")
    return page.section(
        "Who is in the news", *([words, page.table(heads, lines, (1, 3))] if lines else ())
    )


def topics(record: Record) -> Markup:
    """What the articles are about."""
    counts = [(label, articles) for label, _, _, articles, *_ in top_topics(record, limit=TOP)[1]]
    return _ranking("What it is about", "Topic", counts, "An article may be on several topics.")


def sources(record: Record) -> Markup:
    """Where the articles come from."""
    rows = top_sources(record, limit=TOP)[1]
    counts = [(name or source, articles) for source, name, articles, *_ in rows]
    return _ranking("Who publishes", "Source", counts, "Articles of each source.")


def quotations(record: Record) -> Markup:
    """Who said what, and in which role."""
    voices = [
        page.element(
            "blockquote",
            page.news("p", f"“{words.rstrip(',')}”"),
            page.titled(speaker, role),
            page.credit(url, title, source, page.in_words(day)),
        )
        for words, speaker, role, url, title, source, day in record.rows(
            _VOICES, {"limit": VOICES}
        )[1]
    ]
    parts = [page.element("div", *voices, class_="voices")] if voices else ()
    return page.section("In their own words", *parts)


def latest(record: Record) -> Markup:
    """The articles published last."""
    lines = [
        (page.moment(when), page.credit(url, title, *about), ", ".join(named))
        for when, url, title, *about, named in record.rows(_LATEST, {"limit": LATEST})[1]
    ]
    parts = [page.table(("Published", "Article", "Actors"), lines)] if lines else ()
    return page.section("Latest articles", *parts)


def _ranking(title: str, what: str, counts: list[tuple[str, int]], words: str) -> Markup:
    lines = [(page.news("span", name), f"{n:,}", bar(n, counts[0][1])) for name, n in counts]
    heads = (what, "Articles", "")
    return page.section(
        title, *([page.note(words), page.table(heads, lines, (1,))] if lines else ())
    )


def _passage(
    start: int | None, end: int, text: str, url: str, title: str, source: str, day: date
) -> Markup:
    if start is None:
        return page.note("named in titles only")
    before, after = around(text, start, end)
    words = page.news("p", before, page.element("mark", text[start:end]), after)
    return page.joined(words, page.credit(url, title, source, page.in_words(day)))


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """The rest of the sentence before and after a place of a text, cut where it is long.

    >>> around("It rained. Mr Gray spoke! Then", 11, 18)
    ('', ' spoke!')
    """
    before, after = text[max(0, start - REACH) : start], text[end : end + REACH]
    cuts = list(re.finditer(rf"{_STOP}[{_CLOSING}\s]+|\n", before))
    if cuts:
        before = before[cuts[-1].end() :]
    elif start > REACH:
        before = "…" + before.partition(" ")[2]
    stop = re.search(rf"{_STOP}[{_CLOSING}]*(?=\s|$)|\n", after)
    if stop:
        after = after[: stop.end()].rstrip("\n")
    elif end + REACH < len(text):
        after = after.rpartition(" ")[0] + "…"
    return before, after
