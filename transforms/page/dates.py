"""Which date is believed: a stated one from 1990 to tomorrow, else the next best, and why.

No clock is read here: "now" is always the moment at which newsbeam first saw the article.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from newsbeam.schemas.article import Entry, Page, PublishedFrom
from newsbeam.transforms.page.moments import iso_moment

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the Web; 1970 and 1900 are software's defaults
AHEAD = timedelta(hours=24)  # clocks and time zones are wrong by up to a day, not by more

_PATH_DAY = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])"
    r"(0[1-9]|[12]\d|3[01]))(?=[/_.-]|$)"
)


class PublishedDate(NamedTuple):
    """When an article was published (UTC), where that was read, and what was not believed."""

    at: datetime
    origin: PublishedFrom
    problem: str


def believed(when: datetime | None, seen_at: datetime) -> tuple[datetime | None, str]:
    """The date if it can be true, else None and why not.

    >>> seen = datetime(2024, 3, 1, tzinfo=UTC)
    >>> believed(datetime(2024, 2, 29, tzinfo=UTC), seen)[1]
    ''
    >>> believed(datetime(1970, 1, 1, tzinfo=UTC), seen)
    (None, '1970-01-01 00:00 is before 1990')
    """
    if when is None:
        return None, ""
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    if when < EARLIEST:
        return None, f"{when:%Y-%m-%d %H:%M} is before 1990"
    if when > seen_at + AHEAD:
        return None, f"{when:%Y-%m-%d %H:%M} is more than a day after it was seen"
    return when, ""


def url_date(url: str) -> datetime | None:
    """The day in the path of an address (midnight UTC), if it names year, month and day.

    >>> url_date("https://e.org/2024/03/01/title").date().isoformat()
    '2024-03-01'
    >>> url_date("https://e.org/2024/03/title"), url_date("https://e.org/2024/13/45/")
    (None, None)
    """
    path = url.split("?")[0].split("#")[0]
    found = _PATH_DAY.search(path[path.find("//") + 2 :])
    if not found:
        return None
    year, month, day = filter(None, found.groups())
    return iso_moment(f"{year}-{month:0>2}-{day:0>2}")


def published(
    entry: Entry, page: Page | None, url: str, seen_at: datetime, is_foreign: bool = False
) -> PublishedDate:
    """The first believable of: the feed's date, the page's, the day in the address, `seen_at`.

    A feed that states only when an entry was updated (Atom) is taken at that word. One of another
    site comes last, and not at all where there is a page: those words may be the site's.

    >>> seen = datetime(2024, 3, 2, tzinfo=UTC)
    >>> published(Entry(), None, "https://e.org/2024/03/01/x", seen).origin
    'url'
    """
    problems = [p for p in entry.problems if p.startswith(("published:", "updated:"))][:1]
    on_page = page.published if page and page.published_from == "page" else None
    offers: tuple[tuple[PublishedFrom, str, datetime | None], ...] = (
        ("feed", "the feed's date", entry.published or entry.updated),
        ("page", "the page's date", on_page),
        ("url", "the date in the address", url_date(url)),
    )
    if is_foreign:
        offers = offers[1:] if page else (*offers[1:], offers[0])
    for origin, name, offered in offers:
        when, problem = believed(offered, seen_at)
        if when:
            return PublishedDate(when, origin, "; ".join(problems))
        if problem:
            problems.append(f"{name} {problem}")
    return PublishedDate(seen_at, "fetch", "; ".join(problems))
