"""What users of other feed readers reported: the right value for each kind of fault, and its kin.

Every row names the public report that the kind is known from; the inputs are our own.
"""

# ruff: noqa: E501 - a row a line

import json
from datetime import datetime

import pytest

from newsbeam.transforms.feed.parse import parse_feed

PAGE = "https://herald.example/s/7"
NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:a10="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def rss(item: str, declared: str = "utf-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0" {NAMESPACES}><channel>'
        f"<title>Valley Herald</title><link>https://herald.example/</link><item>{item}</item></channel></rss>"
    )


def story(more: str, title: str = "Dam is safe") -> str:
    return rss(f"<title>{title}</title><link>{PAGE}</link>{more}")


def atom(more: str, feed: str = "", link: str = f'<link href="{PAGE}"/>') -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title><id>urn:x:f</id>'
        f"<updated>2025-04-01T08:00:00Z</updated>{feed}<entry><title>Dam is safe</title><id>urn:x:7</id>"
        f"<updated>2025-04-01T08:00:00Z</updated>{link}{more}</entry></feed>"
    )


def json_feed(**item: str) -> str:
    whole = {"id": "7", "url": PAGE, "title": "Dam is safe", "content_text": "Words.", **item}
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Herald", "items": [whole]}
    )


def read(document: str | bytes):
    body = document.encode() if isinstance(document, str) else document
    return parse_feed(body, {}, "https://herald.example/feed").entries[0]


DATES = [  # report, the date as written, the moment in UTC (None: honest, as it could be another day)
    ("kurtmckee/feedparser#75", "2025/4/9 06:15:20", "2025-04-09T06:15:20"),
    ("kurtmckee/feedparser#75", "2025/11/30 23:59:00", "2025-11-30T23:59:00"),
    ("kurtmckee/feedparser#72", "Wed, 9 Apr 2025 3:05:10 PM CEST", "2025-04-09T13:05:10"),
    ("kurtmckee/feedparser#72", "Wed, 9 Apr 2025 12:05:10 AM +0000", "2025-04-09T00:05:10"),
    ("three states call their time so", "Wed, 9 Apr 2025 14:30:00 IST", None),
    ("rometools/rome#441", "Wed, 9 Apr 2025 14:30:00 MSK", "2025-04-09T11:30:00"),
    ("rometools/rome#441", "Wed, 9 Apr 2025 14:30:00 GET", "2025-04-09T10:30:00"),
    ("rometools/rome#441", "Wed, 15 Jan 2025 14:30:00 EET", "2025-01-15T12:30:00"),
    ("kurtmckee/feedparser#20", "Wed, 9 Apr 2025 08:57:00 MEST", "2025-04-09T06:57:00"),
    ("Russian month and day", "ср, 9 апр. 2025 12:00:00 +0300", "2025-04-09T09:00:00"),
    ("Russian month and day", "Ср, 15 янв. 2025 12:00:00 +0300", "2025-01-15T09:00:00"),
    ("month by name", "Apr 9, 2025", "2025-04-09T00:00:00"),
    ("month by name", "9 September 2025", "2025-09-09T00:00:00"),
    ("four letters of a month", "Tue, 9 Sept 2025 15:53:56 +0300", "2025-09-09T12:53:56"),
    ("JavaScript's own form", "Wed Apr 09 2025 09:00:57 GMT+0400 (Georgia Standard Time)", "2025-04-09T05:00:57"),
    ("month before day", "Wed, Apr 9 2025 10:15:00 -0400", "2025-04-09T14:15:00"),
    ("an hour and PM too", "Wednesday,April 9,2025 15:14 pm", "2025-04-09T15:14:00"),
    ("day or month first?", "04/05/2025", None),
    ("no such month", "2025-13-40", None),
]  # fmt: skip


@pytest.mark.parametrize(("report", "written", "moment"), DATES)
def test_a_date_is_the_moment_it_says_or_none(report: str, written: str, moment: str | None):
    found = read(story(f"<pubDate>{written}</pubDate>"))
    right = datetime.fromisoformat(f"{moment}+00:00") if moment else None
    assert (
        found.published in (right, None)
        if report.startswith("an hour")
        else found.published == right
    )
    assert found.published or any(written[:8] in one for one in found.problems)


@pytest.mark.parametrize(
    ("report", "document", "moment"),
    [
        ("the only date there is", story("<published>Wed, 09 Apr 2025 10:00:00 +0000</published>"), "2025-04-09T10:00:00"),
        ("no zone named", json_feed(date_published="2025-04-09T10:00:00.5"), "2025-04-09T10:00:00"),
        ("RSS's form in JSON", json_feed(date_published="Wed, 09 Apr 2025 10:00:00 +0400"), "2025-04-09T06:00:00"),
        ("WCF's mixture", story("<pubDate>Wed, 09 Apr 2025 10:00:00 Z</pubDate><a10:updated>2025-04-09T11:00:00Z</a10:updated>"), "2025-04-09T10:00:00"),
    ],
)  # fmt: skip
def test_a_date_is_found_where_other_programs_put_it(report: str, document: str, moment: str):
    assert read(document).published == datetime.fromisoformat(f"{moment}+00:00")


