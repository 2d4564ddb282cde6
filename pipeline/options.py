"""The command line, read once into the frozen options of one command; the only reader of argv."""

import argparse
import difflib
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, NoReturn

from newsbeam.pipeline.beam_flags import beam_parser, flags_of, in_beams_spelling, read_flags
from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.values import lake_address, moment, network, positive, seconds
from newsbeam.schemas.document import fields_in_words
from newsbeam.schemas.tables import DESCRIBED
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


FORMATS = ("table", "csv", "json", "parquet")


def said(default: Any = MISSING, help: str | None = None, word: str = "", **how: Any) -> Any:
    """A field that the command line fills: what it is when nothing is said, and argparse's terms.

    Its flag is its name (`--log-format`), unless another `word` is given.
    """
    if default is False:
        how["action"] = "store_true"
    return field(default=default, metadata={"word": word, "how": {"help": help, **how}})


def _lake() -> Any:
    return said(help="a folder, or gs://bucket/prefix", required=True, type=lake_address)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every command can be told."""

    command: str
    quiet: bool = said(False, "errors only")
    verbose: bool = said(False, "say more, limits included")
    log_format: str = said("text", choices=("text", "json"))


@dataclass(frozen=True, kw_only=True)
class DemoOptions(Options):
    """`newsbeam demo`."""

    lake: str | None = said(None, "a folder to keep the record in", type=lake_address)
    open: bool = said(False, "open the report in a browser")
    model: str = said(DEFAULT_MODEL, "an installed spaCy pipeline")


@dataclass(frozen=True, kw_only=True)
class RunOptions(Options):
    """`newsbeam run`: of feeds or documents, once or for ever, here or on an engine."""

    command: str = "run"
    feeds: tuple[str, ...] = said(
        (), "addresses, or files that list them", "feeds", nargs="*", metavar="FEEDS"
    )
    documents: tuple[str, ...] = said((), "JSON lines; - too", nargs="+", metavar="FILE")
    undated: str | None = said(
        None, "documents that state no date are refused; now: they are filed under the time of "
        "this run", choices=("now",),
    )  # fmt: skip
    streaming: bool = said(False, "go on until SIGINT or SIGTERM")
    every: float | None = said(None, "seconds between polls of a feed, e.g. 60s", type=seconds)
    pages: bool = said(True, "feed text only", "--no-pages", dest="pages", action="store_false")
    allow_network: tuple[str, ...] = said((), type=network, action="append", metavar="CIDR")
    max_items: int = said(
        MAX_NEW, "new items taken of a feed at one poll; the others come with the next",
        type=positive,
    )  # fmt: skip
    per_host_delay: float = said(5.0, type=seconds)
    user_agent: str = said(USER_AGENT)
    runner: str = said("FnApiRunner", "FlinkRunner, PrismRunner, …")
    shards: int | None = said(
        None, "parts into which feeds, pages and rows are divided for workers; "
        "as many as there are workers unless named", type=positive,
    )  # fmt: skip
    model: str = said(DEFAULT_MODEL, "an installed spaCy pipeline")
    lake: str = _lake()
    beam_flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StageOptions(Options):
    """`newsbeam parse` and `extract`."""

    files: tuple[str, ...] = said(
        help="- is standard input", word="files", nargs="+", metavar="FILE"
    )


@dataclass(frozen=True, kw_only=True)
class EnrichOptions(StageOptions):
    """`newsbeam enrich`."""

    model: str = said(DEFAULT_MODEL, "an installed spaCy pipeline")


@dataclass(frozen=True, kw_only=True)
class SchemaOptions(Options):
    """`newsbeam schema`."""

    table: str = said(word="table", choices=DESCRIBED, metavar="TABLE")


@dataclass(frozen=True, kw_only=True)
class QueryOptions(Options):
    """`newsbeam query`."""

    sql: str = said(word="sql", metavar="SQL")
    format: str = said("table", choices=FORMATS)
    lake: str = _lake()


@dataclass(frozen=True, kw_only=True)
class TopOptions(Options):
    """`newsbeam top`."""

    what: str = said(word="what", choices=("actors", "topics", "sources"))
    limit: int = said(20, type=positive)
    since: datetime | None = said(None, "2026-03-01 or 7d", type=moment)
    until: datetime | None = said(None, type=moment)
    source: str | None = said(None, "e.g. civil.ge")
    language: str | None = said(None, "ISO 639-1, e.g. ka")
    format: str = said("table", choices=FORMATS)
    lake: str = _lake()


@dataclass(frozen=True, kw_only=True)
class ReportOptions(Options):
    """`newsbeam report`."""

    out: str = said(required=True, metavar="FILE.html")
    lake: str = _lake()


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing a usage block: one line says what and how to mend it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} ({self.prog} --help shows the way)")


# Each command: the file of `commands/` that does it, where its words go, what it does, an example.
COMMANDS: dict[str, tuple[str, type[Options], str, str]] = {
    "demo": (
        "demo", DemoOptions, "run everything on a small sample newsroom, no internet", "--open"
    ),
    "run": ("run", RunOptions, "poll feeds and write the record", "feeds.txt --lake ./lake"),
    "parse": ("stages", StageOptions, "feed files → one JSON line an entry", "FILE | head -1"),
    "extract": ("stages", StageOptions, "pages → one JSON line a page", "FILE | head -1"),
    "enrich": (
        "stages", EnrichOptions, "documents → one JSON line an enriched document", "FILE | head -1"
    ),
    "schema": ("schema", SchemaOptions, "the JSON Schema of a table's rows", "articles"),
    "query": ("reading", QueryOptions, "read-only SQL over the tables", '"SELECT …" --lake L'),
    "top": ("reading", TopOptions, "who and what is most in the news", "actors --lake ./lake"),
    "report": ("reading", ReportOptions, "one self-contained page", "--lake L --out r.html"),
}  # fmt: skip


def _more(command: str) -> str:
    """What else the help of a command says: where documents are handed in, their fields."""
    return f"\n\n{fields_in_words()}" if command in ("run", "enrich") else ""


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
    for name, (_, kind, does, example) in COMMANDS.items():
        made[name] = adding.add_parser(
            name,
            help=does,
            description=does,
            epilog=f"example: newsbeam {name} {example}{_more(name)}",
            allow_abbrev=False,
            argument_default=argparse.SUPPRESS,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for asked in fields(kind):
            if asked.metadata:
                word = asked.metadata["word"] or "--" + asked.name.replace("_", "-")
                made[name].add_argument(word, **asked.metadata["how"])
    return top, made


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
    options = COMMANDS[known.command][1](**asked)
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
    if options.undated and not options.documents:
        raise UsageError("--undated is about --documents; feeds have dates of their own")
    if options.streaming and options.documents:
        raise UsageError("--documents end by themselves; leave --streaming out")
    if options.every is not None and options.every < 1:
        raise UsageError("--every is at least 1s: no feed has news more often")
    if not options.user_agent.strip():
        raise UsageError("--user-agent may not be empty: publishers want to know who asks")
    if not (options.user_agent.isascii() and options.user_agent.isprintable()):
        raise UsageError("--user-agent is one line of ASCII: it is sent as a header")
