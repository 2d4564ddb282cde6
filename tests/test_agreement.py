"""A page must earn its place: what answers 200 does not replace what the feed carried."""

from datetime import timedelta

import pytest

import made
from newsbeam.schemas.article import Article, Page
from newsbeam.transforms.page.agreement import is_same_title
from newsbeam.transforms.page.article import article_of

ASKED = "https://ledger.example/2026/ferry"
TITLE = "Ferry line to the island reopens"
TEASER = "The ferry to the island sails again after two years."
WHOLE = (
    "The ferry line to the island reopens on Monday after two years of repairs at the quay. "
    "Captain Mira Sorel said that the first boat would sail at noon and carry ninety people. "
) * 6
OTHER = (
    "Potato growers of the northern valley ask for help after a dry summer, and the ministry has "
    "promised seed at half its price before the winter begins. "
) * 8


def article(page: Page, *, title: str = TITLE, summary: str = TEASER, text: str = "") -> Article:
    """The article of an entry of the feed and what its address answered."""
    new = made.new_entry(1, url=ASKED, title=title, summary=summary)
    return article_of(new, page, text, run_id="r", fetched_at=made.NOON + timedelta(hours=1))


def page(title: str, text: str, url: str = ASKED) -> Page:
    """A page as it was read, called a whole article."""
    return Page(url, title=title, text=text, text_kind="full", authors=("Web Team",))


WALLS = {
    "a bot wall": page(
        "Checking your browser", "One moment: we make sure that you are no robot. Ray ID 7f."
    ),
    "a consent notice": page(
        "Before you go on",
        "We and our 812 partners store cookies on your device. Accept all or manage choices. " * 12,
    ),
    "a page for scripts, under the article's title": page(
        TITLE, "You need to enable JavaScript to run this application."
    ),
    "a login": page("Sign in", "E-mail. Password. Forgot it? Sign in.", ASKED + "/login"),
    "the front page, by redirect": page(
        "The Ledger", f"{TITLE}. {OTHER}", "https://ledger.example/"
    ),
    "the front page of a language": page(
        "The Ledger", f"{TITLE}. {OTHER}", "https://ledger.example/en"
    ),
    "another article": page("Potato growers ask for help", OTHER),
    "a notice in another alphabet": page("Доступ ограничен", "Подтвердите, что вы не робот. " * 9),
}


@pytest.mark.parametrize("kind", WALLS)
@pytest.mark.parametrize("text", ["", WHOLE])
def test_a_page_that_is_something_else_replaces_neither_text_nor_title(kind: str, text: str):
    made_of_it = article(WALLS[kind], text=text)
    assert made_of_it.title == TITLE
    assert made_of_it.text == (text or TEASER)
    assert (made_of_it.text_from, made_of_it.authors) == ("feed", ())
    assert (made_of_it.page_problem or "").startswith("another_page: ")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (TITLE, WHOLE),
        ("Ferry line reopens after two years", WHOLE),
        ("Island is reached by boat again", WHOLE),  # reworded, but the text tells
        (TITLE, "The ferry line to the island reopens on Monday, the port said."),
    ],
)
@pytest.mark.parametrize("summary", ["", TEASER])
def test_the_page_of_the_article_is_let_in_however_little_the_feed_says(
    title: str, text: str, summary: str
):
    made_of_it = article(page(title, text), summary=summary)
    assert (made_of_it.text, made_of_it.text_from) == (text, "page")
    assert made_of_it.page_problem is None


def test_an_entry_without_words_has_the_words_of_its_page():
    made_of_it = article(page("Potato growers ask for help", OTHER), title="", summary="")
    assert (made_of_it.title, made_of_it.text) == ("Potato growers ask for help", OTHER)


def test_words_are_compared_where_no_space_stands_between_them():
    japanese = "島へのフェリー航路が二年ぶりに再開する"
    text = f"{japanese}と港が月曜日に発表した。" * 3
    assert article(page(japanese, text), title=japanese, summary="").text_from == "page"
    other = page("ジャガイモ農家が支援を求める", "乾いた夏の後、政府は種を半額で約束した。" * 3)
    assert article(other, title=japanese, summary="").text_from == "feed"


def test_a_page_with_less_than_the_feed_carries_is_a_teaser():
    teaser = page(TITLE, WHOLE[: len(WHOLE) // 3] + " Read on with a subscription.")
    made_of_it = article(teaser, text=WHOLE)
    assert (made_of_it.text, made_of_it.text_from, made_of_it.text_kind) == (WHOLE, "feed", "full")
    assert made_of_it.page_problem == "shorter_page: the feed carries more than the page"
    assert made_of_it.authors == ("Web Team",)  # it is the article's page all the same


def test_links_that_a_feed_adds_to_its_text_do_not_keep_the_page_out():
    assert article(page(TITLE, WHOLE), text=WHOLE + " Read also: the quay.").text_from == "page"


@pytest.mark.parametrize(
    ("feed", "shown", "chosen"),
    [
        ("Ferry reopens", "Ferry reopens | The Ledger", "Ferry reopens"),
        ("Ferry reopens", "Ferry line reopens at noon", "Ferry line reopens at noon"),
        ("she took it", "Minister denies that she took it", "Minister denies that she took it"),
        ("Minister denies", "Minister denies: she took it", "Minister denies: she took it"),
        ("Ferry line reopens", "Service notice of 2 March", "Ferry line reopens"),
        ("", "Ferry reopens", "Ferry reopens"),
        ("Ferry reopens", "", "Ferry reopens"),
    ],
)  # fmt: skip
def test_titles_are_whole_and_of_the_article(feed: str, shown: str, chosen: str):
    assert article(page(shown, WHOLE), title=feed).title == chosen


def test_titles_agree_in_inflected_languages():
    assert is_same_title("Паром на остров снова ходит", "На острове снова ходят паромы")
    assert not is_same_title("Паром на остров снова ходит", "Урожай картофеля погиб")
