"""The command line: what is understood, what is refused, and with which words."""

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import COMMANDS
from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.options import USER_AGENT, RunOptions
from newsbeam.pipeline.values import moment
from newsbeam.transforms.text.nlp import DEFAULT_MODEL

RUN = ["run", "feeds.txt", "--lake", "lake"]
HERE = str(Path("lake").absolute())


def refusal(argv: list[str]) -> str:
    """The one line that a wrong command line is answered with."""
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ("demo", {"lake": None, "open": False}),
        ("demo --lake lake --open", {"lake": HERE, "open": True}),
        ("run a.txt https://b.example/feed --lake lake",
         {"feeds": ("a.txt", "https://b.example/feed"), "lake": HERE, "streaming": False}),
        ("run - --lake gs://news/record --streaming --every 60s",
         {"feeds": ("-",), "lake": "gs://news/record", "streaming": True, "every": 60.0}),
        ("run --documents a.jsonl b.jsonl.gz - --lake lake",
         {"documents": ("a.jsonl", "b.jsonl.gz", "-"), "feeds": ()}),
        ("run f --lake lake --no-pages --max-items 9 --per-host-delay 2s --user-agent me/1",
         {"pages": False, "max_items": 9, "per_host_delay": 2.0, "user_agent": "me/1"}),
        ("run f --lake lake --runner FlinkRunner --model my_model --shards 8",
         {"runner": "FlinkRunner", "model": "my_model", "shards": 8, "beam_flags": ()}),
        ("parse a.xml -", {"files": ("a.xml", "-")}),
        ("extract page.html", {"files": ("page.html",)}),
        ("enrich a.jsonl --model my_model", {"files": ("a.jsonl",), "model": "my_model"}),
        ("schema articles", {"table": "articles"}),
        ("query SQL --lake lake --format csv", {"sql": "SQL", "format": "csv"}),
        ("top topics --lake lake --limit 3 --source civil.ge --language ka",
         {"what": "topics", "limit": 3, "source": "civil.ge", "language": "ka"}),
        ("report --lake lake --out r.html", {"out": "r.html"}),
        ("parse a --quiet --log-format json", {"quiet": True, "log_format": "json"}),
    ],
)  # fmt: skip
def test_a_command_is_read_as_it_is_meant(argv: str, said: dict[str, object]):
    options = parse(argv.split())
    assert options.command == argv.split()[0]
    assert {name: getattr(options, name) for name in said} == said


def test_what_is_not_said_has_its_default():
    options = parse(RUN)
    assert options == RunOptions(feeds=("feeds.txt",), lake=HERE)
    assert (options.model, options.user_agent) == (DEFAULT_MODEL, USER_AGENT)
    assert "newsbeam/" in USER_AGENT
    assert "https://" in USER_AGENT  # publishers can find out who asks


def test_every_command_that_can_be_asked_for_can_be_run():
    for file, *_ in COMMANDS.values():
        assert callable(import_module(f"newsbeam.pipeline.commands.{file}").main)


def test_a_command_has_no_options_but_its_own():
    assert set(vars(parse(["schema", "articles"]))) == {
        "command", "table", "quiet", "verbose", "log_format",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "near"),
    [
        ([*RUN, "--streming"], "--streaming"),
        ([*RUN, "--allow-netwrk=10.0.0.0/8"], "--allow-network"),
        ([*RUN, "--paralelism", "2"], "--parallelism"),  # Beam's
        ([*RUN, "--flink_mastr=x"], "--flink_master"),  # Beam's
        ([*RUN, "--checkpoint-interval=1"], "--checkpointing_interval"),  # Flink's job server's
        (["top", "actors", "--lake", "lake", "--sins", "7d"], "--since"),
        (["parse", "a", "--quite"], "--quiet"),
    ],
)
def test_a_flag_that_nobody_knows_is_refused_and_the_nearest_is_named(argv: list[str], near: str):
    assert f"did you mean {near}?" in refusal(argv)


def test_a_flag_that_is_near_to_nothing_is_refused_all_the_same():
    assert refusal([*RUN, "--zzzzzz"]) == "--zzzzzz is not known (see --help)"
    assert refusal([*RUN, "--out", "r.html"]) == "--out is not known (see --help)"
    assert "-x is not known" in refusal([*RUN, "-x"])


