"""A made-up site on loopback: feeds and pages that a test changes at will, and what was asked."""

import gzip
import hashlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[str, bytes]  # media type and body


def rss(items: Sequence[tuple[str, str]], words: str = "Said at noon.") -> bytes:
    """A feed of these links and titles, one item a second of one morning."""
    made = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>Sun, 01 Mar 2026 {9 + n // 3600:02}:{n // 60 % 60:02}:{n % 60:02} GMT</pubDate>"
        f"<description>{words}</description></item>"
        for n, (link, title) in enumerate(items)
    )
    about = "<title>Made up</title><link>http://127.0.0.1</link>"
    return f'<rss version="2.0"><channel>{about}{made}</channel></rss>'.encode()


class Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up before the answer is sent is no fault of ours: nothing is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Site:
    """`answer(path)` says what lies at a path; `at(path, n)` is its address at the n-th host."""

    def __init__(
        self, answer: Callable[[str], Answer | None], wait: float = 0.0, port: int = 0
    ) -> None:
        self.answer, self.wait, self.port = answer, wait, port
        self.asked: Counter[str] = Counter()
        self.sent: set[str] = set()  # paths whose answer has left whole
        self.packed: dict[bytes, bytes] = {}

    def __enter__(self) -> "Site":
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked[self.path] += 1
                time.sleep(site.wait)
                media, body = site.answer(self.path) or ("", b"")
                packed = site.packed.get(body)
                etag = f'"{hashlib.sha256(body).hexdigest()}"'
                if self.headers.get("If-None-Match") == etag:
                    self.send_response(304)
                    self.end_headers()
                    return
                self.send_response(200 if media else 404)
                self.send_header("ETag", etag)
                if packed:
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Type", media or "text/plain")
                self.send_header("Content-Length", str(len(packed or body)))
                self.end_headers()
                self.wfile.write(packed or body)
                site.sent.add(self.path)

            def log_message(self, *args: Any) -> None:
                return

        self.server = Server(("0.0.0.0", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def at(self, path: str, host: int = 1) -> str:
        """The address of a path; every number is another host, 127.0.0.1 and on."""
        return f"http://127.{host >> 16}.{host >> 8 & 255}.{host & 255}:{self.port}{path}"

    def pack(self, body: bytes) -> bytes:
        """A body that will be sent compressed."""
        self.packed[body] = gzip.compress(body, 6)
        return body
