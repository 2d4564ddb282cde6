"""A flag of the command line: its words for `--help`, and what goes unsaid; what many commands
have.
"""

from dataclasses import MISSING, dataclass, field
from typing import Any

from newsbeam.pipeline.values import lake_address
from newsbeam.transforms.text.nlp import DEFAULT_MODEL

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


def lake_flag(group: str = "") -> Any:
    """`--lake`."""
    return said(
        help="a folder, or gs://bucket/prefix", group=group, required=True, type=lake_address,
        metavar="LAKE",
    )  # fmt: skip


def model_flag(group: str = "") -> Any:
    """`--model`."""
    return said(DEFAULT_MODEL, "an installed spaCy pipeline", group=group, metavar="NAME")


def knowledge_flag(group: str = "") -> Any:
    """`--knowledge`."""
    return said(
        (), "actors of your own (newsbeam kb add writes such a file), over those that newsbeam "
        "knows; may be said several times, the last one uppermost", group=group, action="append",
        metavar="FILE",
    )  # fmt: skip


def events_flag(group: str = "") -> Any:
    """`--events`."""
    return said(
        False, "find who did what to whom, too (experimental, English; PLOVER types): a table "
        "`events`", group=group,
    )  # fmt: skip


def topics_flag(group: str = "") -> Any:
    """`--topics`."""
    return said(
        (), "topics of your own beside Media Topics: a TOML file of words, phrases and actors; may "
        "be said several times", group=group, action="append", metavar="FILE",
    )  # fmt: skip


def format_flag() -> Any:
    """`--format`."""
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

    def check(self) -> None:
        """Raise UsageError where what was said does not go together."""
