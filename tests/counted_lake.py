"""A lake in a folder that counts its calls, and that may be far away."""

import os
import threading
import time
from collections import Counter
from typing import Any

from newsbeam.transforms.lake.local import LocalLake

CALLS: Counter[str] = Counter()  # of all counted lakes of this process
CALLED = ("list", "folders", "size", "read", "read_versioned", "put_new", "put_if", "delete")


class CountedLake(LocalLake):
    """A lake in a folder that counts its calls, each of which takes $FAR_AWAY seconds more."""


def _counted(name: str) -> Any:
    plain = getattr(LocalLake, name)

    def call(self: CountedLake, *arguments: Any) -> Any:
        if not getattr(_within, "call", False):
            CALLS[name] += 1
            time.sleep(float(os.environ.get("FAR_AWAY", "0")))
        before, _within.call = getattr(_within, "call", False), True
        try:
            return plain(self, *arguments)
        finally:
            _within.call = before

    return call


_within = threading.local()  # a call that another one makes is part of it
for _name in CALLED:
    setattr(CountedLake, _name, _counted(_name))
