"""What is right of the rows found in a labelled article: counted, not judged.

An actor is matched with the labelled one with which its mentions share a form, case and articles
aside; a piece of a longer labelled name costs nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from newsbeam.analysis.labelled import Labelled, Link
from newsbeam.analysis.linked_sets import count_links
from newsbeam.analysis.matching_events import events_of
from newsbeam.analysis.matching_forms import bare, forms_of
from newsbeam.analysis.scores import Counts, Tally

ENOUGH = 0.5  # of the words of a role that two readers share
PREFIX = 40  # characters by which a quotation is known
# Types that readers and labels call alike: a party, a building that stands for who sits in it.
ALIKE = ({"organisation", "group"}, {"place", "state"}, {"place", "organisation"})
KIND = {"person": "person", "organisation": "organisation", "place": "place", "state": "place"}


def counts_of(one: Labelled, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> Counts:
    """What is right of the rows found in an article, by measure."""
    counts: Counts = {}
    if one.spans is not None:
        counts |= _of_spans(one, found["actors"])
    if one.actors is not None:
        counts |= _of_actors(one.actors, found["actors"])
    if one.quotes is not None:
        counts |= _of_quotes(one.quotes, found["quotes"], one.actors or (), found["actors"])
    if one.topics is not None:
        counts |= _of_topics(one.topics, found["topics"])
    if one.events is not None:
        counts |= events_of(one.events, found["events"], found["actors"])
    if one.links is not None:
        counts |= _of_links(one.links, found["actors"])
    if one.expect is not None:
        counts |= _of_statements(one.expect, found)
    return counts


def _of_spans(one: Labelled, actors: Sequence[Mapping[str, Any]]) -> Counts:
    """Mentions by kind: right where they share a character with a labelled one of that kind."""
    places = [(*place, KIND.get(actor["type"], "")) for place, actor in _in_text(actors)]
    others = [span for span in one.spans or () if span[2] == "other"]
    places = [place for place in places if not any(_overlap(span, place) for span in others)]
    counts = {}
    for kind in ("person", "organisation", "place"):
        labelled = [span for span in one.spans or () if span[2] == kind]
        given = [place for place in places if place[2] == kind]
        counts[f"mentions: {kind}"] = Tally(
            sum(any(_overlap(span, place) for place in given) for span in labelled),
            len(labelled),
            sum(any(_overlap(span, place) for span in labelled) for place in given),
            len(given),
        )
    return counts


def _of_links(links: Iterable[Link], actors: Sequence[Mapping[str, Any]]) -> Counts:
    """Names whose bearer is labelled: whether they are found, and mean whom the label says."""
    places = [(*place, actor["actor_id"], actor["name"]) for place, actor in _in_text(actors)]
    found, labelled, right, asked, linked = count_links(links, places)
    return {
        "names found": Tally(found, labelled),
        "links": Tally(right, asked, right, linked),
    }


def _in_text(
    actors: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[tuple[int, int], Mapping[str, Any]]]:
    """Each place of the text that names an actor, with that actor."""
    for actor in actors:
        for place in actor["mentions"]:
            if place["field"] == "text":
                yield (place["start_char"], place["end_char"]), actor


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _matches(
    labelled: Sequence[Mapping[str, Any]], actors: Sequence[Mapping[str, Any]]
) -> dict[int, list[int]]:
    """By the number of each labelled actor those of the ones given that share a form with it."""
    matches: dict[int, list[int]] = defaultdict(list)
    forms = [{bare(form) for form in (*one["forms"], one["name"])} for one in labelled]
    for given, actor in enumerate(actors):
        shared = [len(forms_of(actor) & those) for those in forms]
        if any(shared):
            matches[shared.index(max(shared))].append(given)
    return matches


def _fits(one: str, other: str) -> bool:
    return one == other or any({one, other} <= alike for alike in ALIKE)


def _is_optional(label: Mapping[str, Any]) -> bool:
    """Whether finding it is neither asked nor wrong: bylines, credits, adjectives."""
    return bool(re.search("byline|credit|adjective only|optional", label.get("note") or ""))


def _of_actors(
    labelled: Sequence[Mapping[str, Any]], actors: Sequence[Mapping[str, Any]]
) -> Counts:
    """Actors by their names: who is found, and of whom what is said."""
    matches = _matches(labelled, actors)
    asked = [n for n, label in enumerate(labelled) if not _is_optional(label)]
    typed = {
        n: next(
            (actors[g] for g in matches[n] if _fits(labelled[n]["type"], actors[g]["type"])), None
        )
        for n in list(matches)
    }
    words = [word for label in labelled for form in label["forms"] for word in [bare(form)]]
    taken = {given for those in matches.values() for given in those}
    false = [
        n
        for n, actor in enumerate(actors)
        if n not in taken and not any(form in word for form in forms_of(actor) for word in words)
    ]
    right = sum(typed.get(n) is not None for n in asked)
    wrong_type = sum(n in matches and typed[n] is None for n in asked)
    found = {n: actor for n, actor in typed.items() if actor}
    counts = {
        "actors": Tally(right, len(asked), right, right + wrong_type + len(false)),
        "actors that are one (not split)": Tally(
            sum(len(matches[n]) == 1 for n in found), len(found)
        ),
    }
    for column, same in (("role", _same_role), ("country", _same), ("nominal_sovereign", _same)):
        told = [n for n in asked if labelled[n].get(column)]
        given = [
            n
            for n in found
            if found[n][column]
            and (labelled[n].get(column) or (column == "role" and found[n]["role_from"] != "kb"))
        ]
        good = {n for n in found if same(found[n][column], labelled[n].get(column))}
        counts[column] = Tally(
            len(good.intersection(told)), len(told), len(good.intersection(given)), len(given)
        )
    return counts


def _same(given: str | None, label: str | None) -> bool:
    return bool(given) and given == label


def _same_role(given: str | None, label: str | None) -> bool:
    """Whether two roles share half of their words."""
    one, other = (set(re.findall(r"\w+", (role or "").casefold())) for role in (given, label))
    return bool(one and other) and len(one & other) / len(one | other) >= ENOUGH


def _of_quotes(
    labelled: Sequence[Mapping[str, Any]],
    quotes: Sequence[Mapping[str, Any]],
    actors: Sequence[Mapping[str, Any]],
    given_actors: Sequence[Mapping[str, Any]],
) -> Counts:
    """Quotations by how they begin, and their speakers by any form of the name."""
    given_forms = {actor["actor_id"]: forms_of(actor) for actor in given_actors}
    forms = {
        label["name"]: {bare(form) for form in (*label["forms"], label["name"])} for label in actors
    }
    found: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    for label in labelled:
        begins = _plain(label["start"])
        for quote in quotes:
            said = _plain(quote["quote"])
            if said.startswith(begins) or (said and begins.startswith(said)):
                found.append((label, quote))
                break
    named = [(label, quote) for label, quote in found if label["speaker"]]
    given = [(label, quote) for label, quote in found if quote["speaker_name"]]

    def is_right(label: Mapping[str, Any], quote: Mapping[str, Any]) -> bool:
        names = {bare(quote["speaker_name"] or ""), bare(quote["speaker_text"] or "")} - {""}
        names |= given_forms.get(quote["actor_id"] or "", set())
        return bool(
            names & (forms.get(label["speaker"] or "", set()) | {bare(label["speaker"] or " ")})
        )

    direct = [quote for quote in quotes if quote["kind"] == "direct"]
    return {
        "quotations": Tally(len(found), len(labelled), min(len(found), len(direct)), len(direct)),
        "speakers": Tally(
            sum(is_right(*pair) for pair in named),
            len(named),
            sum(is_right(*pair) for pair in given),
            len(given),
        ),
    }


def _plain(words: str) -> str:
    return re.sub(r"\W+", " ", words).casefold().strip()[:PREFIX]


def _of_topics(labelled: Sequence[str], topics: Sequence[Mapping[str, Any]]) -> Counts:
    """Top-level Media Topics: all of them, and whether the first is among the reader's."""
    ranked = sorted(topics, key=lambda topic: topic["rank"])
    media = [topic for topic in ranked if topic["scheme"] == "medtop"]
    given = [topic["code"][:2] for topic in media if topic["level"] == 1]
    good = len(set(given) & set(labelled))
    return {
        "topics": Tally(good, len(labelled), good, len(given)),
        "first topic": Tally(int(bool(given) and given[0] in labelled), int(bool(labelled))),
        "topics at level 3": Tally(int(any(topic["level"] >= 3 for topic in media)), 1),
    }


