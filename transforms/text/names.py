"""Where an article names someone: what the language model sees and the names that are known, put
right against each other and against the rest of the article.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from newsbeam.schemas.annotations import ActorType
from newsbeam.transforms.knowledge import packaged
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE, Span
from newsbeam.transforms.text.roles import goes_with_role, role_words
from newsbeam.transforms.text.spelling import Name, every_word_capital, longest, places, tidy

KINDS: dict[str, ActorType] = {  # OntoNotes labels that name an actor; all others are left out
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
_IN = re.compile(r"\b(?:in|near|outside|around|across|into|towards?)\s+$", re.IGNORECASE)
_TRUST = re.compile(
    r"\b(?:confidence|faith|trust|belie\w+|interest\w*|invest\w*|hope)\s+(?:also\s+)?in\s+$",
    re.IGNORECASE,
)
# Titles before a name that are none of its words, as they stand in the news of the world.
_TITLE = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Sr|Sra|Hon|Rev|Capt|Lt|Col|Gen|Sgt|Maj)\.?|Miss|Sir|Dame|Madam|"
    r"Sheikh|Shaykh|Sheik|Datuk|Dato'|Dato’|Tan Sri|Tun|Haji|Hajji|Ustaz|Maulana|Mullah|"
    r"Hojatoleslam|Father|Sister|Brother|Seri|Shri|Smt)\s+(?=[A-Z])"
)
# A name goes on after its particle: "Ursula von" → "Ursula von der Leyen".
_PARTICLE = re.compile(
    r"(?:\s(?:von|van|der|den|de|del|della|di|da|dos|das|du|la|le|bin|bint|ibn|al|el|ul|y|zu|ter))+"
    r"\s[^\W\d_a-z][\w’'-]+"
)
_ENDS_IN_PARTICLE = re.compile(
    r"\s(?:von|van|der|den|de|del|della|di|da|dos|das|du|bin|bint|ibn|al|el|zu|ter)$"
)
# Things that are called after a state and have nothing to do with it.
_IDIOM = re.compile(
    r"\s(?:coffee|cheese|fries|past(?:ry|ries)|shepherds?|roulette|carpets?|rugs?|whispers|nuts?|"
    r"townhouses?|terraces?|proportions|homes?|houses?|architecture|toast|bulldogs?|sheepdogs?|"
    r"muffins?|breakfast|bath|delight|dressing|salad|omelette|dolls?|wolfhounds?|stew|whiskey|"
    r"chocolate|waffles?|pancakes?|kiss|windows?|bread|tea|cuisine|restaurants?)\b"
)
_STYLES = frozenset(
    ("homes", "home", "houses", "house", "windows", "window", "restaurants", "restaurant")
)
_OF = re.compile(r"\s+of\s+(?:the\s+)?")
_ACRONYM = re.compile(r"\(\s?([A-Z][A-Za-z&-]{1,9})\s?\)")


def find_names(
    text: str, headline: int, spans: Iterable[Span], knowledge: Knowledge, language: str
) -> list[Name]:
    """The names of a text in order, none overlapping another.

    `headline` is the length of the title at the text's beginning: there every word may be
    capitalised, so that a capital says nothing.
    """
    known = [hit for hit in knowledge.find(text, language) if not _is_idiom(text, hit, knowledge)]
    named = (name for name in _from_model(text, spans) if not _is_thing(text, name, knowledge))
    seen = _cut_headline(text, headline, list(named), known)
    names = _merge(text, seen, known, knowledge)
    names = _join_acronyms(text, _join_owners(text, names))
    return _add_capitals(text, headline, _add_repeats(text, headline, names))


def _is_idiom(text: str, hit: Name, knowledge: Knowledge) -> bool:
    """Whether a state is only in the name of a thing: Turkish coffee, a Georgian terrace."""
    words = text[hit.start : hit.end]
    thing = _IDIOM.match(text, hit.end)
    if not thing or hit.type != "state":
        return False
    is_style = thing[0].strip() in _STYLES and words != "Georgian"
    return not is_style and (words in knowledge.actors[hit.ids[0]].demonyms or words == "Brazil")


def _is_thing(text: str, name: Name, knowledge: Knowledge) -> bool:
    """Whether the model saw the adjective of such a thing."""
    if name.type not in ("group", "place") or not _IDIOM.match(text, name.end):
        return False
    hits = knowledge.find(text[name.start : name.end], MODEL_LANGUAGE)
    return any(
        _is_idiom(text, replace(hit, start=name.start, end=name.end), knowledge) for hit in hits
    )


@lru_cache(maxsize=1)
def _not_actors() -> frozenset[str]:
    """Words that the model takes for actors and that name none, such as titles without a name."""
    words = (row["words"].lower() for row in packaged("not_actors.csv"))
    return role_words("head").union(words)


def _from_model(text: str, spans: Iterable[Span]) -> Iterator[Name]:
    """The model's spans that name an actor, each cut to its bare name."""
    for span in spans:
        kind = KINDS.get(span.label)
        bounds = kind and tidy(text, span.start, span.end)
        if kind == "person" and bounds:
            bounds = _whole_person(text, *bounds)
        if kind and bounds and text[slice(*bounds)].lower() not in _not_actors():
            lone = " " not in text[slice(*bounds)]
            if kind == "person" and lone and _is_there(text, bounds[0]):
                kind = "place"  # a surname becomes its person's again if that one is named
            elif (
                kind == "place" and lone and _TRUST.search(text, max(0, bounds[0] - 40), bounds[0])
            ):
                kind = "person"  # whom one trusts in
            yield Name(*bounds, kind)


