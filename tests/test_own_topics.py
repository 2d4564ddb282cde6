"""The user's own topics: read from TOML, found beside Media Topics, refused where wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

import made
from lake_rows import rows
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.layers import layers_of
from newsbeam.pipeline.main import run
from newsbeam.schemas.annotations import Topic
from newsbeam.schemas.article import Article
from newsbeam.transforms.text.knowledge import load
from newsbeam.transforms.text.knowledge_files import BadKnowledge, Layer
from newsbeam.transforms.text.own_topics import find_own_topics
from newsbeam.transforms.text.topic_lists import doubts, load_topic_lists, read_topic_list

from .sample_lake import make_actor

DOCS = Path(__file__).parents[1] / "docs/topics.md"
DESK = """
name = "Rain Desk"
[[topic]]
label = "Rain Talks"
phrases = ["Rain Talks", "talks on rain"]
words = ["drizzle", "дожд*"]
[[topic]]
label = "rail"
words = ["rail"]
actors = ["Rain Railway", "Q42"]
"""


def topics(article: Article, text: str = DESK, actors: Any = ()) -> list[Topic]:
    return list(find_own_topics(article, actors, [read_topic_list(text, "desk.toml")]))


def test_a_topic_is_found_with_its_places_under_the_name_of_its_list() -> None:
    article = made.text("Rain Talks end", "It drizzled. The Rain Talks were on rails.")
    first, second = topics(article)
    assert (first.scheme, first.code, first.label) == ("rain-desk", "rain-talks", "Rain Talks")
    assert [e.text for e in first.evidence] == ["Rain Talks", "drizzled", "Rain Talks"]
    assert [(e.field, article.text[e.start_char : e.end_char]) for e in second.evidence] == [
        ("text", "rails")
    ]
    assert (first.rank, second.rank, first.level) == (1, 2, 1)
    assert first.score > second.score


def test_the_score_says_how_much_there_was() -> None:
    def score(title: str, text: str) -> float:
        (found,) = topics(made.text(title, text))
        return found.score

    said = [
        score("", "A drizzle."), score("", "The Rain Talks."), score("Drizzle", ""),
        score("Rain Talks", "The Rain Talks. A drizzle."),
    ]  # fmt: skip
    assert said == [0.3333, 0.5, 0.6, 0.8182]


def test_an_actor_speaks_for_a_topic_by_name_and_by_id() -> None:
    article = made.text("", "Rain Railway and Ann Gray met.")
    railway = make_actor(article, "Rain Railway", "organisation", "x:rain-railway", None)
    gray = make_actor(article, "Ann Gray", "person", "Q42", None)
    (one,) = topics(article, actors=[railway])
    (both,) = topics(article, actors=[railway, gray])
    assert [e.text for e in one.evidence] == ["Rain Railway"]
    assert [e.text for e in both.evidence] == ["Rain Railway", "Ann Gray"]
    assert both.score > one.score


def test_one_list_speaks_all_languages() -> None:
    (found,) = topics(made.text("", "Он промок под дождём.", "ru"))
    assert found.evidence[0].text == "дождём"


def test_a_topic_does_not_take_the_words_of_another() -> None:
    text = '[[topic]]\nlabel="a"\nphrases=["rain talks"]\n[[topic]]\nlabel="b"\nwords=["rain"]'
    assert [t.code for t in topics(made.text("", "The rain talks."), text)] == ["a", "b"]


def test_an_example_in_which_its_topic_is_missing_is_doubted() -> None:
    text = DESK + 'examples = ["By rail.", "By bus.", "Rain Railway runs."]'
    assert list(doubts([read_topic_list(text, "x.toml")])) == [
        'rain-desk: "rail" is not found in its example "By bus."'
    ]


def test_the_version_changes_with_the_file_and_the_knowledge_base_does_not() -> None:
    one, two = read_topic_list(DESK, "x.toml"), read_topic_list(DESK + "\n", "x.toml")
    assert one.version != two.version
    assert load((Layer("x.toml", DESK, "topics"),)).version == load().version


def test_two_lists_of_one_name_are_refused() -> None:
    layers = (Layer("a.toml", DESK, "topics"), Layer("b.toml", DESK, "topics"))
    with pytest.raises(BadKnowledge, match=r'b\.toml: another list is called "rain-desk"'):
        load_topic_lists(layers)
    assert [one.scheme for one in load_topic_lists(layers[:1])] == ["rain-desk"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x = ", 'line 1, "x": no TOML'),
        ('[[topic]]\nlabel = "a"\nlabel = "b"', 'line 3, "label": no TOML'),
        ('[[topic]]\nlabel = "a"\nword = ["b"]', 'line 3: "word" is not known; did you mean "wor'),
        ('names = "a"', 'line 1: "names" is not known; did you mean "name"'),
        ('[topic]\nlabel = "a"', 'line 1: "topic" needs two brackets'),
        ('topic = ["a"]', 'line 1: "topic" is a table'),
        ('[[topic]]\nlabel = "a"\nwords = "b"', 'line 3: "words" is a list of texts'),
        ('[[topic]]\nlabel = "a"\nwords = ["b", 3]', 'line 3: "words" is a list of texts'),
        ('[[topic]]\nlabel = 3', 'line 2: "label" is a text'),
        ('[[topic]]\nwords = ["b"]', 'line 1: "label" is missing'),
        ('[[topic]]\nlabel = "a"', 'line 2: "words", "phrases" or "actors" are missing'),
        ('name = "medtop"\n[[topic]]\nlabel="a"\nwords=["b"]', 'line 1: "name": medtop is IPTC'),
        ("# nothing", "line 1: there is no topic"),
        (
            '[[topic]]\nlabel = "a"\nwords = ["b"]\n\n[[topic]]\nlabel = "c"\nwords = ["—"]',
            'line 7: "words": there is no word in "—"',
        ),
        (
            '[[topic]]\nlabel = "a"\nwords = ["b"]\n[[topic]]\n  label = "A"\nwords = ["b"]',
            'line 5: "label": A stands twice',
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_line_and_key(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, documents = tmp_path / "desk.toml", tmp_path / "d.jsonl"
    path.write_text(text, encoding="utf-8")
    documents.write_text('{"title": "a", "text": "b", "published": "2026-03-01"}')
    assert run(["run", "--documents", str(documents), "--lake", str(tmp_path / "lake"),
                "--topics", str(path)]) == 2  # fmt: skip
    err = capsys.readouterr().err
    assert f"{path}, {says}" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "lake").exists()


def test_enrich_gives_both_schemes_for_the_list_of_the_documentation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk, documents = tmp_path / "desk.toml", tmp_path / "d.jsonl"
    text = DOCS.read_text(encoding="utf-8")
    desk.write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    said = "The Geneva talks ended. Diplomats of Russia and Georgia spoke of borderisation, an " \
           "embassy said, and of transit; the ceasefire holds, troops withdrew."  # fmt: skip
    document = {"title": "Diplomats meet", "text": said, "published": "2026-03-01"}
    documents.write_text(json.dumps(document), encoding="utf-8")
    assert run(["enrich", str(documents), "--topics", str(desk)]) == 0
    out, err = capsys.readouterr()
    assert err == ""  # no example of the documentation is doubted
    rows = json.loads(out)["topics"]
    assert [row["code"] for row in rows if row["scheme"] == "caucasus-desk"] == [
        "geneva-international-discussions", "borderization", "transit",
    ]  # fmt: skip
    assert "medtop" in {row["scheme"] for row in rows}


def test_a_replay_can_be_told_of_them_too() -> None:
    words = ["replay", "--lake", "lake", "--topics", "a.toml", "--topics", "b.toml"]
    assert parse(words).topics == ("a.toml", "b.toml")


def test_a_run_writes_them_beside_media_topics(tmp_path: Path) -> None:
    desk, documents, lake = tmp_path / "desk.toml", tmp_path / "d.jsonl", tmp_path / "lake"
    desk.write_text(DESK, encoding="utf-8")
    said = {"title": "Rain Talks", "text": "Voters and an election.", "published": "2026-03-01"}
    documents.write_text(json.dumps(said | {"language": "en"}), encoding="utf-8")
    words = ["run", "--documents", str(documents), "--lake", str(lake), "--topics", str(desk)]
    assert run(words) == 0
    found = {(row["scheme"], row["code"]) for row in rows(str(lake), "topics")}
    assert found >= {("rain-desk", "rain-talks"), ("medtop", "11000000")}


def test_a_doubtful_example_is_a_warning_of_the_command_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "d.toml"
    path.write_text(DESK + 'examples = ["By bus."]', encoding="utf-8")
    assert [layer.of for layer in layers_of((), [str(path)])] == ["topics"]
    assert "By bus" in caplog.text
