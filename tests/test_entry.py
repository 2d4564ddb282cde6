"""Which link, text, picture and author an entry has, where a feed offers several or odd ones."""

import pytest

from newsbeam.transforms.feed.parse import parse_feed

NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:yandex="http://news.yandex.ru" xmlns:turbo="http://turbo.yandex.ru"'
)
LINK = "<link>https://e.org/1</link>"


def rss(item, channel="", url="", headers=None):
    body = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel>'
        f"<title>T</title><link>https://e.org/</link>{channel}"
        f"<item><title>Talks resume</title>{item}</item></channel></rss>"
    )
    return parse_feed(body.encode(), headers or {}, url).entries[0]


def atom(entry, feed="", root="", url=""):
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} {root}><title>F</title>'
        f"<id>urn:f</id>{feed}<entry><title>T</title><id>urn:1</id>{entry}</entry></feed>"
    )
    return parse_feed(body.encode(), {}, url).entries[0]


@pytest.mark.parametrize(
    "links",
    [
        '<link href="https://e.org/1"/><link rel="enclosure">https://e.org/a.mp3</link>',
        '<link rel="enclosure" type="text/html" href="https://e.org/a"/><link href="https://e.org/1"/>',
        '<link rel="self" href="https://e.org/s"/><link rel="alternate" href="https://e.org/1"/>',
        '<link type="application/json" href="https://e.org/j"/><link href="https://e.org/1"/>',
        '<link hreflang="ru" href="https://e.org/ru"/><link hreflang="ka" href="https://e.org/1"/>',
        '<link hreflang="ru" href="https://e.org/ru"/><link href="https://e.org/1"/>',
        '<link rel="related" href="https://f.org/"/><link href="https://e.org/1"/>',
    ],
)
def test_an_atom_entry_is_where_its_own_page_is(links):
    assert atom(links, root='xml:lang="ka"').url == "https://e.org/1"


def test_of_two_links_of_an_item_the_first_is_its_own():
    assert rss(f"{LINK}<link>https://other.org/credit</link>").url == "https://e.org/1"


@pytest.mark.parametrize(
    ("link", "url"),
    [("/n/1", "https://e.org/n/1"), ("n/1", "https://e.org/n/1"), ("//e.org/1", "https://e.org/1"),
     ("www.e.org/1", "https://www.e.org/1"), ("e.org/1", "https://e.org/1"), ("N/A", ""),
     ("#", "")],
)  # fmt: skip
def test_a_relative_link_of_rss_belongs_to_the_site_wherever_the_feed_lies(link, url):
    for feed in ("", "https://feeds.other.net/x/feed"):
        assert rss(f"<link>{link}</link>", url=feed).url == url


def test_a_relative_link_of_atom_belongs_to_its_base_or_else_to_the_feed():
    link = '<link href="1"/>'
    assert atom(link, root='xml:base="https://b.org/x/"').url == "https://b.org/x/1"
    assert atom(link, url="https://e.org/feeds/atom").url == "https://e.org/feeds/1"
    assert atom(link, '<link href="https://s.org/"/>').url == "https://s.org/1"


CAPTION = "<media:description>A crane at dusk</media:description>"
PICTURE = f'<media:content url="https://e.org/p.jpg" medium="image">{CAPTION}</media:content>'


@pytest.mark.parametrize("item", ["{0}{1}", "{1}{0}"])
@pytest.mark.parametrize(
    "media", [PICTURE, f"<media:group>{PICTURE}</media:group>", PICTURE + CAPTION]
)
def test_a_caption_is_no_text(item, media):
    entry = rss(item.format(media, "<description>Short.</description>"))
    assert (entry.title, entry.summary, entry.content) == ("Talks resume", "Short.", "")
    assert (rss(media).summary, rss(media).image_url) == ("", "https://e.org/p.jpg")


def test_what_is_said_of_a_film_is_its_summary_where_there_is_no_other():
    film = '<media:group><media:content url="https://e.org/v" type="video/mp4"/>%s</media:group>'
    assert atom(film % CAPTION).summary == "A crane at dusk"


