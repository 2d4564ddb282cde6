"""What the commands that read a lake can be told."""

import re
from dataclasses import dataclass
from datetime import datetime

from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.flags import FORMATS, Options, format_flag, lake_flag, said
from newsbeam.pipeline.values import end_of, moment, new_file, positive, share
from newsbeam.schemas.tables import BUILT_IN


@dataclass(frozen=True, kw_only=True)
class QueryOptions(Options):
    """`newsbeam query`."""

    sql: str | None = said(
        None,
        help=f"one SELECT, in quotation marks, over {', '.join(BUILT_IN)} (each as it is now; "
        "articles_all, actors_all … have every revision; newsbeam schema TABLE names the columns)",
        word="sql", nargs="?", metavar="SQL",
    )  # fmt: skip
    file: str | None = said(None, "a file with the SELECT, instead of it", metavar="FILE.sql")
    format: str = format_flag()
    lake: str = lake_flag()

    def check(self) -> None:
        """Raise UsageError where a file is named in the place of SQL, or not just one of both."""
        if self.sql and re.fullmatch(r"\S+\.sql", self.sql):
            raise UsageError(f"SQL is needed, not a file of it; did you mean --file {self.sql}?")
        if bool(self.sql) == bool(self.file):
            raise UsageError("give one SELECT as SQL in quotation marks, or --file FILE.sql")


@dataclass(frozen=True, kw_only=True)
class PeriodOptions(Options):
    """Of which time and source something is asked."""

    since: datetime | None = said(
        None, "2026-03-01, 2026-03-01T12:00Z, or 7d ago", type=moment, metavar="TIME"
    )
    until: datetime | None = said(
        None,
        "the same; a day that is named is included, a time is where it ends",
        type=end_of,
        metavar="TIME",
    )
    source: str | None = said(None, "its name or domain, e.g. civil.ge", metavar="SOURCE")
    lake: str = lake_flag()

    def check(self) -> None:
        """Raise UsageError where no moment lies in the period."""
        if self.since and self.until and self.since >= self.until:
            raise UsageError("--since is not before --until, so no article can lie between them")


@dataclass(frozen=True, kw_only=True)
class AskedOptions(PeriodOptions):
    """Which articles a question is about."""

    language: str | None = said(None, "ISO 639-1, e.g. ka", metavar="CODE")


@dataclass(frozen=True, kw_only=True)
class TopOptions(AskedOptions):
    """`newsbeam top`."""

    what: str = said(
        help="actors, topics or sources",
        word="what",
        choices=("actors", "topics", "sources"),
        metavar="WHAT",
    )
    limit: int = said(20, "rows at most", type=positive, metavar="N")
    min_confidence: float | None = said(
        None,
        "only actors that are so sure (0 to 1; 0.5 unless said), or topics of so high a score",
        type=share,
        metavar="N",
    )
    format: str = format_flag()

    def check(self) -> None:
        """Raise UsageError also where a source was to be sure."""
        super().check()
        if self.what == "sources" and self.min_confidence:
            raise UsageError("--min-confidence is for actors and topics: a source is what it is")


@dataclass(frozen=True, kw_only=True)
class TimelineOptions(AskedOptions):
    """`newsbeam timeline`."""

    actor: str = said(
        help="its id or name, or a part of the name that no other has", word="actor",
        metavar="ACTOR",
    )  # fmt: skip
    min_confidence: float | None = said(
        None,
        "only where it is so sure that it is meant (0 to 1; 0.5 unless said)",
        type=share,
        metavar="N",
    )
    format: str = format_flag()


@dataclass(frozen=True, kw_only=True)
class CooccurOptions(TimelineOptions):
    """`newsbeam cooccur`."""

    limit: int = said(20, "rows at most", type=positive, metavar="N")


@dataclass(frozen=True, kw_only=True)
class WatchOptions(AskedOptions):
    """`newsbeam watch`."""

    watch: str = said(
        help="a TOML file with actors, topics and words, each a list", word="watch",
        metavar="WATCH.toml",
    )  # fmt: skip
    limit: int = said(50, "articles at most, the newest", type=positive, metavar="N")
    min_confidence: float | None = said(
        None, "only actors that are so sure (0 to 1), and topics of so high a score", type=share,
        metavar="N",
    )  # fmt: skip
    format: str = said(
        "table", "how the answer is written; rss and jsonfeed are for feed readers and chats",
        choices=(*FORMATS, "rss", "jsonfeed"),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FeedsOptions(Options):
    """`newsbeam feeds`."""

    feeds: tuple[str, ...] = said(
        (), "as for run; all feeds of the lake unless some are named", "feeds", nargs="*",
        metavar="FEEDS",
    )  # fmt: skip
    format: str = said(
        "table", "how the answer is written; opml and toml are lists of the feeds",
        choices=(*FORMATS, "opml", "toml"),
    )  # fmt: skip
    lake: str = lake_flag()


@dataclass(frozen=True, kw_only=True)
class GapsOptions(PeriodOptions):
    """`newsbeam gaps`."""

    format: str = format_flag()


@dataclass(frozen=True, kw_only=True)
class ExportOptions(PeriodOptions):
    """`newsbeam export`."""

    form: str = said(
        help="warc: the answers of servers as they came", word="form", choices=("warc",),
        metavar="FORMAT",
    )  # fmt: skip
    out: str = said(help="the folder for the files", required=True, metavar="DIR")


@dataclass(frozen=True, kw_only=True)
class FailuresOptions(Options):
    """`newsbeam failures`."""

    limit: int = said(20, "letters at most, the newest", type=positive, metavar="N")
    format: str = format_flag()
    lake: str = lake_flag()


@dataclass(frozen=True, kw_only=True)
class ReportOptions(AskedOptions):
    """`newsbeam report`."""

    min_confidence: float | None = said(
        None, "only actors and quotations that are so sure (0 to 1; 0.5 unless said), and topics "
        "of so high a score", type=share, metavar="N",
    )  # fmt: skip
    title: str | None = said(None, "what the page is called", metavar="TEXT")
    out: str = said(help="the page to write", required=True, type=new_file, metavar="FILE.html")
