"""Fetch URLs over HTTP(S): guarded, polite, bounded, many hosts at once; the only user of aiohttp.

Automatic redirects and decompression defeat every cap, per-read timeouts are no deadline, and HTTP
clients call a cut gzip body a success (measured); so redirects, decoding and deadline are our own.
"""

import asyncio
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import aiohttp

from newsbeam.schemas.ledger import PollStatus
from newsbeam.transforms.collect import answer
from newsbeam.transforms.collect.background import results_of
from newsbeam.transforms.collect.body import opened
from newsbeam.transforms.collect.guard import BlockedAddress, guarded_sockets, networks
from newsbeam.transforms.collect.hosts import AT_ONCE_WITHOUT_DELAY, HOSTS, host_of
from newsbeam.transforms.collect.request import (
    FEED_LIMITS,
    PAGE_LIMITS,
    Courtesy,
    Limits,
    Request,
    Response,
)
from newsbeam.transforms.collect.robots import READ_BYTES
from newsbeam.transforms.collect.visit import Trip, Visitor

__all__ = ["FEED_LIMITS", "PAGE_LIMITS", "Courtesy", "Limits", "Request", "Response", "fetch_all"]

CHUNK = 65_536  # bytes read at a time
HEADER_LINE = 32_768  # bytes; aiohttp's 8 KB is less than some papers' Content-Security-Policy
HEADER_FLOODS = ("Got more than", "Too many headers")  # what aiohttp calls them
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, text/html, */*;q=0.8"


class TooLarge(Exception):
    """Over a cap, in words."""


def fetch_all(
    requests: Sequence[Request], courtesy: Courtesy, limits: Limits
) -> Iterator[Response]:
    """Fetch all, and yield one Response a request as each is done; nothing a server does raises.

    At most `courtesy.connections` bodies are in memory, also when the caller is slow. Closing the
    iterator early ends what is under way.
    """
    by_host = defaultdict[str, deque[Request]](deque)
    for request in requests:
        by_host[host_of(request.url)].append(request)
    at_once = 1 if courtesy.per_host_delay else AT_ONCE_WITHOUT_DELAY

    async def work(deliver: Callable[[Response], None], permits: asyncio.Semaphore) -> None:
        async def serve(waiting: deque[Request]) -> None:
            while waiting:
                deliver(await visitor.visit(waiting.popleft()))

        async with _session(courtesy, limits) as session, asyncio.TaskGroup() as group:
            visitor = Visitor(partial(_exchange, session), courtesy, limits, permits)
            for waiting in by_host.values():
                for _ in range(min(at_once, len(waiting))):
                    group.create_task(serve(waiting))

    return results_of(work, len(requests), courtesy.connections)


def _session(courtesy: Courtesy, limits: Limits) -> aiohttp.ClientSession:
    opened_ranges = networks(courtesy.allow_networks)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, socket_factory=guarded_sockets(opened_ranges)),
        headers={
            "User-Agent": courtesy.user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip",
        },
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,  # a proxy would connect in our place, past the guard
        max_line_size=HEADER_LINE,
        max_field_size=HEADER_LINE,
        max_headers=limits.headers,
    )


async def _exchange(session: aiohttp.ClientSession, trip: Trip, url: str) -> Response:
    """Ask, and read the answer within the limits; a redirect's body is not read."""
    host, started, limits = host_of(url), time.monotonic(), trip.limits
    left = max(limits.seconds - trip.seconds, 0.05)  # aiohttp takes 0 for "no limit"
    timeout = aiohttp.ClientTimeout(total=left, connect=limits.connect_seconds)
    asked = {"If-None-Match": trip.request.etag, "If-Modified-Since": trip.request.last_modified}
    sent = {name: value for name, value in asked.items() if value}
    seen = trip.ended("connection", "")
    received = bytearray()
    try:
        async with session.get(url, headers=sent, timeout=timeout, allow_redirects=False) as reply:
            headers = _headers(reply, limits)
            status, detail = answer.judge(reply.status, headers, trip.request.conditional)
            after = answer.retry_after(reply.status, headers, datetime.now(UTC))
            if after and reply.status in answer.STOP_THE_HOST:
                HOSTS.pause(host, after)
            seen = replace(
                seen,
                status=status,
                http_status=reply.status,
                headers=headers,
                final_url=url,
                detail=detail,
                retry_after_seconds=after,
            )
            if status == "ok":
                async for chunk in reply.content.iter_chunked(CHUNK):
                    received += chunk
                    if len(received) > limits.received_bytes:
                        raise TooLarge(f"more than {limits.received_bytes:,} bytes were sent")
            else:
                reply.close()  # errors and redirects may carry bombs
    except Exception as error:
        status, detail = _explain(error, reading=seen.status == "ok")
        seen = replace(seen, status=status, detail=detail)
    finally:
        HOSTS.end(host)
        trip.seconds += time.monotonic() - started
    seen = replace(seen, seconds=trip.seconds)
    encoding = seen.headers.get("content-encoding", "")
    body, status, detail = opened(bytes(received), encoding, limits.decoded_bytes)
    if seen.status == "ok":
        seen = replace(seen, status=status, detail=detail)
    # Of what is too large the beginning is kept: enough for robots.txt.
    whole = limits.decoded_bytes
    most = {"ok": whole, "truncated": whole, "too_large": READ_BYTES}
    return replace(seen, body=body[: most.get(seen.status, 0)])


def _headers(reply: aiohttp.ClientResponse, limits: Limits) -> dict[str, str]:
    if sum(len(name) + len(value) for name, value in reply.raw_headers) > limits.header_bytes:
        raise TooLarge(f"more than {limits.header_bytes:,} bytes of headers were sent")
    headers: dict[str, str] = {}
    for raw_name, raw_value in reply.raw_headers:
        name = raw_name.decode("utf-8", "replace").lower()
        value = raw_value.decode("utf-8", "replace").strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _explain(error: Exception, reading: bool = False) -> tuple[PollStatus, str]:
    """What went wrong, in the ledger's words; `reading` says that the body had begun."""
    cause = getattr(error, "os_error", error)
    match error:
        case TooLarge():
            return "too_large", str(error)
        case TimeoutError():
            return "timeout", "the server took too long"
        case _ if isinstance(cause, BlockedAddress):
            return "blocked_address", str(cause)
        case aiohttp.ClientConnectorDNSError() | aiohttp.InvalidURL() | UnicodeError():
            return "dns", "the host name cannot be looked up"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "tls", f"no trusted connection: {str(cause)[:200]}"
        case aiohttp.ClientError() | OSError() if reading:
            return "truncated", "the connection ended before the body did"
        case aiohttp.ClientResponseError() if error.message.startswith(HEADER_FLOODS):
            return "too_large", "a header line is too long, or there are too many"
        case aiohttp.ClientResponseError():
            return "connection", f"the answer is not proper HTTP: {error.message[:200]}"
        case aiohttp.ClientConnectorError():
            return "connection", f"no connection could be made: {str(cause)[:200]}"
        case _:
            return "connection", f"the connection failed: {type(error).__name__} {str(cause)[:200]}"
