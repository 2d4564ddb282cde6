"""How newsbeam's records travel between workers: pickled as they are.

Beam's RowCoder rejects frozen dataclasses (TypeError in 2.77.0), its fallback warns once a type.
"""

import pickle
from typing import Any

import apache_beam as beam

from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry, Outcome, Visit
from newsbeam.schemas.ledger import Run

RECORDS = (Feed, Visit, NewEntry, AnnotatedArticle, Outcome, Account, Run)


class RecordCoder(beam.coders.Coder):
    """Pickles a record; never used for keys, so it need not be deterministic."""

    def encode(self, value: Any) -> bytes:
        return pickle.dumps(value, protocol=5)

    def decode(self, encoded: bytes) -> Any:
        return pickle.loads(encoded)

    def is_deterministic(self) -> bool:
        return False


def register() -> None:
    """Tell Beam; done once, where the graph is made."""
    for record in RECORDS:
        beam.coders.registry.register_coder(record, RecordCoder)
