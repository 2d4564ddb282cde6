"""What each engine must be told to run newsbeam safely, so that a user need not know.

Every rule was measured on Beam 2.77.0, Prism 2.77.0 and Flink 1.19 with job server 2.62.0.
"""

import os
import shutil
from importlib.metadata import version
from pathlib import Path

PRISM_VERSION = version("apache-beam")  # an older Prism than the SDK spins a whole core
FLINK_VERSION = "1.19.0"
FLINK_JOB_SERVER = "2.62.0"

DEFAULT = "FnApiRunner"  # always by name: Beam's own default may pick Prism silently, or fetch it
YEAR = 31_536_000  # seconds: Beam gives up on a running job after --job_server_timeout, 60 or 300
# Milliseconds. An open bundle holds the watermark back. Writes as slow as the clock, single runs:
# with Flink's own 1000 no poll of 39 ticks was committed, with 100 those of 22 ticks in 27.
BUNDLE = 100
EMBEDDED = ("[local]", "[auto]")
REFUSED = {
    "DaskRunner": "it gives wrong results without a word",
    "BundleBasedDirectRunner": "it cannot run a source that goes on",
}
JVM = (
    "-Xmx512m",  # embedded Flink then stays under 900 MB in all
    "-XX:TieredStopAtLevel=1",  # this and the serial collector halve the start
    "-XX:+UseSerialGC",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
)

# What Beam's Python does not know but the Flink job server takes (its DescribePipelineOptions,
# 2.62.0, without Google's); Python says "Unparseable argument" and passes them on as written.
FLINK_FLAGS = frozenset({
    "allow_non_restored_state", "auto_watermark_interval", "checkpoint_timeout_millis",
    "checkpointing_interval", "checkpointing_mode", "disable_metrics",
    "enable_stable_input_drain", "environment_expiration_millis", "execution_mode_for_batch",
    "execution_retry_delay", "externalized_checkpoints_enabled", "fail_on_checkpointing_errors",
    "faster_copy", "finish_bundle_before_checkpointing", "flink_conf_dir",
    "force_unaligned_checkpoint_enabled", "jdk_add_open_modules", "job_check_interval_in_secs",
    "latency_tracking_interval", "max_bundle_size", "max_bundle_time_mills",
    "min_pause_between_checkpoints", "num_concurrent_checkpoints", "number_of_execution_retries",
    "object_reuse", "operator_chaining", "re_iterable_group_by_key_result",
    "report_checkpoint_duration", "retain_externalized_checkpoints_on_cancellation",
    "savepoint_path", "semi_persist_dir", "shutdown_sources_after_idle_ms", "state_backend",
    "state_backend_factory", "state_backend_storage_path", "unaligned_checkpoint_enabled",
    "use_data_stream_for_batch",
})  # fmt: skip


def cache_folder() -> Path:
    """Where engines are kept: $NEWSBEAM_CACHE/engines, or ~/.cache/newsbeam/engines."""
    return Path(os.environ.get("NEWSBEAM_CACHE", "~/.cache/newsbeam")).expanduser() / "engines"


def prism_binary() -> Path:
    """The Prism that `make engines` builds."""
    return cache_folder() / f"prism-{PRISM_VERSION}"


def flink_jar() -> Path:
    """The jar that starts Flink and its job server, beside the folder of jars it points at."""
    return cache_folder() / f"flink-{FLINK_VERSION}-beam-{FLINK_JOB_SERVER}" / "job-server.jar"


def flag_name(flag: str) -> str:
    """What a flag is called, in Beam's spelling; "" for what is no flag.

    >>> flag_name("--flink-master=[local]"), flag_name("2")
    ('flink_master', '')
    """
    return flag[2:].partition("=")[0].replace("-", "_") if flag.startswith("--") else ""


def given(flags: list[str]) -> dict[str, str]:
    """What the user said, by name; a bare flag says "true".

    >>> given(["--parallelism", "2", "--flink-master=[local]", "--no_auth"])
    {'parallelism': '2', 'flink_master': '[local]', 'no_auth': 'true'}
    """
    said: dict[str, str] = {}
    for flag, after in zip(flags, [*flags, "--"][1:], strict=True):
        if name := flag_name(flag):
            bare = "true" if after.startswith("--") else after
            said[name] = flag.partition("=")[2] if "=" in flag else bare
    return said