def _whole_person(text: str, start: int, end: int) -> tuple[int, int]:
    """A person's name without the title before it, and with what follows its particle."""
    if title := _TITLE.match(text, start, end):
        start = title.end()
    if _ENDS_IN_PARTICLE.search(text, start, end):
        end = text.rfind(" ", start, end)
    more = _PARTICLE.match(text, end)
    return start, more.end() if more else end


def _is_there(text: str, start: int) -> bool:
    """Whether the words before a name say where something is: "in Gori", not "trust in Gray"."""
    before = max(0, start - 40)
    return bool(_IN.search(text, before, start)) and not _TRUST.search(text, before, start)


def _cut_headline(text: str, headline: int, seen: list[Name], known: list[Name]) -> list[Name]:
    """The model's names with those of the headline cut to what the body knows.

    Every word of a headline may be capitalised, so the model takes "Reassures Sokhumi" for a
    person; a name of the body within it is the name, and a word that the body writes small none.
    """
    if not every_word_capital(text[:headline]):
        return seen
    body = text[headline:]
    later = (name for name in (*known, *seen) if name.start >= headline)
    kinds = {text[name.start : name.end]: name.type for name in later}
    kept = []
    for name in seen:
        words = text[name.start : name.end]
        if name.start >= headline or words in body:
            kept.append(name)
        elif inner := [word for word in kinds if any(places(words, word))]:
            word = max(inner, key=len)
            start = name.start + next(places(words, word))
            kept.append(Name(start, start + len(word), kinds[word]))
        elif not any(word.lower() in body for word in words.split()):
            kept.append(name)
    return kept


def _merge(text: str, seen: list[Name], known: list[Name], knowledge: Knowledge) -> list[Name]:
    """The model's names and the known names, one of them where they overlap."""
    names: list[Name] = []
    is_name: dict[Name, bool] = {}  # of the known names that the model saw too
    for name in seen:
        within = [hit for hit in known if hit.start < name.end and hit.end > name.start]
        better = bool(within) and _known_is_better(text, name, within, knowledge)
        if not better:
            names.append(name)
        elif name.type == "person" and " " in text[within[-1].end + 1 : name.end]:
            names.append(replace(name, start=within[-1].end + 1))  # "Russian Sergey Lavrov"
        for hit in within:
            is_name[hit] = better or is_name.get(hit, False)
    for hit in known:
        ambiguity = knowledge.ambiguous.get(text[hit.start : hit.end])
        # What the model did not see may be an ordinary word or somebody's first name.
        doubtful = (ambiguity is not None and not ambiguity.other_id) or _shouting(text, hit)
        if is_name.get(hit, not doubtful):
            names.append(replace(hit, seen=hit in is_name))
    return longest(names)


