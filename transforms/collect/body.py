"""Read a response body under caps: at most one layer of gzip or deflate, checked to its end.

A truncated gzip stream is an error here, not a success: HTTP clients take it for one, the ETag is
saved, and the lost items never come back. Chains and other encodings are refused unread: 6.8 KB of
`gzip, gzip` make 4 GB.
"""

import zlib

IDENTITY = ("", "identity", "none", "utf-8")  # the last two are met in the wild and mean nothing
GZIP = ("gzip", "x-gzip")
GZIP_MAGIC = b"\x1f\x8b"
AUTOMATIC, RAW = 47, -15  # zlib's wbits: gzip or zlib header; raw deflate
STEP = 1 << 20  # bytes decoded at a time
RATIO_FROM = 1 << 20  # decoded bytes above which the ratio is looked at
MOST_RATIO = 200  # decoded to received; real feeds are at 3 to 20


class BodyError(Exception):
    """Why a body is not to be used, in words."""


class TooLarge(BodyError):
    """Over a cap, or packed more tightly than honest text is."""


class Truncated(BodyError):
    """The stream ended before its end."""


class Refused(BodyError):
    """Encoded in a way that nobody asked for, or not decodable."""


class Body:
    """Collects the chunks of one body: `add` each, then `finish`; `decoded` is what is there."""

    def __init__(self, encoding: str, most_received: int, most_decoded: int) -> None:
        self.encoding = encoding.strip().lower()
        if self.encoding not in (*IDENTITY, *GZIP, "deflate"):
            raise Refused(f"the server sent Content-Encoding {self.encoding[:40]!r}, not gzip")
        self.decoded = bytearray()
        self._most_received = most_received
        self._most_decoded = most_decoded
        self._received = 0
        self._start = b""  # held back until the first two bytes are there
        self._begun = False
        self._inflate: zlib._Decompress | None = None

    def add(self, chunk: bytes) -> None:
        """Take what the network gave; raises TooLarge, Refused."""
        self._received += len(chunk)
        if self._received > self._most_received:
            raise TooLarge(f"more than {self._most_received:,} bytes were sent")
        if not self._begun:
            self._start += chunk
            if len(self._start) < len(GZIP_MAGIC):
                return
            chunk = self._begin()
        self._decode(chunk)

    def finish(self) -> bytes:
        """The whole body; raises Truncated when a compressed stream is not at its end."""
        if not self._begun and self._start:
            self._decode(self._begin())
        while self._inflate and not self._inflate.eof:
            rest = self._inflate.decompress(b"", STEP)  # what a full step left in the window
            if not rest:
                break
            self.decoded += rest
            self._check()
        if self._inflate and not self._inflate.eof:
            raise Truncated("the compressed body ends before its end")
        return bytes(self.decoded)

    def _begin(self) -> bytes:
        """Choose the decoder by the first bytes: labels lie in both directions."""
        self._begun, start, self._start = True, self._start, b""
        if start.startswith(GZIP_MAGIC):
            self._inflate = zlib.decompressobj(AUTOMATIC)
        elif self.encoding == "deflate":
            wrapped = start[0] & 15 == 8 and int.from_bytes(start[:2], "big") % 31 == 0
            self._inflate = zlib.decompressobj(AUTOMATIC if wrapped else RAW)
        return start

    def _decode(self, chunk: bytes) -> None:
        if self._inflate is None:
            self.decoded += chunk
            self._check()
            return
        while chunk:
            if self._inflate.eof:
                chunk = self._next_member(chunk)
                continue
            try:
                self.decoded += self._inflate.decompress(chunk, STEP)
            except zlib.error as error:
                raise Refused(f"the compressed body cannot be read: {error}") from error
            self._check()
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def _next_member(self, rest: bytes) -> bytes:
        """Another gzip member may follow; anything else after the end is padding."""
        rest = self._start + rest
        if len(rest) < len(GZIP_MAGIC):
            self._start = rest
            return b""
        self._start = b""
        if not rest.startswith(GZIP_MAGIC):
            return b""
        self._inflate = zlib.decompressobj(AUTOMATIC)
        return rest

    def _check(self) -> None:
        size = len(self.decoded)
        if size > self._most_decoded:
            raise TooLarge(f"more than {self._most_decoded:,} bytes when decoded")
        if self._inflate and size > RATIO_FROM and size > MOST_RATIO * self._received:
            raise TooLarge(f"{self._received:,} bytes unpack to more than {MOST_RATIO} times that")
