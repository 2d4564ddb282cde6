"""A lake in a folder and one in a bucket behave alike."""

import os
import pickle
import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsbeam.transforms.lake import gcs
from newsbeam.transforms.lake.local import LEFT_BEHIND
from newsbeam.transforms.lake.storage import (
    NotThere,
    is_name,
    open_lake,
)

DAY = "articles/published_date=2026-03-01"


def test_what_was_put_is_read_back(lake):
    assert lake.put_new(f"{DAY}/a.parquet", b"rows")
    assert lake.put_new("raw/00/empty.gz", b"")
    assert lake.read(f"{DAY}/a.parquet") == b"rows"
    assert lake.read("raw/00/empty.gz") == b""


def test_a_visible_file_never_changes(lake):
    assert lake.put_new("raw/00/a.gz", b"first")
    assert not lake.put_new("raw/00/a.gz", b"second")
    assert lake.read("raw/00/a.gz") == b"first"


def test_a_file_larger_than_one_request_is_also_put_only_once(lake):
    large = random.Random(1).randbytes(9 << 20)  # above 8 MiB the client uploads in two steps
    assert lake.put_new("raw/00/large.gz", large)
    assert not lake.put_new("raw/00/large.gz", large[::-1])
    assert lake.read("raw/00/large.gz") == large


def test_a_state_that_was_never_saved_can_be_saved_once(lake):
    data, version = lake.read_versioned("state/feeds/f.json")
    assert data is None
    assert lake.put_if("state/feeds/f.json", b"1", version)
    assert not lake.put_if("state/feeds/f.json", b"2", version)
    data, version = lake.read_versioned("state/feeds/f.json")
    assert data == b"1"
    assert lake.put_if("state/feeds/f.json", b"2", version)


def test_a_saved_state_has_the_version_that_saving_it_gave(lake):
    version = lake.put_if("state/f.json", b"1", lake.read_versioned("state/f.json")[1])
    assert lake.read_versioned("state/f.json") == (b"1", version)
    newer = lake.put_if("state/f.json", b"2", version)
    assert newer not in ("", version)
    assert lake.put_if("state/f.json", b"3", version) == ""
    assert lake.read_versioned("state/f.json") == (b"2", newer)


def test_a_file_that_is_not_there_is_said_so(lake):
    lake.put_new("raw/00/a.gz", b"x")
    for name in ("raw/00/b.gz", "raw/00", "raw/00/a.gz/b"):
        with pytest.raises(NotThere, match=name):
            lake.read(name)


def test_files_and_folders_are_listed_under_a_folder_only(lake):
    for name in ("articles/d=2/b", "articles/d=1/a", "articles/d=1/c", "articles2/x", "state/s"):
        lake.put_new(name, b"")
    assert lake.list("articles") == ["articles/d=1/a", "articles/d=1/c", "articles/d=2/b"]
    assert lake.list("articles/d=1") == ["articles/d=1/a", "articles/d=1/c"]
    assert lake.folders("articles") == ["articles/d=1", "articles/d=2"]
    assert lake.folders("") == ["articles", "articles2", "state"]
    assert len(lake.list("")) == 5
    assert lake.list("topics") == lake.folders("topics") == []


def test_files_of_other_programs_are_not_listed(local_lake):
    local_lake.put_new("articles/a", b"")
    for stray in ("articles/.hidden", "articles/_SUCCESS", "articles/my notes.txt", "_x/a", ".y/a"):
        path = Path(local_lake.url, stray)
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert local_lake.list("") == ["articles/a"]
    assert local_lake.folders("") == ["articles"]


def test_a_deleted_file_is_gone_and_may_be_deleted_again(lake):
    lake.put_new("raw/00/a.gz", b"")
    lake.delete("raw/00/a.gz")
    lake.delete("raw/00/a.gz")
    assert lake.list("raw") == []


def test_a_lake_is_a_value_that_travels_to_workers(lake):
    lake.put_new("raw/00/a.gz", b"x")
    travelled = pickle.loads(pickle.dumps(lake))
    assert travelled == lake
    assert hash(travelled) == hash(lake)
    assert travelled.read("raw/00/a.gz") == b"x"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        ".a",
        "_tmp/a",
        "a\n",
        "a\0",
        "ა",
        "a b",
        "a\\b",
        "a" * 201,
    ],
)
def test_a_name_that_could_lead_astray_is_refused_everywhere(lake, name):
    for use in (
        lake.read,
        lake.read_versioned,
        lake.delete,
        lambda name: lake.put_new(name, b""),
        lambda name: lake.put_if(name, b"", "0"),
        lambda name: lake.list(name or ".."),
        lambda name: lake.folders(name or ".."),
    ):
        with pytest.raises(ValueError, match="no name for a file"):
            use(name)


@given(st.text(alphabet="aB7.=/-", max_size=20) | st.text(alphabet="a./_~\\%:\0\né") | st.text())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_leads_out_of_the_lake(tmp_path, name):
    if not is_name(name):
        return
    lake = tmp_path / "outer" / "lake"
    place = Path(os.path.normpath(lake / name))
    assert place.is_relative_to(lake)
    assert place.relative_to(lake).as_posix() == name


@pytest.mark.parametrize("url", ["", "s3://b/p", "gs://", "gs://b/../c", "gs:///p", "gs://b//p"])
def test_what_cannot_be_a_lake_is_refused(url):
    with pytest.raises(ValueError, match="A lake"):
        open_lake(url)


@pytest.mark.parametrize("url", ["lakes/news", "gs://bucket/news"])
def test_one_lake_under_two_spellings_is_one_lake(url):
    assert open_lake(url) == open_lake(url + "/")


def test_a_writable_lake_passes_the_check_and_shows_nothing_but_state(lake):
    lake.check_writable()
    lake.check_writable()
    assert lake.folders("") in ([], ["state"])


def test_old_temporary_files_are_swept_and_young_ones_left(local_lake):
    local_lake.check_writable()
    hidden = Path(local_lake.url, "_tmp")
    assert list(hidden.iterdir()) == []
    old, young = hidden / "1-a.tmp", hidden / "2-b.tmp"
    old.touch()
    young.touch()
    before = time.time() - LEFT_BEHIND - 1
    os.utime(old, (before, before))
    assert local_lake.sweep() == 1
    assert list(hidden.iterdir()) == [young]


def test_a_long_listing_comes_in_pages(gcs_lake_url, monkeypatch):
    lake = open_lake(gcs_lake_url)
    names = [f"raw/00/{number:04}.gz" for number in range(25)]
    for name in names:
        lake.put_new(name, b"")
    monkeypatch.setattr(gcs, "PAGE", 7)
    assert lake.list("raw") == names


def test_two_lakes_of_one_bucket_do_not_see_each_other(gcs_lake_url):
    lake = open_lake(gcs_lake_url)
    lake.put_new("raw/a", b"")
    assert replace(lake, url=lake.url + "2").list("") == []
    assert open_lake(gcs_lake_url.rpartition("/")[0]).list("") == ["news/raw/a"]
