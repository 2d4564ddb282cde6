"""The report: true figures, what is missing said aloud, and hostile news that stays text."""

import re
import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import pytest

from newsbeam.analysis import coverage, findings
from newsbeam.analysis.page import templates
from newsbeam.analysis.query import open_record
from newsbeam.analysis.report import report_page, write_report
from newsbeam.schemas.annotations import Topic
from newsbeam.schemas.ledger import Failure, Poll, PollStatus

from .sample_lake import (
    BLIND,
    DAYS,
    END,
    FolderLake,
    found,
    make_actor,
    make_article,
    make_quote,
    write_rows,
    write_sample_lake,
)

MADE = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
SCRIPT = (
    "</script></title></style><script>document.title='owned'</script><img src=x onerror=alert(1)>"
)
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Page(HTMLParser):
    """What a browser would make of the page: its elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    with open_record(write_sample_lake(tmp_path_factory.mktemp("sample"))) as record:
        yield record


@pytest.fixture(scope="module")
def sample_page(sample):
    return report_page(sample, MADE)


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile")
    text = f"Before {SCRIPT} said: “{SCRIPT}” and more."
    articles = [
        make_article(url, SCRIPT, text, source=SCRIPT, source_name=SCRIPT, language=SCRIPT)
        for url in (
            "javascript:alert(1)", " javascript:alert(2)", "JaVaScRiPt://x/%0aalert(3)",
            "data:text/html,<script>alert(4)</script>", "//evil.example/", "http://[bad",
            'https://evil.example/" onmouseover="alert(5)', "https://good.example/?a=1&b=2",
        )
    ]  # fmt: skip
    actors = [make_actor(article, SCRIPT, "person", SCRIPT, SCRIPT) for article in articles]
    write_rows(root, "articles", articles)
    write_rows(root, "actors", actors)
    write_rows(
        root,
        "quotes",
        [make_quote(a, SCRIPT, n, "say") for a, n in zip(articles, actors, strict=True)],
    )
    shared = {
        n: getattr(articles[0], n) for n in ("article_id", "revision", "published_at", "source")
    }
    write_rows(root, "topics", [Topic(**shared, code=SCRIPT, label=SCRIPT)])
    write_rows(
        root,
        "polls",
        [
            Poll(
                feed_id=SCRIPT,
                feed_url=SCRIPT,
                source=SCRIPT,
                polled_at=END,
                status="tls",
                detail=SCRIPT,
            )
        ],
    )
    write_rows(
        root,
        "failures",
        [
            Failure(
                failure_id="1",
                step=SCRIPT,
                error=SCRIPT,
                message=SCRIPT,
                element=SCRIPT,
                failed_at=END,
            )
        ],
    )
    with open_record(FolderLake(root)) as record:
        return report_page(record, MADE)


def test_the_page_says_what_the_record_holds(sample, sample_page):
    words = Page(sample_page).words
    ((articles,),) = found(sample, "SELECT count(*) FROM articles")
    assert f"articles{articles}sources6feeds6languages3" in words
    for section in (
        "Day by day", "Who is in the news", "What it is about", "In their own words",
        "Who publishes", "Feeds", "Dead letters", "What this record cannot say", "Latest articles",
    ):  # fmt: skip
        assert section in words
    assert "from 15 February 2026 to 31 March 2026" in words
    assert "no feed was read on 3 of these 45 days" in words
    assert "Made by newsbeam on 2026-04-01 08:30" in words


def test_every_top_actor_is_shown_with_the_words_that_name_it(sample, sample_page):
    words = Page(sample_page).words
    assert "Nino Beridzepersonforeign minister" in words
    assert "<mark>ნინო ბერიძე</mark> შეხვდა" in sample_page
    passages = re.findall(r'(<p dir="auto">[^“<]*<mark>.*?</p>).*?href="(.*?)"', sample_page)
    assert len(passages) == 9  # as many as there are actors
    for passage, url in passages:
        sql = "SELECT count(*) FROM articles WHERE url = $url AND contains(text, $whole)"
        asked = {"url": url, "whole": Page(passage).words}
        assert found(sample, sql, asked) == [(1,)]


def test_a_feed_in_trouble_stands_first_with_the_reason_in_words(sample_page):
    words = Page(sample_page).words
    feeds = words[words.index("Last poll") :]
    assert feeds.index("baku-wire.example") < feeds.index("black-sea.example")
    assert "no answer within 30 seconds" in feeds
    assert "Trouble first: 1 of 6 feeds could not be read at the last poll." in words
    assert "2026-03-28 18:00" in feeds


def test_the_page_loads_nothing_and_runs_nothing(sample_page, hostile_page):
    for text in (sample_page, hostile_page):
        page = Page(text)
        assert page.tags <= {
            "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section",
            "h1", "h2", "p", "dl", "dt", "dd", "div", "span", "strong", "a", "mark", "ul", "li",
            "blockquote", "table", "thead", "tbody", "tr", "th", "td",
            "svg", "text", "line", "rect",
        }  # fmt: skip
        names = {name for _, name, _ in page.attributes}
        assert not [name for name in names if name.startswith("on")]
        assert not names & {"src", "srcset", "style", "xlink:href", "action", "data", "poster"}
        assert {tag for tag, name, _ in page.attributes if name == "href"} == {"a"}
        assert all(re.match(r"https?://[\w.]", href) for href in page.of("href"))
        style = text[text.index("<style>") : text.index("</style>")]
        assert "url(" not in style
        assert "@import" not in style


def test_the_page_forbids_scripts_itself(hostile_page):
    (policy,) = [value for value in Page(hostile_page).of("content") if "default-src" in value]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    style = re.search("<style>(.*?)</style>", hostile_page, re.DOTALL)[1]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy


def test_hostile_news_is_shown_as_the_text_that_it_is(hostile_page):
    page = Page(hostile_page)
    assert page.words.count(SCRIPT) > 12
    assert set(page.of("href")) == {"https://good.example/?a=1&b=2"}


def test_an_empty_lake_gives_a_page_that_says_so(tmp_path):
    with open_record(FolderLake(tmp_path)) as record:
        words = Page(report_page(record, MADE)).words
    assert "The record is empty so far" in words
    assert "No feed has been polled." in words


def test_a_lake_that_polled_in_vain_shows_why_it_is_empty(tmp_path):
    write_rows(
        tmp_path,
        "polls",
        [
            Poll(
                feed_id="f",
                feed_url="https://a.example/f",
                source="a.example",
                polled_at=END,
                status="dns",
            )
        ],
    )
    with open_record(FolderLake(tmp_path)) as record:
        words = Page(report_page(record, MADE)).words
    assert "The record is empty so far" in words
    assert "a.examplehttps://a.example/fdnsnever01 of 1" in words
    assert "1 of 1 polls (100.0%) failed" in words


def test_the_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    out, empty = tmp_path / "report.html", open_record(FolderLake(tmp_path / "no-lake"))
    write_report(empty, out)
    before = out.read_text(encoding="utf-8")
    assert before.startswith("<!doctype html>")
    assert out.stat().st_mode & 0o444 == 0o444

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("newsbeam.analysis.report.os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        write_report(empty, out)
    assert out.read_text(encoding="utf-8") == before
    assert list(tmp_path.iterdir()) == [out]


def test_days_without_a_successful_poll_are_blind(sample):
    days = coverage.days(sample)
    assert len(days) == DAYS
    blind = {END.date() - timedelta(days=ago) for ago in BLIND}
    assert {day.day for day in days if not day.heard} == blind
    assert [day.day for day in days] == [days[0].day + timedelta(days=i) for i in range(DAYS)]
    total = sum(day.articles for day in days)
    assert found(sample, "SELECT count(*) FROM articles") == [(total,)]


def test_documents_alone_have_no_blind_days_and_are_drawn_at_their_own_time(tmp_path):
    old = [
        make_article(f"https://a.example/{day}", "t", "x", datetime(2019, 5, day, tzinfo=UTC))
        for day in (1, 4)
    ]
    old = [replace(article, fetched_at=END) for article in old]
    write_rows(tmp_path, "articles", old)
    with open_record(FolderLake(tmp_path)) as record:
        days = coverage.days(record)
    assert [(day.day, day.articles, day.heard) for day in days] == [
        (date(2019, 5, day), int(day in (1, 4)), True) for day in (1, 2, 3, 4)
    ]


def test_articles_far_outside_the_polled_days_do_not_break_the_chart(tmp_path):
    ages = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))
    odd = [
        replace(make_article(f"https://a.example/{at.year}", "t", "x", at), fetched_at=END)
        for at in ages
    ]
    write_rows(tmp_path, "articles", odd)
    write_rows(tmp_path, "polls", [Poll(feed_id="f", feed_url="u", source="s", polled_at=END)])
    with open_record(FolderLake(tmp_path)) as record:
        assert coverage.days(record) == [(date(1990, 1, 1), 1, False)]
        assert "1 January 1990" in report_page(record, MADE)


def test_a_record_of_the_future_alone_has_no_chart_of_days(tmp_path):
    odd = make_article("https://a.example/1", "t", "x", datetime(2090, 1, 1, tzinfo=UTC))
    write_rows(tmp_path, "articles", [replace(odd, fetched_at=END)])
    with open_record(FolderLake(tmp_path)) as record:
        words = Page(report_page(record, MADE)).words
    assert "on 1 January 2090" in words
    assert words.count("None so far.") == 4  # actors, topics, quotations, latest articles
    assert "None: nothing that was received is waiting." in words  # dead letters
    assert "Day by day" not in words


def test_what_counts_as_heard_is_a_status_of_the_ledger():
    assert set(coverage.HEARD) < set(get_args(PollStatus))


def test_a_quotation_is_shown_with_the_role_of_its_speaker_and_one_article_gives_only_one(tmp_path):
    text = (
        "“We will settle the railway before the summer,” said Nino. “Not before the rain,” said EU."
    )
    first = make_article("https://a.example/1", "t", text)
    second = make_article("https://a.example/2", "t", text, END - timedelta(days=1))
    people = [("Nino", "person", "x:nino", "minister"), ("EU", "person", "x:eu", None)]
    actors = [make_actor(article, *who) for article in (first, second) for who in people]
    write_rows(tmp_path, "articles", [first, second])
    write_rows(tmp_path, "actors", actors)
    quotes = [
        make_quote(article, words, actor, "say")
        for article in (first, second)
        for actor, words in zip(
            actors, ("We will settle the railway before the summer,", "Not before the rain"),
            strict=False,
        )
    ]  # fmt: skip
    write_rows(tmp_path, "quotes", quotes)
    with open_record(FolderLake(tmp_path)) as record:
        said = Page(report_page(record, MADE)).words
    assert said.count("“We will settle the railway before the summer”Ninominister") == 1
    voices = said[said.index("In their own words") : said.index("Who publishes")]
    assert "EU" not in voices


def test_words_that_run_from_right_to_left_say_so_and_keep_their_joiners(tmp_path):
    persian = "می\u200cخواهم"
    article = make_article("https://a.example/1", persian, f"{persian} Nino.")
    write_rows(tmp_path, "articles", [article])
    write_rows(tmp_path, "actors", [make_actor(article, "Nino", "person", "x:n", None)])
    with open_record(FolderLake(tmp_path)) as record:
        page = report_page(record, MADE)
    assert f'<p dir="auto">{persian} <mark>Nino</mark>.</p>' in page
    assert re.search(rf'<a dir="auto"[^>]*>{persian}</a>', page)


def test_a_long_name_is_shown_whole(tmp_path):
    name = "Ministry of " + "Very " * 60 + "Long Names"
    article = make_article("https://a.example/1", "t", f"The {name} met.")
    write_rows(tmp_path, "articles", [article])
    write_rows(tmp_path, "actors", [make_actor(article, name, "organisation", "x:m", None)])
    with open_record(FolderLake(tmp_path)) as record:
        assert f"{name}</strong>" in report_page(record, MADE)


def test_two_actors_of_one_name_stay_two_rows(tmp_path):
    article = make_article("https://a.example/1", "t", "Giorgi met Giorgi.")
    write_rows(tmp_path, "articles", [article])
    actors = [make_actor(article, "Giorgi", "person", ident, None) for ident in ("x:1", "x:2")]
    write_rows(tmp_path, "actors", actors)
    with open_record(FolderLake(tmp_path)) as record:
        assert report_page(record, MADE).count("Giorgi</strong>") == 2


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("One. Two Nino three. Four", "Nino", ("Two ", " three.")),
        ("Mr. Gray saw J. Nino there! So", "Nino", ("Mr. Gray saw J. ", " there!")),
        ("Head\nNino", "Nino", ("", "")),
        ("«Да». Иван ушёл… Потом", "Иван", ("", " ушёл…")),
        ("a " * 200 + "Nino" + " b" * 200, "Nino", ("…" + "a " * 79, " b" * 79 + "…")),
    ],
)
def test_the_sentence_around_a_name_is_found_or_cut(text, name, expected):
    start = text.index(name)
    assert findings.around(text, start, start + len(name)) == expected


@pytest.mark.parametrize(
    "url", [None, "", "ftp://a.example/", "https://", "https:a", "http://a b/\n"]
)
def test_what_is_no_web_address_is_no_link(url):
    link = templates.get_template("pieces.html.jinja").module.link
    assert Page(link(url, "words")).tags == {"span"}


def test_an_address_leads_where_it_led_without_what_cannot_be_seen_in_it(tmp_path):
    hidden = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u0085\u00a0\u00ad"
    url = f"https://a.example/საქართველო?q={hidden}&b=1"
    write_rows(tmp_path, "articles", [make_article(url, f"t{hidden}", "x")])
    with open_record(FolderLake(tmp_path)) as record:
        text = report_page(record, MADE)
    assert not set(text) & set(hidden)
    (href,) = Page(text).of("href")
    assert href.startswith("https://a.example/საქართველო?q=%E2%80%8E")
    assert unquote(href) == url


def test_whatever_a_template_prints_is_escaped_and_can_be_seen():
    print_ = templates.from_string('<p title="{{ x }}">{{ x }}{{ " " ~ x ~ " " }}</p>')
    hostile = "\"><script>\x1b[2J\u202e'"
    safe = "&#34;&gt;&lt;script&gt;[2J&#39;"
    assert print_.render(x=hostile) == f'<p title="{safe}">{safe} {safe} </p>'


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_real_browser_runs_nothing_of_it(hostile_page, tmp_path):
    file = Path(tmp_path) / "hostile.html"
    file.write_text(hostile_page, encoding="utf-8")
    seen = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={tmp_path}/profile", "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    assert "<title>The news record</title>" in seen
    assert not Page(seen).tags & {"script", "img", "iframe", "object"}
