"""What is said of a feed: what happened, and what a person can do about it.

What happened at a visit stands in `polls.detail`, put into words where it happened. Here is what
each status of the ledger means, for whoever tells it: a pass at its end, the report, a command.
"""

from dataclasses import dataclass

from newsbeam.schemas.ledger import PollStatus

ASK_THEM = "ask the site to let newsbeam in, or use another of its feeds"
LOOK_ANEW = "look for the address of its feed on the site's front page"
LATER = "nothing to do, it is asked again later"
REPORT_IT = "please report it: the answer is kept in the lake, under raw/"

# status: what happened, where the ledger has no detail; what to do, where the detail does not say
TROUBLES: dict[PollStatus, tuple[str, str]] = {
    "ok": ("read", ""),
    "not_modified": ("read, nothing new", ""),
    "empty": ("read, it lists nothing", ""),
    "truncated": ("read to where it broke off", "nothing to do, the next visit reads all of it"),
    "not_a_feed": ("what came is no feed", LOOK_ANEW),
    "challenge": ("the server wants proof of a human reader", ASK_THEM),
    "timeout": ("the server took too long", LATER),
    "too_large": ("more was sent than is read of a feed", "use a shorter feed of the site"),
    "blocked_address": ("newsbeam does not go to this address", ""),
    "robots": ("the site's robots.txt forbids it", ASK_THEM),
    "http_error": ("the server answered with an error", LOOK_ANEW),
    "gone": ("the server says that it is gone for good", f"{LOOK_ANEW}, or take it off the list"),
    "dns": (
        "there is no host of this name",
        "is the address right, and the network up?",
    ),
    "tls": ("no secure connection can be made", "tell the site, and check this machine's clock"),
    "connection": ("the server cannot be reached", "is the address right, and the server up?"),
    "parse_error": ("the feed cannot be read", ""),
    "parse_timeout": ("reading the feed takes too long", REPORT_IT),
    "worker_crash": ("reading the feed fails", REPORT_IT),
}

# What to do about the errors that servers answer with most often.
ANSWERS = {
    401: "it wants a password, which newsbeam does not send: use a public feed",
    402: "it is for those who pay: use a public feed",
    403: f"the site refuses programs: {ASK_THEM}",
    404: LOOK_ANEW,
    408: LATER,
    429: "it is asked too often: come by less often, or raise --per-host-delay",
    451: "the law keeps it from being read here: use another feed",
}


@dataclass(frozen=True)
class Trouble:
    """A feed that could not be read at a visit, as it is told."""

    name: str  # as the user calls it, else its address
    status: PollStatus
    words: str  # what happened, and what to do
    is_new: bool = True  # the visit before was none, or could read it


def to_do(status: PollStatus, http_status: int | None) -> str:
    """What a person can do about a feed with this row in the ledger; empty: nothing, or the row's
    detail says it.

    >>> to_do("http_error", 503)
    'the site has trouble; nothing to do, it is asked again later'
    >>> to_do("http_error", 404) == to_do("not_a_feed", 200) == LOOK_ANEW
    True
    """
    if status != "http_error":
        return TROUBLES[status][1]
    if http_status is None:  # it was not asked, for the host wants to be left alone
        return LATER
    if http_status >= 500:
        return f"the site has trouble; {LATER}"
    if http_status < 300:
        return "tell the site: its answer is damaged, or packed as newsbeam did not ask for"
    if http_status < 400:
        return "use the address at which a browser ends"
    return ANSWERS.get(http_status, LOOK_ANEW)


def in_words(status: PollStatus, http_status: int | None, detail: str | None) -> str:
    """What a row of the ledger tells a person: what happened, and what to do.

    >>> in_words("too_large", 200, "more than 5,000,000 bytes were sent")
    'more than 5,000,000 bytes were sent. Use a shorter feed of the site'
    """
    happened = (detail or TROUBLES[status][0]).rstrip(".")
    advice = to_do(status, http_status)
    return f"{happened}. {advice[0].upper()}{advice[1:]}" if advice else happened
