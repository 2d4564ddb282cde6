"""Captured feeds and pages served on loopback, the links in the feeds leading to the pages.

The captures are other people's texts and lie outside the repository; without them the tests that
need them are skipped.
"""

import gzip
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PAGES = 300

_LINK = re.compile(
    rb"(<link>(?:<!\[CDATA\[)?)\s*https?://[^<\]]+|(<link\b[^>]*\bhref=[\"'])https?://[^\"']+", re.I
)
_TITLE = re.compile(rb"<title\b[^>]*>.*?</title>", re.S | re.I)
_ITEM = re.compile(rb"<(item|entry)\b.*?</\1>", re.S | re.I)


class Captured:
    """All captured feeds and `PAGES` pages, as a context manager."""

    def __init__(self, feeds: int | None = None) -> None:
        files = sorted((DATA / "feeds" / "live").glob("*.xml.gz"))[:feeds]
        self.bodies = {f"/feeds/{f.name[:-7]}": gzip.decompress(f.read_bytes()) for f in files}
        pages = sorted((DATA / "html" / "pages").glob("*.html.gz"))
        self.pages = pages[:: max(1, len(pages) // PAGES)][:PAGES]

    @property
    def feeds(self) -> list[str]:
        return [self.url + path for path in self.bodies]

    def __enter__(self) -> "Captured":
        captured = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                captured.answer(self)

            def log_message(self, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        numbers = count()
        self.bodies = {path: self._linked(body, numbers) for path, body in self.bodies.items()}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _linked(self, body: bytes, numbers: "count[int]") -> bytes:
        """The feed with each item's link leading to a page of ours, and without its title: with the
        title of another article the page would not be let in."""

        def item(match: "re.Match[bytes]") -> bytes:
            address = f"{self.url}/pages/{next(numbers)}".encode()
            untitled = _TITLE.sub(b"", match[0])
            return _LINK.sub(lambda link: (link[1] or link[2]) + address, untitled)

        return _ITEM.sub(item, body)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.path in self.bodies:
            body, media = self.bodies[request.path], "application/xml"
        elif request.path.startswith("/pages/"):
            number = int(request.path.rsplit("/", 1)[-1])
            body = gzip.decompress(self.pages[number % len(self.pages)].read_bytes())
            media = "text/html"
        else:
            request.send_error(404)
            return
        request.send_response(200)
        request.send_header("Content-Type", media)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
