"""Small faults of form, forgiven as browsers do; what a server may do for itself stays bounded."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from newsbeam.transforms.http.fetch import Fetcher
from newsbeam.transforms.http.request import FEED_LIMITS, Courtesy, Request, Response

FEED = b"<rss><channel><title>The Ledger</title></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n\r\n" % len(FEED)
Answer = Callable[[bytes], bytes]


class Servers:
    """A server at every loopback address; `answer` is given the head of each request."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.heads: list[bytes] = []
        self.answer: Answer = lambda head: self.answers[min(len(self.heads), len(self.answers)) - 1]

    async def serve(self) -> None:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:  # connections are kept
                    self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                    writer.write(self.answer(self.heads[-1]))
                    await writer.drain()
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(handle, "0.0.0.0", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.is_ready.set()
        async with server:
            await server.serve_forever()

    def __enter__(self) -> "Servers":
        self.is_ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        assert self.is_ready.wait(10)
        courtesy = Courtesy("newsbeam/0 (+https://n.test)", ("127.0.0.0/8",), per_host_delay=0.0)
        self.fetcher = Fetcher(courtesy)
        return self

    def __exit__(self, *left: object) -> None:
        self.fetcher.close()

    def at(self, path: str = "/", host: int = 1) -> str:
        return f"http://127.0.0.{host}:{self.port}{path}"

    def fetch(self, *answers: bytes, url: str = "", etag: str = "") -> Response:
        self.answers, self.heads = list(answers), []
        limits = replace(FEED_LIMITS, seconds=2.0, retry_after=())
        request = Request("k", url or self.at(), etag)
        ((_, response),) = self.fetcher.fetch_all([request], limits, lambda found: found)
        assert response
        return response


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as made:
        yield made


@pytest.mark.parametrize(
    "line",
    [
        b"X Cache Hit: yes",
        b"X-Caf\xc3\xa9: yes",
        b"no colon at all",
        b": nameless",
        b"a@b: c\r\n goes on",
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_line_that_is_no_header_costs_itself_alone(servers: Servers, line: bytes, end: bytes):
    answer = OK + b'ETag: "7"\r\n' + line + b"\r\n" + b"Age: 3\r\n" + LENGTH + FEED
    head, _, body = answer.partition(b"\r\n\r\n")
    answer = head.replace(b"\r\n", end) + end * 2 + body
    response = servers.fetch(answer)
    assert (response.status, response.body) == ("ok", FEED)
    assert (response.headers["etag"], response.headers["age"]) == ('"7"', "3")


def test_a_blank_after_a_name_is_no_part_of_it(servers: Servers):
    response = servers.fetch(OK + b'ETag : "7"\r\n' + LENGTH + FEED)
    assert (response.body, response.headers["etag"]) == (FEED, '"7"')


def test_a_304_with_a_body_is_a_304_and_the_next_visit_is_not_upset(servers: Servers):
    unchanged = b"HTTP/1.1 304 Not Modified\r\n" + LENGTH + FEED
    for _ in range(3):
        assert servers.fetch(unchanged, etag='"7"').status == "not_modified"
    assert servers.fetch(OK + LENGTH + FEED).status == "ok"


def test_news_before_the_answer_is_passed_over(servers: Servers):
    early = b"HTTP/1.1 103 Early Hints\r\nLi nk: x\r\n\r\n"
    assert servers.fetch(early * 3 + OK + LENGTH + FEED).body == FEED


def test_a_head_without_end_is_refused(servers: Servers):
    response = servers.fetch(OK + b"X: " + b"a" * (1 << 20) + b"\r\n\r\n")
    assert response.status == "too_large"


def test_a_cookie_comes_back_within_the_chain_and_is_forgotten_after_it(servers: Servers):
    to_itself = b"HTTP/1.1 302 Found\r\nSet-Cookie: seen=1; Path=/; HttpOnly\r\n"
    to_itself += b"Set-Cookie: lang=ka\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
    servers.answer = lambda head: OK + LENGTH + FEED if b"seen=1" in head else to_itself
    for _ in range(2):
        assert servers.fetch().body == FEED
        assert [b"Cookie" in head for head in servers.heads] == [False, True]
        assert b"Cookie: seen=1; lang=ka" in servers.heads[1]


def test_a_cookie_of_one_host_is_not_told_to_another(servers: Servers):
    elsewhere = servers.at("/there", host=2).encode()
    sent = b"HTTP/1.1 302 Found\r\nSet-Cookie: secret=1\r\nLocation: " + elsewhere
    sent += b"\r\nContent-Length: 0\r\n\r\n"
    servers.answer = lambda head: OK + LENGTH + FEED if b"/there" in head else sent
    assert servers.fetch().status == "ok"
    assert all(b"secret" not in head for head in servers.heads)


@pytest.mark.parametrize(
    ("codes", "moved"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 307), False)]
)
def test_only_redirects_for_good_tell_a_new_address(
    servers: Servers, codes: tuple[int, ...], moved: bool
):
    def answer(head: bytes) -> bytes:
        step = int(head.split()[1].strip(b"/") or 0)
        if step == len(codes):
            return OK + LENGTH + FEED
        to = f"HTTP/1.1 {codes[step]} Moved\r\nLocation: /{step + 1}\r\nContent-Length: 0\r\n\r\n"
        return to.encode()

    servers.answer = answer
    response = servers.fetch(url=servers.at("/0"))
    assert response.status == "ok"
    assert response.moved_to == (servers.at(f"/{len(codes)}") if moved else "")
