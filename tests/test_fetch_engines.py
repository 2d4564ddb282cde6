"""How engines get into the cache: whole or not at all, and never in silence."""

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

import fetch_engines
from newsbeam.pipeline.engines import flink_jar, prism_binary

# Stand in for `go install` and `mvn`: the tools' own work takes minutes and a network.
GO = '#!/bin/sh\necho prism > "$GOBIN/prism"\n'
MAVEN = """#!/bin/sh
for word in "$@"; do case $word in -DoutputDirectory=*) folder=${word#*=};; esac; done
mkdir -p "$folder" && touch "$folder/beam-a.jar" "$folder/flink-b.jar"
"""
BROKEN = '#!/bin/sh\necho "[INFO] looking"; echo "[ERROR] no such host: repo"; exit 1\n'


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a PATH with the shell's own tools and no others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "mkdir", "touch"):
        (folder / name).symlink_to(shutil.which(name) or "")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("NEWSBEAM_CACHE", str(tmp_path / "cache"))
    return folder


def provide(tools: Path, **programs: str) -> None:
    for name, text in programs.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)


def test_both_engines_are_fetched_and_a_second_run_finds_them(
    tools: Path, capsys: pytest.CaptureFixture[str]
):
    provide(tools, go=GO, mvn=MAVEN, java="#!/bin/sh\n")
    assert fetch_engines.main() == 0
    assert prism_binary().read_text() == "prism\n"
    assert {path.name for path in flink_jar().parent.iterdir()} == {"jars", "job-server.jar"}
    first = prism_binary().stat().st_mtime_ns, flink_jar().stat().st_mtime_ns
    capsys.readouterr()

    provide(tools, go=BROKEN, mvn=BROKEN)
    assert fetch_engines.main() == 0
    assert (prism_binary().stat().st_mtime_ns, flink_jar().stat().st_mtime_ns) == first
    assert capsys.readouterr().err.count("already in") == 2


def test_a_missing_tool_skips_its_engine_loudly(tools: Path, capsys: pytest.CaptureFixture[str]):
    provide(tools, go=GO)
    assert fetch_engines.main() == 0
    prism, flink = capsys.readouterr().err.splitlines()
    assert prism.startswith("Prism")
    assert flink.startswith("SKIPPED Flink")
    assert "mvn and java" in flink
    assert not flink_jar().exists()


def test_a_failing_tool_leaves_nothing_behind_and_says_its_reason(
    tools: Path, capsys: pytest.CaptureFixture[str]
):
    provide(tools, go=GO, mvn=BROKEN, java="#!/bin/sh\n")
    assert fetch_engines.main() == 1
    assert "no such host: repo" in capsys.readouterr().err
    assert [path.name for path in flink_jar().parent.parent.iterdir()] == [prism_binary().name]


def test_a_tool_that_hangs_is_ended(
    tools: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    provide(tools, go="#!/bin/sh\nwhile :; do :; done\n")
    monkeypatch.setattr(fetch_engines, "PATIENCE", 0.3)
    assert fetch_engines.main() == 1
    assert "took more than 0.3 s" in capsys.readouterr().err


def test_two_fetches_at_once_do_not_hurt_each_other(tools: Path, tmp_path: Path):
    def somebody_was_faster(workplace: Path) -> Path:
        (workplace / "flink" / "jars").mkdir(parents=True)
        shutil.copytree(workplace / "flink", tmp_path / "made")
        return workplace / "flink"

    assert fetch_engines.fetch("Flink", tmp_path / "made", (), somebody_was_faster)[0]


def test_a_manifest_keeps_lines_to_72_bytes_and_loses_none():
    jars = [f"jars/a-jar-with-a-rather-long-name-{number}.jar" for number in range(40)]
    lines = fetch_engines.manifest("org.example.Main", jars).split(b"\r\n")
    assert max(map(len, lines)) <= 72
    unfolded = b"\n".join(lines).replace(b"\n ", b"").decode()
    assert f"Class-Path: {' '.join(jars)}\n" in unfolded


@pytest.mark.skipif(not shutil.which("java"), reason="needs java")
@pytest.mark.skipif(not flink_jar().exists(), reason="needs Flink: make engines")
@pytest.mark.engine
def test_java_starts_from_the_jar_that_only_points(tmp_path: Path):
    """The folder can be moved: what the jar points at lies beside it."""
    moved = tmp_path / "moved"
    moved.mkdir()
    shutil.copy(flink_jar(), moved)
    (moved / "jars").symlink_to(flink_jar().parent / "jars")
    said = subprocess.run(
        ["java", "-jar", moved / flink_jar().name, "--help"],
        capture_output=True, text=True, timeout=60, env=dict(os.environ), check=False,
    )  # fmt: skip
    assert "--flink-master" in said.stdout + said.stderr


def test_the_path_jar_is_a_zip_with_one_manifest(tools: Path):
    provide(tools, mvn=MAVEN, java="#!/bin/sh\n", go=GO)
    fetch_engines.main()
    with zipfile.ZipFile(flink_jar()) as jar:
        assert jar.namelist() == ["META-INF/MANIFEST.MF"]
        assert b"Class-Path: jars/beam-a.jar jars/flink-b.jar" in jar.read(jar.namelist()[0])