def _of_statements(
    expect: Iterable[Mapping[str, Any]], found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Counts:
    """Single statements about an article: which form is whom, and is not; who speaks."""
    counts: Counts = {}
    for said in expect:
        for measure, good in _answers(said, found):
            counts[measure] = counts.get(measure, Tally()) + Tally(int(good), 1)
    return counts


def _answers(
    said: Mapping[str, Any], found: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterable[tuple[str, bool]]:
    if "quote" in said:
        begins = _plain(said["quote"])
        quote = next((q for q in found["quotes"] if _plain(q["quote"]).startswith(begins)), None)
        pattern = said.get("speaker_re") or re.escape(said.get("speaker", ""))
        name = (quote and (quote["speaker_name"] or quote["speaker_text"])) or ""
        yield "statements: speaker", bool(re.search(pattern, name))
        return
    pattern = said.get("form_re") or re.escape(said["form"])
    actors = [
        actor
        for actor in found["actors"]
        if any(re.fullmatch(pattern, place["text"]) for place in actor["mentions"])
    ]
    if "absent_id" in said:
        yield (
            "statements: who it is not",
            all(a["actor_id"] != said["absent_id"] for a in found["actors"]),
        )
        return
    if "two" in said:
        yield "statements: one or two", len(actors) > 1
    checks = {
        "id": "actor_id",
        "type": "type",
        "country": "country",
        "sovereign": "nominal_sovereign",
    }
    for key, column in checks.items():
        if key in said:
            yield f"statements: {key}", any(actor[column] == said[key] for actor in actors)
    if "not_id" in said:
        yield "statements: who it is not", all(a["actor_id"] != said["not_id"] for a in actors)
    if "role_has" in said:
        words = said["role_has"].casefold()
        yield "statements: role", any(words in (a["role"] or "").casefold() for a in actors)
    if "same_as" in said:
        whole = bare(said["same_as"])
        yield "statements: one or two", any(whole in forms_of(actor) for actor in actors)
