"""Feed lists: addresses, text, TOML and OPML; a wrong line is named with its file."""

import io
import time
from pathlib import Path

import pytest

from newsbeam.pipeline.errors import UsageError
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.schemas.article import Feed
from newsbeam.schemas.ids import feed_id

A, B = "https://a.example/feed", "http://b.example/rss?x=1#top"


def written(folder: Path, name: str, text: str | bytes) -> str:
    """A feed list on disk."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def urls(*names: str) -> list[str]:
    return [feed.url for feed in load_feeds(names)]


def refusal(*names: str) -> str:
    """The one line that a wrong list is answered with."""
    with pytest.raises(UsageError) as caught:
        load_feeds(names)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    return str(caught.value)


def test_an_address_is_a_feed_of_which_nothing_else_is_known():
    assert load_feeds([A]) == (Feed(feed_id(A), A),)


def test_a_text_file_has_an_address_a_line_and_comments(tmp_path: Path):
    text = f"\ufeff# my feeds\r\n\r\n{A}\r\n  {B} # the second\n   # {A}x\n"
    assert urls(written(tmp_path, "feeds.txt", text)) == [A, B]


def test_an_address_that_is_named_twice_is_asked_once_and_keeps_its_place(tmp_path: Path):
    assert urls(A, written(tmp_path, "feeds.txt", f"{B}\n{A}\n"), B) == [A, B]


def test_standard_input_is_a_list_of_any_kind(monkeypatch: pytest.MonkeyPatch):
    outline = f'<opml version="2.0"><body><outline xmlUrl="{B}"/></body></opml>'
    for text, url in ((f"{A}\n", A), (outline, B)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert urls("-") == [url]


def test_toml_says_all_that_is_known_of_a_feed(tmp_path: Path):
    listed = (
        f'[[feed]]\nurl = "{A}"\nname = "The Ledger"\nsource = "Ledger.example"\n'
        f'country = "GEO"\nlanguage = "ka"\nprofile = "news"\n[[feed]]\nurl = "{B}"\n'
    )
    first, second = load_feeds([written(tmp_path, "feeds.toml", listed)])
    assert first == Feed(feed_id(A), A, "The Ledger", "ledger.example", "GEO", "ka", "news")
    assert second == Feed(feed_id(B), B)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[feed]]\nurl = "https://a.example"\nnmae = "x"', "feed 1: 'nmae' is not known"),
        ('[[feed]]\nurl = "https://a.example"\n[[feed]]\nname = "x"', "feed 2: ''"),
        ('[[feed]]\nurl = "ftp://a.example"', "'ftp://a.example' is no http(s) address"),
        ("[[feed]]\nurl = 7", "'7' is no http(s) address"),
        ('[[feed]]\nurl = "https://a.example"\nname = 7', "feed 1: every value is a text"),
        ('[[feed]]\nurl = "https://a.example"\nsource = 7', "feed 1: every value is a text"),
        ('[[feed]]\nlink = "https://a.example"', "did you mean url?"),
        ('feed = "https://a.example"', "the line [[feed]], with two brackets"),
        ('feed = ["https://a.example"]', "the line [[feed]], with two brackets"),
        ('[feed]\nurl = "https://a.example"', "the line [[feed]], with two brackets"),
        ('[[feeds]]\nurl = "https://a.example"', "'feeds' is not known, in TOML each feed begins"),
        ('url = "https://a.example"', "'url' is not known, in TOML each feed begins with the line"),
        ("feed = {", "not TOML"),
        ("[[feed]]\nurl = https://a.example", "texts stand between quotation marks"),
    ],
)
def test_toml_that_makes_no_sense_is_named_with_its_place(tmp_path: Path, text: str, why: str):
    said = refusal(written(tmp_path, "feeds.toml", text))
    assert why in said
    assert "feeds.toml" in said


def test_opml_keeps_the_titles_at_any_depth(tmp_path: Path):
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>x</title></head>'
        '<body><outline text="Caucasus"><outline type="rss" text="t" title="საქმე &amp; co" '
        f'xmlUrl="{A}" htmlUrl="https://a.example"/></outline><outline text="B" xmlUrl="{B}"/>'
        "</body></opml>"
    )
    feeds = load_feeds([written(tmp_path, "feeds.opml", text)])
    assert [(feed.url, feed.name) for feed in feeds] == [(A, "საქმე & co"), (B, "B")]


def test_opml_that_says_another_encoding_is_read_all_the_same(tmp_path: Path):
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><opml><body>'
        f'<outline text="Sofía" xmlUrl="{A}"/></body></opml>'
    )
    latin = written(tmp_path, "latin.opml", text.encode("latin-1"))
    assert [feed.name for feed in load_feeds([latin])] == ["Sofía"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<opml><body>", "not OPML"),
        ('<opml><outline xmlUrl="feed"/></opml>', "outline 1: 'feed' is no http(s) address"),
        ('<opml><body><outline text="a folder"/></body></opml>', "in OPML outlines with xmlUrl"),
    ],
)
def test_opml_that_makes_no_sense_is_named_with_its_place(tmp_path: Path, text: str, why: str):
    assert why in refusal(written(tmp_path, "feeds.opml", text))


def test_hostile_entities_cost_neither_time_nor_memory_nor_a_file(tmp_path: Path):
    (tmp_path / "secret").write_text("http://secret.example/")
    levels = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "https://a.example/">'
        for n in range(12)
    )
    laughs = f'<!DOCTYPE opml [{levels}]><opml><outline xmlUrl="&a11;"/></opml>'
    outside = (
        f'<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
        '<opml><outline xmlUrl="https://a.example"/><outline text="x">&x;</outline></opml>'
    )
    began = time.monotonic()
    assert "laughs.opml" in refusal(written(tmp_path, "laughs.opml", laughs))
    assert urls(written(tmp_path, "outside.opml", outside)) == ["https://a.example"]
    assert time.monotonic() - began < 5


def test_a_line_that_is_no_address_is_named_with_file_and_line(tmp_path: Path):
    name = written(tmp_path, "feeds.txt", f"{A}\n\nfile:///etc/passwd\n")
    assert refusal(name) == f"{name} line 3: 'file:///etc/passwd' is no http(s) address of a feed"
    long = written(tmp_path, "long.txt", f"https://a.example/{'a' * 3000}\n")
    assert "long.txt line 1" in refusal(long)


@pytest.mark.parametrize("line", [f"{A} The Ledger", f"{A},{B}", f"{A};{B}", f"{A}\t{B}"])
def test_two_things_in_one_line_are_not_polled_as_one_address(tmp_path: Path, line: str):
    for name in (line, written(tmp_path, "feeds.txt", line)):
        assert "is more than one address" in refusal(name)


def test_an_address_has_no_blanks_at_its_ends():
    assert load_feeds([f" {A} "]) == (Feed(feed_id(A), A),)


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_a_list_without_any_feed_is_an_error(tmp_path: Path, text: str):
    assert "no feed is named" in refusal(written(tmp_path, "feeds.txt", text))


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path):
    assert "no such file" in refusal(str(tmp_path / "nowhere.txt"))
    assert refusal(str(tmp_path)) == f"{tmp_path}: is a directory; name a file in it"
    assert "is no text in UTF-8" in refusal(written(tmp_path, "binary.txt", b"\xff\xfe\0\x01"))
    assert "no such file" in refusal("ftp://a.example/feed")
    assert refusal("a\0b")


def test_toml_is_known_by_its_tables_whatever_the_file_is_called(tmp_path: Path):
    assert urls(written(tmp_path, "feeds.txt", f'# mine\n[[feed]]\nurl = "{A}"\n')) == [A]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            '\ufeff<?xml version="1.0"?>\n<!-- <opml> --><rss version="2.0"/>',
            "is a feed, not",
        ),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "is a feed, not"),
        ('<rdf:RDF xmlns:rdf="x"/>', "is a feed, not"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "is a feed, not"),
        ("<!doctype html>\n<p>no root", "is a web page"),
        ('<!DOCTYPE html SYSTEM "about:x"><HTML></HTML>', "is a web page"),
        ('{"title": "x"}\n', "did you mean --documents"),
        ('[{"title": "x"}]', "did you mean --documents"),
        (b"\x1f\x8b\x08packed", "did you mean --documents"),
    ],
)
def test_what_is_no_list_of_feeds_is_called_by_its_name(
    tmp_path: Path, text: str | bytes, what: str
):
    assert what in refusal(written(tmp_path, "given", text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("civil.ge/feed", "https://civil.ge/feed"),
        ("www.civil.ge", "https://www.civil.ge"),
        ("civil.ge:8080/feed?x=1", "https://civil.ge:8080/feed?x=1"),
        ("htps://civil.ge/feed", "https://civil.ge/feed"),
        ("http:/civil.ge/feed", "https://civil.ge/feed"),
        ("//civil.ge/feed", "https://civil.ge/feed"),
        ("feed://civil.ge/feed", "https://civil.ge/feed"),
    ],
)
def test_an_address_without_its_beginning_is_guessed_wherever_it_stands(
    tmp_path: Path, typed: str, meant: str
):
    text = written(tmp_path, "feeds.txt", typed)
    toml = written(tmp_path, "feeds.toml", f'[[feed]]\nurl = "{typed}"')
    for name in (typed, text, toml):
        assert refusal(name).endswith(f"; did you mean {meant}?")


@pytest.mark.parametrize("name", ["nowhere.txt", "lists/feeds.toml", "pack:x", "../civil.ge.txt"])
def test_a_file_that_is_missing_is_not_taken_for_an_address(name: str):
    assert "did you mean" not in refusal(name)


@pytest.mark.parametrize(
    ("key", "stated", "meant"),
    [
        ("country", "Georgia", "GEO"),
        ("country", "gorgia", "GEO"),
        ("country", "geo", "GEO"),
        ("country", "GE", "GEO"),
        ("country", "UA", "UKR"),
        ("country", "UK", "GBR"),
        ("country", "საქართველო", "GEO"),
        ("country", "United States", "USA"),
        ("country", "Puerto Rico", "PRI"),
        ("language", "Georgian", "ka"),
        ("language", "enlish", "en"),
        ("language", "kat", "ka"),
    ],
)
def test_a_country_or_language_that_is_no_code_is_refused_with_the_code(
    tmp_path: Path, key: str, stated: str, meant: str
):
    said = refusal(written(tmp_path, "f.toml", f'[[feed]]\nurl = "{A}"\n{key} = "{stated}"'))
    assert f"f.toml, feed 1: {key} '{stated}' is no code" in said
    assert said.endswith(f"; did you mean {meant}?")


@pytest.mark.parametrize(("key", "stated"), [("country", "ZZZ"), ("language", "xx")])
def test_a_code_that_is_near_to_none_is_refused_without_a_guess(
    tmp_path: Path, key: str, stated: str
):
    said = refusal(written(tmp_path, "f.toml", f'[[feed]]\nurl = "{A}"\n{key} = "{stated}"'))
    assert "is no code" in said
    assert "did you mean" not in said


def test_codes_of_countries_and_languages_are_taken_as_they_are(tmp_path: Path):
    for country in ("GEO", "XKX", "TWN", ""):
        for language in ("ka", "en-GB", "pt_BR", ""):
            said = f'[[feed]]\nurl = "{A}"\ncountry = "{country}"\nlanguage = "{language}"'
            (feed,) = load_feeds([written(tmp_path, "f.toml", said)])
            assert (feed.country, feed.language) == (country, language)
