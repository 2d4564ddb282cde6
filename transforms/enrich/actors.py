"""The actors of an article: every name put to the actor it stands for, one row an actor."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from newsbeam.schemas.annotations import Actor, ActorType, Mention
from newsbeam.schemas.article import Article
from newsbeam.schemas.ids import slug
from newsbeam.transforms.enrich.context import Choice, choose
from newsbeam.transforms.enrich.knowledge import Knowledge, KnownActor
from newsbeam.transforms.enrich.names import find_names
from newsbeam.transforms.enrich.nlp import MODEL_LANGUAGE, Span, readable
from newsbeam.transforms.enrich.people import with_surnames
from newsbeam.transforms.enrich.roles import find_role
from newsbeam.transforms.enrich.spelling import Name

BREAK = "\n\n"  # between title and text, as between paragraphs
# Weights of a place in the article against ln(1 + mentions): a choice, not measured.
TITLE_WEIGHT = 1.5
LEAD_WEIGHT = 1.0


@dataclass
class _Cluster:
    """The mentions of one actor while they are gathered."""

    names: list[Name] = field(default_factory=list)
    choice: Choice | None = None


def whole_text(article: Article) -> str:
    """Title and text in one, as the model is to read them: give its spans to `find_actors`."""
    return article.title + BREAK + article.text


def find_actors(
    article: Article, spans: Iterable[Span], knowledge: Knowledge, model_name: str
) -> tuple[Actor, ...]:
    """The actors of the article, the most salient first, no actor twice.

    `spans` are the entities that the language model found in `whole_text(article)`; for a
    language that the model cannot read they are left out, and only known names are found.
    Offsets of mentions and roles: article.<field>[start:end] is the text.
    """
    whole = whole_text(article)
    whole = whole[: len(readable(whole)[0])]
    language = article.language or MODEL_LANGUAGE
    usable = spans if language == MODEL_LANGUAGE else ()
    names = find_names(whole, len(article.title), usable, knowledge, language)
    names, person_of = with_surnames(whole, names)
    clusters = _clusters(whole, names, person_of, knowledge)
    lead_end = len(article.title) + len(BREAK) + _lead_length(article.text)
    weights = {
        key: _weight(cluster.names, len(article.title), lead_end)
        for key, cluster in clusters.items()
    }
    heaviest = max(weights.values(), default=1.0)
    shift = len(article.title) + len(BREAK)
    people = [name.start - shift for name in names if name.type == "person"]
    actors = [
        _actor(article, key, cluster, weights[key] / heaviest, people, knowledge, model_name)
        for key, cluster in clusters.items()
    ]
    return tuple(sorted(actors, key=lambda actor: (-actor.salience, actor.actor_id)))


def local_id(name: str) -> str:
    """The id of an actor that the knowledge base does not know: the same for the same name.

    >>> local_id("Daur Kove"), local_id("Communists")
    ('x:daur-kove', 'x:communists')
    """
    plain = re.sub(r"['’.,]", "", name.casefold())
    joined = re.sub(r"[\s-]+", "-", plain).strip("-")
    return f"x:{joined if re.fullmatch(r'[a-z0-9-]{1,80}', joined) else slug(plain)}"


def _lead_length(text: str) -> int:
    """The length of the first paragraph."""
    end = text.find(BREAK)
    return end if end >= 0 else len(text)


def _clusters(
    text: str, names: Sequence[Name], person_of: dict[Name, int], knowledge: Knowledge
) -> dict[str, _Cluster]:
    """The names by the id of the actor they stand for."""
    certain = {
        name.ids[0]
        for name in names
        if len(name.ids) == 1 and text[name.start : name.end] not in knowledge.ambiguous
    }
    known_person = {person_of[name]: name for name in names if name in person_of and name.ids}
    fullest: dict[int, str] = {}
    for name, person in person_of.items():
        words = text[name.start : name.end]
        if len(words) > len(fullest.get(person, "")):
            fullest[person] = words
    longer = _longer_names(text, names)
    clusters: dict[str, _Cluster] = {}
    for name in names:
        words = text[name.start : name.end]
        known = known_person.get(person_of[name]) if name in person_of else name
        choice = None
        if known and known.ids:
            choice = choose(text[known.start : known.end], known.ids, text, certain, knowledge)
            key = choice.id
        elif name in person_of:
            key = local_id(fullest[person_of[name]])
        else:
            key = local_id(_plural(words) if name.type == "group" else longer.get(words, words))
        cluster = clusters.setdefault(key, _Cluster())
        cluster.names.append(name)
        if choice and (not cluster.choice or choice.confidence > cluster.choice.confidence):
            cluster.choice = choice
    return clusters


def _plural(group: str) -> str:
    """A group by one name: "Communist" and "Communists" are one."""
    return group if group.endswith("s") else group + "s"


def _longer_names(text: str, names: Sequence[Name]) -> dict[str, str]:
    """For "Investigative Committee" the one longer name of the article that ends with it."""
    unknown = {
        text[name.start : name.end]
        for name in names
        if name.type in ("organisation", "place") and not name.ids
    }
    longer = {}
    for short in unknown:
        if short.isupper() and " " not in short:
            spelled_out = [other for other in unknown if short == _initials(other)]
            if len(spelled_out) == 1:
                longer[short] = spelled_out[0]
        if short.count(" "):
            ending = [other for other in unknown if other.endswith(" " + short)]
            if len(ending) == 1:
                longer[short] = ending[0]
    return longer


def _initials(name: str) -> str:
    """The capitals that an acronym is made of: "Office of Congressional Ethics" → "OCE"."""
    words = name.split()
    return "".join(word[0] for word in words if word[0].isupper()) if len(words) > 1 else ""


def _weight(names: Sequence[Name], headline: int, lead_end: int) -> float:
    weight = log(1 + len(names))
    if any(name.start < headline for name in names):
        weight += TITLE_WEIGHT
    if any(headline < name.start < lead_end for name in names):
        weight += LEAD_WEIGHT
    return weight


def _mention(article: Article, start: int, end: int) -> Mention:
    if start < len(article.title):
        return Mention("title", start, end, article.title[start:end])
    shift = len(article.title) + len(BREAK)
    return Mention("text", start - shift, end - shift, article.text[start - shift : end - shift])


def _actor(
    article: Article,
    key: str,
    cluster: _Cluster,
    salience: float,
    people: Sequence[int],
    knowledge: Knowledge,
    model_name: str,
) -> Actor:
    mentions = tuple(_mention(article, name.start, name.end) for name in cluster.names)
    known = knowledge.actors.get(key)
    kind = known.type if known else _commonest(cluster.names)
    role = _role(article, mentions, people) if kind == "person" else None
    choice = cluster.choice
    if choice and known:
        name, confidence, reason = known.name, choice.confidence, choice.reason
    else:
        name = max((m.text for m in mentions), key=len)
        seen = sum(n.seen for n in cluster.names)
        confidence = round(min(0.85, 0.5 + 0.1 * seen), 2)
        reason = f"the language model saw it {seen} times; not in the knowledge base"
    described = name if kind != "person" else article.text[slice(*role)] if role else ""
    state = known or _state_of(described, knowledge)
    return Actor(
        article_id=article.article_id,
        revision=article.revision,
        published_at=article.published_at,
        source=article.source,
        language=article.language,
        actor_id=key,
        name=name,
        type=kind,
        mentions=mentions,
        n_mentions=len(mentions),
        in_title=any(mention.field == "title" for mention in mentions),
        salience=round(salience, 3),
        role=article.text[slice(*role)] if role else None,
        role_start=role[0] if role else None,
        role_end=role[1] if role else None,
        role_from="text" if role else None,
        country=(state.country or None) if state else None,
        nominal_sovereign=(state.nominal_sovereign or None) if state else None,
        sector=(known.sector or None) if known else None,
        link=choice.link if choice else "none",
        candidates=choice.candidates if choice else (),
        confidence=confidence,
        reason=reason,
        model=model_name,
        kb_version=knowledge.version,
    )


def _commonest(names: Sequence[Name]) -> ActorType:
    return Counter(name.type for name in names).most_common(1)[0][0]


def _role(
    article: Article, mentions: Sequence[Mention], people: Sequence[int]
) -> tuple[int, int] | None:
    """The first role that the text (not the title) gives the person."""
    for mention in mentions:
        if mention.field == "text":
            role = find_role(article.text, mention.start, mention.end, people)
            if role:
                return role
    return None


def _state_of(words: str, knowledge: Knowledge) -> KnownActor | None:
    """The one state or disputed entity that a role or an organisation's name speaks of."""
    found = {
        hit.ids[0]
        for hit in knowledge.find(words, MODEL_LANGUAGE)
        if len(hit.ids) == 1 and words[hit.start : hit.end] not in knowledge.ambiguous
    }
    states = [knowledge.actors[known] for known in found]
    states = [state for state in states if state.country or state.nominal_sovereign]
    return states[0] if len(states) == 1 else None
