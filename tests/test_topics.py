from dataclasses import replace
from itertools import pairwise

import pytest

import made
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.topic_lexicon import load_lexicon, read_lexicon
from newsbeam.transforms.text.topics import LEAST_SHARE, MOST_EVIDENCE, find_topics
from newsbeam.transforms.text.word_forms import inflections

TOPICS = "code,label,level,parent\n1,war,1,\n2,siege,2,1\n3,sport,1,\n"
WORDS = "code,word,weight,language,note\n"


def article(title: str, text: str, language: str | None = "en") -> Article:
    return made.text(title, text, language)


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        (
            "Voters choose a new parliament",
            "The opposition won the election, officials said.",
            "11",
        ),
        ("Strong quake shakes villages", "The earthquake killed four; rescuers searched.", "03"),
        ("Keeper saves late penalty", "The striker scored twice in the league match.", "15"),
        ("Clinic opens cancer ward", "Doctors will offer treatment to patients there.", "07"),
        ("Lari falls against the dollar", "The central bank raised interest rates again.", "04"),
        ("Shelling goes on at the front line", "Troops fired artillery after the truce.", "16"),
        ("Court jails man for murder", "The judge called the crime cruel; police agreed.", "02"),
        ("Bishop blesses the new church", "The priest read from the gospel at Easter.", "12"),
        ("Выборы президента", "Избиратели голосовали за кандидатов в парламент.", "11"),
        ("მიწისძვრა იმერეთში", "მაშველები დაშავებულებს ეხმარებიან, არის ევაკუაცია.", "03"),
    ],
)
def test_a_plain_story_has_its_topic_first(title: str, text: str, code: str) -> None:
    language = "en" if title.isascii() else "ka" if "ი" in title else "ru"
    found = find_topics(article(title, text, language), load_lexicon())
    assert (found[0].code[:2], found[0].level, found[0].rank) == (code, 1, 1)


def test_evidence_is_exactly_what_stands_at_its_place() -> None:
    story = article("Ministers’ talks on sanctions", "“Sanctions” – the foreign minister’s word.")
    found = find_topics(story, load_lexicon())
    places = [e for topic in found for e in topic.evidence]
    assert {"Sanctions", "foreign minister’s", "Ministers’"[:-1]} <= {e.text for e in places}
    for place in places:
        assert getattr(story, place.field)[place.start_char : place.end_char] == place.text


def test_offsets_count_code_points_also_after_characters_beyond_the_first_plane() -> None:
    story = article("", "🚀🚀 _ The ceasefire and the ceasefire talks; ceasefire, war, troops.")
    places = find_topics(story, load_lexicon())[0].evidence
    assert all(story.text[e.start_char : e.end_char] == e.text for e in places)


def test_the_finer_topic_comes_with_the_ones_above_it_and_never_before() -> None:
    story = article("Ambassador recalled", "The embassy and the foreign ministry, diplomats said.")
    found = find_topics(story, load_lexicon())
    levels = [t.level for t in found if t.code in ("11000000", "20000638", "20000639")]
    assert levels == [1, 2, 3]
    assert [topic.rank for topic in found] == list(range(1, len(found) + 1))
    assert all(a.score >= b.score for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        ("It was a long day, and then they all went home again.", "en"),
        ("La guerre et le parlement, le président et la police.", "fr"),
    ],
)
def test_nothing_is_said_where_nothing_is_certain(text: str, language: str) -> None:
    assert find_topics(article("", text, language), load_lexicon()) == ()


def test_an_article_of_unknown_language_is_read_all_the_same() -> None:
    assert find_topics(article("War", "Troops and artillery in the war.", None), load_lexicon())


def test_a_story_may_have_two_topics_but_not_every_one_it_touches() -> None:
    war = "The army and its troops went to war; shelling and airstrikes hit the rebels. "
    sport = "The football league, its striker and its goalkeeper. "
    both = {
        t.code[:2] for t in find_topics(article("", war + sport), load_lexicon()) if t.level == 1
    }
    mostly = find_topics(article("", war * 3 + "They watched the football."), load_lexicon())
    assert both == {"16", "15"}
    assert {t.code[:2] for t in mostly if t.level == 1} == {"16"}


def test_the_title_counts_more_than_the_text() -> None:
    lexicon = load_lexicon()
    in_title = find_topics(article("Ceasefire", "A ceasefire and troops at last."), lexicon)
    in_text = find_topics(article("At last", "A ceasefire and troops. Ceasefire."), lexicon)
    assert in_title[0].score > in_text[0].score


def test_a_word_repeated_a_hundred_times_is_damped() -> None:
    lexicon = read_lexicon(
        TOPICS, WORDS + "1,war,3,en,\n3,goal,3,en,\n3,match,3,en,\n3,cup,3,en,\n"
    )
    words = "war " * 3 + "goal match cup " + "and so it went on " * 10
    first = find_topics(article("", words), replace(lexicon))[0]
    assert first.label == "sport"


def test_the_longer_entry_wins_and_takes_its_words_with_it() -> None:
    lexicon = read_lexicon(TOPICS, WORDS + "1,star wars,3,en,\n1,war,3,en,\n3,star,3,en,\n")
    found = find_topics(article("Star Wars", "Star Wars, star wars and star wars."), lexicon)
    assert [topic.label for topic in found] == ["war"]


@pytest.mark.parametrize("form", ["Armies", "army’s", "ARMY", "army"])
def test_regular_forms_and_possessives_match(form: str) -> None:
    lexicon = read_lexicon(TOPICS, WORDS + "1,army,3,en,\n2,siege,3,en,\n")
    assert find_topics(article(form, f"{form} in the siege, sieges"), lexicon)[0].label == "war"


def test_a_verb_has_its_regular_forms() -> None:
    assert inflections("crash") == ("crashes", "crashed", "crashing")
    assert inflections("gp2") == ()


def test_evidence_is_bounded_and_shows_the_title_first() -> None:
    story = article("War", "war troops artillery shelling ceasefire truce " * 400)
    places = find_topics(story, load_lexicon())[0].evidence
    assert len(places) == MOST_EVIDENCE
    assert places[0].field == "title"


def test_the_version_changes_with_the_words() -> None:
    one = read_lexicon(TOPICS, WORDS + "1,war,3,en,\n").version
    two = read_lexicon(TOPICS, WORDS + "1,war,2,en,\n").version
    assert one != two
    found = find_topics(article("War", "War and troops."), load_lexicon())
    assert found[0].model.endswith(load_lexicon().version)


def test_a_word_for_an_unknown_topic_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"'sword' speaks for '9'.*correct the code"):
        read_lexicon(TOPICS, WORDS + "9,sword,3,en,\n")


def test_the_built_in_lexicon_is_whole() -> None:
    lexicon = load_lexicon()
    tops = {code for code, topic in lexicon.topics.items() if topic.level == 1}
    spoken_for = {
        lexicon.lines[code][-1] for hits in lexicon.speaks_for.values() for code, _ in hits
    }
    assert len(tops) == 17
    assert spoken_for == tops
    assert all(topic.label for topic in lexicon.topics.values())
    assert all(1 <= weight <= 3 for hits in lexicon.speaks_for.values() for _, weight in hits)
    assert all(key == tuple(w.lower() for w in key) for key in lexicon.speaks_for)
    assert 0 < LEAST_SHARE < 1
