"""Which town, part of a state, party or organisation of the large lists a name stands for, or none.

Many towns bear one name, so the country must be named, or the town be known the world over.
"""

import re
from collections.abc import Sequence

from newsbeam.transforms.text.choice import Choice, Setting, nobody
from newsbeam.transforms.text.reference import Entry

# A town is believed to be the one meant without its country where it is that large, and so many
# times larger than the next of its name.
WELL_KNOWN, TIMES_LARGER = 500_000, 20
IN_COUNTRY_LARGER = 4
# How sure, counted as context.py says: 44 of 45 with their country named.
NAMED_COUNTRY, BEST_KNOWN = 0.94, 0.88
_SHORT = re.compile(r"[A-Z]{2,6}$")  # an acronym says little: many bodies share one


def link_place(
    name: str, candidates: Sequence[Entry], setting: Setting, after: str = ""
) -> Choice | None:
    """The town or part of a state that a name means in the article; a choice of none where the
    article does not tell. `after`: what stands right behind the name, “Alabama” in “…, Alabama”."""
    if not candidates:
        return None
    within = [one for one in candidates if after and after == one.country]
    if not within:
        within = [one for one in candidates if setting.names(one.country)]
    first = max(candidates, key=lambda one: (one.sector == "part", one.weight))
    if len({one.country for one in within}) == 1:
        best = max(within, key=lambda one: (one.sector == "part", one.weight))
        rest = [one for one in within if one is not best and one.sector != "part"]
        if best.sector == "part" or all(
            best.weight >= IN_COUNTRY_LARGER * one.weight for one in rest
        ):
            return Choice(
                best.id, "context", NAMED_COUNTRY, f"{best.name} in a country that is named"
            )
    elif (
        not within
        and first.sector == "part"
        and not any(one.weight > WELL_KNOWN for one in candidates if one.country != first.country)
    ):
        return Choice(first.id, "exact", BEST_KNOWN, f"{first.name}, the best known of that name")
    elif (
        not within
        and first.weight >= WELL_KNOWN
        and all(first.weight >= TIMES_LARGER * one.weight for one in candidates if one is not first)
    ):
        return Choice(
            first.id, "exact", BEST_KNOWN, f"{first.name}, by far the largest of that name"
        )
    return nobody([(one, 1) for one in candidates], name)


def link_body(name: str, candidates: Sequence[Entry], setting: Setting) -> Choice | None:
    """The party, organisation or outlet that a name means in the article."""
    if not candidates:
        return None
    # A party's letters are a broadcaster's elsewhere (ABC), and many a country has a Socialist
    # Party: there the article must be about the country, not name it in passing.
    is_common = len(candidates) > 1 or _SHORT.match(name)
    within = [
        one
        for one in candidates
        if setting.names(one.country)
        and not (is_common and one.sector == "party" and not setting.is_about(one.country))
    ]
    if len(within) == 1 and not (_SHORT.match(name) and len(name) < 3):
        why = f"{within[0].name}, whose country is named"
        return Choice(
            within[0].id, "exact" if name == within[0].name else "alias", NAMED_COUNTRY, why
        )
    alone = len(candidates) == 1 and not _SHORT.match(name)
    if alone and (candidates[0].sector != "party" or not candidates[0].country) and " " in name:
        return Choice(candidates[0].id, "exact", BEST_KNOWN, f"{candidates[0].name}, the only one")
    return nobody([(one, 1) for one in candidates], name)
