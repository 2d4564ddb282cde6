"""What newsbeam knows, as data in files that a person can edit, and how these are read."""

import csv
from importlib.resources import files
from io import StringIO


def packaged_text(name: str) -> str:
    """A file of this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(StringIO(text)))


def packaged(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this folder."""
    return rows(packaged_text(name))
