"""How the names of actors are compared."""

import re
from collections.abc import Mapping
from typing import Any

_ARTICLE = re.compile(r"^(?:the|a|an)\s+|['’]s?$", re.IGNORECASE)


def bare(form: str) -> str:
    """A form of a name as it is compared.

    >>> bare("The European Union's")
    'european union'
    """
    return _ARTICLE.sub("", " ".join(form.split())).casefold()


def forms_of(actor: Mapping[str, Any]) -> set[str]:
    """Every form by which an actor is named, as compared."""
    return {bare(place["text"]) for place in actor["mentions"]} | {bare(actor["name"])}
