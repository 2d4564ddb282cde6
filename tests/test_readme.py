"""The README promises only what is there: its commands parse, its links lead, its SQL answers."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from lake_rows import rows
from newsbeam.analysis.query import Record, open_record
from newsbeam.analysis.questions import top_actors
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.errors import DONE
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.reading_options import QueryOptions
from newsbeam.schemas.document import Document
from publisher import Publisher

from .sample_lake import (
    END,
    FolderLake,
    found,
    make_actor,
    make_article,
    make_quote,
    write_rows,
    write_sample_lake,
)

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTIONS = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code of a page, in one language."""
    return re.findall(rf"^```(?:{language})\n(.*?)^```", text, re.M | re.S)


def command_lines(text: str) -> list[list[str]]:
    """Every `newsbeam …` in a block of code, in words; SQL may go on over several lines."""
    found = []
    for block in blocks(text, "[a-z]*"):
        for begin in re.finditer(r"^newsbeam [a-z].*", block, re.M):
            line = block[begin.start() :] if begin[0].count('"') % 2 else begin[0]
            closed = re.match(r'(?:[^"\n]|"[^"]*")*', line)
            words = shlex.split(closed[0].replace("…", ""), comments=True)[1:]
            until = next((n for n, word in enumerate(words) if word in ("|", ">", "&&")), None)
            found.append(words[:until])
    return found


