"""What users of other extractors reported of pages: the right value for each kind of fault."""

# ruff: noqa: E501 - a row a line

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from newsbeam.schemas.article import Page
from newsbeam.transforms.page.extract import extract_page

URL = "https://herald.example/s/7"
TITLE = "Council approves new bridge over the Arda"
BODY = [
    "The council of Ardavan approved a new bridge over the river Arda on Monday, three years after the old one was closed to lorries.",
    "Mayor Lena Okafor told members that the work would begin in May if the province paid its half, as it had promised in writing.",
    "Two members voted against the plan, saying that nobody had counted the cost of the road that would have to lead up to the bridge.",
    "Farmers on the northern bank have driven forty kilometres round since the closure, and some of them have sold their herds.",
    "The finance office is to publish the figures in June, and the first pillar should stand in the water before the winter comes.",
]
WHOLE = "\n\n".join(BODY)


def paragraphs(lines: list[str] = BODY) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def page(
    body: str = "", head: str = "", lang: str = "en", title: str = TITLE, heading: str = ""
) -> str:
    inner = body or f"<main><article><h1>{heading or TITLE}</h1>{paragraphs()}</article></main>"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f'<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav></header>'
        f"{inner}<footer><p>© 2025 Valley Herald. All rights reserved.</p></footer></body></html>"
    )


def within(more: str, head: str = "") -> str:
    """A page whose article has something more between the heading and the text."""
    return page(f"<main><article><h1>{TITLE}</h1>{more}{paragraphs()}</article></main>", head)


def stated(*objects: object) -> str:
    return "".join(
        f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in objects
    )


def news(**fields: object) -> dict[str, object]:
    return {
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": "2025-04-09T10:00:00Z",
        **fields,
    }


def read(markup: str, url: str = URL) -> Page:
    return extract_page(markup.encode(), url, {})


ANA = {"@type": "Person", "name": "Ana Lomidze"}
BANNER = (
    '<div id="cookie-banner" class="modal"><h2>Your privacy</h2><p>We and our 412 partners store and read '
    "information on your device, such as identifiers in cookies, to show and measure advertisements to you.</p>"
    "<p>You may accept or manage your choices at any time, and they will be signalled to all of our partners.</p></div>"
)
TEXTS: list[tuple[str, str]] = [  # report, page; each has the article and nothing else
    ("a notice of cookies before it", page(f"{BANNER}<main><article><h1>{TITLE}</h1>{paragraphs()}</article></main>")),
    ("the article in an <aside>", page(f'<div><aside class="primary"><div class="story"><h1>{TITLE}</h1>{paragraphs()}</div></aside></div>')),
    ("a table as layout", page(f'<table><tr><td><a href="/">Home</a><br><a href="/n">News</a></td><td><font size="4"><b>{TITLE}</b></font>{paragraphs()}</td></tr></table>')),
    ("line breaks for paragraphs", page(f'<table><tr><td><a href="/">Home</a></td><td><b>{TITLE}</b><br><br>{"<br><br>".join(BODY)}</td></tr></table>')),
    ("parted by advertisements", page(f"<main><h1>{TITLE}</h1>" + "".join(f'<div class="long-body"><div>{paragraphs(BODY[n : n + 2])}</div></div><div class="ad">Advertisement</div>' for n in (0, 2, 4)) + "</main>")),
    ("the second half folded away", page(f'<main><article><h1>{TITLE}</h1>{paragraphs(BODY[:2])}<div class="collapse" aria-hidden="true">{paragraphs(BODY[2:])}</div><button>Read more</button></article></main>')),
    ("a live blog of <article>s", page(f"<main><h1>{TITLE}</h1><div class='live'>" + "".join(f"<article class='post'>{paragraphs([line])}</article>" for line in BODY) + "</div></main>")),
    ("the lead in the header's box", page(f'<article><header><h1>{TITLE}</h1><div class="article-lead"><p>{BODY[0]}</p></div></header><div class="body">{paragraphs(BODY[1:])}</div></article>')),
    ("<nobr> round names", page(f"<main><article><h1>{TITLE}</h1>{paragraphs().replace('Lena Okafor', '<nobr>Lena Okafor</nobr>')}</article></main>")),
    ("newsletter and biography below", page(f'<main><article><h1>{TITLE}</h1>{paragraphs()}<div class="newsletter"><p>Get the Herald in your inbox every morning of the week.</p></div><div class="author-bio"><p>Ana Lomidze covers rivers for the Herald and was a fellow in Vienna.</p></div></article></main>')),
    ("a heading of quotation marks", page(f"<main><article><h1>‘We will build it,’ says Lena Okafor</h1>{paragraphs()}</article></main>", title="‘We will build it,’ says Lena Okafor")),
]  # fmt: skip


