"""Links that differ only in how the reader came are one; all others stay apart."""

import csv
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsbeam.schemas.article import Entry
from newsbeam.transforms.page.urls import (
    canonical_url,
    identity_url,
    source_of,
    stated_address,
    web_link,
)

SAME = [
    ("http://e.org/a", "https://e.org/a"),
    ("https://E.ORG:443/a/", "https://e.org/a"),
    ("https://www.e.org/a", "https://e.org/a"),
    ("https://m.e.org/a", "https://e.org/a"),
    ("https://e.org/a?utm_source=x&utm_medium=rss#top", "https://e.org/a"),
    ("https://e.org/a?fbclid=1&b=2&a=1", "https://e.org/a?a=1&b=2"),
    ("https://e.org/a?ref=rss", "https://e.org/a"),
    ("https://e.org/a-b/amp", "https://e.org/a-b"),
    ("https://e.org/2024/amp/", "https://e.org/2024"),
    ("https://e-org.cdn.ampproject.org/c/s/e.org/a?amp=1", "https://e.org/a"),
    ("https://e.org/%D0%B0", "https://e.org/а"),
    ("https://e.org/%7ea/./b/../c", "https://e.org/~a/c"),
    ("https://e.org/a?", "https://e.org/a"),
    ("https://e.org/index.html", "https://e.org"),
    ("https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a"),
]
DIFFERENT = [
    ("https://e.org/a?id=1", "https://e.org/a?id=2"),
    ("https://e.org/a?ref=p12", "https://e.org/a"),
    ("https://e.org/a?page=2", "https://e.org/a"),
    ("https://e.org/A", "https://e.org/a"),
    ("https://news.e.org/a", "https://e.org/a"),
    ("https://e.org:8080/a", "https://e.org/a"),
    ("https://e.org/products/amp", "https://e.org/products"),
    ("https://e.org/#!/a", "https://e.org/#!/b"),
    ("https://m.org/a", "https://org/a"),
    ("https://e.org/a%2Fb", "https://e.org/a/b"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_article_has_one_address(one, other):
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_articles_keep_different_addresses(one, other):
    assert canonical_url(one) != canonical_url(other)


def test_a_fragment_stays_only_where_the_feeds_id_has_it_too():
    url = "https://e.org/log#p7"
    assert canonical_url(url, url) == url
    assert canonical_url(url, "7") == "https://e.org/log"


hosts = st.sampled_from(["e.org", "www.e.org", "m.www.e.org", "ПРИМЕР.рф", "amp.x.co.uk", "[::1]",
                         "x-y.cdn.ampproject.org"])  # fmt: skip
tails = st.text(alphabet='abAB/.%25e2E#?&=amp;:@!~ -_é\u200bindex.htl[]\\|"<>0', max_size=40)


@settings(max_examples=500)
@given(hosts, tails | st.text(max_size=40), st.sampled_from(["", ":80", ":443", ":8080"]))
def test_twice_is_as_once(host, tail, port):
    url = f"http://{host}{port}/{tail}"
    for guid in ("", url):
        once = canonical_url(url, guid)
        assert canonical_url(once, guid) == once


@given(st.text(max_size=60))
def test_any_text_has_an_address_a_source_and_no_error(text):
    assert canonical_url(canonical_url(text)) == canonical_url(text)
    assert source_of(text).isascii()
    assert web_link(text, "https://e.org/").startswith(("http", "HTTP")) or not web_link(text)


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://www.civil.ge/archives/1", "civil.ge"),
        ("https://feeds.bbci.co.uk/x", "bbci.co.uk"),
        ("https://someone.blogspot.com/x", "someone.blogspot.com"),
        ("http://localhost:8000/", "localhost"),
        ("http://127.0.0.2/", "127.0.0.2"),
        ("", "unknown"),
        ("http://[", "unknown"),
    ],
)
def test_the_source_is_the_registrable_domain(url, source):
    assert source_of(url) == source


def test_an_entry_without_a_link_of_its_own_is_named_by_its_feed():
    feed = "https://e.org/feed"
    name = identity_url(feed, Entry(entry_id="7", title="x"))
    assert name == identity_url(
        "http://www.e.org/feed?utm_source=a", Entry(entry_id="7", title="y")
    )
    assert name != identity_url(feed, Entry(entry_id="8"))
    assert name != identity_url("https://e.org/other", Entry(entry_id="7"))
    by_title = identity_url(feed, Entry(title="Talks  resume"))
    assert by_title == identity_url(feed, Entry(title="Talks resume"))
    assert by_title != identity_url(feed, Entry(title="Talks end"))


def test_a_link_to_the_front_page_names_no_article():
    one = identity_url("https://e.org/feed", Entry(url="https://e.org/", entry_id="1"))
    assert one != identity_url("https://e.org/feed", Entry(url="https://e.org/", entry_id="2"))


def test_every_tracking_parameter_has_its_source_and_date():
    path = files("newsbeam.transforms.knowledge") / "tracking_parameters.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert all(
        row["source"] and row["checked"] and row["match"] in ("exact", "prefix") for row in rows
    )
    assert len({row["parameter"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("link", "stated", "named"),
    [
        ("https://e.org/a-7?maca1=rss", "https://e.org/a-7", "https://e.org/a-7"),
        ("https://e.org/a-7?x=1&p=2", "https://www.e.org/a-7/?p=2", "https://e.org/a-7?p=2"),
        ("https://e.org/a-7?x=1", "https://e.org/a-8", "https://e.org/a-7?x=1"),  # another article
        ("https://e.org/a-7?x=1", "https://e.org/", "https://e.org/a-7?x=1"),  # a front page
        ("https://e.org/news.php?id=7", "https://e.org/news.php", "https://e.org/news.php?id=7"),
        ("https://e.org/a-7?x=1", "https://e.org/a-7?x=2", "https://e.org/a-7?x=1"),
        ("https://e.org/a-7", "https://e.org/a-7?x=2", "https://e.org/a-7"),
        ("tag:e.org,feed:1", "https://e.org/a-7", "tag:e.org,feed:1"),
    ],
)
def test_a_page_may_leave_parameters_out_of_its_address_and_no_more(link, stated, named):
    assert stated_address(link, stated) == named


@pytest.mark.parametrize(
    "link",
    [
        "https://e.org/a-7;jsessionid=0A1B2C?p=2",
        "https://e.org/a-7?p=2&sid=0123456789abcdef0123",
        "https://e.org/a-7?p=2&maca=en-rss-all",
        "https://e.org/a-7?p=2&mod=rss_world",
        "https://e.org/a-7?.tsrc=rss&p=2",
    ],
)
def test_a_session_or_a_campaign_makes_no_other_article(link):
    assert canonical_url(link) == "https://e.org/a-7?p=2"


def test_a_fragment_that_tells_where_the_reader_came_from_is_no_name_even_as_an_id():
    link = "https://e.org/tram#xtor=RSS-101"
    assert canonical_url(link, guid=link) == "https://e.org/tram"


def test_module_parameters_that_name_a_page_stay():
    assert canonical_url("https://e.org/?mod=news&id=7") != canonical_url("https://e.org/?id=7")
