"""OPML as other programs write it, and the lists of feeds that newsbeam brings along."""

from pathlib import Path

import pytest

from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.progress import log

from .test_feed_lists import A, B, refusal, urls, written


@pytest.mark.parametrize("key", ["xmlUrl", "xmlurl", "XMLURL", "url", "URL"])
def test_opml_is_read_however_its_keys_are_written(tmp_path: Path, key: str):
    text = f'<opml><body><outline TEXT="A" {key}="\n {A} "/></body></opml>'
    (feed,) = load_feeds([written(tmp_path, "feeds.opml", text)])
    assert (feed.url, feed.name) == (A, "A")


@pytest.mark.parametrize(
    "broken", ['text="Q & A"', "excludeUnreadCount=0", 'text="<b>"', "flag", 'text="&nbsp;"']
)
def test_opml_that_another_program_wrote_carelessly_is_read_outline_by_outline(
    tmp_path: Path, broken: str
):
    text = f'<opml><body><outline {broken} xmlUrl="{A}"/><outline xmlUrl="{B}"/></body></opml>'
    assert urls(written(tmp_path, "feeds.opml", text)) == [A, B]


def test_an_outline_that_makes_no_sense_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    told: list[str] = []
    monkeypatch.setattr(log, "warning", lambda words, *about: told.append(words % about))
    text = f'<opml><body><outline xmlUrl="nonsense"/><outline xmlUrl="{B}"/></body></opml>'
    assert urls(written(tmp_path, "feeds.opml", text)) == [B]
    assert ["outline 1: 'nonsense' is no http(s) address of a feed" in one for one in told] == [
        True
    ]


def test_a_pack_is_a_list_of_feeds_with_outlet_country_and_language():
    feeds = load_feeds(["pack:caucasus"])
    assert any(feed.url == "https://civil.ge/feed" and feed.country == "GEO" for feed in feeds)
    assert len({feed.country for feed in feeds}) == 3
    for feed in (*feeds, *load_feeds(["pack:world"])):
        assert feed.name
        assert feed.source


def test_a_pack_that_is_not_there_is_named_with_the_nearest():
    assert "did you mean pack:caucasus?" in refusal("pack:caucasas")
