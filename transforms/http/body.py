"""Open a response body under caps: at most one layer of gzip or deflate, checked to its end.

A truncated gzip stream is not a success here: HTTP clients take it for one, the ETag is saved, and
the lost items never come back. Only one layer, for 6.8 KB of `gzip, gzip` make 4 GB.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterator

from newsbeam.schemas.ledger import PollStatus

GZIP_MAGIC = b"\x1f\x8b"
# What is read; others are not, unless the bytes are a document all the same, in spite of the label:
# "aws-chunked", "none" and "utf-8" are met in the wild and mean nothing.
ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")
_LEGIBLE = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[<{\[]")
STEP = 1 << 20  # bytes decoded at a time
RATIO_FROM = 1 << 20  # decoded bytes above which the ratio is looked at
MOST_RATIO = 200  # decoded to received; real feeds are at 3 to 20


def decompress(received: bytes, encoding: str, most: int) -> tuple[bytes, PollStatus, str]:
    """The body without its gzip or deflate, the answer's status after it, and if not ok, why.

    A body of more than `most` bytes is cut soon after them, a broken one where it breaks.

    >>> decompress(gzip.compress(b"All the news"), "gzip", most=100)
    (b'All the news', 'ok', '')
    >>> decompress(gzip.compress(b"All the news")[:-1], "gzip", most=100)
    (b'All the news', 'truncated', 'the compressed body ends before its end')
    """
    body = bytearray()
    try:
        for part in _parts(received, encoding.strip().lower()):
            body += part
            if len(body) > most:
                return bytes(body), "too_large", f"more than {most:,} bytes when decoded"
            if len(body) > max(RATIO_FROM, MOST_RATIO * len(received)):
                sizes = f"{len(received):,} bytes unpack to more than {MOST_RATIO} times that"
                return bytes(body), "too_large", sizes
    except EOFError:
        return bytes(body), "truncated", "the compressed body ends before its end"
    except (OSError, zlib.error) as error:
        padding = body and str(error).startswith("Not a gzipped file")  # after the last member
        if not padding:
            return b"", "http_error", "the compressed body is damaged"
    encoding = encoding.strip().lower()
    if encoding not in ENCODINGS and not _LEGIBLE.match(body):
        return b"", "http_error", f"the server sent Content-Encoding {encoding[:40]!r}, not gzip"
    if not body or body.isspace():
        return b"", "empty", "the server answered with nothing"
    return bytes(body), "ok", ""


def _parts(received: bytes, encoding: str) -> Iterator[bytes]:
    """The first bytes choose the decoder: labels lie in both directions."""
    if received.startswith(GZIP_MAGIC):
        with gzip.GzipFile(fileobj=io.BytesIO(received)) as members:
            while part := members.read1(STEP):
                yield part
    elif encoding == "deflate" and received:
        wrapped = received[0] & 15 == 8 and int.from_bytes(received[:2], "big") % 31 == 0
        inflate = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        while part := inflate.decompress(received, STEP):
            yield part
            received = inflate.unconsumed_tail
        if not inflate.eof:
            raise EOFError
    else:
        yield received
