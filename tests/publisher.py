"""A scripted publisher on loopback: two feeds over a history of ticks, with edits and repeats.

At tick t a feed holds its last `WINDOW` entries. Entry n appears at tick n; every fourth is edited
two ticks later; every fifth has no date; every third is in both feeds. The clock is the test's: the
publisher goes on only when told to, so that every mode of running sees the same history.
"""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler
from typing import Any

from made_site import Server

WINDOW = 5
FEEDS = ("main", "politics")

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body><article>
<h1>{title}</h1><p>{lead}</p><p>“We will keep talking,” said Foreign Minister Nino Abashvili in
Tbilisi after round {n}. The delegation of Armenia arrived from Yerevan in the evening, and the
European Union sent two observers to the talks.</p><p>According to the ministry, the next meeting
will be held in Geneva. Officials said that transit and trade were on the agenda of round {n}, and
that the talks would go on as long as they were useful to both sides.</p></article></body></html>"""


def title(n: int, tick: int) -> str:
    """The headline of entry n as it stands at a tick."""
    edited = n % 4 == 0 and tick >= n + 2
    return f"Round {n} of the talks {'ends late' if edited else 'begins'} in Tbilisi"


def feed(name: str, tick: int, base: str, window: int = WINDOW) -> str:
    """The RSS document of a feed at a tick."""
    shown = [n for n in range(max(1, tick - window + 1), tick + 1) if name == "main" or n % 3 == 1]
    items = "".join(_item(n, tick, base) for n in reversed(shown))
    about = f"<title>{name}</title><link>{base}</link>"
    return f'<rss version="2.0"><channel>{about}{items}</channel></rss>'


def _item(n: int, tick: int, base: str) -> str:
    dated = f"<pubDate>Sun, {n % 28 + 1:02d} Mar 2026 12:00:00 GMT</pubDate>" if n % 5 else ""
    return (
        f"<item><title>{title(n, tick)}</title><link>{base}/articles/{n}</link>"
        f"<guid>{base}/articles/{n}</guid>{dated}<description>Round {n}.</description></item>"
    )


class Publisher:
    """The publisher as a context manager; `tick` is the moment of history it is at."""

    def __init__(self, tick: int = 1, port: int = 0) -> None:
        self.tick = tick
        self.pages_down = False  # then every page is answered with 503
        self.window = WINDOW
        self.asked: Counter[str] = Counter()  # how often each path was asked for
        self.port = port  # article ids are made from addresses: the same port, the same ids

    def __enter__(self) -> "Publisher":
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, *args: Any) -> None:
                return

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *args: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def feeds(self) -> list[str]:
        return [f"{self.url}/feeds/{name}" for name in FEEDS]

    def etag(self, name: str) -> str:
        """Names what a feed says now."""
        return f'"{name}-{self.tick}"'

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked[request.path] += 1
        kind, _, name = request.path.strip("/").partition("/")
        tick, headers = self.tick, {}
        if kind == "feeds":
            body, media = feed(name, tick, self.url, self.window), "application/rss+xml"
            headers["ETag"] = f'"{name}-{tick}"'
            if request.headers.get("If-None-Match") == headers["ETag"]:
                request.send_response(304)
                request.end_headers()
                return
        elif kind == "articles" and self.pages_down:
            request.send_error(503)
            return
        elif kind == "articles":
            n = int(name)
            body = PAGE.format(title=title(n, tick), lead=f"Talks of round {n}.", n=n)
            media = "text/html; charset=utf-8"
        else:
            request.send_error(404)
            return
        packed = body.encode()
        request.send_response(200)
        for key, value in {
            "Content-Type": media,
            "Content-Length": str(len(packed)),
            **headers,
        }.items():
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(packed)