def _known_is_better(text: str, name: Name, known: list[Name], knowledge: Knowledge) -> bool:
    """Whether the known names stand for what the model saw, rather than being parts of it."""
    first, last = known[0], known[-1]
    if first.start <= name.start and first.end >= name.end:
        return name.type != "person" or text[first.start : first.end] not in knowledge.ambiguous
    if first.start < name.start or last.end > name.end:
        return True  # they only touch: the known name is a name, the other a misread stretch
    rest = text[name.start : first.start] + text[last.end : name.end]
    rest += "".join(text[left.end : right.start] for left, right in pairwise(known))
    if not any(c.isupper() for c in rest):
        return len(known) == 1 or not rest.isspace()  # "West Africa" is not two places
    begins = first.start == name.start
    if first.type == "organisation" and begins:  # "… Discussions on Security", "EU Envoy"
        tail = text[first.end : name.end].split()
        return bool(tail) and (tail[0].islower() or all(goes_with_role(w.lower()) for w in tail))
    is_person = any(hit.type == "person" for hit in known)
    return name.type == "person" and (is_person or (begins and " " in rest.strip()))


def _shouting(text: str, name: Name) -> bool:
    """Whether a short acronym stands among capitals, where it may be an ordinary word (US, WHO)."""
    around = [w for w in text[max(0, name.start - 20) : name.end + 20].split() if w.isalpha()]
    return name.end - name.start < 5 and len(around) > 2 and all(w.isupper() for w in around[:3])


def _join_owners(text: str, names: Sequence[Name]) -> list[Name]:
    """Organisations with the state they name after "of": "Ministry of Defence of Georgia"."""
    joined: list[Name] = []
    for name in names:
        before = joined[-1] if joined else name
        is_owner = bool(name.ids) and name.type in ("state", "place")
        is_owned = before.type == "organisation" and not before.ids
        if is_owner and is_owned and _OF.fullmatch(text, before.end, name.start):
            joined[-1] = replace(before, end=name.end)
        else:
            joined.append(name)
    return joined


def _join_acronyms(text: str, names: Sequence[Name]) -> list[Name]:
    """Names with "World Trade Organization (WTO)" understood: WTO is what the long form is."""
    ends = {name.end: name for name in names if name.type != "person"}
    long_form: dict[str, Name] = {}
    for found in _ACRONYM.finditer(text):
        short, long = found[1], ends.get(found.start() - 1) or ends.get(found.start())
        if long and _capitals(text[long.start : long.end]).endswith(short.upper()):
            long_form[short] = long
    alike = {
        (at, at + len(short)): replace(long, start=at, end=at + len(short))
        for short, long in long_form.items()
        for at in places(text, short)
    }
    others = (name for name in names if (name.start, name.end) not in alike)
    return longest([*others, *alike.values()])


def _capitals(name: str) -> str:
    return "".join(letter for letter in name if letter.isupper())


def _add_repeats(text: str, headline: int, names: Sequence[Name]) -> list[Name]:
    """Names of several words with each further place where the same words stand.

    Those of one word only in the headline: in the text the model is as often right not to see one.
    """
    seen = (name for name in reversed(names) if name.seen and not name.ids)
    firsts = {text[name.start : name.end]: name for name in seen}
    repeats = [
        replace(name, start=at, end=at + len(words), seen=False)
        for words, name in firsts.items()
        for at in places(text, words)
        if " " in words or (at < headline and len(words) > 3)
    ]
    return longest([*names, *repeats])


def _add_capitals(text: str, headline: int, names: Sequence[Name]) -> list[Name]:
    """The names of a headline in capitals, as the text below writes them: "TURKEY REOPENS …"."""
    title = text[:headline]
    if not title.isupper():
        return list(names)
    below = {text[name.start : name.end]: name for name in names if name.start >= headline}
    for name in tuple(below.values()):
        if name.type == "person" and " " in text[name.start : name.end]:
            surname = text[name.start : name.end].split()[-1]
            below.setdefault(surname, replace(name, seen=False))
    above = [
        replace(name, start=at, end=at + len(words), seen=False)
        for words, name in below.items()
        if len(words) > 2
        for at in places(title, words.upper())
    ]
    kept = [name for name in names if name.start >= headline or name.ids]
    return longest([*kept, *above])
