"""What each command can be told: its flags with their words for `--help`, and what goes unsaid."""

import re
from dataclasses import MISSING, dataclass, field
from datetime import datetime
from typing import Any

from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.values import (
    end_of,
    lake_address,
    moment,
    network,
    new_file,
    positive,
    seconds,
    share,
)
from newsbeam.schemas.tables import BUILT_IN, DESCRIBED
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.text.nlp import DEFAULT_MODEL

USER_AGENT = f"newsbeam/{VERSION} (news research; +https://pypi.org/project/newsbeam)"
FORMATS = ("table", "csv", "json", "parquet")
# Under which heading of `--help` a flag stands; without one it stands among the first.
READ, WRITE, POLITE, ENGINE = "what is read", "where to and when", "manners", "engine"
MESSAGES = "messages (on standard error)"


def said(
    default: Any = MISSING, help: str = "", word: str = "", group: str = "", **how: Any
) -> Any:
    """A field that the command line fills: what it is when nothing is said, and argparse's terms.

    Its flag is its name (`--log-format`), unless another `word` is given.
    """
    if default is False:
        how["action"] = "store_true"
    elif isinstance(default, str | int | float) and default is not True:
        shown = f"{default:g}" if isinstance(default, float) else default
        help = f"{help} (default: {shown})"
    return field(
        default=default, metadata={"word": word, "group": group, "how": {"help": help, **how}}
    )


def _lake(group: str = "") -> Any:
    return said(
        help="a folder, or gs://bucket/prefix", group=group, required=True, type=lake_address,
        metavar="LAKE",
    )  # fmt: skip


def _model(group: str = "") -> Any:
    return said(DEFAULT_MODEL, "an installed spaCy pipeline", group=group, metavar="NAME")


