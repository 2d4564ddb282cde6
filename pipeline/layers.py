"""What is to be found in articles: the user's own actors and topics, and which annotations."""

from collections.abc import Iterable

from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.progress import log
from newsbeam.schemas.tables import annotation_tables, usual_annotations
from newsbeam.transforms.text.knowledge import load
from newsbeam.transforms.text.knowledge_files import BadKnowledge, Layer, layer
from newsbeam.transforms.text.topic_lists import doubts, load_topic_lists


def layers_of(knowledge: Iterable[str], topics: Iterable[str] = ()) -> tuple[Layer, ...]:
    """The files as layers, each read once to see that it can be; UsageError where it cannot.

    An example in which its topic is not found is told as a warning.
    """
    try:
        actors = tuple(map(layer, knowledge))
        if actors:
            load(actors)
        layers = (*actors, *(layer(name, "topics") for name in topics))
        for doubt in doubts(load_topic_lists(layers)):
            log.warning("%s", doubt)
    except BadKnowledge as error:
        raise UsageError(str(error)) from None
    return layers


def tables_of(events: bool) -> tuple[str, ...]:
    """The tables of the annotations that are asked for."""
    return annotation_tables() if events else usual_annotations()
