from dataclasses import replace

import pytest

import made
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.topic_lexicon import load_lexicon, read_lexicon
from newsbeam.transforms.text.topics import (
    LEAST_SHARE,
    MOST_EVIDENCE,
    MOST_FINER,
    MOST_TOPS,
    find_topics,
)
from newsbeam.transforms.text.word_forms import entry_of, inflections

TOPICS = "code,label,level,parent\n1,war,1,\n2,siege,2,1\n3,sport,1,\n"
WORDS = "code,word,weight,language,company,note\n"


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
    ],
)
def test_a_plain_story_has_its_topic_first(title: str, text: str, code: str) -> None:
    found = find_topics(article(title, text), load_lexicon())
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


def test_a_finer_topic_stands_in_the_place_of_the_one_that_it_carries() -> None:
    story = article("Ambassador recalled", "The embassy and the foreign ministry, diplomats said.")
    found = find_topics(story, load_lexicon())
    assert [topic.code for topic in found] == ["11000000", "20000639"]  # without 20000638
    assert [topic.rank for topic in found] == [1, 2]


def test_a_topic_with_much_of_its_own_is_named_beside_a_finer_one() -> None:
    words = "1,war,3,en,,\n1,army,3,en,,\n2,siege,3,en,,\n2,blockade,3,en,,\n4,wall,3,en,,\n"
    topics = TOPICS + "4,wall,3,2\n"
    lexicon = read_lexicon(topics, WORDS + words + "2,encircled,3,en,,\n2,trench,3,en,,\n")
    text = "The siege. The blockade. They were encircled. A trench. The wall. War. An army."
    assert [t.label for t in find_topics(article("", text), lexicon)] == ["war", "siege"]


def test_no_more_topics_are_named_than_a_reader_names() -> None:
    text = (
        "An election. Voters. The ballot. An earthquake. An aftershock. The tsunami. The striker. "
        "A goalkeeper. The midfielder. Cancer. Chemotherapy. A hospital. The church. A bishop."
    )
    found = find_topics(article("", text), load_lexicon())
    tops = [topic for topic in found if topic.level == 1]
    assert len(tops) == MOST_TOPS
    assert all(
        sum(one.code != top.code and load_lexicon().lines[one.code][-1] == top.code
            for one in found) <= MOST_FINER
        for top in tops
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", "The court sat. Then it rose. The court was cold. They left. The court was shut."),
        ("", "It rained. They came. The election and the voters were told of. They went home."),
        ("The Terror", "A terrorist. They said terrorism. It was terror. The terrorists left it."),
    ],
    ids=["one word", "one sentence", "one stem"],
)
def test_one_stem_or_one_sentence_is_no_topic(title: str, text: str) -> None:
    assert find_topics(article(title, text), load_lexicon()) == ()


def test_a_summary_may_say_in_its_one_sentence_what_it_is_about() -> None:
    found = find_topics(article("", "Voters go to the election for parliament."), load_lexicon())
    assert found[0].label == "politics"


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("Out on court", "She won the tennis final. The seeds left. An umpire of the court.",
         "15"),
        ("In court", "The judge came. A lawyer spoke. The jury left the court at noon.", "02"),
        ("Striker fires hosts to victory", "The defence was under siege. Goalkeeper and midfielder "
         "held. A battle: troops of fans cheered the football.", "15"),
        ("A siege", "Shelling hit the town. Troops held it. The ceasefire did not.", "16"),
        ("Stocks fall in the river", "Salmon came no more. The bank erodes. Wildlife left.", "06"),
        ("Stocks fall", "Shares lost. The bank cut its profit. Investors sold bonds.", "04"),
        ("Killer role", "The actor played a soldier. The film is of war. A cinema was full.",
         "01"),
        ("Killer held", "Police came. He was arrested. Detectives spoke of a murder in the night.",
         "02"),
    ],
)  # fmt: skip
def test_a_word_of_several_senses_has_that_of_its_company(title: str, text: str, code: str) -> None:
    found = find_topics(article(title, text), load_lexicon())
    assert [topic.code[:2] for topic in found if topic.level == 1] == [code]


