"""The user's own topics: lists of words, phrases and actors in a TOML file, beside Media Topics."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath

from newsbeam.schemas.ids import digest
from newsbeam.transforms.text.knowledge_files import BadKnowledge, Layer, local_id
from newsbeam.transforms.text.toml_lists import TEXT, TEXTS, TomlList
from newsbeam.transforms.text.word_forms import WordList, entry_of

TABLE = "topic"
KEYS = {"label": TEXT, "words": TEXTS, "phrases": TEXTS, "actors": TEXTS, "examples": TEXTS}
SPEAKS = ("words", "phrases", "actors")  # one of them is needed
# What one place counts: a phrase or an actor says by itself what it is about, a word may also be
# said in passing.
WEIGHTS = {"words": 1, "phrases": 2, "actors": 2}


@dataclass(frozen=True)
class OwnTopic:
    """A topic of the user's: what speaks for it, and examples in which it must be found."""

    code: str
    label: str
    weights: dict[tuple[str, ...], int]  # by entry
    actors: frozenset[str]  # ids or names, without case
    examples: tuple[str, ...]
    words: WordList


@dataclass(frozen=True)
class TopicList:
    """The topics of one file; `scheme` is what its rows are filed under."""

    scheme: str
    topics: tuple[OwnTopic, ...]
    version: str


def read_topic_list(text: str, where: str) -> TopicList:
    """The topics of a TOML text. Raises BadKnowledge, naming the line and the key.

    >>> text = '[[topic]]\\nlabel = "Transit"\\nwords = ["transit"]'
    >>> read_topic_list(text, "desk.toml").scheme
    'desk'
    """
    file = TomlList(text, where)
    name = file.check({"name": TEXT, TABLE: TABLE}).get("name") or PurePath(where).stem
    scheme = local_id(name).removeprefix("x:")
    if scheme == "medtop":
        raise file.bad('"name": medtop is IPTC\'s list; give this one another name', "name")
    topics: dict[str, OwnTopic] = {}
    for nth in range(len(file.tables(TABLE))):
        said = file.check(KEYS, TABLE, nth)
        if not said.get("label"):
            raise file.bad('"label" is missing: what is the topic called?', "label", TABLE, nth)
        if not any(said.get(key) for key in SPEAKS):
            raise file.bad('"words", "phrases" or "actors" are missing', "label", TABLE, nth)
        weights: dict[tuple[str, ...], int] = {}
        for key in ("words", "phrases"):
            for one in said.get(key, ()):
                if not (entry := entry_of(one)):
                    raise file.bad(f'"{key}": there is no word in "{one}"', key, TABLE, nth)
                weights[entry] = WEIGHTS[key]
        code = local_id(said["label"]).removeprefix("x:")
        if code in topics:
            raise file.bad(f'"label": {said["label"]} stands twice', "label", TABLE, nth)
        actors = frozenset(actor.casefold() for actor in said.get("actors", ()))
        examples = tuple(said.get("examples", ()))
        words = WordList(weights, weights)
        topics[code] = OwnTopic(code, said["label"], weights, actors, examples, words)
    if not topics:
        raise file.bad(f"there is no topic: [[{TABLE}]] begins each", TABLE)
    return TopicList(scheme, tuple(topics.values()), digest(text, length=12))


@lru_cache(maxsize=4)
def load_topic_lists(layers: tuple[Layer, ...] = ()) -> tuple[TopicList, ...]:
    """The lists among the user's files. Raises BadKnowledge, also where two have one name."""
    lists: dict[str, TopicList] = {}
    for layer in layers:
        if layer.of == "topics":
            one = read_topic_list(layer.text, layer.name)
            if one.scheme in lists:
                raise BadKnowledge(
                    f'{layer.name}: another list is called "{one.scheme}", too; give this one a '
                    'name: name = "…" in its first line'
                )
            lists[one.scheme] = one
    return tuple(lists.values())


def doubts(lists: Iterable[TopicList]) -> Iterator[str]:
    """What is odd about lists that can be read: examples in which their topic is not found."""
    for one in lists:
        for topic in one.topics:
            for example in topic.examples:
                is_found = any(True for _ in topic.words.find("text", example))
                if not is_found and not any(name in example.casefold() for name in topic.actors):
                    yield f'{one.scheme}: "{topic.label}" is not found in its example "{example}"'
