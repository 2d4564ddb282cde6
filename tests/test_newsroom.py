"""The sample newsroom: that it serves what the demo and the golden tree rely on."""

import gzip
import html
import io
import re
import socket
import struct
import time
import tomllib
import urllib.error
import urllib.request
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from itertools import permutations
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest

from newsbeam.pipeline.newsroom import Newsroom
from newsbeam.pipeline.newsroom.answers import Answer, answers
from newsbeam.pipeline.newsroom.content import read_outlets
from newsbeam.pipeline.newsroom.pages import plain

BROKEN_FEEDS = {
    "/meridian-world/world-2019.xml": 410,
    "/highland-herald/video.xml": 404,
}
MISSING_PAGE = "/highland-herald/video/bell-ringing"


@pytest.fixture(scope="module")
def room():
    with Newsroom(slow_seconds=0.0) as served:
        yield served


def get(url, **headers):
    """Status, headers and body of an answer, whatever its status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=named), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def parsed(url):
    status, headers, body = get(url)
    assert status == 200, url
    told = {"content-type": headers["Content-Type"], "content-location": url}
    return feedparser.parse(io.BytesIO(body), response_headers=told)


def feed_urls(room):
    return [feed["url"] for feed in tomllib.loads(room.feeds_toml())["feed"]]


def entry_of(feed, words):
    return next(entry for entry in feed.entries if words in entry.get("summary", ""))


def test_there_is_about_a_month_of_news_in_three_languages():
    outlets = read_outlets(1)
    articles = [article for outlet in outlets for article in outlet.articles]
    assert len(outlets) == 9
    assert len(articles) >= 60
    assert {outlet.language for outlet in outlets} == {"en", "ka", "ru"}
    assert {outlet.layout for outlet in outlets} == {"broadsheet", "portal", "magazine"}
    days = [article.published.date() for article in articles]
    assert (min(days), max(days)) == (date(2026, 3, 1), date(2026, 3, 27))


@pytest.mark.parametrize("day", [1, 2])
def test_an_article_is_as_long_as_news_is(day):
    for outlet in read_outlets(day):
        shortest = 95 if outlet.language == "ka" else 100  # Georgian says more in a word
        for article in outlet.articles:
            if article.page == "article":
                assert shortest <= len(article.text.split()) <= 350, article.slug


def test_every_feed_that_works_has_the_entries_of_its_outlet(room):
    expected = {f"/{o.slug}/{f.path}": (o, f) for o in read_outlets(1) for f in o.feeds}
    urls = feed_urls(room)
    assert len(urls) == len(set(urls)) == len(expected) >= 12
    for url in urls:
        outlet, feed = expected[urlsplit(url).path]
        if feed.status != 200 or feed.kind == "page" or feed.cut_at:
            continue
        document = parsed(url)
        assert not document.bozo, (url, document.get("bozo_exception"))
        carried = [a for a in outlet.articles if feed.section in ("", *a.sections)]
        titles = [a.title if a.feed_title else None for a in carried]
        shown = [html.unescape(e.title) if "title" in e else None for e in document.entries]
        assert shown == titles
        assert document.feed.language == outlet.language
        assert document.feed.title == outlet.name


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("tbilisi-ledger/feed.xml", "rss20"),
        ("touchline-and-tally/index.rdf", "rss10"),
        ("highland-herald/atom.xml", "atom10"),
    ],
)
def test_three_kinds_of_feed_are_served(room, path, version):
    assert parsed(f"{room.url}/{path}").version == version


def test_a_feed_that_was_cut_has_readable_entries_before_the_cut(room):
    document = parsed(f"{room.url}/bosphorus-courier/feed.xml")
    assert document.bozo
    titles = [entry.title for entry in document.entries]
    assert "Hittite seal returns to Ankara in a biscuit tin" in titles
    assert not any("Kars line" in title for title in titles)


def test_a_page_stands_where_a_feed_was(room):
    status, headers, _ = get(f"{room.url}/bosphorus-courier/feeds")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert parsed(f"{room.url}/bosphorus-courier/feeds").entries == []


@pytest.mark.parametrize(("path", "status"), BROKEN_FEEDS.items())
def test_feeds_that_are_gone_say_so(room, path, status):
    assert get(room.url + path)[0] == status


def test_the_slow_feed_waits_as_long_as_it_is_told():
    with Newsroom(slow_seconds=1.0) as slow:
        begun = time.monotonic()
        get(f"{slow.url}/meridian-world/feed")
        between = time.monotonic()
        get(f"{slow.url}/tbilisi-ledger/feed.xml")
        assert between - begun >= 1.0 > time.monotonic() - between


def test_one_article_is_carried_by_two_feeds_of_which_one_tracks(room):
    whole, politics = (parsed(f"{room.url}/tbilisi-ledger/{p}.xml") for p in ("feed", "politics"))
    links = {entry.link for entry in whole.entries}
    tracked = [entry.link for entry in politics.entries]
    assert tracked
    assert all("?utm_source=" in link and link.split("?")[0] in links for link in tracked)


def test_dates_are_missing_wrong_or_only_in_the_address(room):
    ledger, caspian, meridian = (
        parsed(f"{room.url}/{path}")
        for path in ("tbilisi-ledger/feed.xml", "caspian-wire/rss.xml", "meridian-world/feed")
    )
    undated = entry_of(ledger, "Three bells")
    assert "published" not in undated
    assert b"2026-03-18T13:00:00+04:00" in get(undated.link)[2]
    future = entry_of(caspian, "Black Sea could carry")
    assert future.published_parsed.tm_year == 2031
    assert b"2026-03-20T10:00:00+04:00" in get(future.link)[2]
    bare = entry_of(meridian, "Carolyn Whitmarch, who")
    assert "published" not in bare
    assert "/2026/03/22/" in bare.link
    assert not re.search(rb"2026-03-22|<time|datePublished", get(bare.link)[2])


def test_some_pages_give_no_text(room):
    meridian = parsed(f"{room.url}/meridian-world/feed")
    wall = get(entry_of(meridian, "new quotas for imported steel").link)[2]
    assert b"Fourteen hours for eleven" not in wall
    assert b'"isAccessibleForFree": false' in wall
    assert get(entry_of(meridian, "complete text").link)[1]["Content-Type"] == "application/pdf"
    assert get(room.url + MISSING_PAGE)[0] == 404
    assert "title" not in entry_of(meridian, "A factory on the edge")


def test_robots_are_kept_from_a_page_whose_text_is_in_the_feed(room):
    rules = get(f"{room.url}/robots.txt")[2].decode()
    (closed,) = re.findall(r"^Disallow: (\S+)$", rules, re.MULTILINE)
    shut = [
        entry
        for entry in parsed(f"{room.url}/tbilisi-ledger/feed.xml").entries
        if urlsplit(entry.link).path.startswith(closed)
    ]
    assert len(shut) == 1
    assert "no excavator" in shut[0].content[0].value


def test_the_russian_outlet_is_in_windows_1251_from_feed_to_page(room):
    url = f"{room.url}/stepnoy-vestnik/rss.xml"
    entry = parsed(url).entries[0]
    for address in (url, entry.link):
        _, headers, body = get(address)
        assert headers["Content-Type"].endswith("charset=windows-1251")
        assert entry.title in body.decode("windows-1251")


def test_titles_are_escaped_twice_and_links_are_relative_where_publishers_do_that(room):
    ledger = get(f"{room.url}/tbilisi-ledger/feed.xml")[2]
    assert b"walk out &amp;amp; the cranes" in ledger
    assert b"&amp;#8216;Nine pages" in ledger
    atom = get(f"{room.url}/highland-herald/atom.xml")[2]
    assert b'<link rel="alternate" href="/highland-herald/' in atom


def test_the_same_agency_text_is_carried_by_other_outlets():
    told = [(o.slug, set(a.paragraphs)) for o in read_outlets(1) for a in o.articles]
    shared = Counter(
        (one, other)
        for (one, its), (other, theirs) in permutations(told, 2)
        if one == "caspian-wire" and len(its & theirs) >= 3
    )
    carriers = ("highland-herald", "meridian-world", "bosphorus-courier")
    assert shared == {("caspian-wire", carrier): 1 for carrier in carriers}


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize("day", [1, 2])
def test_every_link_of_every_page_leads_somewhere(day):
    base = "http://127.0.0.1:8080"
    site = answers(base, day)
    broken = set(BROKEN_FEEDS) | {MISSING_PAGE}
    followed = 0
    for path, answer in site.items():
        if not answer.content_type.startswith("text/html"):
            continue
        links = Links()
        links.feed(answer.body.decode(answer.content_type.partition("charset=")[2]))
        for link in links.found:
            target = urllib.request.unquote(urlsplit(urljoin(base + path, link)).path)
            followed += 1
            assert link.startswith((base, "/")), (path, link)
            assert target in broken or site[target].status == 200, (path, link)
    assert followed > 500


def test_a_client_that_has_it_already_is_told_so(room):
    url = f"{room.url}/caspian-wire/rss.xml"
    _, headers, _ = get(url)
    assert get(url, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert get(url, If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    assert get(url, If_None_Match='W/"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert get(url, If_Modified_Since="Sun, 01 Mar 2026 00:00:00 GMT")[0] == 200
    assert get(url, If_Modified_Since="yesterday")[0] == 200


def test_one_feed_knows_no_validators(room):
    _, headers, _ = get(f"{room.url}/touchline-and-tally/index.rdf")
    assert headers["ETag"] is None
    assert headers["Last-Modified"] is None


def test_a_body_is_compressed_only_for_who_can_read_it(room):
    url = f"{room.url}/mdinaris-khma/rss.xml"
    _, plainly, body = get(url)
    _, packed, compressed = get(url, Accept_Encoding="gzip, deflate")
    assert plainly["Content-Encoding"] is None
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed) == body


def test_the_second_day_adds_four_articles_and_corrects_two():
    base = "http://127.0.0.1:8080"
    before, after = answers(base, 1), answers(base, 2)
    added = {path for path in after if path not in before}
    assert before.keys() <= after.keys()
    assert {path.split("/")[1] for path in added} == {
        "tbilisi-ledger",
        "caspian-wire",
        "meridian-world",
        "mdinaris-khma",
    }
    assert len(added) == 4
    altered = {path for path in before if before[path] != after[path]}
    pages = {path for path in altered if not path.endswith((".xml", "/feed", "/"))}
    assert pages == {
        "/tbilisi-ledger/2026/03/15/rioni-breaks-its-banks",
        "/caspian-wire/wire/40340",
    }
    first, second = (
        {(o.slug, a.slug): a for o in read_outlets(day) for a in o.articles} for day in (1, 2)
    )
    changed = {slug for _, slug in first if first[_, slug] != second[_, slug]}
    assert changed == {"2026/03/15/rioni-breaks-its-banks", "wire/40340"}
    assert all(second[key].text != first[key].text for key in first if key[1] in changed)


def test_the_second_day_is_published_while_the_server_runs():
    with Newsroom(slow_seconds=0.0) as room:
        url = f"{room.url}/tbilisi-ledger/feed.xml"
        etag = get(url)[1]["ETag"]
        unchanged = get(f"{room.url}/highland-herald/atom.xml")[1]["ETag"]
        room.publish(day=2)
        status, _, body = get(url, If_None_Match=etag)
        assert status == 200
        assert b"three dead near Poti" in body
        assert b"<atom:updated>2026-03-26T15:00:00+04:00" in body
        assert get(f"{room.url}/highland-herald/atom.xml", If_None_Match=unchanged)[0] == 304


def test_two_newsrooms_say_the_same_but_for_the_port():
    def site(port):
        base = f"http://127.0.0.1:{port}"
        return {
            path: Answer(answer.body.replace(base.encode(), b"BASE"), answer.content_type)
            for path, answer in answers(base, 2).items()
        }

    assert site(8080) == site(45678)


def test_the_port_can_be_chosen_and_is_free_again_afterwards():
    with Newsroom(slow_seconds=0.0) as first:
        port = first.server_port
    with Newsroom(port=port, slow_seconds=0.0) as second:
        assert second.url == f"http://127.0.0.1:{port}"
        assert get(f"{second.url}/")[0] == 200
        with pytest.raises(OSError, match=r"in use"), Newsroom(port=port):
            pass


def test_the_feed_list_names_the_source_of_each_feed(room):
    feeds = tomllib.loads(room.feeds_toml())["feed"]
    listed = [(room.url + o.path(f.path), o.slug) for o in read_outlets(1) for f in o.feeds]
    assert [(feed["url"], feed["source"]) for feed in feeds] == listed
    names = {feed["source"]: feed["name"] for feed in feeds}
    assert names["mdinaris-khma"] == "მდინარის ხმა"
    assert {feed["country"] for feed in feeds} == {"ARM", "AZE", "EST", "GBR", "GEO", "KAZ", "TUR"}
    assert {feed["language"] for feed in feeds} == {"en", "ka", "ru"}


def test_links_within_a_text_are_known_articles():
    for outlet in read_outlets(2):
        slugs = {article.slug for article in outlet.articles}
        for article in outlet.articles:
            linked = re.findall(r"\]\(([^)]+)\)", article.text)
            assert slugs.issuperset(linked)
            assert bool(linked) == (plain(article.text) != article.text)


def test_a_client_that_leaves_early_is_no_error(capfd):
    with Newsroom(slow_seconds=0.2) as room:
        with socket.create_connection(("127.0.0.1", room.server_port)) as client:
            reset = struct.pack("ii", 1, 0)  # linger 0: the close is a reset
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            client.sendall(b"GET /meridian-world/feed HTTP/1.1\r\nHost: localhost\r\n\r\n")
            time.sleep(0.05)
        time.sleep(0.4)
        assert get(f"{room.url}/")[0] == 200
    assert capfd.readouterr().err == ""
