"""The README promises only what is there: its commands parse, its links lead, its SQL answers."""

import re
import shlex
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsbeam.analysis.query import open_record
from newsbeam.pipeline.command_line import parse

from .sample_lake import END, FolderLake, found, make_actor, make_article, make_quote, write_rows

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def command_lines(text: str) -> list[str]:
    """Every `newsbeam …` in a block of code."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.M | re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.match(r"newsbeam [a-z]", line)]


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
    assert any("--streaming" in line for line in lines)
    assert {line.split()[1] for line in lines} >= {"run", "top", "query", "report"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_line_that_is_shown_can_be_given(page: Path):
    for line in command_lines(page.read_text(encoding="utf-8")):
        words = shlex.split(line.replace("…", ""), comments=True)[1:]
        until = next((n for n, word in enumerate(words) if word in ("|", ">", "&&")), len(words))
        if "--help" not in words:
            assert parse(words[:until]).command == words[0], line


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


def test_the_question_in_the_readme_is_answered_with_role_and_paragraph(tmp_path):
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
    sql = re.search(r"```sql\n(.*?)```", README, re.DOTALL)[1]
    with open_record(FolderLake(tmp_path)) as record:
        assert found(record, sql) == [
            (date(2026, 3, 31), "Nino Beridze", "Foreign Minister", "We have a text,", said)
        ]
