"""A lake in a notebook: its views as Arrow, pandas or polars, the everyday questions as methods.

The same code as the commands; `newsbeam.open` makes it. pandas and polars are imported when they
are asked for, and need not be installed.
"""

from datetime import datetime
from typing import Any, Self

from newsbeam.analysis import questions
from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.query import Answer, Lake, Params, QueryError, Record, open_record
from newsbeam.analysis.views import READY, REVISED
from newsbeam.schemas.periods import end_of, moment
from newsbeam.schemas.tables import TABLES

Time = str | datetime | None  # "2026-03-01", "7d", or a moment; without a zone it is UTC


class News:
    """The record of one lake, as it stood when each table was first asked for."""

    def __init__(self, lake: Lake) -> None:
        self._record = open_record(lake)

    @property
    def names(self) -> list[str]:
        """What can be asked for by name: the tables, every revision of them, and ready views."""
        every = [f"{name}_all" for name in REVISED]
        return [*TABLES, *every, *(name for name in READY if name not in TABLES)]

    def query(self, sql: str, params: Params = ()) -> Answer:
        """The answer to one SELECT as an Arrow table; `params` fill `$name` or `?`. QueryError."""
        return self._record.answer(sql, params)

    def arrow(self, name: str, **asked: Any) -> Answer:
        """A table or view as an Arrow table; `asked` as for `top_actors`, but for `limit`.

        A choice narrows `articles`, `actors`, `topics`, `quotes`, `polls`, `failures` and what
        stands on them in a query; QueryError for another name.
        """
        if name not in self.names:
            raise QueryError(f"there is no {name!r}; there are {', '.join(self.names)}")
        if any(value is not None for value in asked.values()) and name not in TABLES:
            raise QueryError(f"{name} cannot be narrowed so: ask it by `query`, with a WHERE")
        return self._chosen(**asked).answer(f"SELECT * FROM {name}")

    def pandas(self, name: str, **asked: Any) -> Any:
        """A table or view as a pandas data frame; ImportError where pandas is not installed."""
        return self.arrow(name, **asked).to_pandas()

    def polars(self, name: str, **asked: Any) -> Any:
        """A table or view as a polars data frame; ImportError where polars is not installed."""
        import polars

        return polars.from_arrow(self.arrow(name, **asked))

    def top_actors(self, limit: int = questions.LIMIT, **asked: Any) -> Answer:
        """Who was named in the most articles: `since`, `until` (times, or as in "7d"), `source`,
        `language`, `min_confidence`."""
        return questions.top_actors(self._chosen(**asked), limit=limit)

    def top_topics(self, limit: int = questions.LIMIT, **asked: Any) -> Answer:
        """What the most articles were about; `asked` as for `top_actors`."""
        return questions.top_topics(self._chosen(**asked), limit=limit)

    def top_sources(self, limit: int = questions.LIMIT, **asked: Any) -> Answer:
        """Who published the most articles; `asked` as for `top_actors`."""
        return questions.top_sources(self._chosen(**asked), limit=limit)

    def timeline(self, actor: str, **asked: Any) -> Answer:
        """On which days how many articles name an actor (its id or name); as `top_actors`."""
        chosen = self._chosen(**asked)
        return questions.timeline(chosen, _actor_id(chosen, actor))

    def cooccur(self, actor: str, limit: int = questions.LIMIT, **asked: Any) -> Answer:
        """Who is named in the articles that name an actor (its id or name); as `top_actors`."""
        chosen = self._chosen(**asked)
        return questions.cooccurring(chosen, _actor_id(chosen, actor), limit)

    def _chosen(
        self,
        since: Time = None,
        until: Time = None,
        source: str | None = None,
        language: str | None = None,
        min_confidence: float | None = None,
    ) -> Chosen:
        choice = Choice(
            since=moment(since) if isinstance(since, str) else since,
            until=end_of(until) if isinstance(until, str) else until,
            source=source and questions.source_called(self._record, source),
            language=language,
            min_confidence=min_confidence,
        )
        return Chosen(self._record, choice)

    def close(self) -> None:
        """Let go of the views, and of the copied files of a bucket."""
        self._record.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _actor_id(record: Record | Chosen, words: str) -> str:
    called = questions.actors_called(record, words, limit=1)
    return called[0]["actor_id"] if called else words
