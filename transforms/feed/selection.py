"""Which new entries a slice of a pass takes, where there are more than it has room for. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from newsbeam.schemas.journey import NewEntry, Origin, Visit
from newsbeam.schemas.slices import Slice

MEETING = 128  # entries taken, though that is more than fits, so that those of an article meet


@dataclass(frozen=True)
class Visited:
    """A visit with all of its new entries, before it is known which of them are taken now."""

    visit: Visit
    entries: tuple[NewEntry, ...] = ()
    is_resumed: bool = False


def size_of(entries: Iterable[NewEntry]) -> int:
    """How many characters the feed's words of these entries have."""
    return sum(len(new.entry.content) + len(new.entry.summary) for new in entries)


def select(
    visited: Sequence[Visited], part: Slice, is_slow: Callable[[NewEntry], bool] = lambda new: False
) -> list[Visited]:
    """The visits with the entries that the slice takes; how many are left is noted in each.

    Entries of different feeds that are one article are taken together, so that the best of their
    dates is its date, whatever the slices are. The others are taken visit by visit, each as many as
    its share: those with few first, so that nobody waits for a feed of hundreds; of equals in the
    order given, so that the same feeds give the same slices. Those whose page is slow are taken
    where there are no others.
    """
    fit = {new.origin for one in visited for new in one.entries if not is_slow(new)}
    if not fit:
        fit = {new.origin for one in visited for new in one.entries}
    chosen: set[Origin] = set()
    articles, characters = part.articles, part.characters

    def take(entries: Sequence[NewEntry]) -> None:
        nonlocal articles, characters
        chosen.update(new.origin for new in entries)
        articles -= len(entries)
        characters -= size_of(entries)

    for group in _shared(visited):
        if (
            characters > 0
            and len(chosen) + len(group) <= MEETING
            and fit.issuperset(new.origin for new in group)
        ):
            take(group)
    share = part.share(sum(bool(one.entries) for one in visited))
    for one in sorted(visited, key=lambda one: len(one.entries)):
        rest = [new for new in one.entries if new.origin in fit - chosen]
        for new in rest[:share]:
            fits = articles > 0 and size_of([new]) <= characters
            if fits or not chosen:  # an entry that is larger than any slice has one of its own
                take([new])
    return [_with(one, chosen) for one in visited]


def without_entries(one: Visited) -> Visited:
    """The visit with all of its entries left for another slice."""
    return _with(one, set())


def _shared(visited: Sequence[Visited]) -> list[list[NewEntry]]:
    """The entries of each article that more than one visit brought."""
    groups: dict[str, list[NewEntry]] = defaultdict(list)
    for one in visited:
        for new in one.entries:
            groups[new.article_id].append(new)
    return [group for group in groups.values() if len({new.origin.visit_id for new in group}) > 1]


def _with(one: Visited, chosen: set[Origin]) -> Visited:
    kept = tuple(new for new in one.entries if new.origin in chosen)
    new = {entry.origin.entry_key: one.visit.new[entry.origin.entry_key] for entry in kept}
    visit = replace(one.visit, new=new, left=len(one.entries) - len(kept))
    return replace(one, visit=visit, entries=kept)
