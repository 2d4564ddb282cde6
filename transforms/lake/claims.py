"""The date of an article, claimed for ever by the first who brings it.

The partition of a row must not depend on when or by which feed it came, so the date is written down
under the article's id before any row is.
"""

from datetime import datetime

from newsbeam.schemas.wire import iso
from newsbeam.transforms.lake.storage import Lake, NotThere


def _name(article_id: str) -> str:
    return f"state/dates/{article_id[:2]}/{article_id}"


def claimed_date(lake: Lake, article_id: str, date: datetime) -> datetime:
    """The article's date for ever: `date`, unless somebody was first, whenever and wherever."""
    if lake.put_new(_name(article_id), iso(date).encode()):
        return date
    return date_of(lake, article_id) or date


def date_of(lake: Lake, article_id: str) -> datetime | None:
    """The date that was claimed for an article; None where nobody did."""
    try:
        return datetime.fromisoformat(lake.read(_name(article_id)).decode())
    except NotThere:
        return None
