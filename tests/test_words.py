"""What a person gets to read of a run: newsbeam's own words, and no engine's."""

from collections.abc import Iterator
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from as_typed import asked, newsbeam
from modes import FLAGS
from newsbeam.pipeline.commands import schema
from newsbeam.pipeline.errors import DONE, INFRASTRUCTURE, WRONG_USAGE, UsageError
from newsbeam.transforms.lake.storage import LakeError
from publisher import Publisher

WORKERS = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with Publisher(tick=3) as served:
        yield served


def test_workers_in_processes_of_their_own_say_nothing_on_the_terminal(
    publisher: Publisher, tmp_path: Path
):
    done = newsbeam("run", *publisher.feeds, "--lake", tmp_path / "lake", *FLAGS, *WORKERS)
    assert (done.returncode, done.stdout) == (DONE, "")
    (said,) = done.stderr.splitlines()
    assert said.startswith("2 feeds polled, 0 failed; ")


@pytest.mark.parametrize("workers", [[], WORKERS], ids=["one process", "workers"])
def test_what_a_step_raises_is_one_line_without_the_name_of_the_step(
    publisher: Publisher, tmp_path: Path, workers: list[str]
):
    (tmp_path / "articles").write_text("a file where the table's folder should be")
    done = newsbeam("run", *publisher.feeds, "--lake", tmp_path, *FLAGS, *workers)
    assert (done.returncode, done.stdout) == (INFRASTRUCTURE, "")
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"newsbeam: {tmp_path}/articles is a file where a folder is needed")
    assert "while running" not in said


@pytest.mark.parametrize(
    ("raised", "code", "line"),
    [
        (LakeError("the disk is full"), INFRASTRUCTURE, "the disk is full"),
        (UsageError("no such model"), WRONG_USAGE, "no such model"),
        (LookupError("9"), INFRASTRUCTURE, "unexpected LookupError: 9 (--verbose shows where)"),
        (ValueError("a\nb"), INFRASTRUCTURE, "unexpected ValueError: a (--verbose shows where)"),
    ],
    ids=repr,
)
def test_no_kind_of_error_names_the_step_that_raised_it(
    raised: Exception, code: int, line: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    def fail(_: object) -> None:
        raise raised

    def broken(_: object) -> int:
        with beam.Pipeline("FnApiRunner", PipelineOptions([])) as pipeline:
            _ = pipeline | beam.Create([1]) | "Fail" >> beam.Map(fail)
        return DONE

    monkeypatch.setattr(schema, "main", broken)
    assert asked(capsys, "schema", "articles") == (code, "", f"newsbeam: {line}\n")
