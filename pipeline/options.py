"""What each command can be told; those that read a lake are in `reading_options`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.flags import (
    ENGINE,
    POLITE,
    READ,
    WRITE,
    Options,
    events_flag,
    knowledge_flag,
    lake_flag,
    model_flag,
    said,
    topics_flag,
)
from newsbeam.pipeline.values import (
    days,
    end_of,
    lake_address,
    moment,
    network,
    positive,
    seconds,
    size,
)
from newsbeam.schemas.annotations import ActorType
from newsbeam.schemas.tables import BUILT_IN, DESCRIBED
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.lake.raw import Kept

USER_AGENT = f"newsbeam/{VERSION} (news research; +https://pypi.org/project/newsbeam)"


def _delay(usual: float) -> Any:
    return said(
        usual, "seconds between two requests to one host, or e.g. 1m", group=POLITE,
        type=seconds, metavar="TIME",
    )  # fmt: skip


def _user_agent() -> Any:
    words = "who asks, as publishers see it"
    return said(USER_AGENT, words, group=POLITE, metavar="TEXT")


def _allow_network() -> Any:
    return said(
        (), "ask servers in this range too, though it is no public one, e.g. 10.0.0.0/8; "
        "may be said several times", group=POLITE, type=network, action="append", metavar="CIDR",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DemoOptions(Options):
    """`newsbeam demo`."""

    lake: str | None = said(
        None, "a folder to keep the record in, a new one unless said", type=lake_address,
        metavar="LAKE",
    )  # fmt: skip
    open: bool = said(False, "open the report in a browser")
    model: str = model_flag()

    def check(self) -> None:
        """Raise UsageError where the record was to be kept elsewhere."""
        if "://" in (self.lake or ""):
            raise UsageError("the demo keeps its record on this machine: name a folder with --lake")


@dataclass(frozen=True, kw_only=True)
class ReadingOptions(Options):
    """How pages and documents are read, and into which lake."""

    undated: str | None = said(
        None, "documents that state no date are refused; now: they are filed under the time of "
        "this run", group=READ, choices=("now",),
    )  # fmt: skip
    pages: bool = said(
        True, "take the text that the feed has, ask for no page", "--no-pages", READ,
        dest="pages", action="store_false",
    )  # fmt: skip
    lake: str = lake_flag(WRITE)
    per_host_delay: float = _delay(5.0)
    user_agent: str = _user_agent()
    allow_network: tuple[str, ...] = _allow_network()
    knowledge: tuple[str, ...] = knowledge_flag(READ)
    topics: tuple[str, ...] = topics_flag(READ)
    events: bool = events_flag(READ)
    model: str = model_flag(ENGINE)


@dataclass(frozen=True, kw_only=True)
class ReprocessOptions(Options):
    """`newsbeam reprocess`."""

    since: datetime | None = said(
        None, "articles of this day and later: 2026-03-01, or 7d ago", type=moment, metavar="TIME"
    )
    until: datetime | None = said(
        None, "articles up to this day, which is included", type=end_of, metavar="TIME"
    )
    source: str | None = said(None, "its domain, e.g. civil.ge", metavar="SOURCE")
    language: str | None = said(None, "of the articles, e.g. en", metavar="CODE")
    replace: bool = said(False, "take the older rows out, once the new ones are there")
    lake: str = lake_flag(WRITE)
    knowledge: tuple[str, ...] = knowledge_flag(READ)
    topics: tuple[str, ...] = topics_flag(READ)
    events: bool = events_flag(READ)
    model: str = model_flag(ENGINE)


@dataclass(frozen=True, kw_only=True)
class RunOptions(ReadingOptions):
    """`newsbeam run`: of feeds or documents, once or for ever, here or on an engine."""

    command: str = "run"
    feeds: tuple[str, ...] = said(
        (), "addresses of feeds, and files that list some: an address a line, OPML or TOML; "
        "- is standard input", "feeds", READ, nargs="*", metavar="FEEDS",
    )  # fmt: skip
    documents: tuple[str, ...] = said(
        (), "instead of feeds: articles that you have, a JSON object a line, .gz too; "
        "- is standard input", group=READ, nargs="+", metavar="FILE",
    )  # fmt: skip
    max_items: int = said(
        MAX_NEW, "new items taken of a feed at one poll; the others come with the next",
        group=READ, type=positive, metavar="N",
    )  # fmt: skip
    backfill: int | None = said(
        None, "older entries too: at most so many more pages of each feed, until all is known",
        group=READ, type=positive, metavar="N",
    )  # fmt: skip
    keep_raw: int = said(
        Kept().days, "days for which answers and pages are kept as they came", group=WRITE,
        type=days, metavar="DAYS",
    )  # fmt: skip
    raw_budget: int | None = said(
        None, "how much room these may take, e.g. 500MB; the oldest days go first "
        f"(default: {Kept().size / 1e9:g}GB)", group=WRITE, type=size, metavar="SIZE",
    )  # fmt: skip
    streaming: bool = said(False, "go on until Ctrl-C or SIGTERM", group=WRITE)
    every: float | None = said(
        None, "with --streaming: the time between two polls of a feed, e.g. 90s or 5m "
        "(default: 60s)", group=WRITE, type=seconds, metavar="TIME",
    )  # fmt: skip
    runner: str = said(
        "FnApiRunner", "FlinkRunner, PrismRunner, DataflowRunner …; flags of Apache Beam are "
        "passed on to it", group=ENGINE, metavar="NAME",
    )  # fmt: skip
    shards: int | None = said(
        None, "parts into which feeds, pages and rows are divided for workers; "
        "as many as there are workers unless said", group=ENGINE, type=positive, metavar="N",
    )  # fmt: skip
    beam_flags: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise UsageError where what was said does not go together."""
        if not self.feeds and not self.documents:
            raise UsageError(
                "name at least one feed, or --documents FILE (see newsbeam run --help)"
            )
        if self.feeds and self.documents:
            raise UsageError("run takes feeds or --documents, and not both: run it twice")
        if self.backfill and (self.streaming or self.documents):
            raise UsageError("--backfill is for a run of feeds that ends; leave the other one out")
        if self.undated and not self.documents:
            raise UsageError("--undated is about --documents; feeds have dates of their own")
        if self.streaming and self.documents:
            raise UsageError("--documents end by themselves; leave --streaming out")
        if self.every is not None and not self.streaming:
            raise UsageError("--every is for --streaming: without it a run asks once, and ends")
        if self.every is not None and self.every < 1:
            raise UsageError("--every is at least 1s: no feed has news more often")
        if not self.user_agent.strip():
            raise UsageError("--user-agent may not be empty: publishers want to know who asks")
        if not (self.user_agent.isascii() and self.user_agent.isprintable()):
            raise UsageError("--user-agent is one line of ASCII: it is sent as a header")


