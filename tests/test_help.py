"""What `--help` says: words for everything, examples that work, in the width of a terminal."""

import re
import shlex

import pytest

from newsbeam.pipeline.command_line import parse, parsers
from newsbeam.pipeline.commands import COMMANDS
from newsbeam.pipeline.options import RunOptions


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_of_itself(command: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as left:
        parse([command, "--help"])
    assert left.value.code == 0
    assert f"examples:\n  newsbeam {command}" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_of_the_help_can_be_given(command: str):
    for example in COMMANDS[command][3]:
        words = shlex.split(example)
        until = next((n for n, word in enumerate(words) if word in ("|", ">")), len(words))
        assert parse([command, *words[:until]]).command == command


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_has_words_for_every_flag(command: str):
    words = parsers()[1][command].words
    assert words.keys() >= {"--quiet", "--verbose", "--log-format"}
    assert [flag for flag, said in words.items() if len(said.split()) < 2] == []


@pytest.mark.parametrize("words", [[], *([command] for command in COMMANDS)])
def test_the_help_fits_in_eighty_columns(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        parse([*words, "--help"])
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


def test_the_help_says_what_holds_where_nothing_is_said(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        parse(["run", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    unsaid = RunOptions(lake="lake")
    for default in (unsaid.max_items, 5, unsaid.user_agent, unsaid.runner, unsaid.model):
        assert f"(default: {default})" in shown


@pytest.mark.parametrize(
    ("words", "same"), [([], ["--help"]), (["help"], ["--help"]), (["help", "run"], ["run", "-h"])]
)
def test_help_is_also_shown_to_those_who_ask_otherwise(
    words: list[str], same: list[str], capsys: pytest.CaptureFixture[str]
):
    shown = []
    for asked in (words, same):
        with pytest.raises(SystemExit) as left:
            parse(asked)
        assert left.value.code == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]


def test_the_help_tells_the_story_and_names_every_command(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as left:
        parse(["--help"])
    shown = capsys.readouterr().out
    assert left.value.code == 0
    assert "Start with: newsbeam demo" in shown
    assert all(re.search(rf"\n    {command}\s", shown) for command in COMMANDS)
