"""A lake is a folder of files, on this machine or in a bucket: one small interface to both.

A visible file is complete, and never changes. Only the small state documents are replaced, by
compare-and-set.
"""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

RUN_LOCK = "state/run.lock"
SCHEMAS = "_schema"  # the only hidden folder with files by name: no engine takes it for rows

# ASCII that every file system, bucket and query engine takes as it is. Names that begin with a dot
# or an underscore are hidden from Spark and from us: temporary files live there.
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,199}")  # file systems allow 255 bytes
NAME_LIMIT = 700  # characters; buckets allow 1,024 bytes, and the lake's prefix needs some

AT_ONCE = 32  # storage calls side by side: a call to a bucket takes 50 ms, nearly all of it waiting

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Names = list[str]
Version = str  # what a state document said when it was read; only for `put_if`


class LakeError(Exception):
    """The lake cannot be used: one sentence that says what, where, and what to do."""


class LakeBusy(LakeError):
    """Another run holds the lake; the sentence says which, and since when."""


class NotThere(LakeError):
    """The lake has no such file."""


def is_name(name: str) -> bool:
    """Whether this can only mean a visible place inside the lake.

    >>> is_name("articles/published_date=2026-03-01/0f.parquet")
    True
    >>> is_name("articles/../../etc/passwd"), is_name("/etc/passwd"), is_name("_tmp/0f.tmp")
    (False, False, False)
    """
    return len(name) <= NAME_LIMIT and all(_PART.fullmatch(part) for part in name.split("/"))


def checked(name: str) -> str:
    """The name, if it is one; ValueError where it could lead astray."""
    if not is_name(name.removeprefix(f"{SCHEMAS}/")):
        raise ValueError(f"{name[:NAME_LIMIT]!r} is no name for a file of a lake.")
    return name


def side_by_side(call: Callable[[Item], Answer], items: Iterable[Item]) -> list[Answer]:
    """The call's answer for each item, in order, so many calls at a time; raises the first error.

    >>> side_by_side(len, ["a", "bc"])
    [1, 2]
    """
    waiting = list(items)
    if len(waiting) < 2:
        return [call(item) for item in waiting]
    with ThreadPoolExecutor(min(AT_ONCE, len(waiting))) as threads:
        return list(threads.map(call, waiting))


@dataclass(frozen=True)
class Lake(ABC):
    """Files by relative name ('/' between parts, see `is_name`); any method may raise LakeError.

    Lakes are small values: they compare by address, pickle, and may be shared by threads.
    """

    url: str  # an absolute path or gs://bucket/prefix

    @abstractmethod
    def list(self, folder: str) -> Names:
        """Names of all files of the lake under a folder ("" is the lake), sorted."""

    @abstractmethod
    def folders(self, folder: str) -> Names:
        """Names of the folders directly in a folder, sorted."""

    @abstractmethod
    def size(self, folder: str) -> int:
        """How many bytes the files under a folder have."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A file's content; NotThere where there is none."""

    @abstractmethod
    def put_new(self, name: str, data: bytes) -> bool:
        """Commit a new file, durably; False where a file of that name is there already."""

    @abstractmethod
    def read_versioned(self, name: str) -> tuple[bytes | None, Version]:
        """A state document, None where there is none, and its version."""

    @abstractmethod
    def put_if(self, name: str, data: bytes, version: Version) -> Version:
        """Replace a state document that is still at `version`; its new version, "" if somebody
        changed it.
        """

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove a file; that it is gone already is no error."""

    @abstractmethod
    def hold(self, run_id: str) -> AbstractContextManager[None]:
        """Keep other runs out; LakeBusy if one is in. A holder that dies lets go by itself."""

    @abstractmethod
    def check_writable(self) -> None:
        """LakeError unless files can be written, found out by writing one."""

    @abstractmethod
    def sweep(self) -> int:
        """Remove what killed writers left behind more than an hour ago; how many files."""


def open_lake(url: str) -> Lake:
    """The lake at a local folder or at gs://bucket/prefix; ValueError where it can be neither.

    Nothing is touched yet: `check_writable` tells whether it can be used.
    """
    # Imported here: google-cloud-storage takes a second to load, and a local lake needs none of it.
    if url.startswith("gs://"):
        from newsbeam.transforms.lake.gcs import GcsLake

        return GcsLake(url.rstrip("/"))
    if not url or "://" in url or "\0" in url:
        raise ValueError(f"A lake is a local folder or gs://bucket/prefix, not {url!r}.")
    from newsbeam.transforms.lake.local import LocalLake

    return LocalLake(os.path.abspath(os.path.expanduser(url)))
