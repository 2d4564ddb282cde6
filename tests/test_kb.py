"""`newsbeam kb`, and layers of the user's own actors."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from newsbeam.pipeline.main import run
from newsbeam.transforms.text.knowledge_files import (
    BadKnowledge,
    doubts,
    layer,
    local_id,
    read_actors,
)
from newsbeam.transforms.text.reference import Office

YAML = """
- name: Nino Beridze
  type: person
  names: [N. Beridze, Beridze the Younger]
  names_ka: ნინო ბერიძე
  country: GEO
  checked: 2026-03-01
  offices: ["Minister of Rain~2021-03-22"]
- {name: Rain Board, type: organisation, country: GEO}
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(YAML, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    assert run(["kb", *words]) == code
    said = capsys.readouterr()
    return said.out, said.err


# --- files


def test_yaml_has_the_words_of_csv(mine: str) -> None:
    minister, board = read_actors(layer(mine).text, mine)
    assert minister.names == {
        "en": ("Nino Beridze", "N. Beridze", "Beridze the Younger"), "ka": ("ნინო ბერიძე",),
    }  # fmt: skip
    assert minister.offices == (
        Office("Minister of Rain", "GEO", "office", "2021-03-22", "", "2026-03-01"),
    )
    assert (board.id, minister.id) == ("x:rain-board", local_id("Nino Beridze"))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "type,name\nplanet,Mars\n", "a.csv, line 2: an actor needs a name and a type"),
        ("a.csv", "type,nam\nperson,Ann\n", 'is no column of an actor; did you mean "name"'),
        ("a.yaml", "name: Ann", "a list of actors is needed"),
        ("a.yaml", "- [", "is no YAML"),
        ("a.yaml", "- {name: Ann, type: person, offices: [a~b~c~d]}", "an office is written as"),
    ],
)
def test_a_bad_file_says_where_and_what(name: str, text: str, says: str) -> None:
    with pytest.raises(BadKnowledge, match=says):
        read_actors(text, name)


def test_a_file_that_is_missing_or_enormous_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadKnowledge, match="cannot be read"):
        layer(str(tmp_path / "none.csv"))
    (tmp_path / "big.csv").write_text("x" * 5_000_001)
    with pytest.raises(BadKnowledge, match="more than 5,000,000 characters"):
        layer(str(tmp_path / "big.csv"))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Q1,person,Ann Gray,GEO,", "has no source"),
        ("x:a,person,Ann Gray,GEX,hand", '"GEX" is no country'),
        ("x:a,organisation,UN,GEO,hand", "so short"),
        ("x:a,place,Gori,GEO,hand", '"Gori" is also Q1'),
    ],
)
def test_what_is_odd_about_a_row_is_said(row: str, says: str) -> None:
    actors = read_actors(f"id,type,name,country,source\n{row}\n", "a.csv")
    found = list(doubts(actors, {"GEO"}, {"Gori": ["Q1"]}))
    assert len(found) == 1
    assert says in found[0]


def test_an_id_that_stands_twice_is_said() -> None:
    actors = read_actors("id,type,name\nx:a,place,Here\nx:a,place,There\n", "a.csv")
    assert list(doubts(actors, (), {})) == ["x:a stands twice: the last row counts, of There"]


# --- commands


def test_show_tells_who_bears_a_name_with_offices(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = answer(capsys, "show", "Nikol Pashinyan", "Wang Yi")
    assert "Q7035479" in out
    assert "as of 2022-08" in out
    assert out.count("Wang Yi") > 4  # four of that name
    _, err = answer(capsys, "show", "Nobody Whosoever")
    assert 'nobody is known as "Nobody Whosoever"' in err


def test_add_makes_a_file_that_check_and_enrich_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "mine.csv")
    more = ("--country", "geo", "--names", "N. Beridze", "--offices", "Minister of Rain~2021")
    answer(capsys, "add", "Nino Beridze", "--file", path, *more)
    answer(capsys, "add", "Rain Board", "--file", path, "--type", "organisation")
    rows = list(csv.DictReader(io.StringIO(Path(path).read_text(encoding="utf-8"))))
    assert [(row["id"], row["country"]) for row in rows] == [
        ("x:nino-beridze", "GEO"), ("x:rain-board", ""),
    ]  # fmt: skip
    _, err = answer(capsys, "add", "Nino Beridze", "--file", path, code=2)
    assert "has a row of x:nino-beridze already" in err
    out, _ = answer(capsys, "check", path)
    assert out == ""
    document = {"title": "Rain", "published": "2026-03-02",
                "text": "The Rain Board met N. Beridze in Georgia."}  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(document))
    assert run(["enrich", str(tmp_path / "a.jsonl"), "--knowledge", path]) == 0
    found: dict[str, Any] = {
        row["actor_id"]: row for row in json.loads(capsys.readouterr().out)["actors"]
    }
    assert found["x:rain-board"]["link"] == "exact"
    assert found["x:nino-beridze"]["country"] == "GEO"


def test_export_is_what_a_layer_reads(mine: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = answer(capsys, "export", "--knowledge", mine)
    actors = {actor.id: actor for actor in read_actors(out, "all.csv")}
    assert len(actors) > 3_000
    assert actors["x:nino-beridze"].names["ka"] == ("ნინო ბერიძე",)
    assert actors["x:nino-beridze"].offices[0].label == "Minister of Rain"


def test_build_says_where_and_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    _, err = answer(capsys, "build")
    assert ".sqlite" in err
    assert "of type person" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show",), "kb show needs a name"),
        (("add", "Ann"), "and a file"),
        (("check", "none.csv"), "cannot be read"),
        (("show", "Ann", "--knowledge", "none.csv"), "cannot be read"),
        (("add", "Ann", "--file", "mine.csv", "--offices", "a~b~c~d"), "an office is written as"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    _, err = answer(capsys, *words, code=2)
    assert says in err
    assert not (tmp_path / "mine.csv").exists()
