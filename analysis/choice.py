"""The part of a record that a page is about: of a period, a source, a language, so sure."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from newsbeam.analysis.query import Answer, Params, Record

_OF_ARTICLES = {
    "since": "published_at >= $chosen_since",
    "until": "published_at < $chosen_until",
    "source": "source = $chosen_source",
    "language": "language = $chosen_language",
}
# Below an even chance nothing is counted, unless it is asked for: of such rows more are wrong than
# right. Scores of topics have a floor of their own, where they are found.
FLOOR = 0.5
_FLOORED = dict.fromkeys(("actors", "quotes"), f"coalesce(confidence, 1) >= {FLOOR}")
# A poll says nothing of languages. A dead letter of a document belongs to no feed, and often to no
# day or source that anybody could read, so it is never left out.
_CONDITIONS: dict[str, dict[str, str]] = {
    "articles": _OF_ARTICLES,
    "actors": _OF_ARTICLES | {"min_confidence": "confidence >= $chosen_min_confidence"},
    "topics": _OF_ARTICLES | {"min_confidence": "score >= $chosen_min_confidence"},
    "quotes": _OF_ARTICLES | {"min_confidence": "confidence >= $chosen_min_confidence"},
    "polls": {
        "since": "polled_at >= $chosen_since",
        "until": "polled_at < $chosen_until",
        "source": "source = $chosen_source",
    },
    "failures": {
        "since": "(feed_id IS NULL OR failed_at >= $chosen_since)",
        "until": "(feed_id IS NULL OR failed_at < $chosen_until)",
        "source": "(feed_id IS NULL OR feed_id IN"
        " (SELECT feed_id FROM main.polls WHERE source = $chosen_source))",
    },
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was published from `since` to before `until`, by whom, in which language, how sure.

    Where `min_confidence` is not said it is FLOOR for actors and quotations.
    """

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    language: str | None = None
    min_confidence: float | None = None


class Chosen:
    """The record as if it held nothing but the choice: every query sees that alone.

    What is too unsure to count is left out also where nothing else is chosen.
    """

    def __init__(self, record: Record, choice: Choice) -> None:
        self._record = record
        self._made = {name: made for name, made in asdict(choice).items() if made is not None}

    def answer(self, sql: str, params: Params = ()) -> Answer:
        """As `Record.answer`; `params` are by name."""
        chosen = {f"chosen_{name}": made for name, made in self._made.items()}
        return self._record.answer(self._narrowed(sql), dict(params) | chosen)

    def rows(self, sql: str, params: Params = ()) -> list[dict[str, Any]]:
        """As `Record.rows`."""
        return list(self.answer(sql, params).to_pylist())

    def _narrowed(self, sql: str) -> str:
        """The query with the tables that it names replaced by their chosen rows."""
        tables = []
        for table, conditions in _CONDITIONS.items():
            where = [conditions[name] for name in self._made if name in conditions]
            if "min_confidence" not in self._made and table in _FLOORED:
                where.append(_FLOORED[table])
            where = where or ["true"]
            rows = f"SELECT * FROM main.{table} WHERE {' AND '.join(where)}"
            # Held in memory instead, a table would be there with all of its texts.
            tables.append(f"{table} AS NOT MATERIALIZED ({rows})")
        own = sql.strip()
        own = f", {own[len('WITH ') :]}" if own.startswith("WITH ") else f" {own}"
        return f"WITH {', '.join(tables)}{own}"
