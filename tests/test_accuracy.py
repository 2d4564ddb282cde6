"""`newsbeam accuracy`: labelled data is read as others write it, and counted right."""

import gzip
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from newsbeam.analysis.label_files import BadLabels, read_labelled
from newsbeam.analysis.labelled import Labelled
from newsbeam.analysis.matching import counts_of
from newsbeam.analysis.scores import Tally, figures
from newsbeam.pipeline.main import run

COLUMNS = """-DOCSTART- -X- O O

Nino NNP B-PER
Beridze NNP I-PER
visited VBD O
Gori NNP B-LOC
. . O

Acme NNP B-ORG
-DOCSTART- -X- O O

Rain NN O
"""


def written(path: Path, text: str) -> str:
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return str(path)


def actor(name: str, type: str = "person", *forms: str, **said: Any) -> dict[str, Any]:
    mentions = [
        {"field": "text", "start_char": 0, "end_char": 1, "text": f} for f in forms or (name,)
    ]
    row = {"actor_id": f"x:{name}", "name": name, "type": type, "mentions": mentions}
    return {
        **row,
        "role": None,
        "role_from": None,
        "country": None,
        "nominal_sovereign": None,
        **said,
    }


def label(name: str, type: str = "person", *forms: str, **said: Any) -> dict[str, Any]:
    return {"name": name, "type": type, "forms": list(forms or (name,)), **said}


def counted(of: Labelled, *actors: dict[str, Any], **found: Any) -> dict[str, Tally]:
    return counts_of(of, {"actors": actors, "quotes": (), "topics": (), **found})


# --- what is read


def test_columns_become_texts_with_places(tmp_path: Path):
    one, two = read_labelled(written(tmp_path / "a.conll.gz", COLUMNS), "en")
    assert [(one.text[s:e], kind) for s, e, kind in one.spans or ()] == [
        ("Nino Beridze", "person"), ("Gori", "place"), ("Acme", "organisation"),
    ]  # fmt: skip
    assert (two.text, two.spans) == ("Rain", ())


def test_columns_with_numbers_and_tabs_are_of_the_language_that_is_named(tmp_path: Path):
    text = "1\tНино\tB-PER\n2\tи\tO\n3\tГори\tB-LOC\n"
    (one,) = read_labelled(written(tmp_path / "a.conllu", text), "ru")
    assert (one.text, one.language) == ("Нино и Гори", "ru")
    assert one.spans == ((0, 4, "person"), (7, 11, "place"))


def test_where_the_file_does_not_part_articles_twenty_sentences_are_one(tmp_path: Path):
    text = "Gori B-LOC\n\n" * 50
    assert len(read_labelled(written(tmp_path / "a.conll", text), "en")) == 3


