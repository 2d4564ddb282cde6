"""What can go wrong outside of the data, with the exit code that says which."""

import re

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
