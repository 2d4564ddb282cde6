"""No annotator costs an article its row: what fails is told, and the others go on."""

import json
from pathlib import Path

import pytest

import killers
import made
from newsbeam.pipeline.main import run
from newsbeam.schemas.tables import usual_annotations
from newsbeam.transforms import enrich_articles
from newsbeam.transforms.enrich_articles import enrich
from newsbeam.transforms.lake.letters import enriching_failure
from newsbeam.transforms.text.nlp import DEFAULT_MODEL, ModelMissing

TROUBLE = {
    "raises": "ValueError: no words are left",
    "hangs": "it was stopped after 4 seconds",
    "dies": "it ended its process (exit code 9)",
    "leaves": "SystemExit: 9",
    "eats": "it needed more than 4096 MB of memory",
    "garbage": "TypeError: expected Quote, not 5",
    "mistypes": "TypeError: expected str, not 5",
    "overflows": "ValueError: 1180591620717411303424 is no number of 64 bits",
    "confuses": "ValueError: a row of another article",
}


@pytest.fixture(autouse=True)
def in_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich_articles, "annotate", killers.annotate_in_trouble)
    monkeypatch.setattr(enrich_articles, "BATCH_SECONDS", 8)
    monkeypatch.setattr(enrich_articles, "ARTICLE_SECONDS", 4)


@pytest.mark.parametrize(("word", "said"), TROUBLE.items())
def test_an_annotator_that_fails_on_an_article_costs_the_rows_of_its_own_table(
    word: str, said: str
):
    texts = (
        "War and artillery in Armenia",
        f"War and artillery in Armenia: {word}",
        "War and artillery in Armenia",
    )
    articles = [made.read(n, text=text) for n, text in enumerate(texts)]
    before, troubled, after = enrich(articles, DEFAULT_MODEL)
    assert [one.article for one in (before, troubled, after)] == [one.article for one in articles]
    for one in (before, after):
        assert (one.problems, len(one.annotations["quotes"])) == ({}, 1)
    assert list(troubled.problems) == ["quotes"]
    assert troubled.problems["quotes"].startswith(said)
    assert troubled.annotations["quotes"] == ()
    assert [row.name for row in troubled.annotations["actors"]] == ["Armenia"]
    assert troubled.annotations["topics"]


def test_an_article_at_which_the_model_itself_dies_has_no_annotations_and_says_so():
    articles = [
        made.read(1, text=f"War and artillery in Armenia {killers.WORD}"),
        made.read(2, text="War"),
    ]
    lethal, other = enrich(articles, DEFAULT_MODEL)
    assert lethal.problems == dict.fromkeys(usual_annotations(), TROUBLE["dies"])
    assert lethal.annotations == dict.fromkeys(usual_annotations(), ())
    assert (other.problems, len(other.annotations["quotes"])) == ({}, 1)


def test_where_no_model_can_be_loaded_no_article_is_to_blame(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(enrich_articles, "annotate", killers.model_is_missing)
    with pytest.raises(ModelMissing, match="pip install no-such-model"):
        list(enrich([made.read(1)], DEFAULT_MODEL))


def test_the_command_shows_the_problem_in_the_line_of_its_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lines = [
        {"id": word, "text": f"War and artillery in Armenia: {word}"}
        for word in ("raises", "dies", "fine")
    ]
    documents = tmp_path / "documents.jsonl"
    documents.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(["enrich", str(documents)]) == 0
    out, err = capsys.readouterr()
    raised, died, fine = map(json.loads, out.splitlines())
    assert raised["problems"] == {"quotes": TROUBLE["raises"]}
    assert died["problems"] == {"quotes": TROUBLE["dies"]}
    assert "problems" not in fine
    assert [len(one["quotes"]) for one in (raised, died, fine)] == [0, 0, 1]
    assert all(
        [row["name"] for row in one["actors"]] == ["Armenia"] for one in (raised, died, fine)
    )
    assert err == '2 of the documents lack some rows; "problems" says which and why\n'


def test_the_element_of_a_letter_shows_the_problem_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (troubled,) = enrich([made.read(1, text="War and artillery in Armenia: raises")], DEFAULT_MODEL)
    element = tmp_path / "element.json"
    element.write_text(enriching_failure(troubled).element)
    assert run(["enrich", str(element)]) == 0
    (shown,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert shown["problems"] == {"quotes": TROUBLE["raises"]} == troubled.problems