def test_a_word_of_one_sense_that_needs_company_says_nothing_alone() -> None:
    rows = "1,army,3,en,,\n1,siege,3,en,,\n3,bond,3,en,needed,\n3,cup,3,en,,\n3,league,3,en,,\n"
    lexicon = read_lexicon(TOPICS, WORDS + rows)
    alone = find_topics(article("Bond", "The bond of an army. A siege, a bond."), lexicon)
    beside = find_topics(article("Bond", "The bond of the cup. A league, a bond."), lexicon)
    assert [t.label for t in alone if t.level == 1] == ["war"]
    assert "Bond" in [e.text for e in beside[0].evidence]


def test_a_figure_of_speech_speaks_for_nothing() -> None:
    rows = "1,war,3,en,,\n1,army,3,en,,\n,price war,0,en,,a figure of speech\n"
    lexicon = read_lexicon(TOPICS, WORDS + rows)
    assert find_topics(article("Price war", "A price war of shops; the price war."), lexicon) == ()
    assert find_topics(article("War", "The war of an army."), lexicon)


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
        TOPICS, WORDS + "1,war,3,en,,\n1,army,1,en,,\n3,goal,3,en,,\n3,match,3,en,,\n3,cup,3,en,,\n"
    )
    words = "army " + "war " * 3 + "goal match cup " + "and so it went on " * 10
    first = find_topics(article("", words), replace(lexicon))[0]
    assert first.label == "sport"


def test_the_longer_entry_wins_and_takes_its_words_with_it() -> None:
    lexicon = read_lexicon(TOPICS, WORDS + "1,star wars,3,en,,\n1,war,3,en,,\n3,star,3,en,,\n")
    found = find_topics(article("Star Wars", "Star Wars, star wars and star wars."), lexicon)
    assert [[e.text for e in t.evidence] for t in found] == [["Star Wars", "Star Wars"]]


@pytest.mark.parametrize("form", ["Armies", "army’s", "ARMY", "army"])
def test_regular_forms_and_possessives_match(form: str) -> None:
    lexicon = read_lexicon(TOPICS, WORDS + "1,army,3,en,,\n2,siege,3,en,,\n")
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
    one = read_lexicon(TOPICS, WORDS + "1,war,3,en,,\n").version
    two = read_lexicon(TOPICS, WORDS + "1,war,2,en,,\n").version
    assert one != two
    found = find_topics(article("War", "War and troops."), load_lexicon())
    assert found[0].model.endswith(load_lexicon().version)


def test_a_word_for_an_unknown_topic_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match=r"'sword' speaks for '9'.*correct the code"):
        read_lexicon(TOPICS, WORDS + "9,sword,3,en,,\n")


def test_the_built_in_lexicon_is_whole() -> None:
    lexicon = load_lexicon()
    tops = {code for code, topic in lexicon.topics.items() if topic.level == 1}
    assert len(tops) == 17
    assert all(topic.label for topic in lexicon.topics.values())
    assert sum(topic.level >= 3 for topic in lexicon.topics.values()) > 200
    assert 0 < LEAST_SHARE < 1


@pytest.mark.parametrize("language", ["en", "ru", "ka", "hy", "az", "tr", "uk"])
def test_each_language_has_words_for_every_top_topic(language: str) -> None:
    vocabulary = load_lexicon().languages[language]
    spoken_for = {top for senses in vocabulary.senses.values() for top in senses}
    assert len(spoken_for) == 17
    weights = {w for s in vocabulary.senses.values() for of in s.values() for w in of.values()}
    assert weights == {1, 2, 3}
    assert all(entry == entry_of(" ".join(entry)) for entry in vocabulary.senses)
    assert vocabulary.in_company <= vocabulary.senses.keys()
