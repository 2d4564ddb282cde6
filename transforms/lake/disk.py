"""Writing to a disk so that it survives a power cut, with errors that people understand."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from newsbeam.transforms.lake.storage import LakeError

TEMPORARY = ".tmp"  # never .parquet: DuckDB and polars read hidden files too

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.ENOTDIR, errno.EEXIST}


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """The operating system's errors as LakeErrors."""
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else path
        if error.errno in _FULL:
            words = f"There is no room to write {where}: make some and run again"
        elif error.errno in _FORBIDDEN:
            words = f"No permission to use {where}: grant it, or choose another folder"
        elif error.errno in _IN_THE_WAY:
            words = f"{where} is a file where a folder is needed: choose another folder"
        else:
            words = f"{where} cannot be used: mend this and run again"
        raise LakeError(f"{words} ({error.strerror}).") from error


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def temporary_file(folder: Path, data: bytes) -> Iterator[Path]:
    """A file with this content, safe on the disk; removed in the end unless renamed."""
    path = folder / f"{os.getpid()}-{uuid4().hex}{TEMPORARY}"
    make_folder(folder)
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)
