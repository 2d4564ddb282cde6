"""Serves the sample newsroom on loopback, as politely as good servers and as badly as some."""

import gzip
import time
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from newsbeam.pipeline.newsroom.answers import NOT_FOUND, answers
from newsbeam.pipeline.newsroom.content import Outlet, read_outlets
from newsbeam.pipeline.newsroom.pages import address


@dataclass(frozen=True)
class Request:
    """A request that was served."""

    path: str
    status: int
    conditional: bool


class Newsroom:
    """The sample newsroom, served on 127.0.0.1 from a background thread.

    `port` 0 takes a free one; article ids come from URLs, so a fixed port gives the same ids.
    `slow_seconds` is what the slow feed waits. Raises OSError where the port is taken.
    """

    def __init__(self, day: int = 1, slow_seconds: float = 2.0, port: int = 0) -> None:
        self.day, self.slow_seconds, self.port = day, slow_seconds, port
        self.requests: list[Request] = []

    def __enter__(self) -> "Newsroom":
        room = self

        class Handler(_Handler):
            newsroom = room

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port
        self.publish(self.day)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it is served, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def feed_urls(self) -> list[str]:
        """The address of each feed, also of those that do not work."""
        return [url for _, url in self._feeds()]

    def feeds_toml(self) -> str:
        """The feeds as a file that `newsbeam run` reads."""
        return "\n".join(
            f'[[feed]]\nurl = "{url}"\nname = "{outlet.name}"\n'
            f'source = "{outlet.slug}"\ncountry = "{outlet.country}"\n'
            f'language = "{outlet.language}"\n'
            for outlet, url in self._feeds()
        )

    def publish(self, day: int) -> None:
        """Goes to another day: 2 has some articles more, and two that were corrected."""
        self.day, self.answers = day, answers(self.url, day)

    def _feeds(self) -> list[tuple[Outlet, str]]:
        outlets = read_outlets(self.day)
        return [(o, address(self.url, o, feed.path)) for o in outlets for feed in o.feeds]


class _Handler(BaseHTTPRequestHandler):
    newsroom: Newsroom
    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds a client may hold a connection open without asking

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client may leave when it likes
            super().handle()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        answer = self.newsroom.answers.get(path, NOT_FOUND)
        asked = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
        status = 304 if answer.is_known(*asked) else answer.status
        self.newsroom.requests.append(Request(self.path, status, any(asked)))
        if answer.slow:
            time.sleep(self.newsroom.slow_seconds)
        body = b"" if status == 304 else answer.body
        self.send_response(status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if body:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Vary", "Accept-Encoding")
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The newsroom keeps its own log, `requests`."""
