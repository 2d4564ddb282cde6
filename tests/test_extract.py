"""Pages: their text without the furniture, their dates as stated, hostile ones without harm."""

# ruff: noqa: E501 - whole sentences and whole pages

import collections
import gzip
import json
import pickle
import re
import time
from pathlib import Path

import pytest

from newsbeam.transforms.page.extract import extract_html_fragment, extract_page

URL = "https://www.ledger.org/news/talks"
WORDS = "The ministers met in the capital and agreed to resume the talks after many months. "
HTML = Path(__file__).parents[2] / "shared" / "data" / "html"


def page(body: str = "", head: str = "", lang: str = "en") -> bytes:
    paragraphs = "".join(f"<p>Paragraph {n}. {WORDS * 3}</p>" for n in range(6))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>Talks resume</h1>{body or paragraphs}</article>"
        "<footer>All rights reserved</footer></body></html>"
    ).encode()


def read(html: bytes, url: str = URL):
    return extract_page(html, url, {})


def test_a_page_is_read_whole():
    linked = {"@type": "NewsArticle", "headline": "Talks resume", "image": ["https://e.org/i.jpg"],
              "datePublished": "2024-03-01T10:00:00+04:00", "author": [{"name": "Ann Lee"}]}  # fmt: skip
    head = (
        '<title>Talks resume | The Ledger</title><meta property="og:site_name" content="The Ledger">'
        '<link rel="canonical" href="/news/talks">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    )
    found = read(page(head=head))
    assert (found.title, found.authors, found.language) == ("Talks resume", ("Ann Lee",), "en")
    assert (found.published.isoformat(), found.published_from) == (
        "2024-03-01T06:00:00+00:00",
        "page",
    )
    assert found.canonical_url == "https://www.ledger.org/news/talks"
    assert (found.image_url, found.text_kind) == ("https://e.org/i.jpg", "full")
    assert len(re.findall(r"(?:^|\n\n)Paragraph \d", found.text)) == 6
    assert "Home" not in found.text
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_date_is_never_guessed_from_the_text():
    body = "".join(
        f"<p>On {n} March 1995 and in 1995-01-01 it was so. {WORDS}</p>" for n in range(9)
    )
    found = read(page(body))
    assert (found.published, found.published_from) == (None, None)


def test_without_a_stated_date_the_address_may_have_one():
    found = read(page(), "https://ledger.org/2024/03/01/talks")
    assert (found.published.day, found.published_from) == (1, "url")


def test_a_canonical_address_of_another_site_is_not_believed():
    assert read(page(head='<link rel="canonical" href="https://thief.com/x">')).canonical_url == ""


def test_buttons_and_link_boxes_are_dropped():
    lines = ["Advertisement", "Read also: Another story of the day", "Site icon The Ledger"]
    body = "".join(f"<p>{WORDS * 3}</p><p>{line}</p>" for line in lines)
    text = read(page(body)).text
    assert WORDS.strip() in text
    assert not any(line in text for line in lines)


def test_a_wall_is_told():
    stated = '<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":false}</script>'
    body = f"<p>{WORDS * 4}</p><p>Subscribe now to continue reading this article.</p>"
    assert read(page(body)).text_kind == "paywalled"
    assert read(page(f"<p>{WORDS * 4}</p>", stated)).text_kind == "paywalled"


@pytest.mark.parametrize("bad", ["\x00", "\x01", "&#x1;", "&#xD800;", "&#x110000;", "\ufffe"])
def test_one_forbidden_character_does_not_cost_the_text(bad):
    html = page().replace(b"Paragraph 3", f"Para{bad}graph 3".encode("utf-8", "surrogatepass"))
    assert read(html).text == read(page()).text


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 600 + f"<p>{WORDS * 9}</p>" + "</div>" * 600,
        "<b>" * 10_000 + WORDS * 20,
        "<p>" + "<span>" * 1_000 + WORDS * 9 + "</span>" * 1_000 + "</p>",
        "<table><tr><td>" * 300 + WORDS * 9,
    ],
)
def test_deep_nesting_does_not_lose_the_text(body):
    assert WORDS.strip() in read(page(body)).text


def test_one_huge_paragraph_is_kept_up_to_the_limit():
    assert 500_000 < len(read(page(f"<p>{WORDS * 40_000}</p>")).text) <= 1_000_000


@pytest.mark.parametrize("html", [b"", b"   ", b"\x00", b"<", b"<html>", b"<!--" * 9_000,
                                  bytes(range(256)) * 50, b"{}", b"plain words"])  # fmt: skip
def test_what_is_no_page_raises_nothing(html):
    assert read(html).url == URL


def test_a_page_drawn_by_scripts_gives_the_text_it_states():
    stated = json.dumps({"@type": "NewsArticle", "articleBody": WORDS * 12})
    html = f'<html><head><script type="application/ld+json">{stated}</script></head><body><div></div></body></html>'
    assert WORDS.strip() in read(html.encode()).text


def test_a_fragment_of_a_feed_keeps_all_its_paragraphs():
    text = extract_html_fragment("<p>One.</p><blockquote>Two.</blockquote><p>Read more</p>Three")
    assert text == "One.\n\nTwo.\n\nThree"


ROADS = [
    f"The road over pass number {n} was closed in spring, and the ministers of both sides want to open it."
    for n in range(8)
]


def made(before: str = "", article: str = "", after: str = "", head: str = "") -> bytes:
    return (
        f"<html lang='en'><head><title>Roads open</title>{head}</head><body>{before}"
        f"{article}{after}</body></html>"
    ).encode()


