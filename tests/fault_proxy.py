"""A proxy in front of the storage emulator that fails on command, as networks and services do."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote

from aiohttp import ClientSession, web
from yarl import URL

Kind = Literal[
    "answer",  # an error status instead of the service
    "drop",  # the connection ends before the service has seen the request
    "lose",  # the service has done it, but the connection ends without an answer
    "cut",  # the connection ends amid the body
    "truncate",  # half of the body, as if that were all
    "corrupt",  # one bit of the body is wrong
    "hold",  # the request is on its way until `FaultProxy.let_go` is set, and then done
]

# The body was read whole, so it is sent with its own length; the rest is between two hosts.
_OURS = {"content-length", "transfer-encoding", "connection", "keep-alive"}


@dataclass
class Fault:
    """What goes wrong with the next requests that fit."""

    kind: Kind
    method: str = ""
    path: str = ""  # regular expression, searched in path and query
    body: str = ""  # the same, in the first half kilobyte: an upload names its object there
    status: int = 503
    skip: int = 0
    times: int = 1

    def strikes(self, request: web.Request, body: bytes) -> bool:
        """Whether it befalls this request; uses up one of its times."""
        if self.method not in ("", request.method) or not re.search(self.path, request.raw_path):
            return False
        if not re.search(self.body.encode(), body[:512]):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return self.times >= 0


@dataclass
class FaultProxy:
    """The armed faults, and what passed: "METHOD status", with the fault where there was one."""

    upstream: str
    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # "METHOD object", or the folder of a listing
    held: threading.Event = field(default_factory=threading.Event)  # a request is on hold
    let_go: threading.Event = field(default_factory=threading.Event)

    async def serve(self, ready: threading.Event, done: asyncio.Event) -> None:
        """Serve on a free port of this machine until done."""
        app = web.Application(client_max_size=1 << 28)
        app.router.add_route("*", "/{anything:.*}", self.handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*runner.addresses[0])
        async with ClientSession(auto_decompress=False) as self.session:
            ready.set()
            await done.wait()
            await runner.cleanup()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Pass one request on, or fail."""
        body = await request.read()
        self.asked.append(f"{request.method} {_object_of(request, body)}")
        fault = next((fault for fault in self.faults if fault.strikes(request, body)), None)
        if fault and fault.kind == "hold":
            self.held.set()
            while not self.let_go.is_set():
                await asyncio.sleep(0.02)
        if fault and fault.kind == "answer":
            self.log.append(f"{request.method} {fault.status} answer")
            return web.json_response(
                {"error": {"code": fault.status, "message": "injected"}}, status=fault.status
            )
        if fault and fault.kind == "drop":
            self.log.append(f"{request.method} - drop")
            return self._hang_up(request)
        # The Host header stays as it is, or the upload addresses in answers lead past this proxy.
        passed = [(k, v) for k, v in request.headers.items() if k.lower() not in _OURS]
        async with self.session.request(
            request.method,
            URL(self.upstream + request.raw_path, encoded=True),
            data=body,
            headers=passed,
            allow_redirects=False,
        ) as answer:
            data = await answer.read()
            headers = [(k, v) for k, v in answer.headers.items() if k.lower() not in _OURS]
            status = answer.status
        self.log.append(f"{request.method} {status} {fault.kind if fault else ''}".rstrip())
        if fault and fault.kind == "lose":
            return self._hang_up(request)
        if fault and fault.kind == "cut":
            half = web.StreamResponse(status=status, headers=headers)
            half.content_length = len(data)
            await half.prepare(request)
            await half.write(data[: len(data) // 2])
            return self._hang_up(request)
        if fault and fault.kind == "truncate":
            data = data[: len(data) // 2]
        if fault and fault.kind == "corrupt":
            data = bytes([data[0] ^ 1]) + data[1:]
        return web.Response(status=status, body=data, headers=headers)

    def _hang_up(self, request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.abort()
        raise asyncio.CancelledError


def _object_of(request: web.Request, body: bytes) -> str:
    """Which object a request is about, as far as it says so."""
    named = re.search(rb'"name": ?"([^"]+)"', body[:512])
    path = re.search(r"/o/([^?]+)", request.raw_path)
    folder = request.query.get("prefix", request.path)
    return named[1].decode() if named else unquote(path[1]) if path else f"{folder} (listing)"


@contextmanager
def running_proxy(upstream: str) -> Iterator[FaultProxy]:
    """A proxy in a thread of its own, for as long as the context."""
    proxy, loop = FaultProxy(upstream), asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(proxy.serve(ready, done),))
    thread.start()
    try:
        assert ready.wait(10), "the proxy did not start"
        yield proxy
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