@dataclass(frozen=True, kw_only=True)
class ReplayOptions(ReadingOptions):
    """`newsbeam replay`."""

    failure: tuple[str, ...] = said(
        (), "only the letter of this failure_id; may be said several times", group=READ,
        action="append", metavar="ID",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DiscoverOptions(Options):
    """`newsbeam discover`."""

    url: str = said(help="a page of the site, its front page for instance", word="url",
                    metavar="URL")  # fmt: skip
    format: str = said(
        "table", "how the answer is written; toml and opml are lists for run and other programs",
        choices=("table", "csv", "json", "toml", "opml"),
    )  # fmt: skip
    per_host_delay: float = _delay(1.0)
    user_agent: str = _user_agent()
    allow_network: tuple[str, ...] = _allow_network()


@dataclass(frozen=True, kw_only=True)
class StageOptions(Options):
    """`newsbeam parse` and `extract`."""

    files: tuple[str, ...] = said(
        help="a file, .gz too; - is standard input", word="files", nargs="+", metavar="FILE"
    )


@dataclass(frozen=True, kw_only=True)
class EnrichOptions(StageOptions):
    """`newsbeam enrich`."""

    knowledge: tuple[str, ...] = knowledge_flag()
    topics: tuple[str, ...] = topics_flag()
    events: bool = events_flag()
    model: str = model_flag()


@dataclass(frozen=True, kw_only=True)
class KnowledgeOptions(Options):
    """`newsbeam kb`."""

    what: str = said(
        help="build: compile the lists now, for an image; check: what is odd about files; show: "
        "who bears a name or an id; add: a row to a file of yours; export: all rows as CSV",
        word="what", choices=("build", "check", "show", "add", "export"), metavar="WHAT",
    )  # fmt: skip
    words: tuple[str, ...] = said(
        (), "files to check; names or ids to show; the name to add", "words", nargs="*",
        metavar="WORDS",
    )  # fmt: skip
    knowledge: tuple[str, ...] = knowledge_flag()
    file: str | None = said(None, "add: the CSV file, made where there is none", metavar="FILE")
    id: str = said("", "add: a Wikidata id that you have checked", metavar="QID")
    type: str = said("person", "add: what it is", choices=get_args(ActorType))
    names: str = said("", "add: other names, parted by |", metavar="NAMES")
    country: str = said("", "add: three letters, such as GEO", metavar="CODE")
    offices: str = said(
        "", "add: offices with their dates, parted by |: Minister of Defence~2021-03-22~2024-02-08",
        metavar="OFFICES",
    )  # fmt: skip

    def check(self) -> None:
        """Raise UsageError where a word that is needed is missing."""
        if self.what in ("check", "show", "add") and not self.words:
            raise UsageError(f"kb {self.what} needs a name (see newsbeam kb --help)")
        if self.what == "add" and (len(self.words) != 1 or not self.file):
            raise UsageError('kb add takes one name, and a file: newsbeam kb add "Ann Gray" --file '
                             "mine.csv --country GEO")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AccuracyOptions(StageOptions):
    """`newsbeam accuracy`."""

    knowledge: tuple[str, ...] = knowledge_flag()
    model: str = model_flag()
    language: str = said(
        "en", "of columns of tokens, which do not say it: ISO 639-1", metavar="CODE"
    )
    format: str = said("table", "how the figures are written", choices=("table", "json"))


@dataclass(frozen=True, kw_only=True)
class SchemaOptions(Options):
    """`newsbeam schema`."""

    table: str = said(
        help=", ".join(("documents", *BUILT_IN)), word="table", choices=DESCRIBED, metavar="TABLE"
    )
