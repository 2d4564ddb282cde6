"""Claims: what is settled of an article is lost by nothing: crowds, crashes, damage, growth."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made
from newsbeam.transforms.lake import claims as claims_module
from newsbeam.transforms.lake.batches import add_articles
from newsbeam.transforms.lake.claims import (
    DIGITS,
    FROZEN,
    PARTED,
    Claim,
    Claims,
    Wording,
    from_bytes,
    from_json,
    name_of,
    to_bytes,
    to_json,
)
from newsbeam.transforms.lake.storage import Lake
from racers import RACERS, Died, StagedLake, at_once, dies_at, dying, processes_at_once

NAMES = [made.article(n).article_id for n in range(300)]
SAME = [name for name in NAMES if name[0] == "0"]  # of one document, unless that is parted


def with_word(word: str):
    """A change that adds a wording called `word`."""
    return lambda _, claim: replace(claim, wordings={**claim.wordings, word: Wording("b")})


def words(lake: Lake, names: list[str]) -> list[list[str]]:
    """The wordings that are claimed of each article, as a reader without any memory finds them."""
    found = Claims(lake).read(names)
    return [sorted(found[name].wordings) for name in names]


def documents(lake: Lake) -> list[str]:
    """The prefixes of all documents."""
    return [Path(name).stem for name in lake.list("state/claims")]


def test_what_nobody_claimed_is_an_empty_claim_and_no_file(lake: Lake):
    assert Claims(lake).read(NAMES[:3]) == dict.fromkeys(NAMES[:3], Claim())
    assert documents(lake) == []


def test_a_change_is_what_everybody_reads_then(lake: Lake):
    claim = Claim(made.NOON, {"r": Wording("b", ("v",))}, {"letter": made.DAY})
    assert Claims(lake).change(NAMES[:5], lambda *_: claim) == dict.fromkeys(NAMES[:5], claim)
    assert Claims(lake).read(NAMES[:6]) == {**dict.fromkeys(NAMES[:5], claim), NAMES[5]: Claim()}


def test_a_change_that_changes_nothing_writes_nothing(local_lake: Lake):
    Claims(local_lake).change(NAMES[:3], with_word("r"))
    staged = StagedLake(local_lake.url, before=dies_at("state/claims"))
    changed = Claims(staged).change(NAMES[:3], lambda _, claim: claim)
    assert [list(changed[name].wordings) for name in NAMES[:3]] == [["r"]] * 3


dates = st.none() | st.datetimes().map(lambda at: at.replace(tzinfo=made.NOON.tzinfo))
digits = st.text("0123456789abcdef", min_size=1, max_size=32)
wordings = st.builds(Wording, st.just("") | digits, *[st.lists(digits).map(tuple)] * 2)
claims = st.builds(
    Claim,
    dates,
    st.dictionaries(st.text(), wordings, max_size=3),
    st.dictionaries(st.text(), st.text(), max_size=2),
)


@given(st.dictionaries(st.uuids().map(str), claims, max_size=4))
def test_a_document_survives_its_bytes_frozen_or_not(document):
    said = {name: to_json(claim) for name, claim in document.items()}
    assert from_bytes(to_bytes(said)) == said
    assert from_bytes(FROZEN + to_bytes(said)[1:]) == said
    assert {name: from_json(claim) for name, claim in said.items()} == document


def test_a_stale_memory_of_a_document_only_costs_another_try(local_lake: Lake):
    mine, yours = Claims(local_lake), Claims(local_lake)
    for turn in range(3):
        mine.change(SAME[:1], with_word(f"mine-{turn}"))
        yours.change(SAME[:1], with_word(f"yours-{turn}"))
    (found,) = words(local_lake, SAME[:1])
    assert len(found) == 6


def test_eight_threads_that_change_one_document_at_once_lose_nothing(lake: Lake):
    def change(n: int) -> bool:
        claims = Claims(lake)
        for name in SAME[:2]:
            claims.change([name], with_word(f"of-{n}"))
        return True

    assert at_once(change) == RACERS
    assert words(lake, SAME[:2]) == [[f"of-{n}" for n in range(RACERS)]] * 2


WRITER = """
import sys
from newsbeam.transforms.lake import claims
from newsbeam.transforms.lake.storage import open_lake
from test_claims import NAMES, with_word
url, word, claims.MOST = sys.argv[1], sys.argv[2], int(sys.argv[3])
def race():
    held = claims.Claims(open_lake(url))
    for n in range(0, 100, 20):
        held.change(NAMES[n:n + 20], with_word(word))
