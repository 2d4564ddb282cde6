"""As whom we speak to Google Cloud Storage: Application Default Credentials, or an emulator."""

import os
from typing import Any
from urllib.parse import urlsplit

import google.auth
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError
from google.auth.transport.requests import Request

from newsbeam.transforms.lake.storage import LakeError

AccountError = GoogleAuthError  # what requests raise when credentials are missing or refused


def emulator() -> str:
    """The emulator to be used, "" for the real service; only one on this machine is believed."""
    address = os.environ.get("STORAGE_EMULATOR_HOST", "")
    if address and urlsplit(address).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise LakeError(
            f"STORAGE_EMULATOR_HOST={address} is not an http:// address of this machine: unset it."
        )
    return address


class _AskTwice(Request):
    """Gives up on the metadata server sooner than google-auth, which asks for 24 s.

    On Google's machines it answers in milliseconds, in new GKE pods after a second or two.
    """

    failures = 0

    def __call__(self, *args: Any, **options: Any) -> Any:
        try:
            return super().__call__(*args, **options)
        except TransportError as error:
            self.failures += 1
            if self.failures < 2:
                raise
            raise DefaultCredentialsError("none found, and no metadata server answers") from error


def credentials(scopes: tuple[str, ...]) -> Credentials:
    """Those of this user, service account or machine; AccountError if there are none."""
    if emulator():
        return AnonymousCredentials()
    return google.auth.default(scopes=scopes, request=_AskTwice())[0]
