"""`newsbeam check` finds what is wrong with a lake, each kind by its name, and writes nothing."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from made import DAY, EMPTY_MEMORY, NOON, annotated, article, failure, origin, run
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import lake as command
from newsbeam.schemas.journey import AnnotatedArticle, Outcome
from newsbeam.schemas.memory import Seen
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.feed.memory import store
from newsbeam.transforms.lake.batches import add_articles
from newsbeam.transforms.lake.check import WAYS, check_lake
from newsbeam.transforms.lake.claims import Claims
from newsbeam.transforms.lake.letters import file_letters
from newsbeam.transforms.lake.rows import add_rows
from newsbeam.transforms.lake.storage import Lake, open_lake
from newsbeam.transforms.lake.tables import read_rows, to_parquet


def sound(one: AnnotatedArticle) -> AnnotatedArticle:
    """The article with a quotation that stands where it says."""
    (quote,) = one.annotations["quotes"]
    quotes = (replace(quote, start_char=0, end_char=4),)
    return replace(one, annotations={**one.annotations, "quotes": quotes})


def fill(lake: Lake) -> None:
    """Six articles, one open letter, one run."""
    claims = Claims(lake)
    add_articles(lake, claims, [sound(annotated(n)) for n in range(5)])
    add_articles(lake, claims, [sound(annotated(7))])
    name = article(9).article_id
    letter = failure("nine", article_id=name)
    file_letters(lake, claims, [Outcome(origin(9), name, "failed", "", letter)])
    add_rows(lake, TABLES["runs"], DAY, "0" * 32, [run(entries=1, new=1, written=1)])
    memory = replace(EMPTY_MEMORY, feed_id="a", entries={"k": Seen("h", NOON, tries=1)})
    store(lake, memory, lake.read_versioned("state/feeds/a.json")[1])


def file_of(root: Path, folder: str) -> Path:
    return sorted((root / folder).rglob("*.parquet"))[0]


def changed(root: Path, table: str, how: Callable) -> None:
    """Write a file of a table again with its first row changed."""
    path = file_of(root, table)
    name, kind = path.relative_to(root).as_posix(), TABLES[table]
    first, *rest = read_rows(open_lake(str(root)), kind.record, name)
    path.write_bytes(to_parquet(kind, [how(first), *rest]))


def moved(root: Path, table: str, name: str) -> None:
    path = file_of(root, table)
    to = path.parent.parent / name
    to.parent.mkdir(exist_ok=True)
    path.rename(to)


def copied(root: Path) -> None:
    path = file_of(root, "actors")
    path.with_name(f"{path.stem}-1.parquet").write_bytes(path.read_bytes())


def misplaced(row):
    (mention,) = row.mentions
    return replace(row, mentions=(replace(mention, start_char=1, end_char=5),))


def put(name: str, data: bytes) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)

    return write


def cut(root: Path) -> None:
    path = file_of(root, "topics")
    path.write_bytes(path.read_bytes()[:-20])


def claims_file(root: Path) -> Path:
    return max((root / "state/claims").rglob("*.json"), key=lambda path: path.stat().st_size)


ACTORS = f"actors/published_date={DAY}"
CORRUPTIONS = {
    "a text file among the rows": ("stray file", put(f"{ACTORS}/notes.txt", b"hello")),
    "a file that is cut": ("damaged file", cut),
    "an empty file": ("damaged file", put(f"{ACTORS}/{'1' * 32}.parquet", b"")),
    "articles under another day": (
        "wrong day",
        lambda root: moved(root, "articles", f"published_date=2026-02-01/{'2' * 32}.parquet"),
    ),
    "a copied file": ("twice", copied),
    "an id that is none": (
        "bad id", lambda root: changed(root, "articles", lambda a: replace(a, article_id="../x")),
    ),
    "a text that was changed": (
        "changed text", lambda root: changed(root, "articles", lambda a: replace(a, text="Else.")),
    ),
    "a mention at another place": ("wrong place", lambda root: changed(root, "actors", misplaced)),
    "a quotation with other words": (
        "wrong place", lambda root: changed(root, "quotes", lambda q: replace(q, quote="Else")),
    ),
    "a mention past the end": (
        "wrong place",
        lambda root: changed(
            root, "actors",
            lambda a: replace(a, mentions=(replace(a.mentions[0], start_char=400, end_char=404),)),
        ),
    ),
    "annotations of no article": (
        "no article",
        lambda root: changed(root, "topics", lambda t: replace(t, revision="f" * 32)),
    ),
    "a run that does not balance": (
        "unbalanced run", lambda root: changed(root, "runs", lambda r: replace(r, written=0)),
    ),
    "a letter that is no JSON": (
        "bad letter", lambda root: changed(root, "failures", lambda f: replace(f, element="{")),
    ),
    "a letter under another name": (
        "bad letter",
        lambda root: moved(root, "failures", f"failed_date={DAY}/{'3' * 32}.parquet"),
    ),
    "a letter that is gone": ("lost letter", lambda root: file_of(root, "failures").unlink()),
    "articles that are gone": ("lost article", lambda root: file_of(root, "articles").unlink()),
    "an article that was to stay out": (
        "forgotten, and there", put(f"state/forgotten/article/{article(1).article_id}.json", b"{}"),
    ),
    "claims that are damaged": ("damaged claims", lambda root: claims_file(root).write_bytes(b"[")),
    "claims that are gone": ("no claim", lambda root: claims_file(root).unlink()),
    "a feed's memory that is damaged": (
        "damaged memory", put("state/feeds/a.json", gzip.compress(b"{}")),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("way", "corrupt"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_each_corruption_is_found(way, corrupt, tmp_path):
    fill(open_lake(str(tmp_path)))
    corrupt(tmp_path)
    found = {finding.what: finding for finding in check_lake(open_lake(str(tmp_path)))}
    assert way in found
    assert found[way].where
    assert found[way].to_do == WAYS[way]


def test_a_sound_lake_is_sound_and_nothing_is_written(lake: Lake):
    fill(lake)
    before = lake.list("")
    assert check_lake(lake) == []
    assert lake.list("") == before


def test_the_commands_answer_in_one_screen(tmp_path, capsys, caplog):
    caplog.set_level("INFO", logger="newsbeam")
    fill(open_lake(str(tmp_path)))
    assert command.main(parse(["check", str(tmp_path)])) == 0
    assert "all is right" in caplog.text
    assert command.main(parse(["lake", str(tmp_path), "--format", "csv"])) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith(f"articles,6,1,{DAY},{DAY},2,")
    assert [line.split(",")[0] for line in said[-2:]] == ["raw/", "state/"]
    cut(tmp_path)
    assert command.main(parse(["check", str(tmp_path), "--format", "csv"])) == 1
    assert "damaged file,1," in capsys.readouterr().out