def test_a_flag_is_never_guessed_from_its_beginning():
    assert "did you mean --streaming?" in refusal([*RUN, "--stream"])


def test_the_flags_of_beam_are_passed_on_in_the_spelling_that_beam_reads():
    flags = ["--project", "news", "--temp_location=gs://b/t", "--parallelism", "2", "--no_auth"]
    assert parse([*RUN, *flags]).beam_flags == tuple(flags)
    assert parse([*RUN, "--flink-master=[a-b]"]).beam_flags == ("--flink_master=[a-b]",)


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ("--direct_num_workers=many", "'many'"),
        ("--direct_running_mode=somehow", "'multi_processing'"),
        ("--gcs_custom_audit_entries={", "cannot be read"),
    ],
)
def test_a_flag_of_beam_with_a_value_that_is_none_is_refused(flag: str, why: str):
    assert why in refusal([*RUN, flag])
    assert "flag of Beam" in refusal([*RUN, flag])


def test_the_flags_of_beam_belong_to_run_alone():
    assert "--project" in refusal(["parse", "a.xml", "--project", "news"])


@pytest.mark.parametrize(
    "argv",
    [
        ["run", "a.txt", "--lake", "lake", "b.txt"],
        ["run", "a.txt", "--lake", "lake", "--parallelism", "2", "b.txt"],
        ["run", "a.txt", "--lake", "lake", "--parallelism=2", "b.txt"],
        ["run", "a.txt", "--lake", "lake", "b.txt", "--parallelism", "2"],
    ],
)
def test_a_feed_list_is_never_lost_among_the_flags(argv: list[str]):
    assert "b.txt stands among the flags" in refusal(argv)


def test_the_value_of_a_flag_of_beam_is_never_taken_for_a_feed():
    assert "--parallelism=VALUE" in refusal(
        ["run", "--parallelism", "2", "a.txt", "--lake", "lake"]
    )


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["rum"], "rum is no command; did you mean run?"),
        (["Run", "f"], "did you mean run?"),
        (["help", "rum"], "did you mean run?"),
        (["--verison"], "did you mean --version?"),
        (["query", "q.sql", "--lake", "lake"], "did you mean --file q.sql?"),
        (["version"], "did you mean --version?"),
        (["serve"], "serve is no command (newsbeam --help shows all)"),
        (["https://a.example/feed"], "did you mean newsbeam run https://a.example/feed?"),
        (["--quiet", "run", "f", "--lake", "lake"], "begin with the command"),
        (["run", "f"], "--lake is missing: a folder, or gs://bucket/prefix"),
        (["run", "--lake", "lake"], "name at least one feed, or --documents FILE"),
        ([*RUN, "--every", "60s"], "--every is for --streaming"),
        ([*RUN, "--streaming=true"], "--streaming takes no value"),
        ([*RUN, "–streaming"], "–streaming is not known; did you mean --streaming?"),
        (["demo", "--lake", "gs://bucket/x"], "on this machine"),
        (["query", "SELECT", "1", "--lake", "lake"], "1 is one word too many"),
        (["run", "f", "--documents", "d", "--lake", "lake"], "not both"),
        (["run", "--documents", "d", "--lake", "lake", "--streaming"], "--streaming"),
        ([*RUN, "--streaming", "--every", "0.5s"], "at least 1s"),
        ([*RUN, "--streaming", "--every", "soon"], "'soon' is no length of time"),
        ([*RUN, "--streaming", "--every", "9" * 400], "--every"),
        ([*RUN, "--max-items", "0"], "no whole number above 0"),
        ([*RUN, "--shards", "0"], "no whole number above 0"),
        ([*RUN, "--max-items", "-1"], "--max-items"),
        ([*RUN, "--user-agent", " "], "may not be empty"),
        ([*RUN, "--user-agent", "me\r\nCookie: x"], "--user-agent"),
        ([*RUN, "--log-format", "xml"], "'xml'"),
        (["schema", "article"], "'articles'"),
        (["schema", "articles", "actors"], "actors"),
        (["top", "actor", "--lake", "lake"], "'actors'"),
        (["parse"], "FILE"),
        (["report", "--lake", "lake"], "--out"),
        (["query", "--lake", "lake"], "SQL"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(argv: list[str], why: str):
    assert why in refusal(argv)


def test_a_refusal_names_the_help_that_can_be_asked_for():
    assert "(newsbeam run --help shows the way)" in refusal(["run", "f"])
    assert "(newsbeam --help shows all)" in refusal(["rum"])


@pytest.mark.parametrize(
    "argv",
    [
        "run f --lak lake",
        "run f -lake lake",
        "run f --LAKE lake",
        "run f –lake lake",
        "run f --lak=lake --parallelism 2",
        "query --lak lake SELECT",
        "top --lak lake actors",
    ],
)
def test_a_flag_that_is_spelt_wrong_is_named_rather_than_what_is_missing_for_it(argv: str):
    assert refusal(argv.split()).endswith("is not known; did you mean --lake?")


def test_a_flag_of_beam_is_not_taken_for_one_that_is_spelt_wrong():
    assert refusal(["run", "f", "--parallelism", "2"]).startswith("--lake is missing")


def test_times_are_dates_moments_or_how_long_ago():
    assert moment("2026-03-01") == datetime(2026, 3, 1, tzinfo=UTC)
    assert moment("2026-03-01T12:00Z") == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert moment("2026-03-01T12:00+04:00") == datetime(2026, 3, 1, 8, tzinfo=UTC)
    ago, now = {text: moment(text) for text in ("7d", "24h", "90m")}, datetime.now(UTC)
    assert {text: (now - then).total_seconds() // 60 for text, then in ago.items()} == {
        "7d": 7 * 24 * 60, "24h": 24 * 60, "90m": 90,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "7x", "", "-7d", "99999999d"])