def in_p(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def test_what_stands_under_read_more_is_part_of_the_text():
    hidden = f"<div class='collapse hidden' aria-hidden='true'>{in_p(ROADS[2:])}</div>"
    found = read(made(article=f"<article><h1>Roads open</h1>{in_p(ROADS[:2])}{hidden}</article>"))
    assert found.text.split("\n\n") == ROADS
    assert found.text_kind == "full"


def test_an_article_in_an_aside_is_taken_before_the_cookie_notice():
    notice = in_p(
        [
            f"We and our {n} partners store cookies on your device and read them again later."
            for n in range(6)
        ]
    )
    body = f"<aside class='primary'><h1>Roads open</h1>{in_p(ROADS)}</aside>"
    assert read(made(f"<div id='cookie-law'>{notice}</div>", body)).text.split("\n\n") == ROADS


@pytest.mark.parametrize(
    "lead", ["<div class='standfirst'><p>{}</p></div>", "<h2 class='lead'>{}</h2>"]
)
def test_a_lead_beside_the_heading_is_kept(lead):
    body = f"<article><header><h1>Roads open</h1>{lead.format(ROADS[0])}</header><div>{in_p(ROADS[1:])}</div></article>"
    assert read(made(article=body)).text.split("\n\n") == ROADS


def test_a_caption_over_the_text_is_no_lead():
    caption = (
        "A digger stands beside the closed road over the pass in the early morning light of May."
    )
    body = f"<header><h1>Roads open</h1><div class='picture'><div class='text'>{caption}</div></div></header>"
    found = read(made(article=f"<div>{body}<div>{in_p(ROADS)}</div></div>"))
    assert found.text.split("\n\n")[-8:] == ROADS


def test_the_heading_is_not_the_first_paragraph_nor_the_last():
    first = f"<main><article><h1>“We open the roads,” says Irma</h1>{in_p(ROADS)}</article></main>"
    assert read(made(article=first)).text.split("\n\n") == ROADS
    late = f"<div id='content'><h1>Roads open</h1><div>5 May 2024, 18:20</div><div>{'<br><br>'.join(ROADS[:3])}</div></div>"
    assert read(made(article=late)).text.split("\n\n") == ROADS[:3]


def test_links_to_other_stories_between_the_paragraphs_are_dropped():
    boxes = ["<strong>ALSO HERE: <a href='/1'>President denies that he ordered arrests</a></strong>",
             "<a href='/2'>How a village became the hub of the gold trade</a>"]  # fmt: skip
    named = "The road was built in 1890 by <a href='/3'>the engineers of the Empire</a>, and was paved long after."
    body = in_p([ROADS[0], boxes[0], *ROADS[1:5], boxes[1], named, *ROADS[5:]])
    text = read(made(article=f"<article><h1>Roads open</h1>{body}</article>")).text
    assert "President" not in text
    assert "gold" not in text
    assert "engineers of the Empire" in text


@pytest.mark.parametrize("end", ["The ministers met in the capital and then …", "They met. [...]"])
def test_a_text_that_breaks_off_is_no_full_one(end):
    assert read(page(f"<p>{WORDS}</p><p>{end}</p>")).text_kind == "summary"
    link = "<a href='/all'>Read the full story</a>"
    assert read(page(f"<p>{WORDS}</p><p>{WORDS}</p>{link}")).text_kind == "summary"
    assert read(page(f"<p>{WORDS}</p><p>{WORDS}</p>")).text_kind == "full"


def test_the_text_in_linked_data_is_taken_where_the_page_shows_its_beginning():
    linked = json.dumps(
        {"@type": "NewsArticle", "headline": "Roads open", "articleBody": "\n".join(ROADS * 2)}
    )
    head = f"<script type='application/ld+json'>{linked}</script>"
    found = read(
        made(article=f"<article><h1>Roads open</h1>{in_p(ROADS[:2])}</article>", head=head)
    )
    assert found.text.count("pass number") == 16


def test_a_page_of_very_many_elements_is_read_the_fast_way_only():
    began = time.monotonic()
    html = page("<p>Some short words, here.</p>" * 20_000)
    assert "Some short words" in read(html).text
    assert time.monotonic() - began < 10  # 1 s on an idle machine


def grams(text: str) -> collections.Counter:
    words = re.findall(r"\w+", text.lower())
    return collections.Counter(tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3)))


def f1(one: str, other: str) -> float:
    first, second = grams(one), grams(other)
    shared = sum((first & second).values())
    return 2 * shared / (sum(first.values()) + sum(second.values()))


@pytest.mark.skipif(not HTML.is_dir(), reason="the page corpus is not on this machine")
def test_texts_and_dates_of_real_pages():
    with gzip.open(HTML / "manifest.jsonl.gz") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [row for row in rows if row["kind"] == "full_text" and row["lang"] == "en"][:30]
    dates = [row for row in rows if row["kind"] == "date"][:40]
    scores = [f1(_read(row).text, row["gold"]["body"]) for row in texts]
    assert sum(scores) / len(scores) >= 0.95, scores
    found = [(_read(row).published, row["gold"]["date"]) for row in dates]
    stated = [(f"{when:%Y-%m-%d}", gold) for when, gold in found if when]
    right = sum(when == gold for when, gold in stated)
    assert right / len(stated) >= 0.85  # what is stated is true
    assert len(stated) / len(found) >= 0.5


def _read(row: dict):
    return extract_page(gzip.open(HTML / row["file"]).read(), row["url"] or "", {})
