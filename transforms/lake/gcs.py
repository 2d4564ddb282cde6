"""A lake in a bucket of Google Cloud Storage: an upload on condition that nothing is there yet.

What the client library does under faults, measured on 3.17.1: an upload that was stored but whose
answer was lost is tried again and meets its own object (412); a download that was cut can come back
short without an error. Hence every retry is ours, and every download is checked.
"""

import base64
import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from json import JSONDecodeError
from typing import Any, TypeVar

import google_crc32c
from google.api_core import exceptions
from google.auth.transport.requests import AuthorizedSession
from google.cloud import storage
from google.cloud.storage.retry import DEFAULT_RETRY
from requests.adapters import HTTPAdapter

from newsbeam.transforms.lake.gcs_account import AccountError, credentials, emulator
from newsbeam.transforms.lake.lease import lease
from newsbeam.transforms.lake.storage import (
    AT_ONCE,
    Lake,
    LakeError,
    Names,
    NotThere,
    Version,
    checked,
    is_name,
)

PATIENCE = 60.0  # s of outage until a run gives up
PAUSES = (0.2, 8.0)  # s between tries, doubled each time: twelve tries in a minute
ANSWER = 20.0  # s of silence until one request is given up; an answer takes 0.1
PAGE = 1000  # names a request, the most that the service gives
NOTHING = "0"  # the generation of an object that does not exist

Result = TypeVar("Result")


@cache
def _client(endpoint: str, process: int) -> storage.Client:
    """One client a process: its connections do not survive a fork."""
    session = AuthorizedSession(credentials(storage.Client.SCOPE))
    session.mount("https://", HTTPAdapter(pool_maxsize=2 * AT_ONCE))
    session.mount("http://", HTTPAdapter(pool_maxsize=2 * AT_ONCE))
    return storage.Client(project=None, credentials=session.credentials, _http=session)


def _crc32c(data: bytes) -> str:
    return base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()


