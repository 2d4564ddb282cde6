"""What the commands that look after a lake can be told."""

import re
from dataclasses import dataclass

from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.flags import Options, format_flag, lake_flag, said
from newsbeam.pipeline.values import lake_address
from newsbeam.schemas.ids import article_id, slug
from newsbeam.transforms.page.urls import canonical_url

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # a uuid
DIALECTS = ("duckdb", "spark", "bigquery", "athena", "trino", "clickhouse")


def article_named(words: str) -> str:
    """The id of the article that is named by its id or its address; UsageError for anything else.

    >>> article_named("https://a.example/1?utm_source=x") == article_named("https://a.example/1")
    True
    """
    if "://" in words:
        return article_id(canonical_url(words))
    if not re.fullmatch(ID, words):
        raise UsageError(f"{words[:80]!r} is neither an article's id nor its address")
    return words


@dataclass(frozen=True, kw_only=True)
class SqlOptions(Options):
    """`newsbeam sql`."""

    dialect: str = said("duckdb", "the engine that is to read", choices=DIALECTS)
    lake: str = lake_flag()


@dataclass(frozen=True, kw_only=True)
class LakeOptions(Options):
    """`newsbeam lake` and `newsbeam check`."""

    lake: str = said(
        help="a folder, or gs://bucket/prefix", word="lake", type=lake_address, metavar="LAKE"
    )
    format: str = format_flag()


@dataclass(frozen=True, kw_only=True)
class ForgetOptions(Options):
    """`newsbeam forget`."""

    articles: tuple[str, ...] = said(
        (), "its id, or its address", "articles", nargs="*", metavar="ARTICLE"
    )
    source: str | None = said(None, "all of a source: its domain, e.g. civil.ge", metavar="SOURCE")
    format: str = format_flag()
    lake: str = lake_flag()

    def check(self) -> None:
        """Raise UsageError where nothing is named that could be forgotten."""
        if bool(self.articles) == bool(self.source):
            raise UsageError("name an article by its id or address, or a source with --source")
        if self.source and slug(self.source) != self.source:
            raise UsageError(f"{self.source!r} is no source: newsbeam top sources names them")
        for article in self.articles:
            article_named(article)


@dataclass(frozen=True, kw_only=True)
class DiffOptions(Options):
    """`newsbeam diff`."""

    article: str | None = said(
        None, "its id, or its address", "article", nargs="?", metavar="ARTICLE"
    )
    revisions: tuple[str, ...] = said(
        (), "two of its revisions, by how they begin; the last two unless they are named",
        nargs=2, metavar=("OLD", "NEW"),
    )  # fmt: skip
    versions: tuple[str, ...] = said(
        (), "of all articles, what two versions (of newsbeam, a model, the knowledge base) found",
        nargs=2, metavar=("A", "B"),
    )  # fmt: skip
    format: str = format_flag()
    lake: str = lake_flag()

    def check(self) -> None:
        """Raise UsageError unless one thing is asked for."""
        if bool(self.article) == bool(self.versions) or (self.revisions and self.versions):
            raise UsageError("name an article by its id or address, or two versions (--versions)")
        if self.article:
            article_named(self.article)
