"""The command line, read once into the frozen options of one command; the only reader of argv."""

import argparse
import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NoReturn

from newsbeam.pipeline.beam_flags import beam_parser, flags_of, in_beams_spelling, read_flags
from newsbeam.pipeline.commands import COMMANDS
from newsbeam.pipeline.errors import UsageError, did_you_mean
from newsbeam.pipeline.flags import MESSAGES, Options
from newsbeam.schemas.document import fields_in_words
from newsbeam.schemas.version import VERSION

STORY = """\
newsbeam polls feeds, reads each article, finds its actors, topics and
quotations, and keeps them, each with its place in the text, its reason and its
version, as Parquet by date. What fails is kept with its reason, what was not
seen is said. Once (run) or for ever (run --streaming), here or on Flink and
Dataflow: the same rows. Start with: newsbeam demo"""

HELP = ("-h", "--help", "--version")
# How much of a flag's name must be as one that is known: "fmt" is near to "format", "out" is not
# near to "no_auth".
NEAR_FLAG = 0.65
# A hyphen that a word processor has made a dash of.
DASHED = re.compile(r"[\u2012-\u2015\u2212]+[a-z]")


class _Parser(argparse.ArgumentParser):
    """Raises instead of printing a usage block: one line says what and how to mend it."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.words: dict[str, str] = {}  # what `--help` says of each flag

    def error(self, message: str) -> NoReturn:
        if missing := re.match("the following arguments are required: ([^ ,]+)", message):
            message = f"{missing[1]} is missing: {self.words[missing[1]]}"
        if flag := re.match("argument (.*): ignored explicit argument", message):
            message = f"{flag[1]} takes no value"
        raise UsageError(f"{message} ({self.prog} --help shows the way)")


def parsers() -> tuple[_Parser, dict[str, _Parser]]:
    """The parser of the whole command line, and those of its commands.

    They have no defaults: what is not said is left to the dataclass of the command.
    """
    raw = argparse.RawDescriptionHelpFormatter
    top = _Parser(prog="newsbeam", description=STORY, formatter_class=raw)
    top.add_argument("--version", action="version", version=VERSION)
    adding = top.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)
    made: dict[str, _Parser] = {}
    for name, (_, kind, does, examples) in COMMANDS.items():
        lines = (f"newsbeam {name} {example}".rstrip() for example in examples)
        made[name] = adding.add_parser(
            name,
            help=does,
            description=does,
            epilog="\n  ".join(("examples:", *lines)) + _more(name),
            allow_abbrev=False,
            argument_default=argparse.SUPPRESS,
            formatter_class=raw,
        )
        _add_flags(made[name], kind)
    return top, made


def _more(command: str) -> str:
    """What else the help of a command says: where documents are handed in, their fields."""
    return f"\n\n{fields_in_words()}" if command in ("run", "enrich") else ""


def _add_flags(parser: _Parser, kind: type[Options]) -> None:
    """The flags of a command under their headings: words without a flag first, and what all
    commands have last."""
    groups: dict[str, Any] = {"": parser}
    asked = [one for one in fields(kind) if one.metadata]
    asked.sort(
        key=lambda one: (
            one.metadata["group"] == MESSAGES,
            one.metadata["word"].startswith("-") or not one.metadata["word"],
        )
    )
    for one in asked:
        group = one.metadata["group"]
        if group not in groups:
            groups[group] = parser.add_argument_group(group)
        word = one.metadata["word"] or "--" + one.name.replace("_", "-")
        how = one.metadata["how"]
        groups[group].add_argument(word, **how)
        parser.words[word if word.startswith("-") else how["metavar"]] = how["help"]


def parse(argv: Sequence[str]) -> Options:
    """What `argv` asks for; UsageError with one line if it asks for nothing sensible.

    Words that a `run` does not know are passed on if they are flags of Beam.
    """
    words = _command_first(list(argv))
    top, commands = parsers()
    own = flags_of(commands[words[0]]) if words[0] in commands else set()
    try:
        known, unknown = top.parse_known_args(words)
    except UsageError:  # which a flag that is spelt wrong may be the cause of
        _check_flags(words[1:], own)
        raise
    _check_flags([word for word in words if DASHED.match(word)], own)
    asked: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in vars(known).items()
    }
    if unknown and known.command == "run":
        asked["beam_flags"] = _for_beam(unknown, own)
    elif unknown:
        raise UsageError(_not_known(unknown[0], own))
    options = COMMANDS[known.command][1](**asked)
    options.check()
    return options


def _command_first(words: list[str]) -> list[str]:
    """The words, if they begin with a command; help where they ask for it, or ask for nothing."""
    if not words or words[0] == "help":
        words = [*words[1:2], "--help"]
    first = words[0]
    if first in COMMANDS or first in HELP:
        return words
    if first.startswith("-"):
        near = did_you_mean(first, HELP) or ": begin with the command, as in newsbeam run --help"
        raise UsageError(f"{first} is no flag of newsbeam itself{near}")
    if "://" in first:
        raise UsageError(f"{first} is no command; did you mean newsbeam run {first}?")
    near = did_you_mean(first, {name: name for name in COMMANDS} | {"version": "--version"})
    raise UsageError(f"{first} is no command{near} (newsbeam --help shows all)")


def _check_flags(words: list[str], own: set[str]) -> None:
    """Raise UsageError for the first of these words that looks like a flag and is not known."""
    for word in words:
        spelt = DASHED.match(word) or re.match("-+[a-zA-Z]", word)
        name = word.partition("=")[0]
        if spelt and name not in own and name not in HELP and not _beam_reads(word, own):
            raise UsageError(_not_known(word, own))


def _beam_reads(word: str, own: set[str]) -> bool:
    """Whether a word is a flag of Beam on a command line that may have such flags."""
    if "--runner" not in own:
        return False
    try:
        return not read_flags(in_beams_spelling([word]))[1]
    except UsageError:  # its value is missing, so it is one
        return True


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
    if not (name.startswith("-") or DASHED.match(name)):
        return f"{word} is one word too many: what belongs together stands in quotation marks"
    bare = {flag.lstrip("-"): flag for flag in flags}
    near = did_you_mean(re.sub(r"^\W+", "", name), bare, NEAR_FLAG)
    return f"{name} is not known{near or ' (see --help)'}"
