"""What a page says of itself: its own title, authors and date, and those of no other story."""

# ruff: noqa: E501 - whole pages

import json

import pytest

from newsbeam.transforms.page.authors import author_names
from newsbeam.transforms.page.extract import extract_page
from newsbeam.transforms.page.head import page_head
from newsbeam.transforms.page.titles import names_of, plain_title
from newsbeam.transforms.page.tree import page_tree

URL = "https://www.ledger.org/news/sport/talks"
TEXT = "".join(
    f"<p>Paragraph {n}. The ministers met in the capital and agreed to resume the talks.</p>"
    for n in range(6)
)
OTHER = {"@type": "NewsArticle", "headline": "Mayor steps down", "url": "https://www.ledger.org/mayor",
         "datePublished": "2021-01-01T10:00:00Z", "author": {"name": "Otto Else"}}  # fmt: skip
OWN = {"@type": "NewsArticle", "headline": "Talks resume", "datePublished": "2024-03-01T10:00:00Z",
       "author": [{"@type": "Person", "name": "Ann Lee"}]}  # fmt: skip


def page(body: str = "", head: str = "", after: str = "", heading: str = "Talks resume") -> bytes:
    article = f"<main><article><h1>{heading}</h1>{body}{TEXT}</article></main>"
    return f"<html lang='en'><head>{head}</head><body>{article}{after}</body></html>".encode()


def linked(*objects: object) -> str:
    return "".join(
        f"<script type='application/ld+json'>{json.dumps(one)}</script>" for one in objects
    )


def read(html: bytes, url: str = URL):
    return extract_page(html, url, {})


def test_the_best_stated_date_wins_and_one_that_cannot_be_read_is_told():
    linked = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "%s"}</script>'
    made, updated = '<meta name="date" content="2024-01-01">', linked % "2024-02-02T10:00:00Z"
    stated = '<meta property="article:published_time" content="2024-03-03T10:00:00Z">'
    months = [page_head(page_tree(f"<html><head>{head}</head><body></body></html>")).published.month
              for head in (made, made + updated, made + updated + stated)]  # fmt: skip
    assert months == [1, 2, 3]
    assert read(page(head=linked % "soon")).problems == (
        "published: could not read the date 'soon'",
    )


def test_linked_data_of_any_shape_raises_nothing():
    for shape in ("null", "[[]]", '{"@graph": 3}', '{"@type": ["Article", 1], "author": [[{}]]}',
                  "[" * 50_000, '{"@type": "Article", "author": ' + '{"name":' * 900):  # fmt: skip
        head = f'<script type="application/ld+json">{shape}</script>'
        assert read(page(head=head)).authors == ()


def test_names_and_titles_are_stripped_of_what_is_not_theirs():
    assert author_names(["By ANN LEE", "ann@e.org", "Ann Lee, Bo Li"]) == ("ANN LEE", "Bo Li")
    assert (
        plain_title("Talks - and more - Ledger", names_of([], "ledger.org")) == "Talks - and more"
    )


def test_the_title_is_the_one_over_the_article_not_the_one_for_the_networks():
    og = '<meta property="og:title" content="You will not believe these talks">'
    linked = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Talks go on"}</script>'
    assert read(page(head=og)).title == "Talks resume"
    assert read(page(head=og + linked)).title == "Talks go on"
    logo = page(head=og).replace(b"<h1>Talks resume</h1>", b"<h1>The Ledger</h1>")
    assert read(logo).title == "You will not believe these talks"


@pytest.mark.parametrize(
    "title", ["Georgia – EU talks end", "Moscow – Kyiv swap on Friday", "Iran - US talks resume"]
)
def test_a_title_keeps_the_country_that_it_begins_with(title):
    place, site = title.split()[0], title.split()[0].lower() + "times.com"
    head = f"<title>{title} - {place} Times</title><meta property='og:site_name' content='{place} Times'>"
    assert read(page(head=head, heading=title), f"https://www.{site}/a").title == title
    assert (
        read(page(head=head).replace(b"<h1>Talks resume</h1>", b""), f"https://{site}/a").title
        == title
    )


