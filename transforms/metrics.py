"""Every counter by name, counted for Beam's monitoring and for this process's live line."""

from collections import Counter
from threading import Lock

COUNTERS = {
    "feeds_polled": "feeds visited",
    "feeds_failed": "feeds that gave nothing readable",
    "feeds_not_due": "feeds that are left alone for now",
    "entries_new": "entries that their feed had not said before",
    "entries_known": "entries known and unchanged",
    "entries_read": "new entries, or documents, that became an article or a dead letter",
    "entries_enriched": "those that the annotators have read",
    "entries_unreadable": "of these, those that gave no article",
    "pages_fetched": "article pages received",
    "articles_written": "article revisions made visible",
    "articles_unchanged": "revisions that were in the lake already",
    "dead_letters": "elements kept as failures",
}

_lock = Lock()
_here: Counter[str] = Counter()
_step = ""


def count(name: str, by: int = 1) -> None:
    """Add to a counter; KeyError for a name that is not in the list above."""
    from apache_beam.metrics import Metrics  # here: the live line reads counters without Beam

    COUNTERS[name]
    Metrics.counter("newsbeam", name).inc(by)
    with _lock:
        _here[name] += by


def begin(step: str) -> None:
    """Say what this process does from now on, in a word or some: "polling"."""
    global _step
    _step = step


def under_way() -> str:
    """What this process is doing."""
    return _step


def counted() -> dict[str, int]:
    """What this process has counted since it began, or began anew: the live line's source."""
    with _lock:
        return {name: _here[name] for name in COUNTERS}


def begin_anew() -> None:
    """Count from nought: what was counted so far is in an account now."""
    with _lock:
        _here.clear()
