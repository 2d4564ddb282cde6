"""A web server on loopback that does what servers must not: it drips, floods, lies and bombs."""

import asyncio
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable
from types import TracebackType

Writer = asyncio.StreamWriter
Behaviour = Callable[["HostileServer", Writer, str], Awaitable[None]]
FEED = b"<rss><channel><title>News</title></channel></rss>" * 20
BOMB_MEGABYTES = 256  # enough to kill a careless client; a gigabyte takes the test too long to make
HEAD = b"HTTP/1.1 200 OK\r\n"


def packed(data: bytes, wbits: int = 31) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(data) + packer.flush()


def bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    megabyte = bytes(1 << 20)
    return b"".join(packer.compress(megabyte) for _ in range(BOMB_MEGABYTES)) + packer.flush()


BOMB = bomb()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def to(location: str, body: bytes = b"", *headers: str) -> bytes:
    return answer(body, f"Location: {location}", *headers, status="302 Found")


GZIPPED = packed(FEED)
ITEM = "<item><title>Talks {0}</title><link>https://n.example/{0}</link></item>"
NEWS = f"<rss><channel>{''.join(map(ITEM.format, range(3)))}</channel></rss>".encode()
FIXED = {  # path → the whole answer; the connection closes after it
    "/ok": answer(FEED),
    "/empty": answer(b""),
    "/blank": answer(b" \n"),
    "/no-content": answer(b"", status="204 No Content"),
    "/gone": answer(b"bye", status="410 Gone"),
    "/news": answer(NEWS),
    "/torn": answer(NEWS.removesuffix(b"</channel></rss>")),
    "/sign-in": answer(b"<html><title>Sign in</title></html>"),
    "/forbidden": answer(b"no", status="403 Forbidden"),
    "/missing": answer(b"?", status="404 Not Found"),
    "/not-modified": b"HTTP/1.1 304 Not Modified\r\nLast-Modified: later\r\n\r\n",
    "/challenge": answer(b"<html>", "cf-mitigated: challenge", status="403 Forbidden"),
    "/part": answer(FEED[:9], "Content-Range: bytes 0-8/99", status="206 Partial Content"),
    "/busy-long": answer(b"", "Retry-After: 3600", status="429 Too Many Requests"),
    "/gzip": answer(GZIPPED, "Content-Encoding: gzip"),
    "/gzip-members": answer(packed(FEED) + packed(FEED), "Content-Encoding: gzip"),
    "/gzip-unlabelled": answer(GZIPPED, "Content-Type: application/gzip"),
    "/gzip-fake": answer(FEED, "Content-Encoding: gzip"),
    "/gzip-padded": answer(GZIPPED + bytes(9), "Content-Encoding: gzip"),
    "/deflate": answer(packed(FEED, 15), "Content-Encoding: deflate"),
    "/deflate-raw": answer(packed(FEED, -15), "Content-Encoding: deflate"),
    "/gzip-broken": answer(GZIPPED[:10] + b"\xff" * 40, "Content-Encoding: gzip"),
    "/cut-length": HEAD + b"Content-Length: 1000\r\n\r\nshort",
    "/cut-chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    "/cut-gzip": answer(GZIPPED[:40], "Content-Encoding: gzip"),
    "/bomb": answer(BOMB, "Content-Encoding: gzip"),
    "/bomb-twice": answer(packed(BOMB), "Content-Encoding: gzip, gzip"),
    "/bomb-inside": answer(packed(BOMB), "Content-Encoding: gzip"),
    "/brotli": answer(b"\x0b\x02\x80feed\x03", "Content-Encoding: br"),
    "/bomb-in-redirect": to("/ok", BOMB, "Content-Encoding: gzip"),
    "/bomb-in-error": answer(BOMB, "Content-Encoding: gzip", status="404 Not Found"),
    "/long-header": answer(b"ok", "X-A: " + "a" * (1 << 20)),
    "/many-headers": answer(b"ok", *(f"X-{n}: a" for n in range(5000))),
    "/much-header": answer(b"ok", *(f"X-{n}: {'a' * 1000}" for n in range(100))),
    "/long-body": HEAD + b"Content-Length: 1\r\n\r\n" + FEED,  # longer than it says
    "/no-length": HEAD + b"Content-Length: many\r\n\r\n" + FEED,
    "/two-lengths": answer(FEED, "Content-Length: 1"),
    "/huge-chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
    "/switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "/no-http": b"SSH-2.0-OpenSSH_9.6\r\n",
    "/nothing": b"",
    "/to-ok": to("/ok"),
    "/to-metadata": to("http://169.254.169.254/latest/meta-data/"),
    "/to-mapped": to("http://[::ffff:169.254.169.254]/"),
    "/to-nat64": to("http://[64:ff9b::a9fe:a9fe]/"),
    "/to-file": to("file:///etc/hostname"),
    "/to-user": to("http://good.example@127.0.0.1/ok"),
    "/to-bad": to("http://[bad"),
    "/to-nowhere": answer(b"", status="302 Found"),
    "/robots.txt": answer(b"User-agent: *\nDisallow: /private\n"),
    "/private": answer(b"secret"),
}


