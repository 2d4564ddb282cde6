"""`newsbeam discover`, and news sitemaps as feeds."""

import json
from pathlib import Path

import pytest

from lake_rows import rows
from made_site import Site, rss
from modes import FLAGS
from newsbeam.pipeline.feeds import load_feeds
from newsbeam.pipeline.main import run
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed

FRONT = """<html><head><title>The Ledger</title>
<link rel="alternate" type="application/rss+xml" title="All &amp; more" href="/all.xml">
<link rel="alternate" type="application/atom+xml" href="/gone.atom">
<link rel="alternate" hreflang="ka" href="/ka"><link rel="stylesheet" href="/s.css">
</head><body><a href="/rss/sport">Sport</a><a href="/about">About</a></body></html>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n" xmlns:image="i">
<url><loc>{at}/a/1?x=1&amp;y=2</loc><news:news><news:publication><news:name>The Ledger</news:name>
<news:language>en</news:language></news:publication>
<news:publication_date>2026-03-01T10:00:00+04:00</news:publication_date>
<news:title><![CDATA[Ferry & quay]]></news:title>
<news:keywords>ferry, quay</news:keywords></news:news>
<image:image><image:loc>{at}/p.jpg</image:loc><image:title>A picture</image:title></image:image>
</url>
<url><loc>{at}/about</loc><lastmod>2020-01-01</lastmod></url>
</urlset>"""


def site_of(**pages: str | bytes) -> Site:
    """A site with these pages, by their path with "_" for "/" and "-" for "."."""
    kinds = {"html": "text/html", "txt": "text/plain"}
    lies = {"/" + name.replace("__", "/").replace("_", "."): page for name, page in pages.items()}

    def answer(path: str) -> tuple[str, bytes] | None:
        page = lies.get(path)
        if page is None:
            return None
        data = page if isinstance(page, bytes) else page.encode()
        kind = "html" if data.lstrip().startswith(b"<html") else path.rsplit(".", 1)[-1]
        return kinds.get(kind, "application/xml"), data

    return Site(answer)


def discover(url: str, *more: str) -> int:
    return run(["discover", url, *FLAGS, *more])


def test_what_a_page_names_is_tried_and_told(capsys: pytest.CaptureFixture[str]):
    feed = rss([("http://a.example/1", "One"), ("http://a.example/2", "Two")])
    with site_of(**{"": FRONT, "all_xml": feed, "rss__sport": feed}) as site:
        assert discover(site.at("/"), "--format", "json") == 0
        told = {row["url"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
        problems = {url: bool(row["problem"]) for url, row in told.items()}
        assert problems == {
            site.at("/all.xml"): False, site.at("/gone.atom"): True, site.at("/rss/sport"): False,
        }  # fmt: skip
        best = told[site.at("/all.xml")]
        assert (best["title"], best["entries"], best["newest"][:10]) == ("Made up", 2, "2026-03-01")
        assert discover(site.at("/")) == 0
        said = capsys.readouterr().out
        assert "2 entries, the newest of 2026-03-01; the page's head" in said
        assert "no feed: the server answered 404" in said


@pytest.mark.parametrize("kind", ["toml", "opml"])
def test_the_answer_is_a_list_of_feeds(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    feed = rss([("http://a.example/1", "One")])
    with site_of(**{"": FRONT, "all_xml": feed}) as site:
        assert discover(site.at("/"), "--format", kind) == 0
        file = tmp_path / f"feeds.{kind}"
        file.write_text(capsys.readouterr().out)
        (found,) = load_feeds([str(file)])
        assert (found.url, found.name) == (site.at("/all.xml"), "Made up")


def test_where_nothing_is_named_robots_and_the_usual_places_are_looked_at(
    capsys: pytest.CaptureFixture[str],
):
    page = "<html><head><title>x</title></head><body>Nothing here</body></html>"
    robots = "User-agent: *\nSitemap: /news.xml\n"
    with site_of(
        **{"": page, "robots_txt": robots, "news_xml": SITEMAP.format(at="http://a.example")}
    ) as site:
        assert discover(site.at("/"), "--format", "json") == 0
        (row,) = map(json.loads, capsys.readouterr().out.splitlines())
        assert (row["url"], row["title"], row["entries"]) == (site.at("/news.xml"), "The Ledger", 1)
    with site_of(**{"": page, "feed_xml": rss([("http://a.example/1", "One")])}) as site:
        assert discover(site.at("/"), "--format", "json") == 0
        (row,) = map(json.loads, capsys.readouterr().out.splitlines())
        assert row["named_by"] == "a usual place"


def test_a_feed_is_its_own_answer_and_a_page_without_one_says_so(
    capsys: pytest.CaptureFixture[str],
):
    with site_of(feed=rss([("http://a.example/1", "One")])) as site:
        assert discover(site.at("/feed")) == 0
        assert "1 entry, the newest of 2026-03-01; it is one itself" in capsys.readouterr().out
    with site_of(page="<html><body>x</body></html>") as site:
        assert discover(site.at("/page")) == 0
        assert "no feed was found" in capsys.readouterr().err
        assert discover(site.at("/missing")) == 2
        assert "404" in capsys.readouterr().err
    assert discover("civil.ge") == 2


def test_a_news_sitemap_is_a_feed():
    found = parse_feed(
        SITEMAP.format(at="https://e.example").encode(), {}, "https://e.example/n.xml"
    )
    (entry,) = found.entries
    assert (entry.title, entry.url) == ("Ferry & quay", "https://e.example/a/1?x=1&y=2")
    assert entry.published.isoformat() == "2026-03-01T06:00:00+00:00"
    assert (entry.categories, found.title, found.language) == (
        ("ferry", "quay"),
        "The Ledger",
        "en",
    )


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("<urlset><url><loc>https://e.example/1</loc></url></urlset>", "a sitemap without news"),
        (
            "<?xml version='1.0'?><sitemapindex><sitemap><loc>https://e.example/a.xml</loc></sitemap>"
            "<sitemap><loc>https://e.example/news-1.xml</loc></sitemap></sitemapindex>",
            "name one that lists news, such as https://e.example/news-1.xml",
        ),
    ],
)
def test_other_sitemaps_are_told_apart(markup: str, why: str):
    with pytest.raises(NotAFeed, match=why):
        parse_feed(markup.encode(), {}, "https://e.example/sitemap.xml")


def test_a_news_sitemap_is_polled_like_any_feed(tmp_path: Path):
    with site_of(news_xml="") as site:
        site.answer = lambda path: (
            ("application/xml", SITEMAP.format(at=site.at("")).encode())
            if path == "/n.xml"
            else None
        )
        lake = str(tmp_path / "lake")
        assert run(["run", site.at("/n.xml"), "--lake", lake, "--quiet", *FLAGS]) == 0
        (article,) = rows(lake, "articles")
        assert (article["title"], article["source"]) == ("Ferry & quay", "127.0.0.1")
        (poll,) = rows(lake, "polls")
        assert (poll["status"], poll["new_items"]) == ("ok", 1)
