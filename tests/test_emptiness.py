"""An answer without rows says why, on standard error; what is no lake is refused."""

from pathlib import Path

import pytest

from as_typed import asked
from newsbeam.pipeline.errors import DONE, WRONG_USAGE
from newsbeam.schemas.ledger import Poll
from newsbeam.transforms.lake.storage import Lake
from newsbeam.transforms.lake.tables import is_lake

from .sample_lake import END, make_article, write_rows, write_sample_lake


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_lake(tmp_path_factory.mktemp("sample") / "lake").root


HELD = "the lake holds articles from 15 February 2026 to 31 March 2026"


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("--since 2026-05-01", f"nothing in that period: {HELD}"),
        ("--until 1999-12-31", f"nothing in that period: {HELD}"),
        ("--since 2026-05-01 --source nosuch --language xx", f"nothing in that period: {HELD}"),
        ("--source tbilisi-pots.example",
         'no source "tbilisi-pots.example": the nearest is tbilisi-post.example (Tbilisi Post)'),
        ("--source baku", 'no source "baku": the nearest is baku-wire.example (Baku Wire)'),
        ("--source листок",
         'no source "листок": the nearest is kavkaz.example (Кавказский листок)'),
        ("--source %", 'no source "%": there are 6, e.g. '),
        ("--source % --until 2026-03-31", 'no source "%" in that period: there are 6, e.g. '),
        ("--language english",
         'no article in "english": the lake has en, ka, ru (ISO 639-1)'),
        ("--language ka --source kavkaz.example",
         'no article in "ka": kavkaz.example has ru (ISO 639-1)'),
        ("--min-confidence 0.95", "no actors that are so sure (0.95 or more) in 402 articles"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format", ["csv", "json", "table"])
def test_an_answer_without_rows_says_why(question, why, format, sample, capsys):
    words = f"top actors {question} --format {format} --lake".split()
    code, out, err = asked(capsys, *words, sample)
    assert code == DONE
    assert err.count("\n") == 1
    assert why in err
    assert len(out.splitlines()) == {"csv": 1, "json": 0, "table": 2}[format]


def test_an_answer_with_rows_and_a_quiet_one_say_nothing(sample, capsys):
    assert asked(capsys, "top", "sources", "--lake", sample)[2] == ""
    assert asked(capsys, "top", "sources", "--since", "1d", "--quiet", "--lake", sample)[2] == ""


def test_a_source_may_be_called_by_its_name_where_it_alone_has_it(tmp_path, capsys):
    names = {"a.example": "The Post", "b.example": "The Post", "c.example": "c", "d.example": "d"}
    write_rows(
        tmp_path, "articles",
        [
            make_article(f"https://{source}/1", "t", "t", source=source, source_name=name)
            for source, name in names.items()
        ],
    )  # fmt: skip

    def found(source: str) -> tuple[list[str], str]:
        words = ["top", "sources", "--format", "csv", "--lake", tmp_path, "--source", source]
        _, out, err = asked(capsys, *words)
        return [line.split(",")[0] for line in out.splitlines()[1:]], err

    assert found("C") == (["c.example"], "")
    assert found("A.example") == (["a.example"], "")
    assert found("the post") == (
        [], 'no source "the post": 2 sources have that name: a.example, b.example\n'
    )  # fmt: skip


def test_a_question_says_when_articles_are_there_and_what_is_asked_for_is_not(tmp_path, capsys):
    write_rows(tmp_path, "articles", [make_article("https://a.example/1", "t", "t")])
    _, _, err = asked(capsys, "top", "topics", "--lake", tmp_path)
    assert err == "no topics in 1 article\n"


def test_a_lake_without_articles_says_what_its_polls_say(tmp_path, capsys):
    at = {"feed_id": "f", "feed_url": "https://a.example/feed", "source": "a", "polled_at": END}
    write_rows(tmp_path, "polls", [Poll(**at, status="timeout")])
    _, _, err = asked(capsys, "top", "actors", "--since", "7d", "--lake", tmp_path)
    assert err.startswith("no article yet, though feeds were polled on 31 March 2026: newsbeam qu")
    (tmp_path / "state" / "runs").mkdir(parents=True)
    (path,) = (tmp_path / "polls").rglob("*.parquet")
    path.unlink()
    assert "no feed was asked" in asked(capsys, "top", "actors", "--lake", tmp_path)[2]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("FROM articles WHERE title = 'x'",
         "no row; articles has 402, from 15 February 2026 to 31 March 2026\n"),
        ("SELECT * FROM Actors JOIN articles_all USING (revision) WHERE false",
         "no row; actors has 802, from 15 February 2026 to 31 March 2026; articles_all has 403, "),
        ("SELECT 1 WHERE false", "no row\n"),
    ],
)  # fmt: skip
def test_a_query_without_rows_says_how_many_there_are(sql, why, sample, capsys):
    code, out, err = asked(capsys, "query", sql, "--format", "json", "--lake", sample)
    assert (code, out) == (DONE, "")
    assert err.startswith(why)


def test_a_query_says_where_a_table_has_no_rows_at_all(tmp_path, capsys):
    write_rows(tmp_path, "articles", [make_article("https://a.example/1", "t", "t")])
    assert (
        asked(capsys, "query", "FROM quotes", "--lake", tmp_path)[2] == "no row; quotes has none\n"
    )


@pytest.mark.parametrize("command", ["query VALUES(1)", "top actors", "report --out r.html"])
def test_a_folder_that_is_no_lake_is_refused(command, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for inside in ("articles/2026", "state/terraform", "quotes", "pictures"):
        Path("shots", inside).mkdir(parents=True)
    for folder in ("shots", "nowhere"):
        code, out, err = asked(capsys, *command.split(), "--lake", folder)
        assert (code, out, err.count("\n")) == (WRONG_USAGE, "", 1)
        assert f"{tmp_path}/{folder} is no lake" in err
    assert [path.name for path in tmp_path.iterdir()] == ["shots"]


@pytest.mark.parametrize(
    "name",
    [
        "polls/polled_date=2026-03-01/x.parquet",
        "state/feeds/a.json",
        "state/runs/a.json",
    ],
)
def test_a_lake_is_one_as_soon_as_a_run_has_written_anything(name, lake: Lake):
    assert not is_lake(lake)
    lake.put_new("articles/notes.txt", b"mine")
    assert not is_lake(lake)
    lake.put_new(name, b"{}")
    assert is_lake(lake)