def prism_flags(said: dict[str, str]) -> list[str]:
    """What Prism must be told; raises ValueError where there is no Prism."""
    if not said.keys() & {"prism_location", "job_endpoint"} and not prism_binary().exists():
        raise ValueError(
            f"Prism is not in {cache_folder()}: run `make engines` (needs Go) "
            "or name it with --prism_location=PATH."
        )
    return [
        f"--prism_location={prism_binary()}",
        "--environment_type=LOOPBACK",
        f"--job_server_timeout={YEAR}",
    ]


def flink_flags(said: dict[str, str]) -> list[str]:
    """What Flink must be told; raises ValueError where there is no Flink, or data would be lost."""
    if said.get("finish_bundle_before_checkpointing", "true") != "true":
        raise ValueError(
            "--finish_bundle_before_checkpointing cannot be switched off: checkpoints taken "
            "within a bundle lost up to all articles. Leave the flag away."
        )
    if said.get("shutdown_sources_after_idle_ms", "-1") != "-1":
        raise ValueError(
            "--shutdown_sources_after_idle_ms is refused: Flink takes no checkpoint once a source "
            "has ended. Leave the flag away; a stream ends by SIGTERM."
        )
    needed = [
        f"--job_server_timeout={YEAR}",
        "--finish_bundle_before_checkpointing",
        f"--max_bundle_time_mills={BUNDLE}",
    ]
    if "job_endpoint" not in said:
        needed += job_server_flags(said)
    master = said.get("flink_master", EMBEDDED[0])
    if master in EMBEDDED:
        needed += [f"--flink_master={EMBEDDED[0]}", "--environment_type=LOOPBACK"]
    elif not said.keys() & {"environment_type", "sdk_container_image"}:
        raise ValueError(
            f"--flink_master={master} does not say where Python is to run: add "
            "--environment_type=EXTERNAL --environment_config=HOST:PORT of a worker pool (python "
            "-m apache_beam.runners.worker.worker_pool_main), or --sdk_container_image."
        )
    if "checkpointing_interval" in said:
        # With checkpoints Flink would start a job again for ever, though it fails each time.
        needed += ["--number_of_execution_retries=3", "--execution_retry_delay=2000"]
    return needed


def job_server_flags(said: dict[str, str]) -> list[str]:
    """How Beam starts its job server for Flink; the user's JVM properties come later and win."""
    java = said.get("job_server_java_launcher", "java")
    if not shutil.which(java):
        raise ValueError(f"Flink needs Java (11 or 17), and `{java}` was not found.")
    if "flink_job_server_jar" not in said and not flink_jar().exists():
        raise ValueError(
            f"Flink is not in {cache_folder()}: run `make engines` (needs Maven and Java) "
            "or name Beam's job server with --flink_job_server_jar=PATH."
        )
    return [
        f"--flink_job_server_jar={flink_jar()}",
        *(f"--job_server_jvm_properties={option}" for option in JVM),
    ]


NEEDED_BY = {"PrismRunner": prism_flags, "FlinkRunner": flink_flags}


def engine_flags(runner: str, flags: list[str], streaming: bool) -> list[str]:
    """All flags for Beam: the runner by name, what it needs to be safe, then the user's own.

    Raises ValueError, a sentence, where an engine is missing or a flag would lose data.

    >>> engine_flags("", [], streaming=False)
    ['--runner=FnApiRunner']
    >>> engine_flags("DataflowRunner", ["--project=news"], streaming=True)
    ['--runner=DataflowRunner', '--streaming', '--project=news']
    """
    runner = runner or DEFAULT
    if runner in REFUSED:
        raise ValueError(f"--runner={runner} is refused: {REFUSED[runner]}.")
    said = given(flags)
    needed = ["--streaming"] if streaming else []
    if runner in NEEDED_BY:
        needed += NEEDED_BY[runner](said)
    kept = [
        flag
        for flag in needed
        if flag_name(flag) not in said or flag_name(flag) == "job_server_jvm_properties"
    ]
    return [f"--runner={runner}", *kept, *flags]