@pytest.mark.parametrize(
    "tail", [" | Sport | The Ledger", " - The Ledger", "｜The Ledger", ": The Ledger", " | Sport"]
)
def test_section_and_site_go_from_the_end_of_a_title(tail):
    head = f"<meta property='og:title' content='Two sides meet{tail}'><meta property='og:site_name' content='The Ledger'>"
    assert read(page(head=head).replace(b"<h1>Talks resume</h1>", b"")).title == "Two sides meet"


def test_a_title_that_says_the_section_is_the_title_where_nothing_else_is():
    head = "<title>Sport</title><meta property='article:section' content='Sport'>"
    assert read(page(head=head).replace(b"<h1>Talks resume</h1>", b"")).title == "Sport"


def test_words_set_before_a_headline_go_where_the_page_states_it_without_them():
    head = "<meta property='og:title' content='Two sides meet again in May'>"
    heading = "Peace in the valley: Two sides meet again in May"
    assert read(page(head=head, heading=heading)).title == "Two sides meet again in May"


def test_a_heading_of_something_else_is_not_the_title():
    head = "<title>Two sides meet again in May</title>"
    assert read(page(head=head, heading="About us")).title == "Two sides meet again in May"
    logo = page(head=head, heading="<a href='/'>Sides of the Valley</a>")
    assert read(logo).title == "Two sides meet again in May"


@pytest.mark.parametrize("shape", [
    (OTHER, OWN), (OWN, OTHER), ({"@type": "ItemList", "itemListElement": [OTHER]}, OWN),
    ({"@graph": [OTHER, OWN]},), ({"@type": "ItemList", "itemListElement": [{"item": OTHER}]}, OWN),
])  # fmt: skip
def test_linked_data_of_other_stories_gives_nothing(shape):
    found = read(page(head=linked(*shape)))
    assert (found.title, found.authors, found.published.year) == (
        "Talks resume",
        ("Ann Lee",),
        2024,
    )


def test_the_address_says_which_linked_data_is_the_pages_own():
    own = {**OWN, "headline": "Another wording", "mainEntityOfPage": {"@id": URL}}
    assert read(page(head=linked(OTHER, own))).published.year == 2024


@pytest.mark.parametrize(
    "wrapped", ["//<![CDATA[\n{}\n//]]>", "<!-- {} -->", "{};", "/*<![CDATA[*/{}/*]]>*/"]
)
def test_linked_data_is_read_as_it_is_wrapped(wrapped):
    head = f"<script type='application/ld+json'>{wrapped.format(json.dumps(OWN))}</script>"
    assert read(page(head=head)).authors == ("Ann Lee",)


def test_linked_data_with_a_comma_too_many_is_read_and_damaged_data_is_told():
    head = "<script type='application/ld+json'>%s</script>"
    assert read(page(head=head % (json.dumps(OWN)[:-1] + ",}"))).authors == ("Ann Lee",)
    assert read(page(head=head % '{"@type": "NewsArt')).problems == ("JSON-LD: could not be read",)


@pytest.mark.parametrize("author", [
    {"@type": "Person", "givenName": "Ann", "familyName": "Lee"}, {"@id": "#ann"}, "Ann Lee", ["Ann Lee"],
])  # fmt: skip
def test_an_author_is_found_however_linked_data_names_him(author):
    ann = {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}
    assert read(page(head=linked({"@graph": [{**OWN, "author": author}, ann]}))).authors == (
        "Ann Lee",
    )


