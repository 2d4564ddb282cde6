"""How much of a pass is worked off, written and remembered before the next part of it begins."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

Item = TypeVar("Item")

QUICK = 3.0  # seconds of a slice: a kill costs no more than that, and a person does not wait yet


@dataclass(frozen=True)
class Slice:
    """The bounds of one slice, for each worker.

    A local runner holds everything of a slice in memory, some texts ten times over, and shows none
    of it before its end; what is not taken waits for the next slice in the feeds' memories.
    """

    articles: int = 16  # of the first slice: so that something can be seen soon
    usual: int = 64  # the model reads them in about 6 seconds
    most: int = 1_024  # where they are read faster than that
    characters: int = 1_000_000  # of feed and page text: 250 usual articles, or a hostile one
    raw_bytes: int = 32_000_000  # of pages as received: the largest ones are 10 MB
    is_local: bool = True  # the next slice is worked off by the same process
    seconds: float = 30.0  # in which requests for pages are begun: six at one host

    def following(self, seconds: float) -> "Slice":
        """The bounds of the slice after one that took so many seconds: twice as many articles, but
        more than usual only while they go by quickly, for each slice costs some storage calls.

        >>> first = Slice()
        >>> first.following(20).following(20).following(20).articles
        64
        >>> first.following(20).following(20).following(1).following(20).articles
        128
        """
        more = min(2 * self.articles, self.most)
        return replace(self, articles=more) if more <= self.usual or seconds < QUICK else self

    def share(self, feeds: int) -> int:
        """How many new entries one of so many feeds may bring, so that none holds up the others.

        >>> part = Slice(articles=64)
        >>> part.share(1), part.share(3), part.share(1000)
        (64, 21, 16)
        """
        return max(self.articles // max(feeds, 1), 16)


def in_parts(
    items: Iterable[Item], most: int, size_of: Callable[[Item], int], largest: int
) -> Iterator[list[Item]]:
    """The items in lists of at most so many, together no larger than that; a larger one is alone.

    >>> list(in_parts(["a", "b", "c", "dd", "eeee"], 2, len, 3))
    [['a', 'b'], ['c', 'dd'], ['eeee']]
    """
    part: list[Item] = []
    size = 0
    for item in items:
        if part and (len(part) == most or size + size_of(item) > largest):
            yield part
            part, size = [], 0
        part.append(item)
        size += size_of(item)
    if part:
        yield part
