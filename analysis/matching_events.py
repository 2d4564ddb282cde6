"""What is right of the events found in a labelled article."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from newsbeam.analysis.matching_forms import bare, forms_of
from newsbeam.analysis.scores import Counts, Tally


def events_of(
    labelled: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    actors: Sequence[Mapping[str, Any]],
) -> Counts:
    """Who did what to whom: the type, and the type with both sides. Where a label names nobody on a
    side, any is right there; of two sides that did it together either is the first."""
    words = {one["actor_id"]: set().union(*map(_words, forms_of(one))) for one in actors}
    typed = [any(one["type"] == row["event_type"] for one in labelled) for row in events]
    whole = [any(_is_event(one, row, words) for one in labelled) for row in events]
    found = sum(any(_is_event(one, row, words) for row in events) for one in labelled)
    return {
        "events": Tally(found, len(labelled), sum(whole), len(events)),
        "events: type": Tally(sum(typed), len(events)),
        "articles without events": Tally(int(not events), 1),
    }


def _words(name: str) -> set[str]:
    """The words of a name that tell it from others: "Taiwan's" is Taiwan."""
    words = (bare(word) for word in re.findall(r"[\w'’.-]+", name))
    return {word for word in words if len(word) > 1} - {"of", "the", "in", "and", "president"}


def _is_event(
    label: Mapping[str, Any], row: Mapping[str, Any], words: Mapping[str, set[str]]
) -> bool:
    if label["type"] != row["event_type"]:
        return False
    sides = [list(map(_words, label[side])) for side in ("source", "target")]
    if len(sides[0]) > 1 and not sides[1]:
        sides[1] = sides[0]  # "the United States and Jordan agreed"
    named = [words.get(row[id], set()) for id in ("actor_id", "target_id")]
    return all(
        not side or any(name & one for one in side) for side, name in zip(sides, named, strict=True)
    )
