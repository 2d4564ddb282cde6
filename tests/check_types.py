"""Type-check the four folders under their one name, as an installed newsbeam has them.

mypy does not follow editable installs, so it is shown a folder of links instead.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("schemas", "transforms", "pipeline", "analysis")


def main() -> int:
    """mypy's exit code."""
    with tempfile.TemporaryDirectory() as place:
        shown = Path(place, "newsbeam")
        shown.mkdir()
        for folder in FOLDERS:
            (shown / folder).symlink_to(ROOT / folder)
        packages = [word for folder in FOLDERS for word in ("-p", f"newsbeam.{folder}")]
        return subprocess.run(
            [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml",
             "--cache-dir", ROOT / ".mypy_cache", "--namespace-packages",
             "--explicit-package-bases", *packages],
            cwd=place,
            env={**os.environ, "MYPYPATH": place},
            check=False,
        ).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
