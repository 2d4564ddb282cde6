"""The report: true figures, what is missing said aloud, and hostile news that stays text."""

import csv
import json
import os
import re
import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from newsbeam.analysis import coverage, findings
from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.page import sentence, templates
from newsbeam.analysis.query import open_record
from newsbeam.analysis.report import report_page, write_report
from newsbeam.pipeline.command_line import parse
from newsbeam.pipeline.commands import reading
from newsbeam.schemas.annotations import Topic
from newsbeam.schemas.ledger import Failure, Poll
from newsbeam.schemas.trouble import in_words

from .sample_lake import (
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
TOPICS_OF_IPTC = Path(__file__).parents[1] / "transforms/knowledge/topics.csv"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


class Page(HTMLParser):
    """What a browser would make of the page: its elements, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.words = ""
        self.feed(text)
        self.words = " ".join(self.words.split())

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


def page_words(root):
    """What a reader sees of the page of a lake."""
    with open_record(FolderLake(root)) as record:
        return Page(report_page(record, MADE)).words


def voices(words):
    """The section of quotations."""
    return words[words.index("In their own words") : words.index("Latest articles")]


def test_the_page_says_what_the_record_holds(sample, sample_page):
    words = Page(sample_page).words
    ((articles,),) = found(sample, "SELECT count(*) FROM articles")
    assert f"articles{articles}sources6feeds6languages3actors9quotations" in words
    for section in (
        "Day by day", "Who is in the news", "What it is about", "In their own words",
        "Who publishes", "Feeds", "Dead letters", "What this record cannot say", "Latest articles",
    ):  # fmt: skip
        assert section in words
    assert "from 15 February 2026 to 31 March 2026" in words
    assert "Grey: no feed was read on this day. No feed was read on 3 of these days:" in words
    assert "Made by newsbeam on 1 April 2026, 08:30, from " in words


def test_every_top_actor_is_shown_with_the_words_that_name_it(sample, sample_page):
    words = Page(sample_page).words
    assert "Nino Beridzeperson · foreign minister" in words
    assert "შეხვდა: <mark>ნინო ბერიძე</mark>." in sample_page
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
    assert "No answer within 30 seconds. Nothing to do, it is asked again later." in feeds
    assert "1 of 6 feeds could not be read at the last poll." in words
    assert "28 March 2026, 18:00" in feeds


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
    why = sentence(in_words("dns", None, None))
    assert f"a.examplehttps://a.example/f{why}never01 of 1" in words
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


def test_articles_far_outside_the_other_days_are_said_and_not_drawn(tmp_path):
    odd = [datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)]
    usual = [END - timedelta(days=n % 30) for n in range(100)]
    articles = [
        make_article(f"https://a.example/{n}", "t", "x", at) for n, at in enumerate(usual + odd)
    ]
    write_rows(tmp_path, "articles", [replace(article, fetched_at=END) for article in articles])
    words = page_words(tmp_path)
    assert "Articles published from 2 March 2026 to 31 March 2026." in words
    assert "Not drawn: 1 of an earlier day. Not drawn: 1 of a later day." in words
    assert "1 of 102 articles (1.0%) are dated after the day on which they were read." in words


def test_a_record_of_the_future_alone_says_so(tmp_path):
    odd = make_article("https://a.example/1", "t", "x", datetime(2090, 1, 1, tzinfo=UTC))
    write_rows(tmp_path, "articles", [replace(odd, fetched_at=END)])
    words = page_words(tmp_path)
    assert "Articles published on 1 January 2090." in words
    assert "1 of 1 articles (100.0%) are dated after the day on which they were read." in words
    assert words.count("None so far.") == 4  # actors, topics, quotations, latest articles
    assert "None: nothing that was received is waiting." in words  # dead letters


def test_a_page_of_a_choice_says_which_and_holds_nothing_else(sample):
    choice = Choice(
        since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 3, 8, tzinfo=UTC),
        source="kavkaz.example", language="ru", min_confidence=0.5,
    )  # fmt: skip
    words = Page(report_page(sample, MADE, choice, "The <week>")).words
    sql = (
        "SELECT count(*) FROM articles WHERE source = $source AND published_date BETWEEN $a AND $z"
    )
    days = {"source": "kavkaz.example", "a": date(2026, 3, 1), "z": date(2026, 3, 7)}
    ((articles,),) = found(sample, sql, days)
    assert words.count("The <week>") == 2
    assert (
        "Articles of Кавказский листок in the language “ru” published from 1 March 2026 to 7 March"
        " 2026. Actors, topics and quotations are those of a confidence of 0.5 or more." in words
    )
    assert f"articles{articles}" in words
    assert "sources1" in words
    for other in ("baku-wire.example", "tbilisi-post.example", "Tbilisi Post", " said on Monday"):
        assert other not in words


def test_a_choice_without_articles_says_so(sample):
    august = Choice(since=datetime(2025, 8, 1, tzinfo=UTC), until=datetime(2025, 9, 1, tzinfo=UTC))
    words = Page(report_page(sample, MADE, august)).words
    assert "There is no article published from 1 August 2025 to 31 August 2025." in words
    assert "No feed was polled in this time." in words


def test_a_change_is_shown_against_a_time_before_that_is_in_the_record(sample):
    week = Choice(since=datetime(2026, 3, 9, tzinfo=UTC), until=datetime(2026, 3, 16, tzinfo=UTC))
    words = Page(report_page(sample, MADE, week)).words
    sql = "SELECT count(*) FROM articles WHERE published_date BETWEEN $a AND $z"
    now, before = (
        found(sample, sql, {"a": date(2026, 3, day), "z": date(2026, 3, day + 6)})[0][0]
        for day in (9, 2)
    )
    sign = "+" if now > before else "−"
    assert f"articles{now}{sign}{abs(now - before)}sources" in words
    assert "compare with as long a time before: from 2 March 2026 to 8 March 2026." in words
    assert "ActorArticlesChangeSources" in words


def test_no_change_is_shown_against_a_time_before_the_record(sample):
    start = Choice(since=datetime(2026, 2, 20, tzinfo=UTC), until=datetime(2026, 3, 9, tzinfo=UTC))
    words = Page(report_page(sample, MADE, start)).words
    assert "No change is shown: the record does not reach back to 3 February 2026" in words
    assert "Change" not in words


def test_top_topics_and_finer_ones_are_two_lists(tmp_path):
    with TOPICS_OF_IPTC.open(encoding="utf-8") as file:
        known = {row["code"]: row for row in csv.DictReader(file)}
    article = make_article("https://a.example/1", "t", "x")
    write_rows(tmp_path, "articles", [article])
    shared = ("article_id", "revision", "published_at", "source")
    of = {name: getattr(article, name) for name in shared}
    write_rows(
        tmp_path, "topics",
        [Topic(**of, code=code, label=row["label"], level=int(row["level"]))
         for code, row in known.items()],
    )  # fmt: skip
    with open_record(FolderLake(tmp_path)) as record:
        lists = findings.found(Chosen(record, Choice()))
    for name, is_top in (("topics", True), ("finer", False)):
        shown = {row["key"] for row in lists[name]}
        assert len(shown) == findings.TOP
        assert {not known[code]["parent"] for code in shown} == {is_top}


def test_a_lake_of_documents_is_told_as_one(tmp_path):
    midnight = datetime(2020, 4, 1, tzinfo=UTC)
    columns = {"text_from": "document", "published_from": "document"}
    article = make_article("https://a.example/1", "t", "x", midnight, **columns)
    write_rows(tmp_path, "articles", [article])
    words = page_words(tmp_path)
    assert "It holds the documents that it was given, not all that was published." in words
    assert "feed" not in words[words.index("}") :].lower().rpartition("}")[2]
    assert "Published" in words
    assert "00:00" not in words  # a document often states a day alone


def test_a_dead_letter_is_a_sentence_with_title_link_and_next_step(tmp_path):
    element = {"article_id": "1", "title": "The ferry", "text": "x"}
    write_rows(
        tmp_path, "failures",
        [Failure(failure_id="1", step="EnrichArticles", error="TypeError", message="it stopped.",
                 element=json.dumps(element), url="https://a.example/ferry", failed_at=END)],
    )  # fmt: skip
    with open_record(FolderLake(tmp_path)) as record:
        page = report_page(record, MADE)
    assert re.search(r'href="https://a.example/ferry"[^>]*>The ferry</a>', page)
    told = "The ferry could not be searched in full: it stopped. newsbeam replay tries again"
    assert told in Page(page).words


def test_of_many_dead_letters_the_newest_are_shown_and_all_are_counted(tmp_path):
    letters = [
        Failure(failure_id=str(n), step="ReadDocuments", error="e", message=f"line {n}",
                element="{", failed_at=END - timedelta(minutes=n))
        for n in range(coverage.LETTERS_SHOWN + 5)
    ]  # fmt: skip
    write_rows(tmp_path, "failures", letters)
    words = page_words(tmp_path)
    assert "25 of what was received could not be processed in full." in words
    assert "The newest 20 of 25 are shown." in words
    assert "line 0." in words
    assert "line 20." not in words


@pytest.mark.parametrize(
    ("element", "title"),
    [
        ('{"title": "a"}', "a"),
        ('{"feed": {"title": "not this"}, "entry": {"title": "a"}}', "a"),
        (json.dumps({"line": '{"title": "a"}'}), "a"),
        (json.dumps({"line": '{"title": 5}'}), None),
        (json.dumps({"line": "no JSON"}), None),
        ("[" * 100_000, None),
        ('{"title": ""}', None),
        ("[]", None),
        ("", None),
    ],
)
def test_the_title_in_a_dead_letter_is_found_where_there_is_one(element, title):
    assert coverage.title_of(element) == title


def test_a_feed_that_broke_off_was_read_in_part_and_is_no_failure(tmp_path):
    write_rows(
        tmp_path, "polls",
        [Poll(feed_id="f", feed_url="https://a.example/f", source="a.example", polled_at=END,
              status="truncated", new_items=6, detail="the document ends before its end")],
    )  # fmt: skip
    words = page_words(tmp_path)
    assert "could not be read" not in words
    assert "31 March 2026, 18:0060 of 1" in words  # last read; new items; failed polls
    assert "The document ends before its end. Nothing to do" in words
    assert "1 of 1 polls (100.0%) broke off" in words


def test_a_speaker_without_a_name_is_no_known_speaker(tmp_path):
    article = make_article("https://a.example/1", "t", "“So be it,” she said. “No,” Nino said.")
    write_rows(tmp_path, "articles", [article])
    actor = make_actor(article, "Nino", "person", "x:nino", None)
    named = make_quote(article, "No,", actor, "say")
    she = replace(named, quote="So be it,", actor_id=None, speaker_name=None, speaker_text="she")
    write_rows(tmp_path, "quotes", [named, she])
    assert "1 of 2 quotations (50.0%) have no speaker whose name is known." in page_words(tmp_path)


def test_actors_of_one_article_are_told_apart(tmp_path):
    articles = [make_article(f"https://a.example/{n}", "t", "Nino EU") for n in (1, 2)]
    write_rows(tmp_path, "articles", articles)
    actors = [make_actor(article, "Nino", "person", "x:n", None) for article in articles]
    actors.append(make_actor(articles[0], "EU", "organisation", "x:eu", None))
    write_rows(tmp_path, "actors", actors)
    assert "actors1and 1 in one article only" in page_words(tmp_path)


def test_a_quotation_that_several_articles_have_is_shown_once_from_the_first(tmp_path):
    quote = "We will settle the railway before the summer"
    articles = [
        make_article(f"https://a.example/{n}", f"copy {n}", f"“{quote}” said Nino.",
                     END - timedelta(hours=n))
        for n in range(3)
    ]  # fmt: skip
    # Of another copy the reader took the same words to be another's.
    ids = ("x:nino", "Q1", "x:nino")
    actors = [make_actor(a, "Nino", "person", i, None) for a, i in zip(articles, ids, strict=True)]
    write_rows(tmp_path, "articles", articles)
    write_rows(tmp_path, "actors", actors)
    quotes = [make_quote(a, quote, n, "say") for a, n in zip(articles, actors, strict=True)]
    write_rows(tmp_path, "quotes", [replace(quote, confidence=0.9) for quote in quotes])
    assert voices(page_words(tmp_path)).count(f"“{quote}”") == 1
    assert f"“{quote}”Ninocopy 2" in voices(page_words(tmp_path))


def test_a_quotation_whose_speaker_is_not_sure_is_not_shown(tmp_path):
    quote = "We will settle the railway before the summer"
    article = make_article("https://a.example/1", "t", f"“{quote}” said Nino.")
    actor = make_actor(article, "Nino", "person", "x:nino", None)
    write_rows(tmp_path, "articles", [article])
    write_rows(tmp_path, "actors", [actor])
    unsure = replace(make_quote(article, quote, actor, "say"), confidence=findings.SURE - 0.01)
    write_rows(tmp_path, "quotes", [unsure])
    assert voices(page_words(tmp_path)) == "In their own wordsNone so far."


def test_the_example_of_an_actor_is_a_sentence_where_one_names_it(tmp_path):
    heading = make_article("https://a.example/1", "t", "Batumi\n\nIt rained.")
    telling = make_article(
        "https://a.example/2", "t", "The railway to Batumi is open for trains of goods again."
    )
    actors = [
        replace(make_actor(heading, "Batumi", "place", "x:b", None), salience=0.9),
        replace(make_actor(telling, "Batumi", "place", "x:b", None), salience=0.1),
    ]
    write_rows(tmp_path, "articles", [heading, telling])
    write_rows(tmp_path, "actors", actors)
    assert "The railway to Batumi is open for trains of goods again." in page_words(tmp_path)


def test_every_column_of_a_table_has_a_head(sample_page):
    heads = re.findall("<th[^>]*>(.*?)</th>", sample_page)
    assert len(heads) > 10
    assert all(heads)


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
    assert "EU" not in voices(said)


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


def test_the_command_makes_the_page_that_is_asked_for(tmp_path):
    write_sample_lake(tmp_path)
    out = tmp_path / "report.html"
    asked = (
        "--since 2026-03-01 --until 2026-03-07 --source Tbilisi+Post --language en"
        " --min-confidence 0.5 --title Our+week"
    )
    words = [word.replace("+", " ") for word in asked.split()]
    reading.main(parse(["report", "--lake", str(tmp_path), "--out", str(out), *words]))
    page = Page(out.read_text("utf-8"))
    assert page.words.count("Our week") == 2
    assert (
        "Articles of Tbilisi Post in the language “en” published from 1 March 2026 to 7 March 2026."
        in page.words
    )
    assert f"from {tmp_path}." in page.words
    assert "sources1" in page.words


def test_the_command_says_why_a_page_has_no_article(tmp_path, caplog):
    write_sample_lake(tmp_path)
    out = tmp_path / "report.html"
    with caplog.at_level("INFO", "newsbeam"):
        asked = ["--out", str(out), "--since", "2030-01-01"]
        reading.main(parse(["report", "--lake", str(tmp_path), *asked]))
    assert "nothing in that period" in caplog.text
    assert "There is no article published since 1 January 2030." in Page(out.read_text()).words


def test_a_pipe_is_written_to_and_a_link_goes_on_leading_to_the_page(tmp_path):
    pipe, link, page = (tmp_path / name for name in ("pipe", "link", "page.html"))
    os.mkfifo(pipe)
    link.symlink_to(page)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open_record(FolderLake(tmp_path / "no-lake")) as empty:
        write_report(empty, pipe)
        write_report(empty, link)
    assert os.read(reader, 20).startswith(b"<!doctype html>")
    os.close(reader)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert page.read_text("utf-8").startswith("<!doctype html>")


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
