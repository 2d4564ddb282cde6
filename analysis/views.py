"""The tables as SQL views, each over its Parquet files and, for its types, a table of no rows."""

from collections.abc import Iterable

from newsbeam.schemas.tables import TABLES, Table, annotation_tables

REVISED = ("articles", *annotation_tables())  # these have `<name>_all` with every revision
EMPTY = "empty"  # the SQL schema of the tables without rows

# The wording seen last, for an edit may be undone; but a feed of another site has no say where the
# site itself has spoken, and words of a feed whose page is missing hide no text (where the feed
# carries more than its page, its words are the text). Only narrow columns are sorted out, then the
# wide rows stream past.
_WHOLE = "page_problem IS NULL OR starts_with(page_problem, 'shorter_page')"
_LATEST = f"""
    SELECT article_id,
           arg_max(revision, (own, whole, seen_at, carried, fetched_at, revision)) AS revision
    FROM (
        SELECT article_id, revision, told_by IS NULL AS own, ({_WHOLE}) AS whole,
               first_seen_at AS seen_at, 0 AS carried, fetched_at FROM articles_all
        UNION ALL
        SELECT article_id, revision, is_foreign IS NOT true, ({_WHOLE}), sightings.seen_at, 1,
               fetched_at
        FROM sightings JOIN articles_all USING (article_id, revision))
    GROUP BY article_id
"""

# Of a revision that was annotated more than once, only the rows of the newest time (rows of one
# annotation share it; those of older versions have none). Few revisions are, so the join is small:
# over 2.5 million actors it costs a third of one with every revision's newest time.
_WITHOUT_OLDER = """
    ANTI JOIN (
        SELECT article_id, revision, max(annotated_at) AS newest
        FROM {every} GROUP BY article_id, revision
        HAVING min(annotated_at) < newest OR count(annotated_at) NOT IN (0, count(*))) AS renewed
    ON {every}.article_id = renewed.article_id AND {every}.revision = renewed.revision
        AND annotated_at IS DISTINCT FROM newest
"""


def tables_behind(view: str) -> set[str]:
    """The tables whose files a view reads; nothing for a name that is no view of ours.

    >>> sorted(tables_behind("actors")), tables_behind("actors_all"), tables_behind("x")
    (['actors', 'articles', 'sightings'], {'actors'}, set())
    """
    view = view.lower()
    table = view.removesuffix("_all")
    if table not in TABLES or (view != table and table not in REVISED):
        return set()
    return {table, "articles", "sightings"} if view in REVISED else {table}


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
        shown += _WITHOUT_OLDER.format(every=every)
    return [
        f"CREATE OR REPLACE VIEW {every} AS {rows}",
        f"CREATE OR REPLACE VIEW {table.name} AS {shown}",
    ]


def literal(text: str) -> str:
    """Text as an SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
