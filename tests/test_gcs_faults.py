"""A bucket behind a network that fails: nothing twice, nothing torn, and an end to the patience."""

import time

import pytest

from fault_proxy import Fault
from newsbeam.transforms.lake.gcs import GcsLake
from newsbeam.transforms.lake.lease import lease
from newsbeam.transforms.lake.storage import LakeError

UPLOAD, DOWNLOAD, LISTING = "/upload/", "alt=media", "/o[?]"


@pytest.fixture
def lake(fault_proxy, bucket):
    return GcsLake(f"gs://{bucket}/news", patience=10)


PASSING = [
    Fault("answer", status=503),
    Fault("answer", status=429, times=2),
    Fault("answer", status=500),
    Fault("drop"),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_a_passing_fault_is_not_noticed(lake, fault_proxy, fault):
    def with_fault(action):
        fault_proxy.faults = [Fault(fault.kind, status=fault.status, times=fault.times)]
        result = action()
        assert fault_proxy.faults[0].times <= 0, "the fault did not strike"
        return result

    assert with_fault(lambda: lake.put_new("raw/a", b"bytes"))
    assert with_fault(lambda: lake.read("raw/a")) == b"bytes"
    assert with_fault(lambda: lake.list("")) == ["raw/a"]
    assert with_fault(lambda: lake.folders("")) == ["raw"]
    data, version = with_fault(lambda: lake.read_versioned("raw/a"))
    assert with_fault(lambda: lake.put_if("raw/a", data + b"!", version))
    with_fault(lambda: lake.delete("raw/a"))
    assert lake.list("") == []


def test_a_file_that_was_stored_while_the_answer_was_lost_is_ours(lake, fault_proxy):
    fault_proxy.faults = [Fault("lose", path=UPLOAD)]
    assert lake.put_new("raw/a", b"ours")
    assert fault_proxy.log[:2] == ["POST 200 lose", "POST 412"]


def test_a_large_file_that_was_stored_while_the_answer_was_lost_is_ours(lake, fault_proxy):
    large = bytes(range(256)) * (9 << 12)
    fault_proxy.faults = [Fault("lose", method="PUT", path=UPLOAD)]
    assert lake.put_new("raw/a", large)
    assert "PUT 200 lose" in fault_proxy.log
    assert lake.read("raw/a") == large


def test_a_file_of_another_writer_stays_and_is_not_ours(lake, fault_proxy):
    lake.put_new("raw/a", b"theirs")
    fault_proxy.faults = [Fault("drop", path=UPLOAD)]
    assert not lake.put_new("raw/a", b"ours")
    assert lake.read("raw/a") == b"theirs"


def test_a_state_that_was_stored_while_the_answer_was_lost_is_ours(lake, fault_proxy):
    _, version = lake.read_versioned("state/f")
    fault_proxy.faults = [Fault("lose", path=UPLOAD)]
    version = lake.put_if("state/f", b"ours", version)
    assert lake.read_versioned("state/f") == (b"ours", version)
    fault_proxy.faults = [Fault("lose", path=UPLOAD)]
    assert lake.put_if("state/f", b"ours again", version)


def test_the_same_words_of_another_writer_are_not_ours(lake, fault_proxy):
    _, version = lake.read_versioned("state/f")
    assert lake.put_if("state/f", b"same", version)
    assert not lake.put_if("state/f", b"same", version)


def test_a_delete_whose_answer_was_lost_is_done(lake, fault_proxy):
    lake.put_new("raw/a", b"")
    fault_proxy.faults = [Fault("lose", method="DELETE")]
    lake.delete("raw/a")
    assert fault_proxy.log[-2:] == ["DELETE 200 lose", "DELETE 404"]


@pytest.mark.parametrize("kind", ["truncate", "corrupt", "cut"])
def test_an_answer_that_is_no_json_is_asked_for_again(lake, fault_proxy, kind):
    for n in range(3):
        lake.put_new(f"raw/{n}", b"")
    fault_proxy.faults = [Fault(kind, path=LISTING, times=2)]
    assert lake.list("raw") == ["raw/0", "raw/1", "raw/2"]
    assert fault_proxy.faults[0].times <= 0


@pytest.mark.parametrize("kind", ["truncate", "corrupt", "cut"])
def test_a_write_whose_answer_is_no_json_is_ours_and_its_version_is_known(lake, fault_proxy, kind):
    fault_proxy.faults = [Fault(kind, path=UPLOAD)]
    assert lake.put_new("raw/a", b"ours")
    fault_proxy.faults = [Fault(kind, path=UPLOAD)]
    version = lake.put_if("state/f", b"ours", lake.read_versioned("state/f")[1])
    assert lake.read_versioned("state/f") == (b"ours", version)
    assert lake.put_if("state/f", b"ours again", version)


def test_answers_that_are_never_json_end_the_patience_with_a_sentence(fault_proxy, bucket):
    lake = GcsLake(f"gs://{bucket}/news", patience=1)
    lake.put_new("raw/a", b"")
    fault_proxy.faults = [Fault("truncate", path=LISTING, times=99)]
    with pytest.raises(LakeError, match=r"failed for 1 s: run again later .an answer was no JSON"):
        lake.list("raw")


@pytest.mark.parametrize("kind", ["truncate", "corrupt", "cut"])
@pytest.mark.parametrize("size", [100, 3_000_000])
def test_a_damaged_download_is_noticed_and_tried_again(lake, fault_proxy, kind, size):
    data = bytes(range(250)) * (size // 250 + 1)
    lake.put_new("raw/a", data)
    fault_proxy.faults = [Fault(kind, path=DOWNLOAD, times=2)]
    assert lake.read("raw/a") == data
    assert len([line for line in fault_proxy.log if line.startswith("GET")]) == 3


@pytest.mark.parametrize("kind", ["truncate", "corrupt", "cut"])
def test_a_download_that_is_always_damaged_is_an_error_and_no_data(fault_proxy, bucket, kind):
    lake = GcsLake(f"gs://{bucket}/news", patience=1)
    lake.put_new("raw/a", b"bytes" * 1000)
    fault_proxy.faults = [Fault(kind, path=DOWNLOAD, times=99)]
    with pytest.raises(LakeError, match="failed for 1 s: run again later"):
        lake.read("raw/a")


def test_an_outage_ends_the_patience_with_a_sentence(fault_proxy, bucket):
    lake = GcsLake(f"gs://{bucket}/news", patience=1)
    fault_proxy.faults = [Fault("answer", times=99)]
    for use in (lambda: lake.put_new("a", b""), lambda: lake.read("a"), lambda: lake.list("")):
        begun = time.monotonic()
        with pytest.raises(LakeError, match=r"failed for 1 s: run again later.*503"):
            use()
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (403, "No permission: give this account the role Storage Object User"),
        (401, "No valid Google credentials: run"),
        (400, "Google Cloud Storage refused"),
    ],
)
def test_a_refusal_is_said_at_once(lake, fault_proxy, status, sentence):
    for use in (
        lake.check_writable,
        lambda: lake.put_new("a", b""),
        lambda: lake.read("a"),
        lambda: lake.list(""),
        lambda: lake.delete("a"),
    ):
        fault_proxy.faults, fault_proxy.log = [Fault("answer", status=status, times=99)], []
        with pytest.raises(LakeError, match=rf"gs://.*{sentence}"):
            use()
        assert len(fault_proxy.log) == 1


def test_a_listing_whose_second_page_fails_is_whole(lake, fault_proxy, monkeypatch):
    monkeypatch.setattr("newsbeam.transforms.lake.gcs.PAGE", 2)
    names = [f"raw/{number}" for number in range(5)]
    for name in names:
        lake.put_new(name, b"")
    fault_proxy.faults = [Fault("answer", path=LISTING, skip=1)]
    assert lake.list("raw") == names
    assert "GET 503 answer" in fault_proxy.log


def test_a_lease_outlives_a_short_outage(lake, fault_proxy):
    with lease(lake, "long", 3.0):
        fault_proxy.faults = [Fault("answer", path="run.lock|upload", times=2)]
        time.sleep(2.5)
        assert fault_proxy.faults[0].times <= 0, "the outage was not noticed"
