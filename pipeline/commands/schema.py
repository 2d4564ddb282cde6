"""`newsbeam schema TABLE`: what a row, or a document, is, for programs."""

import json

from newsbeam.pipeline.errors import DONE
from newsbeam.pipeline.options import SchemaOptions
from newsbeam.schemas.tables import json_schema


def main(options: SchemaOptions) -> int:
    """Print the JSON Schema of a table's row, or of a document."""
    print(json.dumps(json_schema(options.table), indent=2, ensure_ascii=False))
    return DONE
