"""What a server's status line and headers mean, before the body is read: pure functions."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import responses

from newsbeam.schemas.ledger import PollStatus

DAY = 86_400.0  # seconds; nobody is obeyed for longer (year-long values are met)
TOO_MANY_REQUESTS = 429
WAIT_WHEN_NOT_SAID = 600.0  # seconds after a 429 without Retry-After, as NetNewsWire does
STOP_THE_HOST = (TOO_MANY_REQUESTS, 503)  # with Retry-After these speak for all of the host
REDIRECTS = (301, 302, 303, 307, 308)
FOR_GOOD = (301, 308)

# Header and value by which the big protection services mark a page that wants a human.
CHALLENGES = {
    "cf-mitigated": ("challenge",),  # Cloudflare
    "x-amzn-waf-action": ("challenge", "captcha"),  # AWS WAF
    "x-vercel-mitigated": ("challenge",),  # Vercel
    "sg-captcha": ("challenge",),  # SiteGround
}


def parse_moment(text: str) -> datetime | None:
    """An HTTP date with its zone, or None.

    >>> parse_moment("Wed, 21 Oct 2026 07:28:00 GMT")
    datetime.datetime(2026, 10, 21, 7, 28, tzinfo=datetime.timezone.utc)
    >>> parse_moment("soon")
    """
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def parse_retry_after(text: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header names, 1 s to 24 h; None where it cannot be read.

    >>> from datetime import UTC
    >>> now = datetime(2026, 10, 21, 7, 0, tzinfo=UTC)
    >>> parse_retry_after("120", now), parse_retry_after("Wed, 21 Oct 2026 07:28:00 GMT", now)
    (120.0, 1680.0)
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:10])
    elif moment := parse_moment(text):
        seconds = (moment - now).total_seconds()
    else:
        return None
    return min(max(seconds, 1.0), DAY)


def retry_after(http_status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds for which the server wants to be left alone, None if it does not.

    >>> now = datetime(2026, 10, 21, 7, 0)
    >>> retry_after(429, {}, now), retry_after(503, {}, now), retry_after(200, {}, now)
    (600.0, None, None)
    """
    if http_status < 400:
        return None
    wait = parse_retry_after(headers.get("retry-after", ""), now)
    if wait is None and http_status == TOO_MANY_REQUESTS:
        return WAIT_WHEN_NOT_SAID
    return wait


def classify(
    http_status: int, headers: Mapping[str, str], conditional: bool
) -> tuple[PollStatus, str]:
    """The status that status line and headers give an answer, and unless it is ok, why.

    Of an ok one the body is still to be read. `conditional`: validators were sent along.

    >>> classify(404, {}, conditional=False)
    ('http_error', 'the server answered 404 Not Found')
    """
    if any(headers.get(name, "").lower() in values for name, values in CHALLENGES.items()):
        return "challenge", "the server wants proof of a human reader"
    if http_status == 304 and conditional:
        return "not_modified", ""
    if http_status == 410:
        return "gone", "the server says that this is gone for good (410)"
    if http_status in (204, 205):
        return "empty", f"the server answered {http_status}: no content"
    if http_status == 206:
        return "truncated", "the server sent a part (206) though the whole was asked for"
    if not 200 <= http_status < 300:
        phrase = responses.get(http_status, "")
        return "http_error", f"the server answered {http_status} {phrase}".rstrip()
    return "ok", ""


def may_pass(status: PollStatus, http_status: int | None) -> bool:
    """Whether another attempt within seconds may help; after a timeout it would take too long.

    >>> may_pass("http_error", 503), may_pass("http_error", 404), may_pass("timeout", None)
    (True, False, False)
    """
    if status == "http_error" and http_status:
        return http_status in (408, TOO_MANY_REQUESTS) or http_status >= 500
    return status == "connection"
