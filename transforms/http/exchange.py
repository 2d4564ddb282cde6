"""One question and its answer on the wire, within limits; the only user of aiohttp.

Automatic redirects and decompression defeat every cap, per-read timeouts are no deadline, and HTTP
clients call a cut gzip body a success (measured); so redirects, decoding and deadline are our own.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

import aiohttp

from newsbeam.schemas.ledger import PollStatus
from newsbeam.transforms.http.answer import classify, retry_after
from newsbeam.transforms.http.body import decompress
from newsbeam.transforms.http.forgiving import Forgiving
from newsbeam.transforms.http.guard import BlockedAddress, guarded_sockets, networks
from newsbeam.transforms.http.permits import Permit
from newsbeam.transforms.http.reasons import (
    why_no_address,
    why_no_connection,
    why_not_trusted,
)
from newsbeam.transforms.http.request import Courtesy, Ended, Limits, Request, Response
from newsbeam.transforms.http.robots import READ_BYTES

Session = aiohttp.ClientSession
COOKIES = 50  # of an answer: as many as browsers keep for a site (RFC 6265, section 6.1)
CHUNK = 65_536  # bytes read at a time
HEADER_LINE = 32_768  # bytes; aiohttp's 8 KB is less than some papers' Content-Security-Policy
HEADER_FLOODS = ("Got more than", "Too many headers")  # what aiohttp calls them
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, text/html, */*;q=0.8"


def open_session(courtesy: Courtesy, limits: Limits) -> Session:
    """What the exchanges of a round have in common."""
    sockets = guarded_sockets(networks(courtesy.allow_networks))
    connector = aiohttp.TCPConnector(limit=0, socket_factory=sockets)
    # There is no public way to have answers read by a reader of our own.
    connector._factory = partial(Forgiving, loop=asyncio.get_running_loop())  # type: ignore[assignment]
    return Session(
        connector=connector,
        headers={"User-Agent": courtesy.user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip"},
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,  # a proxy would connect in our place, past the guard
        max_line_size=HEADER_LINE,
        max_field_size=HEADER_LINE,
        max_headers=limits.headers,
    )


async def exchange(
    session: Session,
    request: Request,
    url: str,
    limits: Limits,
    seconds: float,
    cookies: Mapping[str, str],
    permit: Permit,
) -> Response:
    """Ask, and read the answer within the limits and so many seconds; a redirect is not followed.

    The permit is told how much has come. Nothing that a server does raises; of an error or a
    redirect the body is not read.
    """
    validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    validators = {name: value for name, value in validators.items() if value}
    sent = validators | ({"Cookie": "; ".join(map("=".join, cookies.items()))} if cookies else {})
    # At least a moment, for aiohttp takes 0 for "no limit".
    timeout = aiohttp.ClientTimeout(total=max(seconds, 0.05), connect=limits.connect_seconds)
    seen, received = Response(request, "connection", final_url=url), bytearray()
    try:
        asked = session.get(url, headers=sent, timeout=timeout, allow_redirects=False)
        async with asked as reply:
            headers = _headers(reply, limits)
            wait = retry_after(reply.status, headers, datetime.now(UTC))
            status, detail = classify(reply.status, headers, conditional=bool(validators))
            seen = replace(seen, http_status=reply.status, headers=headers)
            seen = replace(seen, cookies=_cookies(reply))
            seen = replace(seen, status=status, detail=detail, retry_after_seconds=wait)
            if status != "ok":
                reply.close()  # it may carry a bomb
                return seen
            async for chunk in reply.content.iter_chunked(CHUNK):
                received += chunk
                await permit.grow(len(received))
                if len(received) > limits.received_bytes:
                    raise Ended("too_large", f"more than {limits.received_bytes:,} bytes were sent")
    except Exception as error:
        status, detail = explain(error, reading=seen.status == "ok")
        seen = replace(seen, status=status, detail=detail)
    if received:
        await permit.take_back()
    encoding = seen.headers.get("content-encoding", "")
    body, status, detail = decompress(bytes(received), encoding, limits.decoded_bytes)
    if seen.status == "ok":
        seen = replace(seen, status=status, detail=detail)
    whole = limits.decoded_bytes
    kept = {"ok": whole, "truncated": whole, "too_large": READ_BYTES}  # enough for robots.txt
    return replace(seen, body=body[: kept.get(seen.status, 0)])


def _cookies(reply: aiohttp.ClientResponse) -> dict[str, str]:
    """What the server asks to be told at the next hop, as it wrote it."""
    return {name: morsel.coded_value for name, morsel in islice(reply.cookies.items(), COOKIES)}


def _headers(reply: aiohttp.ClientResponse, limits: Limits) -> dict[str, str]:
    if sum(len(name) + len(value) for name, value in reply.raw_headers) > limits.header_bytes:
        raise Ended("too_large", f"more than {limits.header_bytes:,} bytes of headers were sent")
    headers: dict[str, str] = {}
    for raw_name, raw_value in reply.raw_headers:
        name = raw_name.decode("utf-8", "replace").lower()
        value = raw_value.decode("utf-8", "replace").strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def explain(error: Exception, reading: bool = False) -> tuple[PollStatus, str]:
    """What went wrong, in the ledger's words; `reading` says that the body had begun."""
    cause = getattr(error, "os_error", error)
    host, port = getattr(error, "host", ""), getattr(error, "port", None)
    match error:
        case Ended():
            return error.status, error.detail
        case TimeoutError():
            return "timeout", "the server took too long"
        case _ if isinstance(cause, BlockedAddress):
            return "blocked_address", cause.in_words()
        case aiohttp.ClientConnectorDNSError():
            return "dns", why_no_address(cause, host)
        case aiohttp.InvalidURL() | UnicodeError():
            return "dns", "the address has no usable host name"
        case aiohttp.ClientSSLError() | ssl.SSLError() | ssl.CertificateError():
            return "tls", why_not_trusted(error)
        case aiohttp.ClientError() | OSError() if reading:
            return "truncated", "the connection ended before the body did"
        case aiohttp.ClientResponseError() if error.message.startswith(HEADER_FLOODS):
            return "too_large", "a header line is too long, or there are too many"
        case aiohttp.ClientResponseError():
            return "connection", "the answer is not proper HTTP"
        case aiohttp.ServerDisconnectedError():
            return "connection", "the server hung up before it answered"
        case _:
            return "connection", why_no_connection(cause, host, port)
