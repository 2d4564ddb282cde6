"""The tables as SQL views, each over its Parquet files and, for its types, a table of no rows."""

from collections.abc import Iterable

from newsbeam.schemas.tables import TABLES, Table, annotation_tables

REVISED = ("articles", *annotation_tables())  # these have `<name>_all` with every revision
EMPTY = "empty"  # the SQL schema of the tables without rows

# The wording seen last, for an edit may be undone; but a feed of another site has no say where the
# site itself has spoken, and words of a feed whose page is missing hide no text (where the feed
# carries more than its page, its words are the text). Only narrow columns are sorted out, then the
# wide rows stream past.
_WHOLE = "page_problem IS NULL OR substr(page_problem, 1, 12) = 'shorter_page'"
_RANK = ("own", "whole", "seen_at", "carried", "fetched_at", "revision")


def _showings(articles: str, sightings: str) -> str:
    """SQL that every engine reads: when and by whom each wording was shown, ranked by _RANK."""
    return f"""
        SELECT article_id, revision, CASE WHEN told_by IS NULL THEN 1 ELSE 0 END AS own,
               CASE WHEN {_WHOLE} THEN 1 ELSE 0 END AS whole,
               first_seen_at AS seen_at, 0 AS carried, fetched_at FROM {articles}
        UNION ALL
        SELECT b.article_id AS article_id, b.revision AS revision,
               CASE WHEN s.is_foreign THEN 0 ELSE 1 END AS own,
               CASE WHEN {_WHOLE} THEN 1 ELSE 0 END AS whole,
               s.seen_at AS seen_at, 1 AS carried, b.fetched_at AS fetched_at
        FROM {sightings} AS s
        JOIN {articles} AS b ON b.article_id = s.article_id AND b.revision = s.revision"""


_LATEST = f"""
    SELECT article_id, arg_max(revision, ({", ".join(_RANK)})) AS revision
    FROM ({_showings("articles_all", "sightings")})
    GROUP BY article_id
"""


def latest_by_rank(articles: str, sightings: str) -> str:
    """The latest wording of each article, in SQL that engines without `arg_max` read, too."""
    order = ", ".join(f"{column} DESC" for column in _RANK)
    return f"""
    SELECT article_id, revision FROM (
      SELECT article_id, revision, row_number() OVER
        (PARTITION BY article_id ORDER BY {order}) AS place
      FROM ({_showings(articles, sightings)}) AS shown) AS ranked
    WHERE place = 1
"""


# Of a revision that was annotated more than once, only the rows of the newest time (rows of one
# annotation share it; those of older versions have none). Few revisions are, so the join is small:
# over 2.5 million actors it costs a third of one with every revision's newest time. A reading anew
# that found nothing is a row of `nothing_found`: it is the newest, and has no rows here.
_WITHOUT_OLDER = """
    ANTI JOIN (
        SELECT article_id, revision, max(annotated_at) AS newest
        FROM (
            SELECT article_id, revision, annotated_at FROM {every} UNION ALL
            SELECT article_id, revision, annotated_at FROM nothing_found
            WHERE looked_for = '{table}') AS readings
        GROUP BY article_id, revision
        HAVING min(annotated_at) < newest OR count(annotated_at) NOT IN (0, count(*))) AS renewed
    ON {every}.article_id = renewed.article_id AND {every}.revision = renewed.revision
        AND annotated_at IS DISTINCT FROM newest
"""

# Of 25 quotations read by hand, those below this held the wrong speaker. Actors are parted by the
# same line, which was not measured for them.
SURE = 0.75
# Views to begin with, each over what the others show: the tables it reads, and its SELECT.
READY: dict[str, tuple[tuple[str, ...], str]] = {
    "quotes_named": (
        ("quotes", "actors", "articles"),
        """SELECT q.quote, q.speaker_name, q.actor_id, a.type AS speaker_type, a.role AS
           speaker_role, a.country AS speaker_country, q.kind, q.verb, q.confidence,
           r.title, r.url, q.source, q.language, q.published_at, q.published_date,
           q.article_id, q.revision
        FROM quotes q JOIN articles r USING (article_id, revision)
        LEFT JOIN actors a USING (article_id, revision, actor_id)
        WHERE q.actor_id IS NOT NULL""",
    ),
    "actors_sure": (("actors",), f"SELECT * FROM actors WHERE confidence >= {SURE}"),
    "daily_topics": (
        ("topics",),
        """SELECT published_date, scheme, code, mode(label ORDER BY label) AS label,
           count(DISTINCT article_id) AS articles, count(DISTINCT source) AS sources
        FROM topics GROUP BY published_date, scheme, code""",
    ),
    "cooccurrence": (
        ("actors",),
        """SELECT a.published_date, a.actor_id AS actor_id, any_value(a.name) AS name,
           b.actor_id AS other_id, any_value(b.name) AS other_name,
           count(DISTINCT a.article_id) AS articles
        FROM actors a JOIN actors b USING (article_id, revision)
        WHERE a.actor_id < b.actor_id GROUP BY ALL""",
    ),
}


def tables_behind(view: str) -> set[str]:
    """The tables whose files a view reads; nothing for a name that is no view of ours.

    >>> sorted(tables_behind("actors")), tables_behind("actors_all"), tables_behind("x")
    (['actors', 'articles', 'nothing_found', 'sightings'], {'actors'}, set())
    """
    view = view.lower()
    if view in READY and view not in TABLES:
        return set().union(*map(tables_behind, READY[view][0]))
    table = view.removesuffix("_all")
    if table not in TABLES or (view != table and table not in REVISED):
        return set()
    behind = {table, "articles", "sightings"} if view in REVISED else {table}
    return behind | {"nothing_found"} if view in annotation_tables() else behind


def view_statements(table: Table, files: Iterable[str]) -> list[str]:
    """The CREATE VIEW statements for a table whose rows are in these Parquet files.

    Files written by another version may have columns more or fewer: they are matched by name,
    and what a file lacks is NULL.
    """
    rows, every = f"FROM {EMPTY}.{table.name}", f"{table.name}_all"
    paths = ", ".join(literal(file) for file in files)
    if paths:
        rows += (
            f" UNION ALL BY NAME FROM read_parquet([{paths}], union_by_name = true,"
            f" hive_partitioning = true, hive_types = {{'{table.key}': DATE}})"
        )
    if table.name not in REVISED:
        return [f"CREATE OR REPLACE VIEW {table.name} AS {rows}"]
    shown = f"SELECT * FROM {every} SEMI JOIN ({_LATEST}) USING (article_id, revision)"
    if table.name in annotation_tables():
        shown += _WITHOUT_OLDER.format(every=every, table=table.name)
    return [
        f"CREATE OR REPLACE VIEW {every} AS {rows}",
        f"CREATE OR REPLACE VIEW {table.name} AS {shown}",
    ]


def ready_statements() -> list[str]:
    """The CREATE VIEW statements of what is ready to ask; a table of a package goes before."""
    return [
        f"CREATE OR REPLACE VIEW {name} AS {select}"
        for name, (_, select) in READY.items()
        if name not in TABLES
    ]


def literal(text: str) -> str:
    """Text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
