"""One bad byte costs one character; no markup and no forbidden character survives."""

# ruff: noqa: E501 - whole sentences and whole pages

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbeam.transforms.page.charset import decode
from newsbeam.transforms.page.clean import clean_markup, one_line, plain_text, without_element

GEORGIAN = "<rss><channel><title>საქართველოს პარლამენტი</title></channel></rss>"
RUSSIAN = "<rss><channel><title>Новости дня: парламент принял закон</title></channel></rss>"
FRENCH = "<rss><title>L'été à la frontière</title></rss>"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (GEORGIAN.encode(), "", GEORGIAN),
        (GEORGIAN.encode(), "text/xml; charset=iso-8859-1", GEORGIAN),
        (b"\xef\xbb\xbf" + GEORGIAN.encode(), "", GEORGIAN),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + GEORGIAN.encode(), "", GEORGIAN),
        (GEORGIAN.encode("utf-16"), "", GEORGIAN),
        (GEORGIAN.encode("utf-16-le"), "", GEORGIAN),
        (GEORGIAN.encode("utf-16-be"), "text/xml", GEORGIAN),
        (GEORGIAN.encode("utf-32"), "", GEORGIAN),
        (b"\xff\xfe" + GEORGIAN.encode(), "", GEORGIAN),
        (b"\xff\xfe<rss/>", "", "<rss/>"),
        (b"\xef\xbb\xbf" + FRENCH.encode("cp1252"), "", FRENCH),
        (gzip.compress(GEORGIAN.encode()), "", GEORGIAN),
        (RUSSIAN.encode("cp1251"), "text/xml; charset=utf-8", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), "text/xml; charset=utf-8", RUSSIAN),
        (RUSSIAN.encode("koi8-r"), "text/xml; charset=koi8-r", RUSSIAN),
        (FRENCH.encode("cp1252"), "", FRENCH),
        (FRENCH.encode("latin-1"), "text/xml; charset=ISO-8859-1", FRENCH),
        ("日本".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "日本"),
        ("中国新闻".encode("gbk"), "text/html; charset=gb2312", "中国新闻"),
        (b'<?xml version="1.0" encoding="punycode"?><rss/>', "", None),
        (b'<?xml version="1.0" encoding="undefined"?><rss/>', "", None),
    ],
)
def test_a_document_is_read_whatever_its_label_says(body, content_type, expected):
    assert decode(body, content_type) == (expected or body.decode())


@pytest.mark.parametrize("place", [3, 30, -9])
def test_one_bad_byte_costs_one_character(place):
    body = bytearray((GEORGIAN * 3).encode())
    body[place:place] = b"\xff"
    text = decode(bytes(body), "")
    assert text.count("\ufffd") <= 2
    assert text.count("საქართველოს") >= 2


def test_a_gzip_bomb_is_cut_and_a_torn_gzip_gives_what_it_has():
    assert len(decode(gzip.compress(b"a" * (40 << 20)))) == 15 << 20
    packed = gzip.compress(bytes(range(32, 127)) * 900)
    assert decode(packed[: len(packed) // 2]).startswith(" !")


@given(st.binary(max_size=300), st.sampled_from(["", "text/xml; charset=utf-7", "charset=idna"]))
def test_any_bytes_can_be_decoded_and_cleaned(body, content_type):
    clean = clean_markup(decode(body, content_type))
    assert clean.encode("utf-8").decode() == clean
    assert "\x00" not in clean


@pytest.mark.parametrize("bad", ["\x00", "\x01", "\x1f", "\ud800", "\uffff", "&#1;", "&#x1F;",
                                 "&#xD800;", "&#x110000;", "&amp;#0;", "&#99999999999;"])  # fmt: skip
def test_what_xml_forbids_is_gone(bad):
    assert clean_markup(f"a{bad}b") == "ab"


def test_references_that_browsers_understand_stay_or_are_resolved():
    assert clean_markup("&#8217;&#x41;&#10;x&#150;") == "&#8217;&#x41; x–"
    assert clean_markup("&#xD83D;&#xDE00;") == "😀"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br/>two<br>three", "One\ntwo\nthree"),
        ("AT&amp;T &lt;b&gt; &nbsp;&eacute;", "AT&T <b> é"),
        ("<script>alert(1)</script>Text<style>p{}</style>", "Text"),
        ("a <!-- gone --> b", "a b"),
        ('<img alt="x > y" src="z">after', "after"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ("abc\u202edef", "abcdef"),
        ("<b", "<b"),
    ],
)
def test_html_becomes_plain_text(markup, text):
    assert plain_text(markup) == text


def test_a_title_is_one_line_and_capped():
    assert one_line(" a\n<br> b ") == "a b"
    assert len(one_line("x" * 5_000)) == 1_000


def test_an_open_comment_does_not_eat_the_article():
    assert without_element("a<!-- x --> b <!-- c d", "<!--", "-->") == "a b  c d"


@pytest.mark.parametrize("piece", ["<!--", "<a ", '<a "', "<script", "&#", "<", "<p>", "<!"])
def test_hostile_markup_takes_linear_time(piece):
    start = time.monotonic()
    plain_text(piece * (900_000 // len(piece)), 100_000)
    assert time.monotonic() - start < 3


@given(st.text(alphabet="<>!-/ab\"' &;=#x1", max_size=200))
def test_plain_text_never_raises(markup):
    assert len(plain_text(markup, 50)) <= 50
