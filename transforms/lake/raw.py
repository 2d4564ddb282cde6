"""The bytes as they came, kept under their own hash before anything reads them."""

import gzip
import hashlib
import zlib

from newsbeam.transforms.lake.storage import Lake, NotThere


def name_of(sha256: str) -> str:
    """Where bytes with this hash lie.

    >>> name_of("ab12")
    'raw/ab/ab12.gz'
    """
    return f"raw/{sha256[:2]}/{sha256}.gz"


def keep(lake: Lake, body: bytes) -> str:
    """Keep the bytes, once; the hex SHA-256 under which `fetch` finds them."""
    sha256 = hashlib.sha256(body).hexdigest()
    lake.put_new(name_of(sha256), gzip.compress(body, compresslevel=6, mtime=0))
    return sha256


def fetch(lake: Lake, sha256: str) -> bytes:
    """The kept bytes; NotThere where there are none, or none that can be read."""
    try:
        body = gzip.decompress(lake.read(name_of(sha256)))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotThere(f"{name_of(sha256)} is damaged ({error}).") from error
    if hashlib.sha256(body).hexdigest() != sha256:  # an emptied file too is whole to gzip
        raise NotThere(f"{name_of(sha256)} is damaged.")
    return body
