"""The command line, read once into the frozen options of one command; the only reader of argv."""

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from newsbeam.pipeline.beam_flags import beam_parser, flags_of, in_beams_spelling, read_flags
from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.values import lake_address, moment, network, positive, seconds
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.text.nlp import DEFAULT_MODEL

STORY = """\
newsbeam polls feeds, reads each article, finds its actors, topics and quotations,
and keeps them, each with its place in the text, its reason and its version,
as Parquet by date. What fails is kept with its reason, what was not seen is said.
Once (run) or for ever (run --streaming), here or on Flink and Dataflow: the same rows.
Start with: newsbeam demo"""

USER_AGENT = f"newsbeam/{VERSION} (news research; +https://pypi.org/project/newsbeam)"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every command can be told."""

    command: str
    quiet: bool = False
    verbose: bool = False
    log_format: str = "text"


@dataclass(frozen=True, kw_only=True)
class DemoOptions(Options):
    """`newsbeam demo`."""

    lake: str | None = None
    open: bool = False
    model: str = DEFAULT_MODEL


@dataclass(frozen=True, kw_only=True)
class RunOptions(Options):
    """`newsbeam run`: of feeds or documents, once or for ever, here or on an engine."""

    command: str = "run"
    lake: str
    feeds: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    streaming: bool = False
    every: float | None = None
    model: str = DEFAULT_MODEL
    pages: bool = True
    allow_network: tuple[str, ...] = ()
    max_items: int = MAX_NEW
    per_host_delay: float = 5.0
    user_agent: str = USER_AGENT
    runner: str = "FnApiRunner"
    shards: int | None = None
    beam_flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StageOptions(Options):
    """`newsbeam parse`, `extract` and `enrich`."""

    files: tuple[str, ...]
    model: str = DEFAULT_MODEL


@dataclass(frozen=True, kw_only=True)
class SchemaOptions(Options):
    """`newsbeam schema`."""

    table: str


@dataclass(frozen=True, kw_only=True)
class QueryOptions(Options):
    """`newsbeam query`."""

    lake: str
    sql: str
    format: str = "table"


@dataclass(frozen=True, kw_only=True)
class TopOptions(Options):
    """`newsbeam top`."""

    lake: str
    what: str
    format: str = "table"
    limit: int = 20
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportOptions(Options):
    """`newsbeam report`."""

    lake: str
    out: str


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing a usage block: one line says what and how to mend it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} ({self.prog} --help shows the way)")


# Each command: where its words go, what it does, an example.
COMMANDS: dict[str, tuple[type[Options], str, str]] = {
    "demo": (DemoOptions, "run everything on a small sample newsroom, no internet", "--open"),
    "run": (RunOptions, "poll feeds and write the record", "feeds.txt --lake ./lake"),
    "parse": (StageOptions, "feed files → one JSON line an entry", "FILE | head -1"),
    "extract": (StageOptions, "pages → one JSON line a page", "FILE | head -1"),
    "enrich": (StageOptions, "documents → one JSON line an enriched document", "FILE | head -1"),
    "schema": (SchemaOptions, "the JSON Schema of a table's rows", "articles"),
    "query": (QueryOptions, "read-only SQL over the tables", '"SELECT …" --lake L'),
    "top": (TopOptions, "who and what is most in the news", "actors --lake ./lake"),
    "report": (ReportOptions, "one self-contained page", "--lake L --out r.html"),
}


def parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser of the whole command line, and those of its commands.

    They have no defaults: what is not said is left to the dataclass of the command.
    """
    top = _Parser(
        prog="newsbeam", description=STORY, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=VERSION)
    adding = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    made: dict[str, argparse.ArgumentParser] = {}
    for name, (_, does, example) in COMMANDS.items():
        made[name] = adding.add_parser(
            name,
            help=does,
            description=does,
            epilog=f"example: newsbeam {name} {example}",
            allow_abbrev=False,
            argument_default=argparse.SUPPRESS,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made[name].add_argument("--quiet", action="store_true", help="errors only")
        made[name].add_argument("--verbose", action="store_true", help="say more, limits included")
        made[name].add_argument("--log-format", choices=("text", "json"))

    made["demo"].add_argument("--lake", type=lake_address, help="a folder to keep the record in")
    made["demo"].add_argument("--open", action="store_true", help="open the report in a browser")
    _add_run(made["run"])
    for name in ("parse", "extract", "enrich"):
        made[name].add_argument("files", nargs="+", metavar="FILE", help="- is standard input")
    for name in ("demo", "run", "enrich"):
        made[name].add_argument("--model", help="an installed spaCy pipeline")
    made["schema"].add_argument("table", choices=sorted(TABLES), metavar="TABLE")
    made["query"].add_argument("sql", metavar="SQL")
    made["top"].add_argument("what", choices=("actors", "topics", "sources"))
    made["top"].add_argument("--limit", type=positive)
    made["top"].add_argument("--since", type=moment, help="2026-03-01 or 7d")
    made["top"].add_argument("--until", type=moment)
    made["top"].add_argument("--source", help="e.g. civil.ge")
    made["top"].add_argument("--language", help="ISO 639-1, e.g. ka")
    made["report"].add_argument("--out", required=True, metavar="FILE.html")
    for name in ("query", "top"):
        made[name].add_argument("--format", choices=("table", "csv", "json", "parquet"))
    for name in ("run", "query", "top", "report"):
        made[name].add_argument(
            "--lake", required=True, type=lake_address, help="a folder, or gs://bucket/prefix"
        )
    return top, made


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("feeds", nargs="*", metavar="FEEDS", help="addresses, or files that list them")
    run.add_argument("--documents", nargs="+", metavar="FILE", help="JSON lines; - too")
    run.add_argument("--streaming", action="store_true", help="go on until SIGINT or SIGTERM")
    run.add_argument("--every", type=seconds, help="seconds between polls of a feed, e.g. 60s")
    run.add_argument("--no-pages", dest="pages", action="store_false", help="feed text only")
    run.add_argument("--allow-network", type=network, action="append", metavar="CIDR")
    run.add_argument(
        "--max-items", type=positive,
        help="new items taken of a feed at one poll; the others come with the next",
    )  # fmt: skip
    run.add_argument("--per-host-delay", type=seconds)
    run.add_argument("--user-agent")
    run.add_argument("--runner", help="FlinkRunner, PrismRunner, …")
    run.add_argument(
        "--shards", type=positive,
        help="parts into which feeds, pages and rows are divided for workers; "
        "as many as there are workers unless named",
    )  # fmt: skip


def parse(argv: Sequence[str]) -> Options:
    """What `argv` asks for; UsageError with one line if it asks for nothing sensible.

    Words that a `run` does not know are passed on if they are flags of Beam.
    """
    top, commands = parsers()
    known, unknown = top.parse_known_args(list(argv))
    asked: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in vars(known).items()
    }
    if unknown and known.command == "run":
        asked["beam_flags"] = _for_beam(unknown, flags_of(commands["run"]))
    elif unknown:
        raise UsageError(_not_known(unknown[0], flags_of(commands[known.command])))
    options = COMMANDS[known.command][0](**asked)
    if isinstance(options, RunOptions):
        _check(options)
    return options