"""


@pytest.mark.parametrize("most", [256, 4])
def test_processes_that_change_the_same_documents_at_once_lose_nothing(local_lake: Lake, most: int):
    processes_at_once(WRITER, [(local_lake.url, word, str(most)) for word in ("a", "b", "c")])
    assert words(local_lake, NAMES[:100]) == [["a", "b", "c"]] * 100
    assert (max(map(len, documents(local_lake))) > 1) is (most == 4)  # parted, or not


def test_a_document_that_grows_is_parted_and_its_parts_again(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(claims_module, "MOST", 4)
    held = Claims(lake)
    for name in NAMES[:60]:
        held.change([name], with_word("r"))
    assert words(lake, NAMES[:60]) == [["r"]] * 60
    for prefix in documents(lake):
        document = from_bytes(lake.read(name_of(prefix)))
        assert (document is None) == (prefix + "0" in documents(lake))
        assert document is None or len(document) <= 4
    held.change(NAMES[:60], with_word("s"))
    assert words(lake, NAMES[:60]) == [["r", "s"]] * 60


def test_257_articles_of_one_digit_are_parted_at_the_real_limit(local_lake: Lake):
    names = [f"0{n % 16:x}{n:06x}-0000" for n in range(257)]
    held = Claims(local_lake)
    held.change(names[:256], with_word("r"))
    assert documents(local_lake) == ["0"]
    held.change(names[256:], with_word("r"))
    assert documents(local_lake) == ["0", *(f"0{digit}" for digit in DIGITS)]
    assert words(local_lake, names) == [["r"]] * 257


# Freezing is the first write of a parting, its sixteen parts the next, PARTED the last.
@pytest.mark.parametrize("write", [2, 3, 9, 17, 18])
def test_a_parting_that_a_death_broke_off_is_finished_by_whoever_comes_next(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch, write: int
):
    monkeypatch.setattr(claims_module, "MOST", 4)
    monkeypatch.setattr("newsbeam.transforms.lake.storage.AT_ONCE", 1)
    Claims(local_lake).change(SAME[:4], with_word("r"))
    dying_lake = StagedLake(local_lake.url, before=dies_at("state/claims", write))
    with dying():
        Claims(dying_lake).change(SAME[4:5], with_word("r"))
    assert local_lake.read(name_of("0")).startswith(FROZEN)
    assert words(local_lake, SAME[:5]) == [["r"]] * 4 + [[]]  # also for one who only reads
    Claims(local_lake).change(SAME[:5], with_word("s"))
    assert words(local_lake, SAME[:5]) == [["r", "s"]] * 4 + [["s"]]
    assert local_lake.read(name_of("0")) == PARTED


def test_two_who_finish_the_same_parting_do_not_undo_what_was_added_since(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(claims_module, "MOST", 4)
    monkeypatch.setattr("newsbeam.transforms.lake.storage.AT_ONCE", 1)
    Claims(local_lake).change(SAME[:4], with_word("r"))

    def others_are_faster(name: str) -> None:
        if name == name_of("05"):  # frozen, and some parts put
            Claims(local_lake).change(SAME[:5], with_word("s"))

    slow = StagedLake(local_lake.url, before=others_are_faster)
    Claims(slow).change(SAME[5:6], with_word("r"))
    assert words(local_lake, SAME[:6]) == [["r", "s"]] * 4 + [["s"], ["r"]]


@pytest.mark.parametrize("damage", [b"", b"garbage", b'{"frozen": true,\n', b"[1, 2]", b'{"a": 1}'])
@pytest.mark.parametrize("is_parted", [False, True])
def test_a_damaged_document_is_made_anew_from_the_rows(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch, damage: bytes, is_parted: bool
):
    if is_parted:
        monkeypatch.setattr(claims_module, "MOST", 4)
    held = Claims(local_lake)
    articles = [made.read(n, published_at=made.NOON + timedelta(days=n % 3)) for n in range(60)]
    add_articles(local_lake, held, articles)
    expected = held.read(NAMES[:60])
    folder = Path(local_lake.url, "state", "claims")
    for path in sorted(folder.rglob("*.json")):
        path.write_bytes(damage)
        found = Claims(local_lake).read(NAMES[:60])
        assert _dates_and_words(found) == _dates_and_words(expected), path.name
    assert add_articles(local_lake, Claims(local_lake), articles).new == set()


def _dates_and_words(found: dict[str, Claim]) -> dict[str, object]:
    return {name: (claim.date, set(claim.wordings)) for name, claim in found.items()}


def test_a_part_that_was_deleted_is_made_anew_from_the_rows(
    local_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(claims_module, "MOST", 4)
    articles = [made.read(n) for n in range(60)]
    add_articles(local_lake, Claims(local_lake), articles)
    parts = [prefix for prefix in documents(local_lake) if len(prefix) == 2]
    for prefix in parts:
        local_lake.delete(name_of(prefix))
    assert add_articles(local_lake, Claims(local_lake), articles).new == set()
    found = Claims(local_lake).read(NAMES[:60])
    assert {claim.date for claim in found.values()} == {made.NOON}


def test_a_damaged_file_of_rows_does_not_keep_a_document_from_being_made_anew(local_lake: Lake):
    for n in (1, 2):
        add_articles(local_lake, Claims(local_lake), [made.read(n)])
    first, _ = local_lake.list("articles")
    Path(local_lake.url, first).write_bytes(b"torn")
    for path in Path(local_lake.url, "state", "claims").rglob("*.json"):
        path.write_bytes(b"")
    found = Claims(local_lake).read(made.article(n).article_id for n in (1, 2))
    assert sorted(len(claim.wordings) for claim in found.values()) == [0, 1]


def test_the_writer_really_dies_in_these_tests(local_lake: Lake):
    staged = StagedLake(local_lake.url, before=dies_at("state/claims"))
    with pytest.raises(Died):
        Claims(staged).change(NAMES[:1], with_word("r"))
    assert documents(local_lake) == []
