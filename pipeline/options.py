"""The command line, read once into one frozen object; the only reader of argv."""

import argparse
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from newsbeam.pipeline.beam_flags import beam_flags
from newsbeam.pipeline.errors import UsageError
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.version import VERSION
from newsbeam.transforms.feed.sorting import MAX_NEW
from newsbeam.transforms.lake.storage import LakeError, open_lake
from newsbeam.transforms.text.nlp import DEFAULT_MODEL

STORY = """\
newsbeam polls feeds, reads each article, finds its actors, topics and quotations,
and keeps them, each with its place in the text, its reason and its version,
as Parquet by date. What fails is kept with its reason, what was not seen is said.
Once (run) or for ever (run --streaming), here or on Flink and Dataflow: the same rows.
Start with: newsbeam demo"""

USER_AGENT = f"newsbeam/{VERSION} (news research; +https://pypi.org/project/newsbeam)"
LONGEST = 100 * 366 * 86400.0  # seconds; more, and the calendar ends


@dataclass(frozen=True)
class Options:
    """What the user asked for; every command finds its own fields, the others keep defaults."""

    command: str
    feeds: tuple[str, ...] = ()
    lake: str | None = None
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
    files: tuple[str, ...] = ()
    table: str = ""
    sql: str = ""
    what: str = ""
    format: str = "table"
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    language: str | None = None
    limit: int = 20
    out: str = ""
    open: bool = False
    quiet: bool = False
    verbose: bool = False
    log_format: str = "text"
    beam_flags: tuple[str, ...] = ()
    shards: int | None = None


def seconds(text: str) -> float:
    """A length of time: 90, 90s, 5m, 24h, 7d → seconds.

    >>> seconds("5m"), seconds("7d")
    (300.0, 604800.0)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    units = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
    length = float(found[1]) * units[found[2]] if found else LONGEST + 1
    if length > LONGEST:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is no length of time (try 60s, 5m, 24h or 7d)"
        )
    return length


def moment(text: str) -> datetime:
    """A point in time: ISO 8601, or how long ago (7d, 24h)."""
    if re.fullmatch(r"\d+(\.\d+)?[smhd]", text.strip()):
        return datetime.now(UTC) - timedelta(seconds=seconds(text))
    try:
        stated = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time (try 2026-03-01, 2026-03-01T12:00Z or 7d)"
        ) from None
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)


def network(text: str) -> str:
    """A range of addresses as CIDR."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no range (try 127.0.0.0/8)") from None


def lake_address(text: str) -> str:
    """Where a lake can lie: a local folder or gs://bucket/prefix."""
    try:
        return open_lake(text).url
    except (ValueError, LakeError) as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def positive(text: str) -> int:
    """A whole number above nought."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing a usage block: one line says what and how to mend it."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} ({self.prog} --help shows the way)")


def parser() -> argparse.ArgumentParser:
    """All commands with their flags, as `--help` shows them."""
    top = _Parser(
        prog="newsbeam", description=STORY, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=VERSION)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, does: str, example: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name,
            help=does,
            description=does,
            epilog=f"example: {example}",
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        made.add_argument("--quiet", action="store_true", help="errors only")
        made.add_argument("--verbose", action="store_true", help="say more, limits included")
        made.add_argument("--log-format", choices=("text", "json"), default="text")
        return made

    demo = command(
        "demo", "run everything on a small sample newsroom, no internet", "newsbeam demo --open"
    )
    demo.add_argument(
        "--lake", default=None, type=lake_address, help="a folder to keep the record in"
    )
    demo.add_argument("--open", action="store_true", help="open the report in a browser")
    demo.add_argument("--model", default=DEFAULT_MODEL)

    run = command("run", "poll feeds and write the record", "newsbeam run feeds.txt --lake ./lake")
    run.add_argument("feeds", nargs="*", metavar="FEEDS", help="addresses, or files that list them")
    run.add_argument(
        "--lake", required=True, type=lake_address, help="a folder, or gs://bucket/prefix"
    )
    run.add_argument("--documents", nargs="+", default=[], metavar="FILE", help="JSON lines; - too")
    run.add_argument("--streaming", action="store_true", help="go on until SIGINT or SIGTERM")
    run.add_argument("--every", type=seconds, help="seconds between polls of a feed, e.g. 60s")
    run.add_argument("--model", default=DEFAULT_MODEL, help="an installed spaCy pipeline")
    run.add_argument("--no-pages", dest="pages", action="store_false", help="feed text only")
    run.add_argument("--allow-network", type=network, action="append", default=[], metavar="CIDR")
    run.add_argument(
        "--max-items", type=positive, default=MAX_NEW,
        help="new items taken of a feed at one poll; the others come with the next",
    )  # fmt: skip
    run.add_argument("--per-host-delay", type=seconds, default=5.0)
    run.add_argument("--user-agent", default=USER_AGENT)
    run.add_argument("--runner", default="FnApiRunner", help="FlinkRunner, PrismRunner, …")

    for name, does in (
        ("parse", "feed files → one JSON line an entry"),
        ("extract", "pages → one JSON line a page"),
        ("enrich", "documents → one JSON line an enriched document"),
    ):
        stage = command(name, does, f"newsbeam {name} FILE | head -1")
        stage.add_argument("files", nargs="+", metavar="FILE", help="- is standard input")
        if name == "enrich":
            stage.add_argument("--model", default=DEFAULT_MODEL)

    schema = command("schema", "the JSON Schema of a table's rows", "newsbeam schema articles")
    schema.add_argument("table", choices=sorted(TABLES), metavar="TABLE")

    query = command("query", "read-only SQL over the tables", 'newsbeam query "SELECT …" --lake L')
    query.add_argument("sql", metavar="SQL")
    top_ = command("top", "who and what is most in the news", "newsbeam top actors --lake ./lake")
    top_.add_argument("what", choices=("actors", "topics", "sources"))
    top_.add_argument("--limit", type=positive, default=20)
    report = command("report", "one self-contained page", "newsbeam report --lake L --out r.html")
    report.add_argument("--out", required=True, metavar="FILE.html")
    for reading in (query, top_, report):
        reading.add_argument(
            "--lake", required=True, type=lake_address, help="a folder, or gs://bucket/prefix"
        )
    for asking in (query, top_):
        asking.add_argument(
            "--format", choices=("table", "csv", "json", "parquet"), default="table"
        )
    top_.add_argument("--since", type=moment, help="2026-03-01 or 7d")
    top_.add_argument("--until", type=moment)
    top_.add_argument("--source", help="e.g. civil.ge")
    top_.add_argument("--language", help="ISO 639-1, e.g. ka")
    return top


def parse(argv: Sequence[str]) -> Options:
    """What `argv` asks for; UsageError with one line if it asks for nothing sensible."""
    made = parser()
    known, unknown = made.parse_known_args(list(argv))
    flags = beam_flags(known.command, unknown, _own_flags(made, known.command))
    named = {field.name for field in fields(Options)}
    asked = {name: _frozen(value) for name, value in vars(known).items() if name in named}
    options = Options(**asked, beam_flags=tuple(flags))
    _check(options)
    return options


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(options: Options) -> None:
    if options.command != "run":
        return
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


def _own_flags(made: argparse.ArgumentParser, command: str) -> set[str]:
    groups = next(a for a in made._actions if isinstance(a, argparse._SubParsersAction))
    return {flag for action in groups.choices[command]._actions for flag in action.option_strings}
