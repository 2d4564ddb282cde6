"""newsbeam, seen from Python: `newsbeam.open("lake")`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsbeam.analysis.notebook import News


def open(lake: str) -> "News":
    """The record of a lake, at a folder or gs://bucket/prefix; ValueError where there is none.

    Its tables come as Arrow, pandas or polars, the everyday questions are its methods; use it in a
    `with` or close it.
    """
    # Imported here: `import newsbeam` waits for neither DuckDB nor Arrow.
    from newsbeam.analysis.notebook import News
    from newsbeam.transforms.lake.storage import open_lake
    from newsbeam.transforms.lake.tables import is_lake

    opened = open_lake(lake)
    if not is_lake(opened):
        raise ValueError(f"{opened.url} is no lake: newsbeam run makes one")
    return News(opened)
