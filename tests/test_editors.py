"""What an editor finds in a clone called newsbeam: every import, and the file it was written in."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("schemas", "transforms", "pipeline", "analysis", "tests")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository in a folder of its name, whatever it is called here."""
    place = tmp_path_factory.mktemp("editors") / "newsbeam"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def unresolved(clone: Path, *files: Path) -> list[str]:
    """What pyright says of imports of newsbeam that lead nowhere, in these files or in all."""
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable,
         *files],
        cwd=clone, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert said["summary"]["filesAnalyzed"] >= (len(files) or 150)
    return [
        problem["message"]
        for problem in said["generalDiagnostics"]
        if problem.get("rule") == "reportMissingImports" and '"newsbeam' in problem["message"]
    ]


@pytest.mark.timeout(300)  # 21 s alone on two cores, 57 s beside four other jobs
def test_an_editor_resolves_every_import(clone: Path):
    assert unresolved(clone) == []


def test_an_import_that_leads_nowhere_would_be_told(clone: Path):
    wrong = clone / "tests" / "wrong.py"
    wrong.write_text("import newsbeam.pipeline.nowhere\n")
    assert ["newsbeam.pipeline.nowhere" in said for said in unresolved(clone, wrong)] == [True]
    wrong.unlink()


@pytest.fixture
def editor(clone: Path) -> Iterator["Editor"]:
    with subprocess.Popen(
        [sys.executable, "-c", "from basedpyright.langserver import main; main()", "--stdio"],
        cwd=clone, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield Editor(process, clone)
        finally:
            process.kill()


class Editor:
    """As much of an editor as asks where a name comes from (Language Server Protocol 3.17)."""

    def __init__(self, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        assert process.stdin
        assert process.stdout
        self.to, self.of, self.folder = process.stdin, process.stdout, folder
        root = {"uri": folder.as_uri(), "name": folder.name}
        able = {"workspace": {"configuration": True}}
        self.ask("initialize", processId=None, workspaceFolders=[root], capabilities=able)
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        packed = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.to.write(b"Content-Length: %d\r\n\r\n%s" % (len(packed), packed))
        self.to.flush()

    def read(self) -> dict[str, Any]:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.of.read(1)
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        message: dict[str, Any] = json.loads(self.of.read(length))
        return message

    def ask(self, method: str, **params: Any) -> Any:
        self.send({"id": 1, "method": method, "params": params})
        while (answer := self.read()).get("id") != 1 or "method" in answer:
            if answer.get("method") == "workspace/configuration":
                found = [{"pythonPath": sys.executable} for _ in answer["params"]["items"]]
                self.send({"id": answer["id"], "result": found})
            elif "method" in answer and "id" in answer:
                self.send({"id": answer["id"], "result": None})
        return answer["result"]

    def definition(self, file: str, name: str) -> list[str]:
        """The files that "go to definition" leads to from the first place of `name` in `file`."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        before = text[: text.index(name)].splitlines(keepends=True)
        document = {"uri": path.as_uri()}
        opened = {**document, "languageId": "python", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": opened}})
        at = {"line": len(before) - 1, "character": len(before[-1])}
        found = self.ask("textDocument/definition", textDocument=document, position=at)
        return [one.get("uri") or one["targetUri"] for one in found]


def test_go_to_definition_leads_to_the_file_that_a_person_edits(editor: Editor, clone: Path):
    assert editor.definition("pipeline/main.py", "start_logging") == [
        (clone / "pipeline" / "progress.py").as_uri()
    ]
    assert editor.definition("tests/publisher.py", "BaseHTTPRequestHandler") != []
    assert editor.definition("tests/test_cli.py", "open_lake") == [
        (clone / "transforms" / "lake" / "storage.py").as_uri()
    ]
