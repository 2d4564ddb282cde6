"""How newsbeam's records travel between workers: pickled as they are, never as keys.

Beam's RowCoder rejects frozen dataclasses (TypeError in 2.77.0), its fallback warns once a type.
"""

import apache_beam as beam

from newsbeam.schemas.account import Account
from newsbeam.schemas.article import Feed
from newsbeam.schemas.journey import AnnotatedArticle, NewEntry, Outcome, Visit
from newsbeam.schemas.ledger import Run

RECORDS = (Feed, Visit, NewEntry, AnnotatedArticle, Outcome, Account, Run)


def register() -> None:
    """Tell Beam; done once, where the graph is made."""
    for record in RECORDS:
        beam.coders.registry.register_coder(record, beam.coders.PickleCoder)
