"""JSON Feed 1.0 and 1.1; other JSON is no feed."""

import json

import pytest

from newsbeam.transforms.feed.parse import NotAFeed, parse_feed

URL = "https://example.org/feed.json"
ITEM = {
    "id": "7",
    "url": "/a",
    "title": "A &amp; B",
    "content_html": "<p>Text</p>",
    "summary": "Short",
    "date_published": "2024-03-01T10:00:00+04:00",
    "authors": [{"name": "Ann Lee"}],
    "tags": ["news", 3],
    "image": "https://example.org/i.jpg",
    "attachments": [{"url": "https://example.org/a.mp3"}, {"url": "javascript:x"}],
}


def feed(*items, **more):
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, **more}
    return parse_feed(json.dumps(document).encode(), {}, URL, max_items=10)


def test_an_item_is_read_whole():
    (entry,) = feed(ITEM).entries
    assert (entry.entry_id, entry.url, entry.title) == ("7", "https://example.org/a", "A & B")
    assert (entry.content, entry.summary, entry.authors) == ("<p>Text</p>", "Short", ("Ann Lee",))
    assert entry.published.isoformat() == "2024-03-01T06:00:00+00:00"
    assert (entry.categories, entry.enclosures) == (("news",), ("https://example.org/a.mp3",))
    assert entry.image_url == "https://example.org/i.jpg"


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "1.0", "1.1"])
def test_a_version_may_be_written_as_a_figure(version: str):
    assert len(feed(ITEM, version=version).entries) == 1


def test_version_1_0_with_one_author_and_text_alone():
    (entry,) = feed({"id": 1, "content_text": "a < b", "author": {"name": "Bo"}}).entries
    assert (entry.entry_id, entry.content, entry.authors) == ("1", "a &lt; b", ("Bo",))


def test_what_cannot_be_used_is_named():
    (entry,) = feed({"id": "1", "url": "javascript:x", "date_published": "soon"}).entries
    assert entry.url == ""
    assert entry.problems == (
        "link: 'javascript:x' is no web address",
        "published: could not read the date 'soon'",
    )


def test_items_over_the_limit_and_empty_ones_are_counted():
    parsed = feed(*[{"id": str(n)} for n in range(12)], {}, "x")
    assert (len(parsed.entries), parsed.n_items) == (10, 14)
    assert parsed.problems == ("4 items were empty or over the limit of 10",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "none that can be read"),
        ("[" * 100_000, "none that can be read"),
        ('{"a": 1}', "no list of items"),
        ('{"items": []}', "does not name a version"),
        ('{"version": 7, "items": []}', "does not name a version"),
    ],
)
def test_other_json_is_no_feed(text, words):
    with pytest.raises(NotAFeed, match=words):
        parse_feed(text.encode(), {}, URL)


@pytest.mark.parametrize("value", [None, 3, [], {}, True, [None], "x"])
def test_wrong_types_count_as_absent(value):
    feed(dict.fromkeys(ITEM, value), title=value, home_page_url=value)


def test_half_a_character_in_an_escape_costs_only_itself():
    (entry,) = parse_feed(
        rb'{"version": "https://jsonfeed.org/version/1", "items": [{"title": "Tbi\ud800lisi"}]}',
        {}, URL,
    ).entries  # fmt: skip
    assert entry.title == "Tbilisi"


def test_an_id_that_is_an_address_stands_for_a_missing_link_and_an_update_is_no_publication():
    item = {"id": "https://example.org/7", "date_modified": "2024-03-02"}
    (entry,) = feed(item).entries
    assert (entry.url, entry.published, entry.updated.day) == ("https://example.org/7", None, 2)


def test_dates_as_in_e_mail_are_read_and_the_feeds_authors_sign_what_nobody_signed():
    item = {"id": "1", "date_published": "Mon, 02 Mar 2026 10:00:00 +0400"}
    (first, second) = feed(item, {**ITEM, "id": "2"}, authors=[{"name": "Nino Beridze"}]).entries
    assert first.published.isoformat() == "2026-03-02T06:00:00+00:00"
    assert (first.authors, second.authors) == (("Nino Beridze",), ("Ann Lee",))
