"""What can go wrong outside of the data, with the exit code that says which."""

import errno
import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

RAISED = re.compile(r"^(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)\b(?::|$)")
STEP = re.compile(r"\s*\[while running '.*?'\]")  # what Beam adds to whatever a step raises


class UsageError(Exception):
    """The command line or a named file is wrong; nothing was written."""


class EngineFailed(Exception):
    """The engine or its job ended by itself; the message is a sentence for people."""


DONE = 0
INFRASTRUCTURE = 1  # disk full, no permission, bucket gone, engine died: nothing lost, run again
WRONG_USAGE = 2
BUSY = 75  # EX_TEMPFAIL of sysexits.h: another run holds the lake


# What a person can do about the machine's own refusals; for others there is nothing to say.
CURES = {
    errno.EACCES: "choose another place, or ask for the right to use this one",
    errno.EPERM: "choose another place, or ask for the right to use this one",
    errno.EROFS: "choose another place, this one can only be read",
    errno.ENOENT: "choose a folder that is there",
    errno.ENOTDIR: "choose a folder that is there",
    errno.EISDIR: "name a file in it",
    errno.ENOSPC: "free some space and run it again",
    errno.EDQUOT: "free some space and run it again",
    errno.EMFILE: "allow more open files (ulimit -n) and run it again",
}


def of_the_machine(error: OSError) -> str:
    """What a call to the operating system failed of, in a sentence: where, what, what to do.

    >>> of_the_machine(PermissionError(errno.EACCES, "Permission denied", "/srv/r.html"))
    '/srv/r.html: permission denied; choose another place, or ask for the right to use this one'
    """
    where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    what = os.strerror(error.errno or 0)
    cure = CURES.get(error.errno or 0, "run it again")
    return f"{where}{what[:1].lower()}{what[1:]}; {cure}"


def did_you_mean(word: str, known: Iterable[str] | Mapping[str, str], cutoff: float = 0.6) -> str:
    """The end of a refusal, naming the known word that is nearest, or "" where none is near.

    Of a mapping the value is named. Capitals, `-` and `_` make no difference. `cutoff` is how much
    of the words must be the same, from 0 to 1 (difflib's ratio).

    >>> did_you_mean("runn", ["run", "report"]), did_you_mean("xyz", ["run"])
    ('; did you mean run?', '')
    >>> did_you_mean("Gorgia", {"Georgia": "GEO"})
    '; did you mean GEO?'
    """
    meant = known if isinstance(known, Mapping) else {name: name for name in known}
    spelt = {_plain(name): said for name, said in meant.items()}
    near = get_close_matches(_plain(word), spelt, n=1, cutoff=cutoff)
    return f"; did you mean {spelt[near[0]]}?" if near else ""


def _plain(word: str) -> str:
    return word.lower().replace("_", "-")


def for_people(message: str) -> str:
    """An error's message without what Beam adds to it.

    >>> for_people("No space left on device [while running 'Write/ParDo(_Write)-ptransform-7']")
    'No space left on device'
    """
    return STEP.sub("", message)


def cause(message: str) -> str:
    """The line of an engine's message that tells a person what happened, "" where none does.

    >>> cause("Error received from the worker: Traceback:\\n  File x\\nValueError: no disk")
    'ValueError: no disk'
    >>> cause("bundle failed\\nat org.apache.X(Y.java:7)")
    'bundle failed'
    """
    lines = [line.strip() for line in for_people(message).splitlines() if line.strip()]
    raised = [line for line in lines if RAISED.match(line)]
    said = [line for line in lines if not line.startswith(("at ", "File "))]
    return (raised[-1:] or said[:1] or [""])[0][:300]