@pytest.mark.parametrize(
    "name", ["yandex:full-text", "turbo:content", "content:encoded", "full-text"]
)
def test_the_whole_text_is_read_wherever_it_stands(name):
    entry = rss(f"<description>Short.</description><{name}>&lt;p&gt;Whole text.&lt;/p&gt;</{name}>")
    assert (entry.summary, entry.content) == ("Short.", "<p>Whole text.</p>")


def test_plain_text_of_atom_stays_as_it_is_written():
    assert atom('<content type="text">a &lt; b &lt;c></content>').content == "a &lt; b &lt;c&gt;"
    assert atom("<summary>&lt;p>Short&lt;/p></summary>").summary == "Short"


def test_a_summary_has_neither_the_headline_nor_what_a_blog_adds():
    words = "&lt;h1>Talks resume&lt;/h1>&lt;p>They met.&lt;/p>"
    words += "&lt;p>The post Talks resume appeared first on Ledger.&lt;/p>"
    assert rss(f"<description>{words}</description>").summary == "They met."


@pytest.mark.parametrize(
    "image",
    ["<image>https://e.org/p.jpg</image>", "<image><url>https://e.org/p.jpg</url></image>",
     "<image><title>Cap</title><url>https://e.org/p.jpg</url></image>",
     '<image url="https://e.org/p.jpg"/>', "<image><![CDATA[https://e.org/p.jpg]]></image>",
     "<thumbnail>https://e.org/p.jpg</thumbnail>", '<thumbnail url="https://e.org/p.jpg"/>',
     '<enclosure url="https://e.org/p.jpg" length="0"/>'],
)  # fmt: skip
def test_a_picture_is_read_though_it_is_not_stated_by_the_book(image):
    entry = rss(f"{image}{LINK}")
    assert (entry.image_url, entry.title, entry.url) == (
        "https://e.org/p.jpg", "Talks resume", "https://e.org/1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "authors"),
    [
        ("<author>nino@paper.media (Nino Beridze)</author>", ("Nino Beridze",)),
        ("<author>Nino Beridze &lt;nino@paper.media></author>", ("Nino Beridze",)),
        ("<author>nino@paper.media</author>", ()),
        ("<dc:creator>https://e.org/nino</dc:creator>", ()),
        ("<dc:creator>By Nino Beridze and Ann Lee</dc:creator>", ("Nino Beridze", "Ann Lee")),
        ("<dc:creator>Ann Lee</dc:creator><dc:creator>Bo Li</dc:creator>", ("Ann Lee", "Bo Li")),
    ],
)
def test_authors_are_names(item, authors):
    assert rss(item).authors == authors


def test_the_feed_signs_an_entry_that_nobody_signed_in_atom_and_json_alone():
    feed = "<author><name>Nino Beridze</name></author>"
    assert atom("", feed).authors == ("Nino Beridze",)
    assert atom("<author><name>Ann Lee</name></author>", feed).authors == ("Ann Lee",)
    source = "<source><author><name>Bo Li</name></author></source>"
    assert atom(source, feed).authors == ("Bo Li",)
    assert rss("", "<managingEditor>e@e.org (Ed Itor)</managingEditor>").authors == ()


def test_signs_that_nobody_sees_part_no_name_and_those_that_shape_letters_stay():
    item = "<dc:creator>Ni\u00adno Beridze</dc:creator><category>Geor\u200bgia</category>"
    item += "<description>Ma&amp;shy;cron, Mu\u0308ller, می\u200cخواهم, क्\u200dष</description>"
    entry = rss(item)
    assert (entry.authors, entry.categories) == (("Nino Beridze",), ("Georgia",))
    assert entry.summary == "Macron, Müller, می\u200cخواهم, क्\u200dष"


def test_dates_of_an_entry_are_read_with_the_feeds_language_and_country():
    date = "<pubDate>Mon, 02 Mar 2026 10:00:00 AMT</pubDate>"
    assert rss(date, "<language>hy</language>").published.hour == 6
    unread = rss(date)
    assert (unread.published, len(unread.problems)) == (None, 1)
    assert atom("<created>2026-03-02T10:00:00Z</created>").published.hour == 10
