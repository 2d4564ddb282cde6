"""Small faults in an answer's head, forgiven as browsers do, before a strict parser sees them.

One header name with a space would cost a whole feed; a 304 with a body, which none may have, would
fail a healthy feed at every visit without news.
"""

import re
from typing import Any

from aiohttp.client_proto import ResponseHandler

MOST_HEAD = 1 << 18  # bytes kept back until a head is whole: the parser's own limits are below that
WITHOUT_BODY = (204, 304)

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\S+ +(\d{3})")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2


def cleaned(head: bytes) -> bytes:
    """The head of an answer without the lines that are no header; blanks after a name go.

    >>> cleaned(b"HTTP/1.1 200 OK\\r\\nX Cache: a\\r\\nAge : 3\\r\\n\\r\\n")
    b'HTTP/1.1 200 OK\\r\\nAge: 3\\r\\n\\r\\n'
    """
    status, *lines = head.split(b"\n")
    kept, goes_on = [status], True
    for line in lines:
        name, colon, value = line.partition(b":")
        if line[:1] in (b" ", b"\t") or not line.strip():  # the header before goes on, or the end
            kept += [line] if goes_on or not line.strip() else []
            continue
        goes_on = bool(colon and _TOKEN.fullmatch(name.rstrip()))
        if goes_on:
            kept.append(name.rstrip() + colon + value)
    return b"\n".join(kept)


class Forgiving(ResponseHandler):
    """aiohttp's reader of a connection, which is given each head when it is whole, and cleaned."""

    _head: bytearray | None = None  # None: the body is read
    _is_over = False

    def set_response_params(self, **said: Any) -> None:
        """Called before each answer that is awaited on the connection."""
        self._head, self._is_over = bytearray(), False
        super().set_response_params(**said)

    def data_received(self, data: bytes) -> None:
        """Pass on what came, a head only when it is whole."""
        if self._is_over:
            return
        if self._head is None:
            super().data_received(data)
            return
        self._head += data
        while found := _HEAD_END.search(self._head):
            head, rest = bytes(self._head[: found.end()]), self._head[found.end() :]
            status = _STATUS.match(head)
            number = int(status[1]) if status else 0
            if 100 <= number < 200:
                self._head = rest
                super().data_received(cleaned(head))
                continue
            self._head = None
            if number in WITHOUT_BODY:
                self._is_over, rest = True, bytearray()
                self.force_close()  # what may follow belongs to no answer
            super().data_received(cleaned(head) + bytes(rest))
            return
        if len(self._head) > MOST_HEAD:
            head, self._head = bytes(self._head), None
            super().data_received(head)  # which says what is wrong with it
