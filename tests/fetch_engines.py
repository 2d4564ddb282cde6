"""Puts Prism and Flink into the cache folder: `make engines`.

Versions, and job server 2.62.0 with SDK 2.77.0: tried for real (pipeline/engines.py).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from newsbeam.pipeline.engines import (
    FLINK_JOB_SERVER,
    FLINK_VERSION,
    PRISM_VERSION,
    flink_jar,
    prism_binary,
)

PRISM_MODULE = "github.com/apache/beam/sdks/v2/go/cmd/prism"
FLINK_JARS = (
    ("org.apache.beam", "beam-runners-flink-1.19", FLINK_JOB_SERVER),
    ("org.apache.flink", "flink-runtime-web", FLINK_VERSION),
    ("org.apache.flink", "flink-statebackend-rocksdb", FLINK_VERSION),
    ("org.slf4j", "slf4j-simple", "1.7.30"),  # without it the engine keeps its errors to itself
)
JOB_SERVER_MAIN = "org.apache.beam.runners.flink.FlinkJobServerDriver"
PATIENCE = 1200  # seconds; a cold `go install` took 180, a cold Maven 66


class FetchFailed(Exception):
    """An engine could not be fetched although its tools are there; the message says why."""


def manifest(main_class: str, jars: list[str]) -> bytes:
    r"""A jar's manifest: lines of at most 72 bytes, continued by a blank (JAR File Specification).

    >>> manifest("a.Main", ["jars/b.jar"]).decode().splitlines()[1:3]
    ['Main-Class: a.Main', 'Class-Path: jars/b.jar']
    """
    lines = []
    for text in (
        "Manifest-Version: 1.0",
        f"Main-Class: {main_class}",
        f"Class-Path: {' '.join(jars)}",
    ):
        rest = text.encode()
        while len(rest) > 72:
            lines.append(rest[:72])
            rest = b" " + rest[72:]
        lines.append(rest)
    return b"\r\n".join([*lines, b"", b""])


def write_path_jar(jar: Path, main_class: str, folder: str) -> None:
    """A jar of nothing but a manifest, which points at the jars in `folder` beside it."""
    jars = [f"{folder}/{path.name}" for path in sorted((jar.parent / folder).glob("*.jar"))]
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", manifest(main_class, jars))


def maven_project() -> str:
    """The smallest project that depends on what the Flink engine is made of."""
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>"
        f"<version>{version}</version></dependency>"
        for group, name, version in FLINK_JARS
    )
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>newsbeam</groupId><artifactId>engines</artifactId><version>1</version>"
        f"<dependencies>{dependencies}</dependencies></project>\n"
    )


def run_tool(command: list[str], workplace: Path, env: dict[str, str]) -> None:
    """Run one tool; raises FetchFailed with its last words."""
    try:
        done = subprocess.run(
            command, cwd=workplace, env={**os.environ, **env}, capture_output=True, text=True,
            stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FetchFailed(f"`{command[0]}` took more than {PATIENCE} s and was ended") from None
    if done.returncode:
        words = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        errors = [line for line in words if "ERROR" in line] or words[-1:] or ["no word of why"]
        raise FetchFailed(f"`{' '.join(command[:2])}` failed: {errors[0].strip()[:300]}")


def build_prism(workplace: Path) -> Path:
    """Prism, built by Go from its released source; without symbols it is a third smaller."""
    run_tool(
        ["go", "install", "-ldflags=-s -w", f"{PRISM_MODULE}@v{PRISM_VERSION}"],
        workplace,
        {"GOBIN": str(workplace), "GOFLAGS": "-buildvcs=false"},
    )
    return workplace / "prism"


def gather_flink(workplace: Path) -> Path:
    """Flink with Beam's job server as separate jars: the one fat jar is not on every mirror."""
    (workplace / "pom.xml").write_text(maven_project())
    flink = workplace / "flink"
    run_tool(
        ["mvn", "-B", "-q", "dependency:copy-dependencies", f"-DoutputDirectory={flink / 'jars'}"],
        workplace,
        {},
    )
    write_path_jar(flink / "job-server.jar", JOB_SERVER_MAIN, "jars")
    return flink


def fetch(
    name: str, target: Path, tools: tuple[str, ...], make: Callable[[Path], Path]
) -> tuple[bool, str]:
    """Have the engine at `target`, whole or not at all: (no fault, one line for people)."""
    if target.exists():
        return True, f"{name}: already in {target}"
    if missing := [tool for tool in tools if not shutil.which(tool)]:
        return True, f"SKIPPED {name}: needs {' and '.join(missing)}, not found on the PATH"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetching-") as workplace:
        try:
            made = make(Path(workplace))
            made.rename(target)
        except FetchFailed as failure:
            return False, f"FAILED {name}: {failure}"
        except OSError as failure:
            return target.exists(), f"{name}: could not be put at {target}: {failure.strerror}"
    return True, f"{name}: fetched into {target}"


def main() -> int:
    """Fetch both; 0 also where one was skipped for want of tools, 1 where a tool failed."""
    outcomes = []
    for name, target, tools, make in (
        (f"Prism {PRISM_VERSION}", prism_binary(), ("go",), build_prism),
        (f"Flink {FLINK_VERSION}", flink_jar().parent, ("mvn", "java"), gather_flink),
    ):
        good, line = fetch(name, target, tools, make)
        print(line, file=sys.stderr, flush=True)
        outcomes.append(good)
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
