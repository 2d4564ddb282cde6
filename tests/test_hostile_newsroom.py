"""Fifty good feeds beside seventy hostile ones: the good ones are read in about their own time.

On loopback, each feed at an address of its own.
"""

# ruff: noqa: E501 - whole pages

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from as_typed import newsbeam
from lake_rows import rows
from made_site import Server, rss
from modes import FLAGS

GOOD, EACH = 50, 4  # feeds, and articles of each
DRIPS = 60  # feeds of which a byte comes a second
PAGES = 8  # feeds whose pages drip, six each
WORDS = "The council of the town met on Monday and spoke of the bridge, the road and the school. "


def page(number: int, item: int) -> bytes:
    lines = "".join(f"<p>{WORDS * 3} Point {number}-{item}-{line}.</p>" for line in range(6))
    title = f"Council {number} meets for the {item}th time"
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{lines}</article></body></html>".encode()


class Handler(BaseHTTPRequestHandler):
    """Answers by the address that was asked: a good feed's, one that drips, or worse."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = self.headers["Host"].split(":")[0]
        kind, number = int(host.split(".")[2]), int(host.split(".")[3])
        if self.path == "/robots.txt":
            self.send(b"", status=404)
        elif kind == 1:
            self.good(host, number)
        elif kind == 2:
            self.drip()
        elif kind == 3:
            self.send(self.feed(host, number, 6)) if self.path == "/feed" else self.drip()
        elif number == 1:
            self.send(b"", status=302, Location="/again" if self.path == "/feed" else "/feed")
        elif number == 2:
            self.send(b"<html><title>Sign in</title></html>")
        elif number == 3:
            self.send(b"<rss>" + b"<item>" * 200_000)
        elif number == 4:
            self.send(b"", status=503)
        elif number == 5:  # two hundred useless addresses of a good feed's host
            self.send(
                rss([(f"http://127.0.1.1:{PORT}/no/{n}", f"Nothing {n}") for n in range(200)])
            )
        else:
            self.send(b"\x00" * 1000)

    def good(self, host: str, number: int) -> None:
        if self.path == "/feed":
            self.send(self.feed(host, number, EACH))
        elif self.path.startswith("/s/"):
            self.send(page(number, int(self.path[3:])), kind="text/html")
        else:
            self.send(b"", status=404)

    def feed(self, host: str, number: int, items: int) -> bytes:
        links = [f"http://{host}:{PORT}/s/{n}" for n in range(items)]
        return rss(
            [(link, f"Council {number} meets for the {n}th time") for n, link in enumerate(links)]
        )

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", "9000")
        self.end_headers()
        try:
            for _ in range(120):
                self.wfile.write(b"<")
                self.wfile.flush()
                time.sleep(1)
        except OSError:
            self.close_connection = True

    def send(
        self, body: bytes, status: int = 200, kind: str = "application/rss+xml", **heads: str
    ) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **heads,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        return


PORT = 18_480


@pytest.fixture
def newsroom() -> Iterator[None]:
    server = Server(("0.0.0.0", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()
    server.server_close()


def feeds(kind: int, count: int) -> list[str]:
    return [f"http://127.0.{kind}.{n}:{PORT}/feed" for n in range(1, count + 1)]


def run_until_read(lake: str, addresses: list[str]) -> tuple[float, float, Any]:
    """Seconds from the start until the last good article was read, those of the pass, its end."""
    began = time.time()
    done = newsbeam("run", *addresses, "--lake", lake, *FLAGS, seconds=600)
    took = time.time() - began
    good = [row for row in rows(lake, "articles") if "/127.0.1." in row["url"]]
    whole = [row for row in good if row["text_kind"] == "full"]
    last = max((row["fetched_at"].timestamp() for row in whole), default=began)
    assert len({row["article_id"] for row in whole}) == GOOD * EACH
    return last - began, took, done


@pytest.mark.slow
@pytest.mark.timeout(700)
def test_good_feeds_take_about_their_own_time_beside_hostile_ones(newsroom: None, tmp_path: Any):
    alone, _, _ = run_until_read(str(tmp_path / "alone"), feeds(1, GOOD))
    hostile = [*feeds(2, DRIPS), *feeds(3, PAGES), *feeds(4, 6)]
    beside, took, done = run_until_read(str(tmp_path / "beside"), [*hostile, *feeds(1, GOOD)])
    print(
        f"\nalone {alone:.1f} s, beside hostile ones {beside:.1f} s, the pass {took:.1f} s",
        done.stderr,
    )
    assert beside < 2 * alone + 2  # 1.7 times on two cores; 19 times before slow ones were left
    polls = {row["feed_url"]: row["status"] for row in rows(str(tmp_path / "beside"), "polls")}
    assert {polls[url] for url in feeds(1, GOOD)} == {"ok"}
    assert {polls[url] for url in feeds(2, DRIPS)} == {"timeout"}
    assert len(polls) == GOOD + DRIPS + PAGES + 6
    assert done.returncode == 0
