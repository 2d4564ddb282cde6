"""A lake in a local folder: a file becomes visible by link(2), all at once or not at all.

Measured on a shared virtual SSD: 1.4 to 6 ms a file with the fsync of the file and of its folder,
0.4 ms without. Both stay, for raw bytes too: an interrupted poll is finished from them.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from newsbeam.schemas.ids import digest
from newsbeam.transforms.lake.disk import (
    TEMPORARY,
    in_words,
    make_folder,
    sync_folder,
    temporary_file,
)
from newsbeam.transforms.lake.lease import busy, document, this_process
from newsbeam.transforms.lake.storage import (
    RUN_LOCK,
    Lake,
    LakeError,
    Names,
    NotThere,
    Version,
    checked,
    is_name,
)

LEFT_BEHIND = 3600.0  # s; no single file takes an hour to write
_NO_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


@dataclass(frozen=True)
class LocalLake(Lake):
    """A lake in a local folder, which is made when something is written."""

    def _path(self, name: str) -> Path:
        return Path(self.url, checked(name))

    def _folder(self, folder: str) -> Path:
        return self._path(folder) if folder else Path(self.url)

    @property
    def _hidden(self) -> Path:
        return Path(self.url, "_tmp")

    def list(self, folder: str) -> Names:
        root, names = self._folder(folder), []
        with in_words(root):
            for parent, folders, files in os.walk(root, onerror=_unless_gone):
                folders[:] = filter(is_name, folders)
                inside = Path(parent).relative_to(self.url)
                names += [(inside / file).as_posix() for file in filter(is_name, files)]
        return sorted(names)

    def folders(self, folder: str) -> Names:
        root = self._folder(folder)
        with in_words(root), suppress(*_NO_FILE), os.scandir(root) as found:
            names = [entry.name for entry in found if entry.is_dir() and is_name(entry.name)]
            return sorted(f"{folder}/{name}".lstrip("/") for name in names)
        return []

    def size(self, folder: str) -> int:
        total = 0
        for name in self.list(folder):
            with suppress(*_NO_FILE):
                total += self._path(name).stat().st_size
        return total

    def read(self, name: str) -> bytes:
        path = self._path(name)
        with in_words(path):
            try:
                return path.read_bytes()
            except _NO_FILE:
                raise NotThere(f"There is no file {path}.") from None

    def put_new(self, name: str, data: bytes) -> bool:
        path = self._path(name)
        with in_words(path):
            make_folder(path.parent)
            try:
                if path.exists():
                    return False
                with temporary_file(self._hidden, data) as temporary:
                    os.link(temporary, path)
                return True
            except FileExistsError:
                return False
            finally:  # also where it was there: its writer may have been killed before this
                sync_folder(path.parent)

    def read_versioned(self, name: str) -> tuple[bytes | None, Version]:
        try:
            data = self.read(name)
        except NotThere:
            return None, ""
        return data, sha256(data).hexdigest()

    def put_if(self, name: str, data: bytes, version: Version) -> Version:
        path = self._path(name)
        with in_words(path), temporary_file(self._hidden, data) as temporary:
            make_folder(path.parent)
            with self._turn(name):
                if self.read_versioned(name)[1] != version:
                    return ""
                temporary.replace(path)
            sync_folder(path.parent)
            return sha256(data).hexdigest()

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        """One writer of a state document at a time, among all processes and threads."""
        with (self._hidden / f"lock-{digest(name, length=2)}").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def delete(self, name: str) -> None:
        path = self._path(name)
        with in_words(path), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()

    @contextmanager
    def hold(self, run_id: str) -> Iterator[None]:
        path = self._path(RUN_LOCK)
        with in_words(path):
            make_folder(path.parent)
            lock = path.open("ab")
        with lock:
            with in_words(path):
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # freed by any death
                except BlockingIOError:
                    raise busy(self.url, path.read_bytes()) from None
                path.write_bytes(document(this_process(run_id)))
            yield

    def check_writable(self) -> None:
        with in_words(Path(self.url)), temporary_file(self._hidden, b"newsbeam") as temporary:
            linked = temporary.with_suffix(f".link{TEMPORARY}")
            try:
                os.link(temporary, linked)
            except OSError as error:
                raise LakeError(
                    f"The file system of {self.url} has no hard links, which keep half-written "
                    f"files out of sight: choose another folder ({error.strerror})."
                ) from error
            linked.unlink()

    def sweep(self) -> int:
        removed = 0
        for path in self._hidden.glob(f"*{TEMPORARY}"):
            with in_words(path), suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > LEFT_BEHIND:
                    path.unlink()
                    removed += 1
        return removed


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, _NO_FILE):
        raise error
