"""What a server's answer means for the entry whose page was asked for."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newsbeam.transforms.http.answer import STOP_THE_HOST, may_pass
from newsbeam.transforms.http.request import Response

HTML = ("", "text/html", "application/xhtml+xml", "application/xml", "text/xml")


@dataclass(frozen=True)
class PageAnswer:
    """What a server answered for a page: HTML, or the problem."""

    html: bytes = b""
    headers: dict[str, str] | None = None
    url: str = ""
    problem: str = ""
    may_be_had_later: bool = False
    host_rests_until: datetime | None = None  # the host wants to be left alone
    raw_sha256: str = ""  # names the kept page
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def page_answer(response: Response) -> PageAnswer:
    """What a server's answer means for the entry whose page was asked for."""
    if response.status != "ok":
        problem = f"{response.status}: {response.detail}"[:200]
        rest = response.retry_after_seconds if response.http_status in STOP_THE_HOST else None
        until = datetime.now(UTC) + timedelta(seconds=rest) if rest else None
        later = may_be_had_later(response)
        return PageAnswer(problem=problem, may_be_had_later=later, host_rests_until=until)
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in HTML:
        return PageAnswer(problem=f"not_html: the server calls it {kind[:60]}")
    return PageAnswer(response.body, response.headers, response.final_url)


def may_be_had_later(response: Response) -> bool:
    """Whether the page may be had another time: the server or the way to it had trouble.

    A host that wants to be left alone, or whose robots.txt is out of reach, is in trouble too.
    """
    if response.retry_after_seconds and response.status != "blocked_address":
        return True
    trouble = ("timeout", "dns", "tls", "truncated", "empty")
    return response.status in trouble or may_pass(response.status, response.http_status)