@pytest.mark.parametrize(("report", "markup"), TEXTS, ids=[one[0] for one in TEXTS])
def test_the_text_is_the_whole_article_and_nothing_else(report: str, markup: str):
    found = read(markup)
    assert (" ".join(found.text.split()), found.text_kind) == (" ".join(WHOLE.split()), "full")


@pytest.mark.parametrize(
    "box",
    [
        '<p><strong>READ ALSO: <a href="/1">Minister denies ordering the arrest of editors</a></strong></p>',
        '<p><em>Read more about this: <a href="/2">Floods kill nine in the southern valleys</a></em></p>',
        '<p><a href="/3">Also on our site: How the Arda became a hub of trade</a></p>',
        '<p>RELATED: <a href="/4">Province says that talks on the road are over</a></p>',
    ],
)
def test_boxes_that_lead_to_other_stories_are_no_text(box: str):
    markup = page(
        f"<main><article><h1>{TITLE}</h1>{paragraphs(BODY[:2])}{box}{paragraphs(BODY[2:])}</article></main>"
    )
    assert read(markup).text == WHOLE


def test_words_that_only_the_layout_parts_stay_apart():
    found = read(
        within("<p>Lena Okafor<br>Mayor<br>“It will stand before the winter,” she wrote.</p>")
    )
    assert "Okafor\nMayor" in found.text.replace("\n\n", "\n") or "Okafor Mayor" in found.text


