"""What keeps a lake from being used is said in a sentence, and soon."""

import errno
import os
import resource
import time
from pathlib import Path

import pytest

from newsbeam.transforms.lake.storage import (
    LakeError,
    open_lake,
)


def test_a_file_in_the_way_of_the_lake_is_said_in_a_sentence(tmp_path):
    (tmp_path / "lake").touch()
    for place in (tmp_path / "lake", tmp_path / "lake" / "inner"):
        with pytest.raises(LakeError, match=r"lake is a file where a folder is needed"):
            open_lake(str(place)).check_writable()


def test_a_missing_right_is_said_in_a_sentence(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # nobody; root may write everywhere
    try:
        with pytest.raises(LakeError, match=r"No permission to use .*: grant it, or choose"):
            open_lake(str(locked / "lake")).check_writable()
    finally:
        if root:
            os.seteuid(0)


def test_a_file_system_without_links_is_said_in_a_sentence(local_lake, monkeypatch):
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted", str(source))

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(LakeError, match="has no hard links"):
        local_lake.check_writable()
    assert list(Path(local_lake.url, "_tmp").iterdir()) == []


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(local_lake):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(LakeError, match="There is no room to write"):
            local_lake.put_new("raw/00/a.gz", b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert local_lake.list("") == []
    assert list(Path(local_lake.url, "_tmp").iterdir()) == []


def test_a_bucket_that_does_not_exist_is_said_in_a_sentence(gcs_lake_url):
    lake = open_lake("gs://no-such-bucket/lake")
    for use in (lake.check_writable, lambda: lake.list(""), lambda: lake.put_new("a", b"")):
        with pytest.raises(LakeError, match="There is no such bucket"):
            use()


def test_an_emulator_elsewhere_is_not_believed(monkeypatch):
    for host in ("http://203.0.113.5:9000", "http://127.0.0.1@203.0.113.5", "storage.example"):
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", host)
        with pytest.raises(LakeError, match="not an http:// address of this machine"):
            open_lake("gs://bucket/lake").check_writable()


def test_missing_credentials_are_said_in_a_sentence_and_soon(monkeypatch, tmp_path):
    for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("GCE_METADATA_IP", "127.0.0.1:9")  # nobody listens there
    begun = time.monotonic()
    with pytest.raises(LakeError, match="No valid Google credentials"):
        open_lake("gs://bucket/lake").check_writable()
    assert time.monotonic() - begun < 2.5  # google-auth alone takes 3 s, and again for the project