def test_an_archive_of_factrueval_is_read(tmp_path: Path):
    files = {
        "book_1.txt": "Нино Беридзе в Гори",
        "book_1.spans": "10 name 0 4 1 1 # Нино\n11 surname 5 7 2 1 # Беридзе\n"
        "12 loc_name 15 4 4 1 # Гори\n",
        "book_1.objects": "1 Person 10 11 # Нино Беридзе\n2 LocOrg 12 # Гори\n3 Project 12 #\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with tarfile.open(tmp_path / "dev.tar.gz", "w:gz") as archive:
        for name in files:
            archive.add(tmp_path / name, name)
    (one,) = read_labelled(str(tmp_path / "dev.tar.gz"), "en")
    assert (one.language, one.spans) == ("ru", ((0, 12, "person"), (15, 19, "place")))


@pytest.mark.parametrize("text", ["{", '{"id": 1}', '{"text": 3, "actors": 1}', "[1]"])
def test_a_file_that_is_none_says_what_is_read(text: str, tmp_path: Path):
    with pytest.raises(BadLabels, match="cannot be read as labelled data"):
        read_labelled(written(tmp_path / "bad.jsonl", text), "en")


# --- what is counted


def test_a_mention_is_right_where_it_shares_a_character_and_the_kind():
    of = Labelled("a", "Nino Beridze in Gori", spans=((0, 12, "person"), (16, 20, "place")))
    place = {"field": "text", "start_char": 5, "end_char": 12, "text": "Beridze"}
    title = {"field": "title", "start_char": 16, "end_char": 20, "text": "Gori"}
    told = counted(of, actor("Beridze", mentions=[place]), actor("Gori", "place", mentions=[title]))
    assert told["mentions: person"] == Tally(1, 1, 1, 1)
    assert told["mentions: place"] == Tally(0, 1, 0, 0)


LABELS = (
    label("Nino Beridze", "person", "Beridze", role="foreign minister of Georgia", country="GEO"),
    label("United Rail Party", "organisation", "the United Rail Party", country="GEO"),
    label("Levan Photographer", note="photo credit"),
)


@pytest.mark.parametrize(
    ("given", "tally"),
    [
        ([actor("Beridze"), actor("United Rail Party", "group")], Tally(2, 2, 2, 2)),
        ([actor("Beridze", "place")], Tally(0, 2, 0, 1)),  # the wrong type
        ([actor("Beridze"), actor("Monday", "person")], Tally(1, 2, 1, 2)),  # a false one
        ([actor("Beridze"), actor("Rail", "organisation")], Tally(1, 2, 1, 1)),  # a piece
        ([actor("Levan Photographer")], Tally(0, 2, 0, 0)),  # neither asked nor wrong
    ],
)
def test_actors_are_counted_by_their_forms(given: list[Any], tally: Tally):
    assert counted(Labelled("a", "…", actors=LABELS), *given)["actors"] == tally


def test_two_for_one_are_a_split():
    of = Labelled("a", "…", actors=(label("Nino Beridze", "person", "Nino Beridze", "Beridze"),))
    told = counted(of, actor("Nino Beridze"), actor("Beridze"))
    assert told["actors that are one (not split)"] == Tally(0, 1)


@pytest.mark.parametrize(
    ("role", "tally"),
    [
        ("Georgian foreign minister", Tally(0, 1, 0, 1)),
        ("the foreign minister of Georgia", Tally(1, 1, 1, 1)),
        (None, Tally(0, 1, 0, 0)),
    ],
)
def test_a_role_shares_half_of_its_words(role: str | None, tally: Tally):
    of = Labelled("a", "…", actors=LABELS[:1])
    assert counted(of, actor("Beridze", role=role))["role"] == tally


def test_speakers_and_quotations():
    said = {"quote": "We are ready for it", "kind": "direct", "speaker_name": "Nino Beridze",
            "speaker_text": "she", "actor_id": "x:nino-beridze"}  # fmt: skip
    labels = ({"start": "“We are", "speaker": "Nino Beridze"}, {"start": "No", "speaker": None})
    of = Labelled("a", "…", actors=LABELS[:1], quotes=labels)
    told = counted(of, quotes=[said])
    assert (told["quotations"], told["speakers"]) == (Tally(1, 2, 1, 1), Tally(1, 1, 1, 1))


def test_topics_are_counted_at_the_top():
    rows = [
        {"scheme": "medtop", "code": code, "rank": rank, "level": level}
        for code, rank, level in (("16000000", 1, 1), ("20000065", 2, 3), ("11000000", 3, 1))
    ]
    told = counted(Labelled("a", "…", topics=("11", "16")), topics=rows)
    assert (told["topics"], told["first topic"]) == (Tally(2, 2, 2, 2), Tally(1, 1))


@pytest.mark.parametrize(
    ("said", "measure", "good"),
    [
        ({"form": "Georgia", "id": "Q230"}, "statements: id", True),
        ({"form": "Georgia", "not_id": "Q230"}, "statements: who it is not", False),
        ({"form": "Georgia", "country": "USA"}, "statements: country", False),
        ({"form_re": "Geo.*", "type": "state"}, "statements: type", True),
        ({"form": "Georgia", "same_as": "Republic of Georgia"}, "statements: one or two", True),
        ({"form": "Tbilisi", "id": "Q994"}, "statements: id", False),
        ({"form": "x", "absent_id": "Q230"}, "statements: who it is not", False),
    ],
)
def test_single_statements(said: dict[str, Any], measure: str, good: bool):
    georgia = actor("Georgia", "state", "Georgia", "Republic of Georgia", country="GEO")
    told = counted(Labelled("a", "…", expect=(said,)), {**georgia, "actor_id": "Q230"})
    assert told == {measure: Tally(int(good), 1)}


def test_a_figure_has_its_interval():
    right, wrong = {"m": Tally(1, 1, 1, 1)}, {"m": Tally(0, 1, 0, 1)}
    (figure,) = figures([right] * 90 + [wrong] * 10)
    assert figure.value == pytest.approx(0.9)
    assert 0.8 < figure.low < 0.9 < figure.high < 1
    assert figures([{"m": Tally()}]) == []


# --- the command


def test_the_command_prints_figures_of_each_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    hand_read = {
        "id": "1", "date": "2026-03-01", "title": "Talks in Gori",
        "text": "Georgian Foreign Minister Nino Beridze met Armenian officials in Gori on Monday. "
        "“We are ready to talk about the railway,” Beridze said after the meeting.",
        "actors": [label("Nino Beridze", "person", "Nino Beridze", "Beridze",
                         role="Georgian Foreign Minister", country="GEO")],
        "quotes": [{"start": "We are ready to talk", "speaker": "Nino Beridze"}],
        "topics": ["11"],
    }  # fmt: skip
    gold = written(tmp_path / "gold.jsonl", json.dumps(hand_read))
    columns = written(tmp_path / "a.conll", COLUMNS)
    assert run(["accuracy", gold, columns, "--format", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    values = {(Path(row["file"]).name, row["measure"]): row["value"] for row in rows}
    for measure in ("role", "country", "quotations", "speakers"):
        assert values["gold.jsonl", measure] == 1.0
    assert values["a.conll", "mentions: person"] == 1.0
    assert run(["accuracy", gold]) == 0
    assert "speakers" in capsys.readouterr().out


def test_the_command_says_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["accuracy", written(tmp_path / "bad.jsonl", "{}")]) == 2
    assert "cannot be read as labelled data" in capsys.readouterr().err


def test_events_are_counted_by_type_and_by_both_sides():
    def row(kind: str, actor: str, target: str) -> dict[str, str]:
        return {"event_type": kind, "actor_id": actor, "target_id": target}

    actors = [
        {"actor_id": id, "name": name, "type": "state", "mentions": [{"text": form}]}
        for id, name, form in (("Q1", "Sudan", "Sudanese"), ("Q2", "Chad", "Chad"))
    ]
    label = {"type": "ACCUSE", "source": ["Sudanese government"], "target": ["Chad's army"]}
    one = Labelled("x", "", events=(label,))
    for rows, right in (
        ([row("ACCUSE", "Q1", "Q2")], (1, 1, 1, 1)),
        ([row("ACCUSE", "Q2", "Q1")], (0, 1, 0, 1)),
        ([row("AID", "Q1", "Q2")], (0, 1, 0, 1)),
        ([], (0, 1, 0, 0)),
    ):
        counts = counts_of(one, {"events": rows, "actors": actors})
        tally = counts["events"]
        assert (tally.found, tally.labelled, tally.right, tally.given) == right
        assert counts["articles without events"].found == (not rows)


def test_a_record_of_plover_is_an_event_of_its_present_version(tmp_path):
    line = {
        "text": "Chad demanded aid.", "event": "DEMAND", "eventText": "demanded",
        "source": [{"actorText": "Chad"}], "target": "aid",
    }  # fmt: skip
    (one,) = read_labelled(written(tmp_path / "p.jsonl", json.dumps(line)), "en")
    assert one.events == ({"type": "REQUEST", "source": ["Chad"], "target": []},)
