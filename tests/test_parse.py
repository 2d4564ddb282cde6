"""Feeds of every kind, as published and as broken; nothing but NotAFeed is ever raised."""

import contextlib
import gzip
import json
import pickle
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.feed.parse import NotAFeed, parse_feed

URL = "https://example.org/feed"
FEEDS = Path(__file__).parents[2] / "shared" / "data" / "feeds"
needs_corpus = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the feed corpus is not on this machine"
)


def rss(item: str, channel: str = "", version: str = "2.0") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="{version}" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
        'xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>The Ledger</title><link>https://example.org/</link>{channel}{item}"
        "</channel></rss>"
    ).encode()


def only(body: bytes, url: str = URL):
    (entry,) = parse_feed(body, {}, url).entries
    return entry


def test_an_rss_item_is_read_whole():
    entry = only(
        rss(
            "<item><title>Talks &amp;amp; &lt;b&gt;more&lt;/b&gt;</title><link>/a</link>"
            "<guid isPermaLink='false'>7</guid><pubDate>Fri, 01 Mar 2024 10:00:00 +0400</pubDate>"
            "<dc:creator>Ann Lee</dc:creator><category>World</category><category>World</category>"
            "<description>&lt;p&gt;Short&lt;/p&gt;&lt;p&gt;text&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>Whole text</p>]]></content:encoded>"
            "<enclosure url='/a.mp3' type='audio/mpeg' length='1'/>"
            "<media:content url='https://e.org/s.jpg' medium='image' width='100'/>"
            "<media:content url='https://e.org/l.jpg' medium='image' width='900'/></item>"
        )
    )
    assert (entry.title, entry.url) == ("Talks & more", "https://example.org/a")
    assert (entry.entry_id, entry.published.isoformat()) == ("7", "2024-03-01T06:00:00+00:00")
    assert (entry.authors, entry.categories) == (("Ann Lee",), ("World",))
    assert (entry.summary, entry.content) == ("Short\n\ntext", "<p>Whole text</p>")
    assert entry.enclosures == ("https://example.org/a.mp3",)
    assert (entry.image_url, entry.updated, entry.problems) == ("https://e.org/l.jpg", None, ())


def test_an_atom_entry_is_read_whole():
    entry = only(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.org/b/"><title>T</title>
        <entry><title type="text">Use of &lt;b&gt;</title><id>tag:e,1</id><link href="x"/>
        <author><name>Bo Li</name></author><updated>2024-03-02T00:00:00Z</updated>
        <content type="html">&lt;p&gt;All&lt;/p&gt;</content></entry></feed>"""
    )
    assert (entry.title, entry.url) == ("Use of <b>", "https://base.org/b/x")
    assert (entry.published, entry.updated.day) == (None, 2)
    assert (entry.summary, entry.content, entry.authors) == ("", "<p>All</p>", ("Bo Li",))


def test_rss_1_0_and_its_only_date():
    entry = only(
        b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <item rdf:about="https://e.org/1"><title>T</title><link>https://e.org/1</link>
        <dc:date>2024-03-01T10:00:00Z</dc:date></item></rdf:RDF>"""
    )
    assert (entry.url, entry.published.hour) == ("https://e.org/1", 10)


def test_what_the_channel_says():
    channel = "<language>ka-GE</language><ttl>90</ttl>"
    parsed = parse_feed(rss("<item><title>t</title></item>", channel), {}, URL)
    assert (parsed.title, parsed.link) == ("The Ledger", "https://example.org/")
    assert (parsed.language.lower(), parsed.wishes.ttl_minutes) == ("ka-ge", 90)
    period = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    assert parse_feed(rss("", period), {}, URL).wishes.ttl_minutes == 15


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.c", "http://[1"]
)
def test_a_link_that_is_no_web_address_is_dropped_and_named(link):
    entry = only(rss(f"<item><title>t</title><link>{link}</link></item>"))
    assert entry.url == ""
    assert "is no web address" in entry.problems[0]


@pytest.mark.parametrize("date", ["yesterday", "Mon, 31 Feb 2023 25:61:61 +9999", "0000-00-00",
                                  "9999-12-31T23:59:59-23:59"])  # fmt: skip
def test_a_date_that_cannot_be_read_is_kept_in_words(date):
    entry = only(rss(f"<item><title>t</title><pubDate>{date}</pubDate></item>"))
    assert entry.published is None
    assert entry.problems == (f"published: could not read the date {date!r}",)


@pytest.mark.parametrize("bad", ["\x00", "\x01", "&#x110000;", "&#xD800;", "&#0;", "\ufffe"])
def test_one_forbidden_character_costs_nothing_else(bad):
    parsed = parse_feed(rss(f"<item><title>Tbi{bad}lisi</title></item>" * 3), {}, URL)
    assert [entry.title for entry in parsed.entries] == ["Tbilisi"] * 3


