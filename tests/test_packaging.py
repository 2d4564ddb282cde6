"""What is installed is complete, and stands under one name."""

import importlib.util
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from newsbeam.schemas.version import VERSION

ROOT = Path(__file__).parents[1]
FOLDERS = ("schemas", "transforms", "pipeline", "analysis")
SOURCES = sorted(path.relative_to(ROOT) for f in FOLDERS for path in (ROOT / f).rglob("*.py"))
# Data that the program reads, or that says where its data are from.
DATA = sorted(
    path.relative_to(ROOT)
    for folder, kinds in {
        "schemas": ("VERSION", "py.typed"),
        "transforms": ("*.csv", "*.md", "py.typed"),
        "pipeline": ("*.toml", "*.md", "*.jinja", "py.typed"),
        "analysis": ("py.typed", "*.jinja", "*.css"),
    }.items()
    for kind in kinds
    for path in (ROOT / folder).rglob(kind)
)

# Imports every module from the installed copy alone, and shows what that brought along.
IMPORT_ALL = """
import importlib, json, sys
modules = json.loads(sys.stdin.read())
for name in modules:
    importlib.import_module(name)
places = {name: sys.modules[name].__file__ for name in modules}
flat = [name for name in ("schemas", "transforms", "pipeline", "analysis") if name in sys.modules]
from newsbeam.transforms.text.knowledge import load
from newsbeam.pipeline.newsroom.content import read_outlets
print(json.dumps([places, flat, bool(load().version), len(read_outlets(1))]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, made from a copy of the repository."""
    wheel = ("wheel", "setuptools.command.bdist_wheel")  # the latter from setuptools 70.1 on
    if not importlib.util.find_spec("build") or not any(map(importlib.util.find_spec, wheel)):
        pytest.skip("needs the packages `build` and `wheel`")
    copy = tmp_path_factory.mktemp("packaging") / "copy"
    copy.mkdir()
    for name in (*FOLDERS, "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy)
    if (ROOT / "MANIFEST.in").exists():
        shutil.copy(ROOT / "MANIFEST.in", copy)
    # The wheel is made from the sdist, so that both are complete; without a look at any index.
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check", "-o",
         copy.parent / "dist", copy],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return copy.parent / "dist"


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """The wheel, installed in a folder of its own, without what it needs."""
    (wheel,) = built.glob("*.whl")
    place = built.parent / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--target", place, wheel],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return place


def test_the_wheel_has_every_module_and_all_data(built: Path):
    (wheel,) = built.glob("*.whl")
    assert wheel.name == f"newsbeam-{VERSION}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {f"newsbeam/{path.as_posix()}" for path in (*SOURCES, *DATA)} - names == set()
    assert {name.split("/")[0] for name in names} == {"newsbeam", f"newsbeam-{VERSION}.dist-info"}


def test_the_source_distribution_can_be_built_from(built: Path):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    needed = {path.as_posix() for path in (*SOURCES, *DATA)} | {"README.md", "LICENSE", "setup.py"}
    assert needed - names == set()


def test_everything_can_be_imported_from_the_installed_copy(installed: Path):
    modules = [
        f"newsbeam.{path.with_suffix('').as_posix().replace('/', '.').removesuffix('.__init__')}"
        for path in SOURCES
        if path.name != "__main__.py"
    ]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        input=json.dumps(modules), cwd=installed, env={"PYTHONPATH": str(installed), "PATH": ""},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    places, flat, knowledge, outlets = json.loads(done.stdout)
    assert {name for name, file in places.items() if not file.startswith(str(installed))} == set()
    assert flat == []  # as top-level names they would collide with other people's packages
    assert knowledge
    assert outlets


def test_the_console_script_leads_to_the_command(installed: Path):
    (said,) = installed.glob("newsbeam-*.dist-info/entry_points.txt")
    assert "newsbeam = newsbeam.pipeline.main:main" in said.read_text()
