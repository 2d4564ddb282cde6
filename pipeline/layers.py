"""The layers of the knowledge base that the command line names."""

from collections.abc import Iterable

from newsbeam.pipeline.errors import UsageError
from newsbeam.transforms.text.knowledge import load
from newsbeam.transforms.text.knowledge_files import BadKnowledge, Layer, layer


def layers_of(names: Iterable[str]) -> tuple[Layer, ...]:
    """The files as layers, each read once to see that it can be; UsageError where it cannot."""
    try:
        layers = tuple(map(layer, names))
        if layers:
            load(layers)
    except BadKnowledge as error:
        raise UsageError(str(error)) from None
    return layers