def test_items_over_the_limit_and_empty_ones_are_counted():
    items = "".join(f"<item><title>{n}</title></item>" for n in range(30)) + "<item/>"
    parsed = parse_feed(rss(items), {}, URL, max_items=10)
    assert ([entry.title for entry in parsed.entries][-1], parsed.n_items) == ("9", 30)
    assert parse_feed(rss("<item></item>"), {}, URL).n_items == 1


def test_a_torn_feed_gives_what_it_has_and_says_so():
    body = rss("<item><title>a</title></item><item><title>b</title></item>")
    parsed = parse_feed(body[:-40], {}, URL)
    assert parsed.entries[0].title == "a"
    assert parsed.problems[0].startswith("not well-formed")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (
            b"<!doctype html><html><head><title>Sign in</title></head></html>",
            'HTML page \\("Sign in"\\)',
        ),
        (b"<html><body>maintenance</body></html>", "an HTML page where a feed"),
        (b"/dev/zero", "no XML and no JSON"),
        (b"/etc/passwd", "no XML and no JSON"),
        (b"http://127.0.0.1:9/", "no XML and no JSON"),
        (b"<urlset><url/></urlset>", "a sitemap without news"),
        (b"<rss>", "breaks off before its first item"),
        (b'{"a": 1}', "no list of items"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no feed|no XML"),
    ],
)
def test_what_is_no_feed_is_told_in_a_sentence(body, words):
    with pytest.raises(NotAFeed, match=words):
        parse_feed(body, {}, URL)


def test_a_json_feed_is_a_feed():
    body = b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "t"}]}'
    assert only(body).title == "t"


def test_parsing_opens_no_file_and_no_connection():
    opened: list[str] = []
    watching = True

    def watch(event, arguments):
        if watching and event in ("open", "socket.connect") and "/dev/" in str(arguments):
            opened.append(str(arguments))

    sys.addaudithook(watch)
    for body in (b"/dev/zero", rss('<item><title>&x;</title></item>').replace(
        b"<rss", b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///dev/null">]><rss', 1)):  # fmt: skip
        with contextlib.suppress(NotAFeed):
            parse_feed(body, {}, URL)
    watching = False
    assert opened == []


@given(st.binary(max_size=200))
def test_any_bytes_are_a_feed_or_none(body):
    for document in (body, rss("<item><title>" + body.decode("latin-1") + "</title></item>")):
        with contextlib.suppress(NotAFeed):  # and nothing else
            pickle.dumps(parse_feed(document, {}, URL))


def corpus():
    with gzip.open(FEEDS / "expected_consensus.jsonl.gz") as lines:
        expected = [json.loads(line) for line in lines]
    packed = {}
    for name in {e["packed_as"].split("#")[0] for e in expected if "#" in e["packed_as"]}:
        packed[name] = tarfile.open(FEEDS.parent / name)  # noqa: SIM115 read below, closed with the test
    for one in expected:
        if "items" in one:
            archive, _, member = one["packed_as"].partition("#")
            body = (
                packed[archive].extractfile(member).read()
                if member
                else gzip.decompress((FEEDS.parent / archive).read_bytes())
            )
            yield one, body


@needs_corpus
def test_feeds_agree_with_two_other_readings_of_them():
    said = {name: [0, 0] for name in ("title", "link", "id", "published", "updated")}
    for expected, body in corpus():
        parsed = parse_feed(body, {}, "")
        for entry, item in zip(parsed.entries, expected["items"], strict=False):
            got = {
                "title": entry.title, "link": entry.url, "id": entry.entry_id,
                "published": f"{entry.published:%Y-%m-%dT%H:%M:%SZ}" if entry.published else "",
                "updated": f"{entry.updated:%Y-%m-%dT%H:%M:%SZ}" if entry.updated else "",
            }  # fmt: skip
            for name in said.keys() & item.keys():
                said[name][0] += " ".join(got[name].split()) == " ".join(item[name].split())
                said[name][1] += 1
    shares = {name: right / total for name, (right, total) in said.items()}
    assert all(share >= 0.995 for share in shares.values()), shares  # measured: 1.0 each


def test_a_guid_that_is_no_address_is_no_link():
    (entry,) = parse_feed(rss("<item><title>A</title><guid>g21</guid></item>"), {}, URL).entries
    assert (entry.entry_id, entry.url) == ("g21", "")


def test_a_feed_that_breaks_off_is_told_from_one_that_is_only_sloppy():
    whole = rss("<item><title>A</title><link>https://e.org/a</link></item>")
    assert not parse_feed(whole, {}, URL).torn
    assert not parse_feed(whole + b"<script src='x'></script><!-- cached -->", {}, URL).torn
    torn = parse_feed(whole[: whole.index(b"</item>")], {}, URL)
    assert torn.torn
    assert [entry.title for entry in torn.entries] == ["A"]


def test_a_torn_rss_1_feed_is_told_though_its_channel_closes_before_its_items():
    whole = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>'
        b"<item><title>A</title></item><item><title>B</title></item></rdf:RDF>"
    )
    assert not parse_feed(whole, {}, URL).torn
    assert parse_feed(whole[: whole.index(b"<title>B")], {}, URL).torn