def mentioned(text: str) -> list[str]:
    """Every `newsbeam …` between backticks in a sentence; what goes without saying is left out."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    return [span for span in spans if re.match(r"newsbeam [a-z]", span)]


def links(text: str) -> list[str]:
    """Where a page leads within the repository."""
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    return [target for target in targets if "://" not in target]


def test_the_readme_shows_how_to_run_poll_stream_and_ask():
    lines = command_lines(README)
    assert len(lines) >= 5
    assert any("--streaming" in words for words in lines)
    assert {words[0] for words in lines if words} >= {"run", "top", "query", "report"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_line_that_is_shown_can_be_given(page: Path):
    for words in command_lines(page.read_text(encoding="utf-8")):
        if "--help" not in words:
            assert parse(words).command == words[0], words


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with open_record(write_sample_lake(tmp_path_factory.mktemp("sample"))) as record:
        yield record


def queries(text: str) -> list[str]:
    """The SQL of the commands that a page shows."""
    asked = [parse(words) for words in command_lines(text) if "query" in words[:1]]
    return [options.sql for options in asked if isinstance(options, QueryOptions)]


@pytest.mark.parametrize("sql", [*queries(README), *queries(QUESTIONS)])
def test_every_query_that_can_be_pasted_is_answered(sample: Record, sql: str):
    assert sample.answer(sql).num_rows > 0


def test_there_are_five_questions_and_each_says_what_it_promises(sample: Record):
    quoted, topics, beside, broken, weeks = (found(sample, sql) for sql in queries(QUESTIONS))
    assert [n for *_, n in quoted] == sorted((n for *_, n in quoted), reverse=True)
    assert ("Nino Beridze", "foreign minister") in [row[:2] for row in quoted]
    assert len(topics) == 5
    assert "European Union" in [name for name, _ in beside]
    assert "Armenia" not in [name for name, _ in beside]
    assert [(feed, state) for feed, state, *_ in broken] == [
        ("https://baku-wire.example/feed", "timeout")
    ]
    assert broken[0][3] == END - timedelta(days=3)  # the day on which it was last read
    change = [after[3] - before[3] for before, after in pairwise(weeks)]
    assert [row[4] for row in weeks] == [None, *change]


def test_the_python_that_is_shown_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sample: Record
):
    write_sample_lake(tmp_path / "demo-lake")
    monkeypatch.chdir(tmp_path)
    said: dict[str, object] = {}
    for block in blocks(QUESTIONS, "python"):
        exec(block, said)
    assert len(said["rows"]) == 5
    assert said["latest"].num_rows == sample.answer("SELECT * FROM articles").num_rows
    assert said["named"].num_rows == sample.answer("SELECT * FROM actors_all").num_rows
    assert said["actors"].equals(top_actors(sample, limit=10))


def test_the_line_for_cron_works_without_any_environment(tmp_path: Path):
    (line,) = re.findall(r"^ *\*/10 \* \* \* \* (.*)$", README, re.M)
    script = Path(sys.executable).parent / "newsbeam"
    if not script.exists():
        pytest.skip("newsbeam is not installed in this environment")
    with Publisher(tick=3) as publisher:
        (tmp_path / "feeds.toml").write_text(
            "".join(f'[[feed]]\nurl = "{url}"\n' for url in publisher.feeds)
        )
        here = line.replace("/srv/newsbeam/.venv/bin/newsbeam", str(script))
        here = here.replace("/srv/news", str(tmp_path))
        own = " --allow-network 127.0.0.0/8 --per-host-delay 0 2>>"  # it is here
        done = subprocess.run(
            ["/bin/sh", "-c", here.replace(" 2>>", own)],
            env={"HOME": str(tmp_path)}, cwd="/", capture_output=True, timeout=100, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (DONE, b"", b"")
    assert (tmp_path / "errors.log").read_text() == ""
    assert len(rows(str(tmp_path / "lake"), "articles")) == 3


def test_the_feed_list_that_is_shown_is_one(tmp_path: Path):
    (tmp_path / "feeds.toml").write_text(blocks(README, "toml")[0])
    (feed,) = load_feeds([str(tmp_path / "feeds.toml")])
    assert (feed.name, feed.source, feed.country) == ("Civil Georgia", "civil.ge", "GEO")


def test_the_readme_is_short_and_names_every_field_of_a_document():
    assert len(README.splitlines()) <= 150
    assert [f.name for f in fields(Document) if f"`{f.name}`" not in README] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_that_is_mentioned_has_such_flags(
    page: Path, capsys: pytest.CaptureFixture[str]
):
    for span in mentioned(page.read_text(encoding="utf-8")):
        words = span.split()[1:]
        with pytest.raises(SystemExit):
            parse([words[0], "--help"])
        helped = capsys.readouterr().out
        assert [word for word in words if word.startswith("--") and word not in helped] == [], span


def test_the_readme_names_the_two_commands_that_a_newcomer_needs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.M)


def test_every_make_command_that_is_shown_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = {name for page in PAGES for name in re.findall(r"`make ([a-z]+)", page.read_text())}
    assert {name for name in shown if not re.search(rf"^{name}:", makefile, re.M)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(page: Path):
    missing = [to for to in links(page.read_text("utf-8")) if not (page.parent / to).exists()]
    assert missing == []


def test_the_question_with_its_paragraph_is_answered_with_role_and_paragraph(tmp_path):
    said = "Foreign Minister Nino Beridze was cheerful. “We have a text,” she said."
    talks = make_article(
        "https://a.example/1", "Round four", f"The Geneva Transit Talks ended.\n{said}\nIt rained."
    )
    april = replace(talks, article_id="later", published_at=END + timedelta(days=1))
    nino = make_actor(talks, "Nino Beridze", "person", "x:nino", "Foreign Minister")
    hosts = [
        make_actor(article, "Geneva Transit Talks", "organisation", "x:talks", None)
        for article in (talks, april)
    ]
    write_rows(tmp_path, "articles", [talks, april])
    later = {"article_id": "later", "published_at": april.published_at}
    write_rows(tmp_path, "actors", [nino, replace(nino, **later), *hosts])
    quote = make_quote(talks, "We have a text,", nino, "say")
    write_rows(tmp_path, "quotes", [quote, replace(quote, **later)])
    sql = blocks(QUESTIONS, "sql")[0]
    with open_record(FolderLake(tmp_path)) as record:
        assert found(record, sql) == [
            (date(2026, 3, 31), "Nino Beridze", "Foreign Minister", "We have a text,", said)
        ]
