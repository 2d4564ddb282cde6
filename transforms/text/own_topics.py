"""The user's own topics of an article: every one of each list that any of its words speaks for."""

from collections.abc import Iterable, Iterator

from newsbeam.schemas.annotations import Actor, Evidence, Topic
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.reading import columns_of
from newsbeam.transforms.text.topic_lists import WEIGHTS, OwnTopic, TopicList
from newsbeam.transforms.text.topics import MOST_EVIDENCE, TITLE_WEIGHT
from newsbeam.transforms.text.word_forms import Place, apart

# Weight at which an article scores one half: a phrase that stands once scores 0.5, a word 0.33, and
# either 0.6 or more in the title. No list was measured for it; it ranks, and can be asked for.
ENOUGH = 2


def find_own_topics(
    article: Article, actors: Iterable[Actor], lists: Iterable[TopicList]
) -> Iterator[Topic]:
    """The article's topics of each list, best first; `actors` are those of the article."""
    known = tuple(actors)
    for one in lists:
        scored = [(score(at), topic, at) for topic, at in _spoken_for(article, known, one)]
        scored.sort(key=lambda found: (-found[0], found[1].code))
        for rank, (sure, topic, places) in enumerate(scored, start=1):
            yield Topic(
                **columns_of(article),
                scheme=one.scheme,
                code=topic.code,
                label=topic.label,
                level=1,
                score=sure,
                rank=rank,
                evidence=tuple(
                    Evidence(field, start, end, getattr(article, field)[start:end])
                    for field, start, end in list(places)[:MOST_EVIDENCE]
                ),
                method="words",
                model=f"{one.scheme} {one.version}",
            )


def score(places: dict[Place, int]) -> float:
    """How sure it is that what has these places, each with its weight, is the topic."""
    strength = sum(
        weight * (TITLE_WEIGHT if field == "title" else 1)
        for (field, _, _), weight in places.items()
    )
    return round(strength / (strength + ENOUGH), 4)


def _spoken_for(
    article: Article, actors: tuple[Actor, ...], of: TopicList
) -> Iterator[tuple[OwnTopic, dict[Place, int]]]:
    """The topics that something speaks for, with the weight of each place, the title's first."""
    for topic in of.topics:
        places = {
            place: topic.weights[entry]
            for found in (topic.words.find("title", article.title),
                          topic.words.find("text", article.text))
            for entry, place in apart(found)
        }  # fmt: skip
        for actor in actors if topic.actors else ():
            names = {actor.actor_id, actor.name, *(mention.text for mention in actor.mentions)}
            if topic.actors & {name.casefold() for name in names}:
                for said in actor.mentions:
                    places.setdefault((said.field, said.start_char, said.end_char),
                                      WEIGHTS["actors"])  # fmt: skip
        if places:
            yield topic, dict(sorted(places.items(), key=lambda at: (at[0][0] != "title", at[0])))
