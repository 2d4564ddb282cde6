"""What newsbeam tells each engine, and what it refuses."""

import os
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import (
    FlinkRunnerOptions,
    PipelineOptions,
    PortableOptions,
    StandardOptions,
)

from newsbeam.pipeline import engines
from newsbeam.pipeline.beam_flags import FLINK_FLAGS
from newsbeam.pipeline.engines import engine_flags


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that holds both engines, by name alone, and a Java to be found."""
    monkeypatch.setenv("NEWSBEAM_CACHE", str(tmp_path))
    for path in (engines.prism_binary(), engines.flink_jar(), tmp_path / "bin" / "java"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def refusal(runner: str, *flags: str) -> str:
    with pytest.raises(ValueError, match=r"[.?]$") as caught:
        engine_flags(runner, list(flags), streaming=True)
    return str(caught.value)


def test_without_a_runner_the_local_one_is_named_so_that_beam_does_not_choose():
    assert engine_flags("", ["--job_name=x"], streaming=False) == [
        "--runner=FnApiRunner",
        "--job_name=x",
    ]


@pytest.mark.parametrize("runner", ["DataflowRunner", "DirectRunner"])
def test_flags_of_other_engines_pass_through(runner: str):
    flags = ["--project=news", "--region", "europe-west1"]
    assert engine_flags(runner, flags, streaming=False) == [f"--runner={runner}", *flags]


@pytest.mark.parametrize(
    ("runner", "meant"),
    [
        ("flinkrunner", "FlinkRunner"),
        ("Flink", "FlinkRunner"),
        ("prism", "PrismRunner"),
        ("bundlebaseddirectrunner", "BundleBasedDirectRunner"),
        ("FnAPIRunner", "FnApiRunner"),
    ],
)
def test_a_runner_that_only_beam_would_recognise_is_not_run_without_what_it_needs(
    runner: str, meant: str
):
    assert refusal(runner) == f"there is no {runner}; did you mean {meant}?"


def test_a_runner_that_is_near_to_none_is_answered_with_those_there_are():
    assert "FlinkRunner, FnApiRunner" in refusal("Storm")


@pytest.mark.parametrize("runner", ["DaskRunner", "BundleBasedDirectRunner"])
def test_runners_that_go_wrong_silently_are_refused(runner: str):
    assert runner in refusal(runner)


def test_prism_comes_from_the_cache_and_runs_for_a_year(cache: Path):
    flags = engine_flags("PrismRunner", [], streaming=True)
    options = PipelineOptions(flags)
    assert f"--prism_location={engines.prism_binary()}" in flags
    assert options.view_as(PortableOptions).environment_type == "LOOPBACK"
    assert options.view_as(PortableOptions).job_server_timeout == 365 * 24 * 3600
    assert options.view_as(StandardOptions).streaming


def test_a_pass_is_not_a_stream(cache: Path):
    flags = engine_flags("PrismRunner", [], streaming=False)
    assert not PipelineOptions(flags).view_as(StandardOptions).streaming


def test_what_the_user_says_wins_and_is_said_once(cache: Path):
    mine = ["--prism_location", "/opt/prism", "--streaming", "--job_server_timeout=9"]
    flags = engine_flags("PrismRunner", mine, streaming=True)
    assert flags == ["--runner=PrismRunner", "--environment_type=LOOPBACK", *mine]


def test_embedded_flink_is_one_word_to_the_user(cache: Path):
    flags = engine_flags("FlinkRunner", [], streaming=True)
    options = PipelineOptions([flag for flag in flags if "finish_bundle" not in flag])
    assert options.view_as(FlinkRunnerOptions).flink_master == "[local]"
    assert options.view_as(FlinkRunnerOptions).flink_job_server_jar == str(engines.flink_jar())
    assert options.view_as(PortableOptions).environment_type == "LOOPBACK"


@pytest.mark.parametrize(
    "said", [[], ["--checkpointing_interval=1000"], ["--state_backend=rocksdb"]], ids=str
)
@pytest.mark.parametrize("streaming", [True, False])
def test_flink_never_takes_a_checkpoint_within_a_bundle(
    cache: Path, said: list[str], streaming: bool
):
    flags = engine_flags("FlinkRunner", said, streaming)
    assert flags.count("--finish_bundle_before_checkpointing") == 1


def test_a_user_who_says_the_safe_thing_is_not_contradicted(cache: Path):
    said = ["--finish_bundle_before_checkpointing", "--checkpointing_interval=1000"]
    flags = engine_flags("FlinkRunner", said, streaming=True)
    assert flags.count("--finish_bundle_before_checkpointing") == 1


@pytest.mark.parametrize(
    "unsafe",
    [
        ["--finish_bundle_before_checkpointing=false"],
        ["--finish-bundle-before-checkpointing", "False"],
        ["--shutdown_sources_after_idle_ms=0"],
        ["--shutdown_sources_after_idle_ms", "0"],
    ],
    ids=" ".join,
)
def test_flags_that_lose_data_are_refused(cache: Path, unsafe: list[str]):
    sentence = refusal("FlinkRunner", "--checkpointing_interval=1000", *unsafe)
    assert unsafe[0].partition("=")[0].replace("-", "_") in sentence.replace("-", "_")


def test_with_checkpoints_a_job_that_always_fails_is_not_tried_for_ever(cache: Path):
    with_checkpoints = engine_flags("FlinkRunner", ["--checkpointing_interval", "1000"], True)
    assert "--number_of_execution_retries=3" in with_checkpoints
    patient = ["--checkpointing_interval=1000", "--number_of_execution_retries=99"]
    assert "--number_of_execution_retries=3" not in engine_flags("FlinkRunner", patient, True)


def test_the_users_jvm_properties_come_last_where_java_lets_them_win(cache: Path):
    mine = "--job_server_jvm_properties=-Xmx4g"
    flags = engine_flags("FlinkRunner", [mine], streaming=True)
    assert flags.index("--job_server_jvm_properties=-Xmx512m") < flags.index(mine)


def test_a_flink_cluster_needs_a_place_for_python(cache: Path):
    sentence = refusal("FlinkRunner", "--flink_master=flink:8081")
    assert "flink:8081" in sentence
    assert "--environment_type=EXTERNAL" in sentence
    flags = engine_flags(
        "FlinkRunner", ["--flink_master=flink:8081", "--environment_type=EXTERNAL"], True
    )
    assert "--environment_type=LOOPBACK" not in flags


@pytest.mark.parametrize("runner", ["PrismRunner", "FlinkRunner"])
def test_an_engine_that_is_not_there_is_a_sentence_that_says_what_to_run(
    cache: Path, monkeypatch: pytest.MonkeyPatch, runner: str
):
    monkeypatch.setenv("NEWSBEAM_CACHE", str(cache / "empty"))
    assert "`make engines`" in refusal(runner)
    assert str(cache / "empty") in refusal(runner)


def test_flink_without_java_says_so(cache: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(cache))
    assert "Java" in refusal("FlinkRunner")


def test_a_job_server_that_runs_elsewhere_needs_nothing_here(
    cache: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NEWSBEAM_CACHE", str(cache / "empty"))
    monkeypatch.setenv("PATH", os.devnull)
    for runner in ("PrismRunner", "FlinkRunner"):
        flags = engine_flags(runner, ["--job_endpoint=localhost:8099"], streaming=True)
        assert "--job_endpoint=localhost:8099" in flags


def test_the_flink_flags_are_those_that_beam_in_python_does_not_know():
    said = [f"--{name}=1" for name in FLINK_FLAGS]
    known = PipelineOptions(said).get_all_options(drop_default=True)
    assert not FLINK_FLAGS & known.keys()
    assert {"checkpointing_interval", "savepoint_path", "flink_conf_dir"} <= FLINK_FLAGS
