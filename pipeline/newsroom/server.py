"""Serves the sample newsroom on loopback, as politely as good servers and as badly as some."""

import gzip
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from newsbeam.pipeline.newsroom.answers import NOT_FOUND, answers
from newsbeam.pipeline.newsroom.content import read_outlets
from newsbeam.pipeline.newsroom.pages import render


class Newsroom(ThreadingHTTPServer):
    """The sample newsroom, served on 127.0.0.1 from a background thread.

    `port` 0 takes a free one; article ids come from URLs, so a fixed port gives the same ids.
    `slow_seconds` is what the slow feed waits. Raises OSError where the port is taken.
    """

    def __init__(self, slow_seconds: float = 2.0, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"  # without a slash at the end
        self.slow_seconds = slow_seconds
        self.publish(day=1)

    def __enter__(self) -> "Newsroom":
        Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def feeds_toml(self) -> str:
        """The feeds, also those that do not work, as a file that `newsbeam run` reads."""
        return render("feeds.toml", base=self.url, outlets=read_outlets(day=1)).decode()

    def publish(self, day: int) -> None:
        """Goes to another day: 2 has some articles more, and two that were corrected."""
        self.answers = answers(self.url, day)


class _Handler(BaseHTTPRequestHandler):
    server: Newsroom
    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds a client may hold a connection open without asking

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client may leave when it likes
            super().handle()

    def do_GET(self) -> None:
        answer = self.server.answers.get(unquote(urlsplit(self.path).path), NOT_FOUND)
        if answer.slow:
            time.sleep(self.server.slow_seconds)
        known = answer.is_known(self.headers["If-None-Match"], self.headers["If-Modified-Since"])
        headers, body = answer.validators, b"" if known else answer.body
        if not known:
            headers |= {"Content-Type": answer.content_type, "Vary": "Accept-Encoding"}
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
        self.send_response(304 if known else answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the demo's output is for what was found."""
