"""The actors of an article: every name put to the actor it stands for, one row an actor."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import log

from newsbeam.schemas.annotations import Actor, Mention
from newsbeam.schemas.article import Article
from newsbeam.schemas.ids import slug
from newsbeam.transforms.text.context import Choice, choose
from newsbeam.transforms.text.datelines import plain_datelines
from newsbeam.transforms.text.knowledge import Knowledge, KnownActor
from newsbeam.transforms.text.local_names import find_local_names
from newsbeam.transforms.text.names import find_names
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE, Span, readable
from newsbeam.transforms.text.people import with_surnames
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.roles import find_role
from newsbeam.transforms.text.spelling import Name

BREAK = "\n\n"  # between title and text, as between paragraphs
# Weights of a place in the article against ln(1 + mentions): a choice, not measured.
TITLE_WEIGHT = 1.5
LEAD_WEIGHT = 1.0
# How sure an actor is that only the language model knows, by how often it saw the name: chosen too.
LEAST_UNKNOWN, EACH_TIME, MOST_UNKNOWN = 0.5, 0.1, 0.85


@dataclass
class _Cluster:
    """The mentions of one actor while they are gathered."""

    names: list[Name] = field(default_factory=list)
    fullest: str = ""  # of its names, as the text is read
    choice: Choice | None = None  # None for an actor that the knowledge base does not know


def whole_text(article: Article) -> str:
    """Title and text in one, as the model is to read them: give its spans to `find_actors`."""
    return article.title + BREAK + article.text


def find_actors(article: Article, spans: Iterable[Span], knowledge: Knowledge) -> tuple[Actor, ...]:
    """The actors of the article, the most salient first, no actor twice.

    `spans` are the entities that were seen in `whole_text(article)` (entities.py says by what);
    without them only known names are found.
    Offsets of mentions and roles: article.<field>[start_char:end_char] is the text.
    """
    whole = whole_text(article)
    whole = whole[: len(readable(whole)[0])]
    language = article.language or MODEL_LANGUAGE
    shift = len(article.title) + len(BREAK)
    whole = plain_datelines(whole, shift, knowledge, language)
    if language == MODEL_LANGUAGE:
        names = find_names(whole, len(article.title), spans, knowledge, language)
    else:
        names = find_local_names(whole, spans, knowledge, language)
    names, person_of = with_surnames(whole, names)
    people = [name.start - shift for name in names if name.type == "person"]
    actors = [
        _actor(article, key, cluster, people, knowledge)
        for key, cluster in _clusters(whole, names, person_of, knowledge).items()
    ]
    heaviest = max((actor.salience for actor in actors), default=1.0)
    shares = (replace(a, salience=round(a.salience / heaviest, 3)) for a in actors)
    return tuple(sorted(shares, key=lambda actor: (-actor.salience, actor.actor_id)))


def local_id(name: str) -> str:
    """The id of an actor that the knowledge base does not know: the same for the same name.

    >>> local_id("Daur Kove"), local_id("Communists")
    ('x:daur-kove', 'x:communists')
    """
    plain = re.sub(r"['’.,]", "", name.casefold())
    joined = re.sub(r"[\s-]+", "-", plain).strip("-")
    return f"x:{joined if re.fullmatch(r'[a-z0-9-]{1,80}', joined) else slug(plain)}"


def _clusters(
    text: str, names: Sequence[Name], person_of: dict[Name, int], knowledge: Knowledge
) -> dict[str, _Cluster]:
    """The names by the id of the actor they stand for."""
    certain = _certain(text, names, knowledge)
    longer = _longer_names(text, names)
    alike: dict[object, list[Name]] = {}  # those of one person, and those of the same words
    for name in names:
        words = name.words(text)
        same = person_of.get(name, (longer.get(words, words), name.ids))
        alike.setdefault(same, []).append(name)
    clusters: dict[str, _Cluster] = {}
    for group in alike.values():
        choice = None
        if known := next((name for name in group if name.ids), None):
            choice = choose(known.words(text), known.ids, text, certain, knowledge)
        fullest = max((name.words(text) for name in group), key=len)
        if group[0].type == "group":  # "Communist" and "Communists" are one
            fullest = fullest.removesuffix("s") + "s"
        cluster = clusters.setdefault(choice.id if choice else local_id(fullest), _Cluster())
        cluster.names = sorted([*cluster.names, *group], key=lambda name: name.start)
        cluster.fullest = max((name.words(text) for name in cluster.names), key=len)
        if choice and (not cluster.choice or choice.confidence > cluster.choice.confidence):
            cluster.choice = choice
    return clusters


def _certain(text: str, names: Iterable[Name], knowledge: Knowledge) -> set[str]:
    """The ids of the actors that are named by names of which there is no doubt."""
    alone = (name for name in names if len(name.ids) == 1)
    return {name.ids[0] for name in alone if text[name.start : name.end] not in knowledge.ambiguous}


def _longer_names(text: str, names: Sequence[Name]) -> dict[str, str]:
    """For "Pond Council" or "GPC" the one "Grand Pond Council" of the article."""
    unknown = {
        text[name.start : name.end]
        for name in names
        if name.type in ("organisation", "place") and not name.ids
    }
    longer: dict[str, list[str]] = {}
    for name in unknown:
        words = name.split()
        shorter = [" ".join(words[first:]) for first in range(1, len(words) - 1)]
        shorter.append("".join(word[0] for word in words if word[0].isupper()))
        for short in unknown.intersection(shorter):
            longer.setdefault(short, []).append(name)
    return {short: fuller[0] for short, fuller in longer.items() if len(fuller) == 1}


def _weight(article: Article, mentions: Sequence[Mention]) -> float:
    """How much the article is about the actor: not yet compared with its other actors."""
    weight = log(1 + len(mentions))
    if mentions[0].field == "title":
        weight += TITLE_WEIGHT
    lead, _, _ = article.text.partition(BREAK)
    if any(mention.field == "text" and mention.start_char < len(lead) for mention in mentions):
        weight += LEAD_WEIGHT
    return weight


def _mention(article: Article, start: int, end: int) -> Mention:
    if start < len(article.title):
        return Mention("title", start, end, article.title[start:end])
    shift = len(article.title) + len(BREAK)
    return Mention("text", start - shift, end - shift, article.text[start - shift : end - shift])


def _actor(
    article: Article, key: str, cluster: _Cluster, people: Sequence[int], knowledge: Knowledge
) -> Actor:
    """One row of the table `actors`; its salience is still a weight."""
    mentions = tuple(_mention(article, name.start, name.end) for name in cluster.names)
    known, choice = knowledge.actors.get(key), cluster.choice
    kind = known.type if known else Counter(n.type for n in cluster.names).most_common(1)[0][0]
    place = _role(article, mentions, people) if kind == "person" else None
    role_start, role_end = place or (None, None)
    role = article.text[role_start:role_end] if place else None
    if choice and known:
        name = known.name
    else:
        name = cluster.fullest
        times = sum(name.seen for name in cluster.names)
        sure = round(min(MOST_UNKNOWN, LEAST_UNKNOWN + EACH_TIME * times), 2)
        reason = f"the language model saw it {times} times; not in the knowledge base"
        choice = Choice(key, "none", sure, reason)
    state = known or _state_of(name if kind != "person" else role or "", knowledge)
    return Actor(
        **columns_of(article),
        actor_id=key,
        name=name,
        type=kind,
        mentions=mentions,
        n_mentions=len(mentions),
        in_title=mentions[0].field == "title",
        salience=_weight(article, mentions),
        role=role,
        role_start=role_start,
        role_end=role_end,
        role_from="text" if role else None,
        country=(state.country or None) if state else None,
        nominal_sovereign=(state.nominal_sovereign or None) if state else None,
        sector=(known.sector or None) if known else None,
        link=choice.link,
        candidates=choice.candidates,
        confidence=choice.confidence,
        reason=choice.reason,
        kb_version=knowledge.version,
    )


def _role(
    article: Article, mentions: Sequence[Mention], people: Sequence[int]
) -> tuple[int, int] | None:
    """The place of the first role that the text (not the title) gives the person."""
    in_text = (mention for mention in mentions if mention.field == "text")
    roles = (find_role(article.text, place.start_char, place.end_char, people) for place in in_text)
    return next(filter(None, roles), None)


def _state_of(words: str, knowledge: Knowledge) -> KnownActor | None:
    """The one state or disputed entity that a role or an organisation's name speaks of."""
    found = _certain(words, knowledge.find(words, MODEL_LANGUAGE), knowledge)
    states = [knowledge.actors[known] for known in found]
    states = [state for state in states if state.country or state.nominal_sovereign]
    return states[0] if len(states) == 1 else None
