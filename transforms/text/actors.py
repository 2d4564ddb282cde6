"""The actors of an article: every name put to the actor it stands for, one row an actor."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import log

from newsbeam.schemas.annotations import Actor, Mention
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.choice import Choice
from newsbeam.transforms.text.clusters import Cluster, gather
from newsbeam.transforms.text.context import state_of
from newsbeam.transforms.text.datelines import plain_datelines
from newsbeam.transforms.text.knowledge import Knowledge
from newsbeam.transforms.text.local_names import find_local_names
from newsbeam.transforms.text.names import find_names
from newsbeam.transforms.text.nlp import MODEL_LANGUAGE, Span, readable
from newsbeam.transforms.text.offices import home_of, in_words, office_on
from newsbeam.transforms.text.people import with_surnames
from newsbeam.transforms.text.reading import columns_of

BREAK = "\n\n"  # between title and text, as between paragraphs
# Weights of a place in the article against ln(1 + mentions): a choice, not measured.
TITLE_WEIGHT = 1.5
LEAD_WEIGHT = 1.0
# How sure an actor is that only the language model knows, when it saw the name once, and for each
# time more; counted on the tuning set (people 70 of 76, places 15 of 17, organisations 38 of 61).
SEEN_ONCE: dict[str, float] = {"person": 0.88, "place": 0.85, "organisation": 0.6, "group": 0.7}
EACH_TIME, MOST = 0.07, 0.94
UNSEEN = 0.5  # by the model: a repeat, or a name that the lists alone have


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
    day = article.published_at.date()
    clusters = gather(whole, len(article.title), names, person_of, knowledge, day, language)
    actors = [_actor(article, key, cluster, knowledge) for key, cluster in clusters.items()]
    heaviest = max((actor.salience for actor in actors), default=1.0)
    shares = (replace(a, salience=round(a.salience / heaviest, 3)) for a in actors)
    return tuple(sorted(shares, key=lambda actor: (-actor.salience, actor.actor_id)))


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


def _actor(article: Article, key: str, cluster: Cluster, knowledge: Knowledge) -> Actor:
    """One row of the table `actors`; its salience is still a weight."""
    mentions = tuple(_mention(article, name.start, name.end) for name in cluster.names)
    known, choice = cluster.known or knowledge.get(key), cluster.choice
    kind = known.type if known else Counter(n.type for n in cluster.names).most_common(1)[0][0]
    said = _mention(article, *cluster.role) if cluster.role and kind == "person" else None
    role = said.text if said else None
    day = article.published_at.date()
    office = office_on(known.offices, day) if known and kind == "person" and not role else None
    if choice and choice.id and known:
        name = known.name
    else:
        name = cluster.fullest
        times = sum(name.seen for name in cluster.names)
        once = SEEN_ONCE.get(kind, SEEN_ONCE["organisation"])
        sure = round(min(MOST, once + EACH_TIME * (times - 1)), 2) if times else UNSEEN
        reason = f"the language model saw it {times} times; not in the knowledge base"
        candidates = choice.candidates if choice else ()
        reason += f"; {choice.reason}" if choice else ""
        choice = Choice(key, "none", sure, reason, candidates)
    state = known if known and (known.country or known.nominal_sovereign) else None
    language = (article.language or MODEL_LANGUAGE) if role else MODEL_LANGUAGE
    state = state or state_of(name if kind != "person" else role or "", knowledge, language)
    if known and not state and known.offices:
        state = knowledge.state(home_of(known.offices, day))
    office_words = ""
    if office:
        held_in = knowledge.state(office.jurisdiction)
        office_words = in_words(office, held_in.name if held_in else "")
    return Actor(
        **columns_of(article),
        actor_id=key,
        name=name,
        type=kind,
        mentions=mentions,
        n_mentions=len(mentions),
        in_title=mentions[0].field == "title",
        salience=_weight(article, mentions),
        role=role or office_words or None,
        role_start=said.start_char if said else None,
        role_end=said.end_char if said else None,
        role_from="text" if role else "kb" if office else None,
        country=(state.country or None) if state else None,
        nominal_sovereign=(state.nominal_sovereign or None) if state else None,
        sector=(known.sector or None) if known else None,
        link=choice.link,
        candidates=choice.candidates,
        confidence=choice.confidence,
        reason=choice.reason,
        kb_version=knowledge.version,
    )
