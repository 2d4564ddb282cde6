"""`newsbeam accuracy`: how right this build is on labelled data."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from newsbeam.analysis.label_files import BadLabels, read_labelled
from newsbeam.analysis.labelled import Labelled
from newsbeam.analysis.matching import counts_of
from newsbeam.analysis.scores import Counts, Figure, figures
from newsbeam.analysis.table import Column, print_columns
from newsbeam.pipeline.commands.run import check_files
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.layers import layers_of, tables_of
from newsbeam.pipeline.options import AccuracyOptions
from newsbeam.pipeline.progress import log
from newsbeam.schemas.document import Document
from newsbeam.schemas.journey import AnnotatedArticle
from newsbeam.schemas.wire import to_dict
from newsbeam.transforms.enrich_articles import enrich
from newsbeam.transforms.page.documents import article_of
from newsbeam.transforms.text.knowledge_files import Layer


def main(options: AccuracyOptions) -> int:
    """Print a line a file and measure."""
    check_files(options.files)
    rows, layers = [], layers_of(options.knowledge)
    for name in options.files:
        try:
            labelled = read_labelled(name, options.language)
        except BadLabels as error:
            raise UsageError(str(error)) from None
        log.info("%s: %d articles", name, len(labelled))
        told = figures(list(_counted(labelled, options.model, layers)))
        rows += [(name, figure) for figure in told]
    if options.format == "json":
        for name, figure in rows:
            print(json.dumps({"file": name, **asdict(figure)}))
    else:
        print_columns(_columns(rows), sys.stdout)
    return DONE


def _counted(labelled: list[Labelled], model: str, layers: tuple[Layer, ...]) -> Iterator[Counts]:
    now = datetime.now(UTC)
    articles = (
        AnnotatedArticle(article_of(document, None, now), ())
        for one in labelled
        for document in [Document(
            id=one.name, title=one.title, text=one.text, published=one.published,
            language=one.language,
        )]
    )  # fmt: skip
    tables = tables_of(any(one.events is not None for one in labelled))
    for one, found in zip(labelled, enrich(articles, model, layers, tables), strict=True):
        yield counts_of(one, {table: to_dict(rows) for table, rows in found.annotations.items()})


def _columns(rows: list[tuple[str, Figure]]) -> list[Column]:
    def share(value: float | None) -> str:
        return "" if value is None else f"{value:.3f}"

    cells = [
        (
            name.rpartition("/")[2], one.measure, share(one.value),
            f"{one.low:.3f}–{one.high:.3f}", share(one.tally.precision), share(one.tally.recall),
            str(one.tally.labelled), str(one.tally.given or ""),
        )
        for name, one in rows
    ]  # fmt: skip
    names = ("file", "measure", "value", "95 of 100", "precision", "recall", "labelled", "given")
    columns = list(zip(*cells, strict=True)) or [()] * len(names)
    return [
        Column(name, column, number=nth > 1, whole=nth > 1)
        for nth, (name, column) in enumerate(zip(names, columns, strict=True))
    ]