@pytest.mark.parametrize(("stated", "names"), [
    ("Kim Y. Sung", ("Kim Y. Sung",)), ("Di Wang", ("Di Wang",)), ("di Mario Rossi", ("Mario Rossi",)),
    ("Peace and Security Desk", ("Peace and Security Desk",)), ("Ana Ruiz y Luis Gil", ("Ana Ruiz", "Luis Gil")),
    ("By Ann Lee | 10 July 2015, 14:30 | Updated 1 hour ago", ("Ann Lee",)), ("Ann Lee July 10", ("Ann Lee",)),
    ("Robert Lee, Jr.", ("Robert Lee, Jr",)), ("Ann Lee, MD", ("Ann Lee",)), ("Staff Writer", ()), ("readers", ()),
    ("Автор: Иван Петров", ("Иван Петров",)), ("Erstellt von Anna Bo", ("Anna Bo",)), ("https://e.org/a/ann", ()),
    ("Ann Lee Senior Politics Editor", ("Ann Lee",)), ("Ann Lee (avec Bo Li et Cy Fo)", ("Ann Lee",)),
    ("Written by Ann Lee in Games", ("Ann Lee",)), ("김민준 기자", ("김민준",)), ("Ann Lee More stories by", ("Ann Lee",)),
    ("Reading Room Writer, Ann Lee", ("Reading Room", "Ann Lee")), ("Bild: Ann Lee", ()), ("Ann (A.J.) Lee", ("Ann (A.J.) Lee",)),
    ("April Roach", ("April Roach",)), ("José Ortega y Gasset", ("José Ortega y Gasset",)),
])  # fmt: skip
def test_names_are_whole_and_nothing_else_is_a_name(stated, names):
    assert author_names([stated]) == names


@pytest.mark.parametrize("byline", [
    "<span class='css-1-Byline'>Ann Lee</span>", "<p>By <a href='/author/ann'>Ann Lee</a></p>",
    "<a href='/profile/ann-lee-7'>Ann Lee</a>",
])  # fmt: skip
def test_a_byline_is_known_by_its_class_or_by_where_it_leads(byline):
    assert read(page(byline)).authors == ("Ann Lee",)
    assert read(page("<p>Text.</p>", after=f"<aside>{byline}</aside>")).authors == ()


def test_who_comments_or_wrote_another_story_is_no_author():
    byline = "<p>By <a rel='author' href='/a'>Ann Lee</a></p>"
    others = "".join(f"<div><a rel='author' href='/{n}'>Otto {n}</a></div>" for n in "AB")
    for box in (
        "<section class='latest'>%s</section>",
        "<div id='comments'>%s</div>",
        "<aside>%s</aside>",
    ):
        assert read(page(byline, after=box % others)).authors == ("Ann Lee",)
        assert read(page(after=box % others)).authors == ()


def test_the_sites_own_name_is_an_author_only_where_nobody_else_is():
    head = "<meta property='og:site_name' content='The Ledger'>" + linked(
        {**OWN, "author": {"name": "Ledger"}}
    )
    assert read(page("<div class='byline'>By Ann Lee</div>", head)).authors == ("Ann Lee",)
    assert read(page(head=head)).authors == ("Ledger",)


@pytest.mark.parametrize("box", [
    "<aside class='related'>Read next %s</aside>", "<div class='comments'><p>So true %s</p></div>",
    "<ul class='news-ticker'><li>%s</li></ul>", "<footer>%s</footer>", "<p>Updated %s</p>",
])  # fmt: skip
def test_the_date_of_something_else_is_not_the_articles(box):
    time = "<time datetime='2021-11-02T09:00:00Z'>2 November 2021</time>"
    assert read(page(after=box % time)).published is None


@pytest.mark.parametrize("line", [
    "<p class='dateline'>5 March 2024</p>", "<time>March 5, 2024</time>",
    "<p class='meta'>Published 5 March 2024 · Updated <time datetime='2024-05-02'>2 May 2024</time></p>",
    "<div class='post-date'>Posted on 2024-03-05</div>",
])  # fmt: skip
def test_the_date_over_the_article_is_read_where_none_is_stated(line):
    found = read(page(line))
    assert (f"{found.published:%Y-%m-%d}", found.published_from) == ("2024-03-05", "page")


def test_a_stated_date_and_one_in_the_address_come_before_the_one_over_the_article():
    line = "<p class='dateline'>5 March 2024</p>"
    assert read(page(line), "https://e.org/2024/01/02/a").published.month == 1
    assert (
        read(
            page(line, "<meta property='article:published_time' content='2024-02-02'>")
        ).published.month
        == 2
    )