def _format() -> Any:
    return said("table", "how the answer is written", choices=FORMATS)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every command can be told."""

    command: str
    quiet: bool = said(False, "errors only", group=MESSAGES)
    verbose: bool = said(False, "say more, limits included", group=MESSAGES)
    log_format: str = said(
        "text", "lines for people or for programs", group=MESSAGES, choices=("text", "json")
    )


@dataclass(frozen=True, kw_only=True)
class DemoOptions(Options):
    """`newsbeam demo`."""

    lake: str | None = said(
        None, "a folder to keep the record in, a new one unless said", type=lake_address,
        metavar="LAKE",
    )  # fmt: skip
    open: bool = said(False, "open the report in a browser")
    model: str = _model()


@dataclass(frozen=True, kw_only=True)
class RunOptions(Options):
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
    undated: str | None = said(
        None, "documents that state no date are refused; now: they are filed under the time of "
        "this run", group=READ, choices=("now",),
    )  # fmt: skip
    pages: bool = said(
        True, "take the text that the feed has, ask for no page", "--no-pages", READ,
        dest="pages", action="store_false",
    )  # fmt: skip
    max_items: int = said(
        MAX_NEW, "new items taken of a feed at one poll; the others come with the next",
        group=READ, type=positive, metavar="N",
    )  # fmt: skip
    lake: str = _lake(WRITE)
    streaming: bool = said(False, "go on until Ctrl-C or SIGTERM", group=WRITE)
    every: float | None = said(
        None, "with --streaming: the time between two polls of a feed, e.g. 90s or 5m "
        "(default: 60s)", group=WRITE, type=seconds, metavar="TIME",
    )  # fmt: skip
    per_host_delay: float = said(
        5.0, "seconds between two requests to one host, or e.g. 1m", group=POLITE,
        type=seconds, metavar="TIME",
    )  # fmt: skip
    user_agent: str = said(
        USER_AGENT, "who asks, as publishers see it", group=POLITE, metavar="TEXT"
    )
    allow_network: tuple[str, ...] = said(
        (), "ask servers in this range too, though it is no public one, e.g. 10.0.0.0/8; "
        "may be said several times", group=POLITE, type=network, action="append", metavar="CIDR",
    )  # fmt: skip
    runner: str = said(
        "FnApiRunner", "FlinkRunner, PrismRunner, DataflowRunner …; flags of Apache Beam are "
        "passed on to it", group=ENGINE, metavar="NAME",
    )  # fmt: skip
    shards: int | None = said(
        None, "parts into which feeds, pages and rows are divided for workers; "
        "as many as there are workers unless said", group=ENGINE, type=positive, metavar="N",
    )  # fmt: skip
    model: str = _model(ENGINE)
    beam_flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StageOptions(Options):
    """`newsbeam parse` and `extract`."""

    files: tuple[str, ...] = said(
        help="a file, .gz too; - is standard input", word="files", nargs="+", metavar="FILE"
    )


@dataclass(frozen=True, kw_only=True)
class EnrichOptions(StageOptions):
    """`newsbeam enrich`."""

    model: str = _model()


@dataclass(frozen=True, kw_only=True)
class SchemaOptions(Options):
    """`newsbeam schema`."""

    table: str = said(
        help=", ".join(("documents", *BUILT_IN)), word="table", choices=DESCRIBED, metavar="TABLE"
    )


@dataclass(frozen=True, kw_only=True)
class QueryOptions(Options):
    """`newsbeam query`."""

    sql: str = said(
        help=f"one SELECT, in quotation marks, over {', '.join(BUILT_IN)} (each as it is now; "
        "articles_all, actors_all … have every revision; newsbeam schema TABLE names the columns)",
        word="sql", metavar="SQL",
    )  # fmt: skip
    format: str = _format()
    lake: str = _lake()


@dataclass(frozen=True, kw_only=True)
class AskedOptions(Options):
    """Which articles a question is about."""

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
    language: str | None = said(None, "ISO 639-1, e.g. ka", metavar="CODE")
    lake: str = _lake()


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
        "only actors that are so sure (0 to 1), or topics of so high a score",
        type=share,
        metavar="N",
    )
    format: str = _format()


@dataclass(frozen=True, kw_only=True)
class ReportOptions(AskedOptions):
    """`newsbeam report`."""

    min_confidence: float | None = said(
        None, "only actors and quotations that are so sure (0 to 1), and topics of so high a score",
        type=share, metavar="N",
    )  # fmt: skip
    title: str | None = said(None, "what the page is called", metavar="TEXT")
    out: str = said(help="the page to write", required=True, type=new_file, metavar="FILE.html")


def check(options: Options) -> None:
    """Raise UsageError where what was said does not go together."""
    if isinstance(options, DemoOptions) and "://" in (options.lake or ""):
        raise UsageError("the demo keeps its record on this machine: name a folder with --lake")
    if isinstance(options, QueryOptions) and re.fullmatch(r"\S+\.sql", options.sql):
        raise UsageError(f'SQL is needed, not a file of it; did you mean "$(cat {options.sql})"?')
    if isinstance(options, RunOptions):
        _check_run(options)
    if isinstance(options, AskedOptions):
        _check_asked(options)


def _check_run(options: RunOptions) -> None:
    if not options.feeds and not options.documents:
        raise UsageError("name at least one feed, or --documents FILE (see newsbeam run --help)")
    if options.feeds and options.documents:
        raise UsageError("run takes feeds or --documents, and not both: run it twice")
    if options.undated and not options.documents:
        raise UsageError("--undated is about --documents; feeds have dates of their own")
    if options.streaming and options.documents:
        raise UsageError("--documents end by themselves; leave --streaming out")
    if options.every is not None and not options.streaming:
        raise UsageError("--every is for --streaming: without it a run asks once, and ends")
    if options.every is not None and options.every < 1:
        raise UsageError("--every is at least 1s: no feed has news more often")
    if not options.user_agent.strip():
        raise UsageError("--user-agent may not be empty: publishers want to know who asks")
    if not (options.user_agent.isascii() and options.user_agent.isprintable()):
        raise UsageError("--user-agent is one line of ASCII: it is sent as a header")


def _check_asked(options: AskedOptions) -> None:
    if options.since and options.until and options.since >= options.until:
        raise UsageError("--since is not before --until, so no article can lie between them")
    if isinstance(options, TopOptions) and options.what == "sources" and options.min_confidence:
        raise UsageError("--min-confidence is for actors and topics: a source is what it is")