def test_the_date_of_a_change_is_kept_apart():
    found = read(story("<pubDate>Wed, 09 Apr 2025 10:00:00 Z</pubDate><a10:updated>2025-04-09T11:00:00Z</a10:updated>"))  # fmt: skip
    assert found.updated == datetime.fromisoformat("2025-04-09T11:00:00+00:00")


LINKS = [  # report, document, address
    ("the base of the content is not the link's", atom('<content type="html" xml:base="https://files.example/">&lt;p&gt;W&lt;/p&gt;</content>'), PAGE),
    ("an enclosure without an address", atom("", link=f'<link rel="alternate" href="{PAGE}"/><link rel="enclosure" type="image/png">https://img.example/1.png</link>'), PAGE),
    ("self is not the page", atom("", link=f'<link rel="alternate" href="{PAGE}"/><link rel="self" href="https://herald.example/atom/7"/>'), PAGE),
    ("self before the page", atom("", link=f'<link rel="self" href="https://herald.example/atom/7"/><link href="{PAGE}"/>'), PAGE),
    ("no address, but words", rss("<title>Issue 1</title><link>n/a</link><guid isPermaLink='false'>n/a</guid>"), ""),
    ("spaces in an address", rss("<title>T</title><link><![CDATA[https://herald.example/s/Dam is safe]]></link>"), "https://herald.example/s/Dam%20is%20safe"),
    ("two links: the first is the item's", rss(f"<title>T</title><link>{PAGE}</link><link>https://elsewhere.example/by</link>"), PAGE),
    ("a link without host belongs to the site", rss("<title>T</title><link>/s/7</link>"), PAGE),
]  # fmt: skip


@pytest.mark.parametrize(("report", "document", "address"), LINKS)
def test_the_address_is_the_page_of_the_story(report: str, document: str, address: str):
    assert read(document).url == address


TEXTS = [  # report, document, field, value
    ("a caption is no summary", story('<description>A teaser.</description><media:content url="https://herald.example/p.jpg" medium="image"><media:description>Two cranes at dawn</media:description></media:content>'), "summary", "A teaser."),
    ("the item's own words before an extension's", story("<description>The long one.</description><itunes:summary>Blurb</itunes:summary>"), "summary", "The long one."),
    ("the picture's title is not the story's", rss(f"<image><title>Crane</title><url>https://herald.example/p.gif</url></image><link>{PAGE}</link><title>Dam is safe</title>"), "title", "Dam is safe"),
    ("entities in CDATA", story("", "<![CDATA[R&eacute;sum&eacute; &amp; more]]>"), "title", "Résumé & more"),
    ("an ampersand that stands alone", story("", "Q&A with the mayor"), "title", "Q&A with the mayor"),
    ("a soft hyphen parts no name", story("", "Za&#173;kareishvili in Tbi&#8203;lisi"), "title", "Zakareishvili in Tbilisi"),
    ("name behind an address", story("<author>desk@herald.example (Ana Lomidze)</author>"), "authors", ("Ana Lomidze",)),
    ("the feed's author applies", atom("", feed="<author><name>Ana Lomidze</name></author>"), "authors", ("Ana Lomidze",)),
    ("the entry's author comes first", atom("<author><name>Giorgi Beridze</name></author>", feed="<author><name>Ana Lomidze</name></author>"), "authors", ("Giorgi Beridze",)),
    ("a picture stated as text", story("<image>https://herald.example/p.jpg</image>"), "image_url", "https://herald.example/p.jpg"),
]  # fmt: skip


@pytest.mark.parametrize(("report", "document", "field", "value"), TEXTS)
def test_a_field_holds_what_its_element_says(report: str, document: str, field: str, value: object):
    assert getattr(read(document), field) == value


RUSSIAN = "Совет района обсудил новый мост и бюджет"


@pytest.mark.parametrize(
    ("report", "body"),
    [
        ("a warning of the server's before it", b"<br />\n<b>Notice</b>: gone in <b>/f.php</b><br />\n" + story("", RUSSIAN).encode()),
        ("blank lines before the declaration", b"\n\n " + rss(f"<title>{RUSSIAN}</title><link>{PAGE}</link>", "windows-1251").encode("cp1251")),
        ("another charset than declared", rss(f"<title>{RUSSIAN}</title><link>{PAGE}</link><description>{RUSSIAN}. {RUSSIAN}.</description>", "iso-8859-1").encode("cp1251")),
        ("UTF-8 that says Latin", rss(f"<title>{RUSSIAN}</title><link>{PAGE}</link>", "iso-8859-1").encode()),
        ("a mark of byte order", b"\xef\xbb\xbf" + story("", RUSSIAN).encode()),
        ("UTF-16", story("", RUSSIAN).replace("utf-8", "utf-16").encode("utf-16")),
    ],
)  # fmt: skip
def test_noise_before_a_feed_and_wrong_labels_cost_no_letter(report: str, body: bytes):
    assert read(body).title == RUSSIAN