def _for_beam(words: list[str], own: set[str]) -> tuple[str, ...]:
    flags = in_beams_spelling(words)
    _, strange = read_flags(flags)
    if not strange:
        return tuple(flags)
    word = words[flags.index(strange[0])]
    if not word.startswith("-"):
        raise UsageError(f"{word} stands among the flags: name all feeds right after run")
    raise UsageError(_not_known(word, own | flags_of(beam_parser())))


def _not_known(word: str, flags: set[str]) -> str:
    """The refusal of a word, with the flag nearest to it if there is one."""
    name = word.partition("=")[0]
    spelt = {flag.replace("_", "-"): flag for flag in flags}
    near = difflib.get_close_matches(name.replace("_", "-"), spelt, n=1, cutoff=0.5)
    return f"{name} is not known" + (
        f"; did you mean {spelt[near[0]]}?" if near else " (see --help)"
    )


def _check(options: RunOptions) -> None:
    if bool(options.feeds) == bool(options.documents):
        raise UsageError("run takes feeds or --documents, and not both (newsbeam run --help)")
    if options.streaming and options.documents:
        raise UsageError("--documents end by themselves; leave --streaming out")
    if options.every is not None and options.every < 1:
        raise UsageError("--every is at least 1s: no feed has news more often")
    if not options.user_agent.strip():
        raise UsageError("--user-agent may not be empty: publishers want to know who asks")
    if not (options.user_agent.isascii() and options.user_agent.isprintable()):
        raise UsageError("--user-agent is one line of ASCII: it is sent as a header")