def test_what_is_no_time_is_refused(text: str):
    assert "--since" in refusal(["top", "actors", "--lake", "lake", f"--since={text}"])


def test_ranges_of_addresses_are_cidr_and_may_be_several():
    flags = ["--allow-network", "127.0.0.1/8", "--allow-network", "::1", "--allow-network=10.1.2.3"]
    assert parse([*RUN, *flags]).allow_network == ("127.0.0.0/8", "::1/128", "10.1.2.3/32")
    for wrong in ("localhost", "300.0.0.0/8", "10.0.0.0/40", ""):
        assert "is no range" in refusal([*RUN, f"--allow-network={wrong}"])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("lake", HERE),
        ("./lake/", HERE),
        ("~/lake", str(Path.home() / "lake")),
        ("gs://news/record/", "gs://news/record"),
    ],
)
def test_a_lake_is_a_folder_or_a_place_in_a_bucket(text: str, address: str):
    assert parse(["run", "f", "--lake", text]).lake == address


@pytest.mark.parametrize(
    "text", ["", " ", "s3://news/record", "https://x.example", "gs://", "a\0b"]
)
def test_a_lake_is_nowhere_else(text: str):
    assert "argument --lake" in refusal(["run", "f", "--lake", text])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("gs:/news/record", "gs://news/record"),
        ("gs:news/record", "gs://news/record"),
        ("GS://news/record", "gs://news/record"),
        ("gcs://news/record", "gs://news/record"),
        ("file:///srv/lake", "/srv/lake"),
    ],
)
def test_a_lake_that_is_spelt_nearly_right_is_no_new_folder(text: str, meant: str):
    assert f"did you mean {meant}?" in refusal(["run", "f", "--lake", text])


def test_a_lake_that_is_a_file_is_refused(tmp_path: Path):
    (tmp_path / "feeds.txt").write_text("")
    assert "is no folder" in refusal(["run", "f", "--lake", str(tmp_path / "feeds.txt")])


def test_a_file_is_written_where_one_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def answer(out: object) -> str:
        return refusal(["report", "--lake", "lake", "--out", str(out)])

    assert f"{tmp_path}/none is no folder: make it" in answer(tmp_path / "none/r.html")
    assert f"{tmp_path} is a folder: name a file, as {tmp_path}/report.html" in answer(tmp_path)
    assert "a name is needed, as report.html" in answer("")
    monkeypatch.setattr("os.access", lambda *_: False)  # who runs the tests may be root
    assert f"{tmp_path}/r.html may not be written" in answer(tmp_path / "r.html")