TITLES: list[tuple[str, str, str]] = [
    ("a state that begins the site's name too", page(title="Ardavan – EU talks end - Ardavan Today", heading="Ardavan – EU talks end", head='<meta property="og:site_name" content="Ardavan Today">'), "Ardavan – EU talks end"),
    ("the object's name is the site's", page(f"<main><div>{TITLE}</div>{paragraphs()}</main>", title="Herald.example", head=stated(news(name="Herald.example"))), TITLE),
    ("entities in JSON", page(title="Mayor says ‘yes’ &amp; signs", heading="Mayor says ‘yes’ &amp; signs", head=stated(news(headline="Mayor says &#8216;yes&#8217; &amp; signs"))), "Mayor says ‘yes’ & signs"),
    ("another story's object first", page(head=stated({"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "url": "https://herald.example/other", "headline": "Inspector resigns"}]}, news(url=URL))), TITLE),
]  # fmt: skip


@pytest.mark.parametrize(("report", "markup", "title"), TITLES, ids=[one[0] for one in TITLES])
def test_a_title_is_whole_and_its_own(report: str, markup: str, title: str):
    # Where a site's name begins with the word too, the address is the site's.
    assert read(markup).title == title


def about(name: str, content: str) -> str:
    return page(head=f'<meta name="{name}" content="{content}">')


DATES: list[tuple[str, str, str | None]] = [
    ("changed later", page(f'<main><article><h1>{TITLE}</h1><time datetime="2025-05-02T08:00:00Z">Updated 2 May</time>{paragraphs()}</article></main>', stated(news(dateModified="2025-05-02T08:00:00Z"))), "2025-04-09T10:00:00"),
    ("only the change is marked up", within('<p class="meta">Published 9 April 2025 · Updated <time datetime="2025-05-02T08:00:00Z">2 May 2025</time></p>'), "2025-04-09T00:00:00"),
    ("somebody else's <time>", page(f'<main><article><h1>{TITLE}</h1><p class="dateline">9 April 2025</p>{paragraphs()}</article></main><aside class="related"><a href="/z">Inspector resigns</a><time datetime="2021-11-02T09:00:00Z">2 November 2021</time></aside>'), "2025-04-09T00:00:00"),
    ("midnight of another zone", about("article:published_time", "2025-04-09T01:30:00+04:00"), "2025-04-08T21:30:00"),
    ("day or month first?", about("date", "09.04.2025"), None),
    ("month by name", about("date", "April 9, 2025"), "2025-04-09T00:00:00"),
    ("figures without noughts", about("date", "2025-4-9"), "2025-04-09T00:00:00"),
    ("zone without colon", about("date", "2025-04-09T10:00:00+0400"), "2025-04-09T06:00:00"),
    ("a zone by name", about("date", "Wed, 09 Apr 2025 10:00:00 MSK"), "2025-04-09T07:00:00"),
    ("JavaScript's own form", about("article:published_time", "Wed Apr 09 2025 02:00:00 GMT+0400 (Georgia Standard Time)"), "2025-04-08T22:00:00"),
    ("an object in CDATA", page(head=f'<script type="application/ld+json">//<![CDATA[\n{json.dumps(news())}\n//]]></script>'), "2025-04-09T10:00:00"),
    ("a semicolon behind the object", page(head=f'<script type="application/ld+json">{json.dumps(news())};</script>'), "2025-04-09T10:00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("report", "markup", "moment"), DATES, ids=[one[0] for one in DATES])
def test_a_date_is_when_the_story_was_published(report: str, markup: str, moment: str | None):
    found = read(markup)
    assert found.published == (datetime.fromisoformat(f"{moment}+00:00") if moment else None)
    assert moment or any("could not read the date" in one for one in found.problems)


def test_a_date_glued_into_the_address_is_read():
    found = read(page(), "https://paper.example/world/20250409-bridge")
    assert (str(found.published), found.published_from) == ("2025-04-09 00:00:00+00:00", "url")


AUTHORS: list[tuple[str, str, tuple[str, ...]]] = [
    ("given name and family name", page(head=stated(news(author={"@type": "Person", "givenName": "Ana", "familyName": "Lomidze"}))), ("Ana Lomidze",)),
    ("a desk with “and” in its name", page(head=stated(news(author=[{"@type": "Organization", "name": "Roads and Rivers Desk"}, ANA]))), ("Roads and Rivers Desk", "Ana Lomidze")),
    ("a date in the byline", within('<div class="byline">By Ana Maria Lomidze | 9 April 2025, 14:30 | Updated 1 hour ago</div>'), ("Ana Maria Lomidze",)),
    ("authors of other stories", page(f'<main><article><h1>{TITLE}</h1><p>By <a rel="author" href="/a">Ana Lomidze</a></p>{paragraphs()}</article></main><section class="latest"><div><a href="/1">Story</a> <a rel="author" href="/b">Jon Rasmus</a></div></section>'), ("Ana Lomidze",)),
    ("named elsewhere in the graph", page(head=stated({"@graph": [news(author={"@id": "https://herald.example/#p1"}), {**ANA, "@id": "https://herald.example/#p1"}]})), ("Ana Lomidze",)),
    ("another story's object first", page(head=stated({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@type": "NewsArticle", "url": "https://herald.example/o", "author": {"name": "Otto Brandt"}}}]}, news(url=URL, author=ANA))), ("Ana Lomidze",)),
]  # fmt: skip


@pytest.mark.parametrize(("report", "markup", "authors"), AUTHORS, ids=[one[0] for one in AUTHORS])
def test_authors_are_those_of_the_story(report: str, markup: str, authors: tuple[str, ...]):
    assert read(markup).authors == authors


def canonical(found: Page) -> str:
    return found.canonical_url


@pytest.mark.parametrize(("part", "value"), [(canonical, "https://herald.example/s/7")])
def test_the_phone_version_of_a_page_names_the_page(part: Callable[[Page], str], value: str):
    markup = page(
        head='<link rel="canonical" href="https://herald.example/s/7"><meta property="og:url" content="https://herald.example/s/7?amp=1">'
    )
    assert part(read(markup, "https://herald.example/s/7/amp")) == value


def test_a_georgian_page_of_line_breaks_keeps_its_order():
    lines = [
        "არდავანის საკრებულომ ორშაბათს მდინარეზე ახალი ხიდის მშენებლობას დაუჭირა მხარი, ძველი ხიდის დახურვიდან სამი წლის შემდეგ.",
        "„ხიდს ზამთრამდე ავაშენებთ და ეს პირობაა“, – განაცხადა მერმა ჟურნალისტებთან საუბრისას ქალაქის ცენტრში გამართულ შეხვედრაზე.",
        "ოპოზიციამ კენჭისყრაში მონაწილეობა არ მიიღო და მოითხოვა, რომ აუდიტმა ხარჯები თავიდან დათვალოს და ანგარიში გამოაქვეყნოს.",
    ]
    body = f'<div id="content"><h1>საკრებულომ ხიდს მხარი დაუჭირა</h1><div class="date">9 აპრილი 2025, 18:20</div><div class="text">{"<br><br>".join(lines)}</div></div>'
    found = read(page(body, lang="ka", title="საკრებულომ ხიდს მხარი დაუჭირა"))
    assert (found.text, found.language) == ("\n\n".join(lines), "ka")
    # No zone is stated, and none is guessed.
    assert str(found.published) == "2025-04-09 18:20:00+00:00"
