"""Every counter by name, counted for Beam's monitoring and for this process's live line."""

from collections import Counter
from threading import Lock

COUNTERS = {
    "feeds_polled": "feeds asked",
    "feeds_failed": "feeds that gave nothing readable",
    "entries_new": "entries that their feed had not said before",
    "entries_known": "entries known and unchanged",
    "pages_fetched": "article pages received",
    "articles_written": "article revisions made visible",
    "articles_unchanged": "revisions that were in the lake already",
    "dead_letters": "elements kept as failures",
}

_lock = Lock()
_here: Counter[str] = Counter()


def count(name: str, by: int = 1) -> None:
    """Add to a counter; KeyError for a name that is not in the list above."""
    from apache_beam.metrics import Metrics  # here: the live line reads counters without Beam

    COUNTERS[name]
    Metrics.counter("newsbeam", name).inc(by)
    with _lock:
        _here[name] += by


def counted() -> dict[str, int]:
    """What this process has counted so far: the live line's source."""
    with _lock:
        return {name: _here[name] for name in COUNTERS}
