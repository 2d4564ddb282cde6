"""What XML forbids and every reader forgives: noise before the feed, bare signs, wrong labels."""

import pytest

from newsbeam.transforms.feed.parse import parse_feed


def only(body: bytes):
    (entry,) = parse_feed(body, {}, "https://example.org/feed").entries
    return entry


def rss(item: str) -> bytes:
    start = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>T</title>'
    return f"{start}{item}</channel></rss>".encode()


@pytest.mark.parametrize(
    "before",
    ["<br />\n<b>Warning</b>: something in <b>x.php</b> on line <b>4</b>\n", "Notice: no index\n",
     "\n\n\ufeff", "<html><body>busy</body></html>"],
)  # fmt: skip
def test_what_a_program_wrote_before_the_feed_is_passed_over(before):
    assert only(before.encode() + rss("<item><title>A</title></item>")).title == "A"


def test_a_bare_ampersand_and_names_of_html_cost_nothing():
    entry = only(
        rss(
            "<item><title>AT&T, D&D &nbsp;caf&eacute; &amp;amp; &#8212;</title>"
            "<link>https://e.org/?a=1&b=2</link><guid><![CDATA[x&y]]></guid></item>"
        )
    )
    assert (entry.title, entry.url) == ("AT&T, D&D café & —", "https://e.org/?a=1&b=2")
    assert entry.entry_id == "x&y"


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "windows-1254", "koi8-r", "utf-8"])
@pytest.mark.parametrize(
    ("title", "codec"),
    [("Новости региона сегодня и завтра", "cp1251"),
     ("Νέα της περιοχής σήμερα και αύριο", "cp1253"),
     ("חדשות האזור היום ומחר בבוקר", "cp1255")],
)  # fmt: skip
def test_a_wrong_label_is_not_believed_against_the_letters(label, title, codec):
    body = (
        f'<?xml version="1.0" encoding="{label}"?><rss version="2.0"><channel><item><title>{title}'
    )
    body += "</title></item></channel></rss>"
    assert only(body.encode(codec)).title == title


def test_a_western_label_is_believed_for_western_letters():
    title = "Le président a rencontré les élus à l’hôtel"
    body = f'<?xml version="1.0" encoding="windows-1252"?><rss version="2.0"><item><title>{title}'
    assert only(f"{body}</title></item></rss>".encode("cp1252")).title == title
