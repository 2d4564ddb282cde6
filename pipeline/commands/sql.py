"""`newsbeam sql`: the statements that open a lake in another engine, to paste there."""

import sys

from newsbeam.analysis.dialects import statements
from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.errors import DONE
from newsbeam.pipeline.lake_options import SqlOptions
from newsbeam.pipeline.progress import log
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.schema_files import write_schemas
from newsbeam.transforms.lake.storage import Lake, LakeError
from newsbeam.transforms.lake.tables import is_ours


def main(options: SqlOptions) -> int:
    """Print the statements, each after an empty line."""
    lake = lake_to_read(options.lake)
    try:
        write_schemas(lake)  # a lake of an older version has none yet
    except LakeError as error:
        log.warning("its schemas could not be put beside the tables, as a run does: %s", error)
    for statement in statements(options.dialect, lake.url, lambda name: _has_rows(lake, name)):
        sys.stdout.write(f"{statement}\n\n")
    return DONE


def _has_rows(lake: Lake, name: str) -> bool:
    return any(is_ours(TABLES[name], file) for file in lake.list(name))
