"""What each engine must be told to run newsbeam safely, so that a user need not know.

Every rule was measured on Beam 2.77.0, Prism 2.77.0 and Flink 1.19 with job server 2.62.0.
"""

import os
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from apache_beam.options.pipeline_options import StandardOptions

from newsbeam.pipeline.beam_flags import in_beams_spelling, read_flags
from newsbeam.pipeline.errors import did_you_mean

PRISM_VERSION = version("apache-beam")  # an older Prism than the SDK spins a whole core
FLINK_VERSION = "1.19.0"
FLINK_JOB_SERVER = "2.62.0"

DEFAULT = "FnApiRunner"  # always by name: Beam's own default may pick Prism silently, or fetch it
YEAR = "31536000"  # seconds: Beam gives up on a running job after --job_server_timeout, 60 or 300
# Milliseconds. An open bundle holds the watermark back. Writes as slow as the clock, single runs:
# with Flink's own 1000 no visit of 39 ticks was closed, with 100 those of 22 ticks in 27.
BUNDLE = "100"
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


def cache_folder() -> Path:
    """Where engines are kept: $NEWSBEAM_CACHE/engines, or ~/.cache/newsbeam/engines."""
    return Path(os.environ.get("NEWSBEAM_CACHE", "~/.cache/newsbeam")).expanduser() / "engines"


def prism_binary() -> Path:
    """The Prism that `make engines` builds."""
    return cache_folder() / f"prism-{PRISM_VERSION}"


def flink_jar() -> Path:
    """The jar that starts Flink and its job server, beside the folder of jars it points at."""
    return cache_folder() / f"flink-{FLINK_VERSION}-beam-{FLINK_JOB_SERVER}" / "job-server.jar"


def prism_flags(said: dict[str, Any]) -> dict[str, str]:
    """What Prism must be told; raises ValueError where there is no Prism."""
    if not said.keys() & {"prism_location", "job_endpoint"} and not prism_binary().exists():
        raise ValueError(
            f"Prism is not in {cache_folder()}: run `make engines` (needs Go) "
            "or name it with --prism_location=PATH."
        )
    return {
        "prism_location": str(prism_binary()),
        "environment_type": "LOOPBACK",
        "job_server_timeout": YEAR,
    }


def flink_flags(said: dict[str, Any]) -> dict[str, str]:
    """What Flink must be told ("" for a bare flag).

    Raises ValueError where there is no Flink, or data would be lost.
    """
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
    needed = {
        "job_server_timeout": YEAR,
        "finish_bundle_before_checkpointing": "",
        "max_bundle_time_mills": BUNDLE,
    }
    if "job_endpoint" not in said:
        needed["flink_job_server_jar"] = job_server(said)
    master = said.get("flink_master", EMBEDDED[0])
    if master in EMBEDDED:
        needed |= {"flink_master": EMBEDDED[0], "environment_type": "LOOPBACK"}
    elif not said.keys() & {"environment_type", "sdk_container_image"}:
        raise ValueError(
            f"--flink_master={master} does not say where Python is to run: add "
            "--environment_type=EXTERNAL --environment_config=HOST:PORT of a worker pool (python "
            "-m apache_beam.runners.worker.worker_pool_main), or --sdk_container_image."
        )
    if "checkpointing_interval" in said:
        # With checkpoints Flink would start a job again for ever, though it fails each time.
        needed |= {"number_of_execution_retries": "3", "execution_retry_delay": "2000"}
    return needed


def job_server(said: dict[str, Any]) -> str:
    """The jar that Beam starts Flink from; raises ValueError where it or Java is missing."""
    java = said.get("job_server_java_launcher", "java")
    if not shutil.which(java):
        raise ValueError(f"Flink needs Java (11 or 17), and `{java}` was not found.")
    if "flink_job_server_jar" not in said and not flink_jar().exists():
        raise ValueError(
            f"Flink is not in {cache_folder()}: run `make engines` (needs Maven and Java) "
            "or name Beam's job server with --flink_job_server_jar=PATH."
        )
    return str(flink_jar())


NEEDED_BY = {"PrismRunner": prism_flags, "FlinkRunner": flink_flags}


def engine_flags(runner: str, flags: Sequence[str], streaming: bool) -> list[str]:
    """All flags for Beam: the runner by name, what it needs to be safe, then the user's own.

    Raises ValueError, a sentence, where an engine is missing or a flag would lose data.

    >>> engine_flags("", [], streaming=False)
    ['--runner=FnApiRunner']
    >>> engine_flags("DataflowRunner", ["--project=news"], streaming=True)
    ['--runner=DataflowRunner', '--streaming', '--project=news']
    """
    runner = runner or DEFAULT
    known = {*StandardOptions.KNOWN_RUNNER_NAMES, *REFUSED}
    if runner not in known and "." not in runner:  # in another spelling it would run unsafely
        short = {name.removesuffix("Runner"): name for name in known}
        meant = did_you_mean(runner, short | {name: name for name in known}, 0.8)
        others = f", but {', '.join(sorted(known))}."
        raise ValueError(f"there is no {runner}{meant or others}")
    if runner in REFUSED:
        raise ValueError(f"--runner={runner} is refused: {REFUSED[runner]}.")
    own = in_beams_spelling(flags)
    said = read_flags(own)[0] if own else {}
    needed = NEEDED_BY[runner](said) if runner in NEEDED_BY else {}
    told = [
        f"--{name}={value}" if value else f"--{name}"
        for name, value in needed.items()
        if name not in said
    ]
    if streaming and "streaming" not in said:
        told.append("--streaming")
    if "flink_job_server_jar" in needed:  # of its properties the user's come later, and win
        told += [f"--job_server_jvm_properties={option}" for option in JVM]
    return [f"--runner={runner}", *told, *own]
