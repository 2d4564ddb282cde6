"""The large lists: compiled once, shared, looked up in any alphabet."""

import os
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from newsbeam.transforms.text import large_lists
from newsbeam.transforms.text.large_lists import compile_lists, compiled, person_keys
from newsbeam.transforms.text.offices import home_of, in_words, office_on
from newsbeam.transforms.text.reference import Office, load


def test_there_are_as_many_as_the_news_needs() -> None:
    with sqlite3.connect(f"file:{compiled()}?mode=ro", uri=True) as file:
        counts = dict(file.execute("SELECT type, count(*) FROM actors GROUP BY type"))
        dated = file.execute(
            "SELECT count(*) FROM actors WHERE type = 'person' AND offices <> '[]'"
        ).fetchone()[0]
        parts = file.execute("SELECT count(*) FROM actors WHERE sector = 'part'").fetchone()[0]
    assert dated >= 100_000
    assert counts["place"] >= 30_000
    assert counts["organisation"] >= 1_000
    assert parts >= 300


@pytest.mark.parametrize(
    "name",
    ["Nikol Pashinyan", "Никол Пашинян", "Նիկոլ Փաշինյան", "NIKOL PASHINYAN", "Nikol V. Pashinyan"],
)
def test_a_person_is_found_in_any_alphabet(name: str) -> None:
    assert [one.id for one in load().people_called(name)] == ["Q7035479"]


def test_a_lone_word_is_no_full_name_and_leads_to_holders_of_offices() -> None:
    assert load().people_called("Pashinyan") == ()
    assert "Q7035479" in {one.id for one in load().holders_called("Pashinyan")}


def test_words_between_first_and_last_make_a_loose_match() -> None:
    assert person_keys("Ann Lee Gray") == (
        person_keys("Ann Lee Gray")[0],
        "an gra".replace(" gra", " grai"),
    )
    (one,) = load().people_called("Nikol Vladimir Pashinyan")
    assert one.is_loose


def test_towns_of_a_name_come_largest_first() -> None:
    towns = load().places_called("Springfield")
    assert len(towns) > 3
    assert [one.weight for one in towns] == sorted((one.weight for one in towns), reverse=True)
    assert {one.country for one in load().places_called("Тбилиси")} == {"GEO"}


def test_an_id_that_is_none_leads_nowhere() -> None:
    assert load().get("Q0") is None


def test_opening_is_quick_and_small() -> None:
    code = (
        "import resource, time\n"
        "from newsbeam.transforms.text import large_lists, reference\n"
        "large_lists.compiled()\n"
        "before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()\n"
        "reference.load().people_called('Nikol Pashinyan')\n"
        "took = time.monotonic() - began\n"
        "print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, kilobytes = map(float, told.stdout.split())
    assert seconds < 0.3
    assert kilobytes < 150_000


def test_a_compiled_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "lists.sqlite"

    def broken():
        yield next(reference_actors)
        raise OSError("the disk is full")

    reference_actors = large_lists._actors()
    monkeypatch.setattr(large_lists, "_actors", broken)
    with pytest.raises(OSError, match="full"):
        compile_lists(path)
    assert list(tmp_path.iterdir()) == []


def test_where_the_cache_cannot_be_written_the_temporary_folder_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(large_lists.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(large_lists, "compile_lists", made_by_touch)
    found = compiled()
    assert found.parent == tmp_path / f"newsbeam-{os.getuid()}"


def made_by_touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_looking_up_is_quick() -> None:
    began = time.monotonic()
    for n in range(1_000):
        load()._people_called(f"John Smith{n}")
    assert time.monotonic() - began < 1  # 8 ms measured


# --- offices

MINISTER = Office("Minister of Justice", "PON", "office", "2018-03-01", "2020-05", "2022-08")
SEAT = Office("member of the Senate", "PON", "legislator", "2010", "", "2022-08")
CHIEF = Office("Prime Minister", "TAR", "office", "2020-06-01", "", "2022-08")


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("2018-02-28", [SEAT]),
        ("2018-03-01", [MINISTER, SEAT]),
        ("2020-05-31", [MINISTER, SEAT]),
        ("2020-06-01", [SEAT, CHIEF]),
        ("2022-08-31", [SEAT, CHIEF]),
        ("2022-09-01", []),  # an open end never reads as "is"
    ],
)
def test_an_office_is_held_from_its_start_to_its_end_or_the_lists_day(
    day: str, held: list[Office]
) -> None:
    when = date.fromisoformat(day)
    assert [one for one in (MINISTER, SEAT, CHIEF) if one.held_on(when)] == held


def test_the_highest_office_of_the_day_speaks() -> None:
    offices = (SEAT, MINISTER, CHIEF)
    assert office_on(offices, date(2021, 1, 1)) == CHIEF
    assert office_on(offices, date(2019, 1, 1)) == MINISTER
    assert office_on(offices, date(2030, 1, 1)) is None
    assert home_of(offices, date(2021, 1, 1)) == "TAR"
    assert home_of(offices, date(2030, 1, 1)) == "PON"
    assert in_words(CHIEF, "Taria") == "Prime Minister of Taria"
    assert in_words(SEAT, "Pontia") == "member of the Senate"
