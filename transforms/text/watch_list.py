"""A watch list: the actors, topics and words of which somebody wants to hear, in a TOML file."""

from dataclasses import dataclass

from newsbeam.transforms.text.toml_lists import TEXT, TEXTS, TomlList
from newsbeam.transforms.text.word_forms import entry_of, pattern

KEYS = {"title": TEXT, "link": TEXT, "actors": TEXTS, "topics": TEXTS, "words": TEXTS}
WATCHED = ("actors", "topics", "words")  # one of them is needed


@dataclass(frozen=True)
class WatchList:
    """What is watched; `patterns` are the regular expressions (RE2) of the words, in their order.

    `link` is where the list is at home on the web, "" where it is not.
    """

    title: str
    link: str
    actors: tuple[str, ...]
    topics: tuple[str, ...]
    words: tuple[str, ...]
    patterns: tuple[str, ...]


def read_watch_list(text: str, where: str) -> WatchList:
    """The watch list of a TOML text. Raises BadKnowledge, naming the line and the key.

    >>> read_watch_list('title = "Desk"\\nactors = ["Georgia"]', "watch.toml").actors
    ('Georgia',)
    """
    file = TomlList(text, where)
    said = file.check(KEYS)
    if not any(said.get(key) for key in WATCHED):
        raise file.bad('"actors", "topics" or "words" are missing: what is watched?', "title")
    if not said.get("link", "https://").startswith(("https://", "http://")):
        raise file.bad('"link" is an http(s) address', "link")
    for word in said.get("words", ()):
        if not entry_of(word):
            raise file.bad(f'"words": there is no word in "{word}"', "words")
    words = tuple(said.get("words", ()))
    return WatchList(
        title=said.get("title", "newsbeam"),
        link=said.get("link", ""),
        actors=tuple(said.get("actors", ())),
        topics=tuple(said.get("topics", ())),
        words=words,
        patterns=tuple(pattern(entry_of(word)) for word in words),
    )
