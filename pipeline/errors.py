"""What can go wrong outside of the data, with the exit code that says which."""


class UsageError(Exception):
    """The command line or a named file is wrong; nothing was written."""


class EngineFailed(Exception):
    """The engine or its job ended by itself; the message is a sentence for people."""


DONE = 0
INFRASTRUCTURE = 1  # disk full, no permission, bucket gone, engine died: nothing lost, run again
WRONG_USAGE = 2
BUSY = 75  # EX_TEMPFAIL of sysexits.h: another run holds the lake