@dataclass(frozen=True)
class GcsLake(Lake):
    """A lake at gs://bucket/prefix, with Application Default Credentials."""

    patience: float = PATIENCE

    def __post_init__(self) -> None:
        bucket, *parts = self.url.removeprefix("gs://").split("/")
        if not is_name(bucket) or not all(is_name(part) for part in parts):
            raise ValueError(f"A lake in a bucket is gs://bucket/prefix, not {self.url!r}.")

    @property
    def _bucket(self) -> storage.Bucket:
        name = self.url.removeprefix("gs://").partition("/")[0]
        return _client(emulator(), os.getpid()).bucket(name)

    @property
    def _prefix(self) -> str:
        prefix = self.url.removeprefix("gs://").partition("/")[2]
        return f"{prefix}/" if prefix else ""

    def _blob(self, name: str) -> storage.Blob:
        return self._bucket.blob(self._prefix + checked(name))

    def _try(
        self, action: Callable[[], Result], on_error: Callable[[Exception], Any] | None = None
    ) -> Result:
        """The action's result, tried again while the service or the network fails."""
        patience = DEFAULT_RETRY.with_delay(*PAUSES).with_timeout(self.patience)

        def attempt() -> Result:
            try:
                return action()
            except JSONDecodeError as error:  # the answer was cut or damaged on its way
                raise ConnectionError(f"an answer was no JSON: {error}") from error

        try:
            return patience(attempt, on_error=on_error)()  # type: ignore[no-any-return]
        # What `requests` raises is an OSError too.
        except (exceptions.GoogleAPIError, AccountError, OSError) as error:
            raise LakeError(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        cause = getattr(error, "cause", None) or error
        reason = (str(cause) or type(cause).__name__).splitlines()[0][:300]
        if isinstance(error, exceptions.NotFound):
            words = "There is no such bucket: make it, or correct the address"
        elif isinstance(error, exceptions.Forbidden):
            words = "No permission: give this account the role Storage Object User on the bucket"
        elif isinstance(error, exceptions.Unauthorized | AccountError):
            words = "No valid Google credentials: run `gcloud auth application-default login`"
        elif isinstance(error, exceptions.RetryError):
            words = f"Google Cloud Storage failed for {self.patience:.0f} s: run again later"
        else:
            words = "Google Cloud Storage refused: mend this and run again"
        return f"{self.url}: {words} ({reason})."

    def list(self, folder: str) -> Names:
        return self._listing(folder, None)

    def folders(self, folder: str) -> Names:
        return self._listing(folder, "/")

    def _listing(self, folder: str, delimiter: str | None) -> Names:
        """All files under a folder; given a delimiter, the folders directly in it."""
        prefix = self._prefix + (f"{checked(folder)}/" if folder else "")

        def once() -> Names:
            found = self._bucket.list_blobs(
                prefix=prefix,
                delimiter=delimiter,
                fields="items(name),prefixes,nextPageToken",
                page_size=PAGE,
                retry=None,
                timeout=ANSWER,
            )
            files = [blob.name for blob in found]  # the folders are known when all pages are read
            names = [prefix[:-1] for prefix in found.prefixes] if delimiter else files
            return [name.removeprefix(self._prefix) for name in names]

        return sorted(filter(is_name, self._try(once)))

    def size(self, folder: str) -> int:
        prefix = f"{self._prefix}{checked(folder)}/"

        def once() -> int:
            found = self._bucket.list_blobs(
                prefix=prefix, fields="items(size),nextPageToken", page_size=PAGE, retry=None,
                timeout=ANSWER,
            )  # fmt: skip
            return sum(blob.size or 0 for blob in found)

        return self._try(once)

    def read(self, name: str) -> bytes:
        data, _ = self.read_versioned(name)
        if data is None:
            raise NotThere(f"There is no object {self.url}/{name}.")
        return data

    def read_versioned(self, name: str) -> tuple[bytes | None, Version]:
        def once() -> tuple[bytes | None, Version]:
            blob = self._blob(name)
            try:
                # The answer's headers fill in the blob's checksum and generation.
                data = blob.download_as_bytes(
                    raw_download=True, checksum=None, retry=None, timeout=ANSWER
                )
            except exceptions.NotFound:
                return None, NOTHING
            if blob.crc32c != _crc32c(data):
                raise ConnectionError(f"{name} was damaged on its way")
            return data, str(blob.generation)

        return self._try(once)

    def put_new(self, name: str, data: bytes) -> bool:
        return bool(self.put_if(name, data, NOTHING))

    def put_if(self, name: str, data: bytes, version: Version) -> Version:
        failed: Names = []

        def once() -> Version:
            blob = self._blob(name)
            try:
                blob.upload_from_string(
                    data,
                    content_type="application/octet-stream",
                    if_generation_match=int(version),
                    checksum="crc32c",
                    retry=None,
                    timeout=ANSWER,
                )
            except exceptions.PreconditionFailed:
                # Somebody was first, or it was us and the answer was lost.
                return self._version_of(name, data) if failed else ""
            return str(blob.generation)

        return self._try(once, on_error=lambda error: failed.append(str(error)))

    def _version_of(self, name: str, data: bytes) -> Version:
        """The object's version if it is just this content, else ""."""
        blob = self._blob(name)
        blob.reload(retry=None, timeout=ANSWER)
        md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
        ours = (len(data), _crc32c(data), md5)
        return str(blob.generation) if ours == (blob.size, blob.crc32c, blob.md5_hash) else ""

    def delete(self, name: str) -> None:
        def once() -> None:
            try:
                self._blob(name).delete(retry=None, timeout=ANSWER)
            except exceptions.NotFound:
                return  # gone already, perhaps by an attempt whose answer was lost

        self._try(once)

    def hold(self, run_id: str) -> AbstractContextManager[None]:
        return lease(self, run_id)

    def check_writable(self) -> None:
        name = "state/writable"
        _, version = self.read_versioned(name)
        self.put_if(name, b"newsbeam", version)  # False: somebody else has just written it

    def sweep(self) -> int:
        return 0  # an upload that was cut leaves nothing