async def drip(server: "HostileServer", out: Writer, path: str) -> None:
    out.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        out.write(b"x")
        await out.drain()
        await asyncio.sleep(0.1)


async def header_drip(server: "HostileServer", out: Writer, path: str) -> None:
    out.write(HEAD + b"X-A: ")
    while True:
        out.write(b"x")
        await out.drain()
        await asyncio.sleep(0.1)


async def early_hints(server: "HostileServer", out: Writer, path: str) -> None:
    while True:
        out.write(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n")
        await out.drain()
        await asyncio.sleep(0.05)


async def hang(server: "HostileServer", out: Writer, path: str) -> None:
    await asyncio.sleep(3600)


async def pour(out: Writer, start: bytes, piece: bytes) -> None:
    """Begins an answer and never ends it; with pauses, for other paths share this thread."""
    out.write(start)
    while True:
        out.write(piece)
        await out.drain()
        await asyncio.sleep(0.001)


async def endless(server: "HostileServer", out: Writer, path: str) -> None:
    await pour(out, HEAD + b"\r\n", b"x" * 65_536)


async def endless_trailers(server: "HostileServer", out: Writer, path: str) -> None:
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n0\r\n"
    await pour(out, chunked, b"X-A: " + b"a" * 1000 + b"\r\n")


async def endless_extension(server: "HostileServer", out: Writer, path: str) -> None:
    await pour(out, HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;", b"x" * 65_536)


async def reset(server: "HostileServer", out: Writer, path: str) -> None:
    """Breaks the connection off in the middle of the body."""
    out.write(HEAD + b"Content-Length: 1000\r\n\r\nshort")
    await out.drain()
    await asyncio.sleep(0.05)
    linger = struct.pack("ii", 1, 0)  # closing sends RST
    out.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    out.transport.abort()


async def loop(server: "HostileServer", out: Writer, path: str) -> None:
    out.write(to(f"/loop{int(path.removeprefix('/loop') or 0) + 1}"))


async def decimal(server: "HostileServer", out: Writer, path: str) -> None:
    out.write(to(f"http://2130706433:{server.port}/ok"))


async def recovering(server: "HostileServer", out: Writer, path: str) -> None:
    """Fails twice, then works."""
    tries = sum(seen == path for seen, _ in server.requests)
    out.write(answer(FEED) if tries > 2 else answer(b"", status="503 Service Unavailable"))


async def recovering_soon(server: "HostileServer", out: Writer, path: str) -> None:
    tries = sum(seen == path for seen, _ in server.requests)
    busy = answer(b"", "Retry-After: 1", status="503 Service Unavailable")
    out.write(answer(FEED) if tries > 1 else busy)


async def slow(server: "HostileServer", out: Writer, path: str) -> None:
    server.now_slow += 1
    server.most_slow = max(server.most_slow, server.now_slow)
    await asyncio.sleep(0.1)
    server.now_slow -= 1
    out.write(answer(FEED))


BEHAVIOURS: dict[str, Behaviour] = {
    "/drip": drip, "/header-drip": header_drip, "/early-hints": early_hints, "/hang": hang,
    "/endless": endless, "/loop": loop, "/to-decimal": decimal, "/recovering": recovering,
    "/recovering-soon": recovering_soon, "/slow": slow, "/reset": reset,
    "/endless-trailers": endless_trailers, "/endless-extension": endless_extension,
}  # fmt: skip


class HostileServer:
    """`with HostileServer() as server: server.url("/drip")`; `requests` is what it was asked."""

    def __init__(self, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self.host = host
        self.port = 0
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.robots: bytes | None = FIXED["/robots.txt"]
        self.now_slow = self.most_slow = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def url(self, path: str) -> str:
        return f"http://{self.host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def __enter__(self) -> "HostileServer":
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _serve(self) -> None:
        self._loop.run_until_complete(self._main())

    async def _main(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._handle, self.host, 0, ssl=self._context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    async def _handle(self, reader: asyncio.StreamReader, out: Writer) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1].partition("?")[0]
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
            self.requests.append((path, headers))
            if path == "/robots.txt":
                out.write(self.robots or b"")
            elif behaviour := BEHAVIOURS.get("/loop" if path.startswith("/loop") else path):
                await behaviour(self, out, path)
            else:
                out.write(FIXED.get(path) or FIXED["/missing"] if path != "/nothing" else b"")
            await out.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has had enough, as it should
        finally:
            out.close()


__all__ = ["BOMB_MEGABYTES", "FEED", "HostileServer", "answer"]
