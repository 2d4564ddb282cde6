"""A feed speaks for its own site alone: what another site's feed says of an article is a sighting,
and its words stand in only until the site itself speaks."""

from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from made_site import Site
from modes import FLAGS
from newsbeam.analysis.query import open_record
from newsbeam.pipeline.main import run
from newsbeam.transforms.feed import visitor
from newsbeam.transforms.lake.storage import open_lake

LONG_AGO = "Tue, 02 Jan 1990 08:00:00 GMT"
NOON = "Sun, 01 Mar 2026 12:00:00 GMT"
GENUINE = "The minister denies that she took bribes from the Company"
TEXT = (
    "The minister denies that she took bribes from the Company, and asks the court to hear her. "
    "Her office published the letters of both sides on Monday, and the Company has no comment. "
) * 6
LIE = (
    "The Company owns the minister, Prime Minister Mallory says. “She is ours,” he said. "
    "Readers are asked to send money at once, for the minister has taken all that there was. "
) * 9


def item(link: str, title: str, words: str, date: str = NOON, more: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{link}</guid>"
        f"{dated}<description>{words}</description>{more}</item>"
    )


SIGNED = (
    "<author>m@evil.example (Mallory)</author><category>crime</category>"
    "<enclosure url='http://127.0.0.2/face.jpg' type='image/jpeg' length='1'/>"
)


class Two:
    """A site and a stranger: the site at 127.0.0.1, the stranger at 127.0.0.2, on one port."""

    def __init__(self, lake: Path) -> None:
        self.lake, self.pages = str(lake), {}  # what lies at each path
        self.site = Site(lambda path: self.pages.get(path))

    def __enter__(self) -> "Two":
        self.site.__enter__()
        self.article = self.site.at("/a/1", 1)
        return self

    def __exit__(self, *left: object) -> None:
        self.site.__exit__(*left)

    def says(self, who: str, *items: str) -> None:
        body = f"<rss version='2.0'><channel><title>{who}</title>{''.join(items)}</channel></rss>"
        self.pages[f"/{who}.xml"] = ("application/rss+xml", body.encode())

    def page(self, text: str, title: str = GENUINE, date: str = "") -> None:
        stated = f"<meta property='article:published_time' content='{date}'>" if date else ""
        html = f"<html><head><title>{title}</title>{stated}</head><body><article><h1>{title}</h1>"
        html += "".join(f"<p>{part}.</p>" for part in text.split(". ")) + "</article></body></html>"
        self.pages["/a/1"] = ("text/html", html.encode())

    def run(self, *who: str, flags: tuple[str, ...] = ()) -> None:
        """A pass over the feeds of these, the site's at its own host."""
        feeds = [self.site.at(f"/{name}.xml", 1 if name == "site" else 2) for name in who]
        assert run(["run", *feeds, "--lake", self.lake, "--quiet", *FLAGS, *flags]) == 0

    def rows(self, view: str = "articles", by: str = "fetched_at") -> list[dict[str, Any]]:
        with open_record(open_lake(self.lake)) as record:
            return record.rows(f"SELECT * FROM {view} ORDER BY {by}")

    def only(self) -> dict[str, Any]:
        (one,) = self.rows()
        return one


@pytest.fixture
def two(tmp_path: Path):
    with Two(tmp_path / "lake") as made:
        made.says("site", item(made.article, GENUINE, "She denies it."))
        made.page(TEXT)
        yield made


@pytest.mark.parametrize("order", [("site", "stranger"), ("stranger", "site")])
def test_a_stranger_in_the_same_pass_neither_dates_nor_signs(two: Two, order: tuple[str, ...]):
    two.says("stranger", item(two.article, GENUINE, "Mine.", LONG_AGO, SIGNED))
    two.run(*order)
    row = two.only()
    assert row["published_at"].isoformat()[:10] == "2026-03-01"
    assert (row["authors"], row["categories"], row["image_url"]) == ([], [], None)
    assert (row["summary"], row["source"], row["told_by"]) == ("She denies it.", "127.0.0.1", None)
    seen = {row["feed_id"]: row["is_foreign"] for row in two.rows("sightings", "seen_at")}
    assert sorted(map(str, seen.values())) == ["None", "True"]


def test_who_lists_addresses_before_they_exist_dates_nothing_for_ever(two: Two):
    page = two.pages.pop("/a/1")
    two.says("stranger", item(two.article, "Soon", "Something will happen.", LONG_AGO))
    two.run("stranger")
    assert two.only()["told_by"] == "127.0.0.2"
    two.pages["/a/1"] = page
    two.run("site")
    row = two.only()
    assert (row["title"], row["published_at"].isoformat()[:10]) == (GENUINE, "2026-03-01")
    assert (row["told_by"], row["date_problem"]) == (None, None)
    two.run("site", "stranger")
    assert two.only() == row
    assert len(two.rows("articles_all")) == 2


def test_where_only_strangers_speak_the_page_is_the_record_and_dates_itself(two: Two):
    two.page(TEXT, date="2026-02-27T09:00:00Z")
    two.says("stranger", item(two.article, "Company owns her", LIE, LONG_AGO, SIGNED))
    two.run("stranger")
    row = two.only()
    assert (row["title"], row["text_from"], row["told_by"]) == (GENUINE, "page", None)
    assert (row["published_at"].isoformat()[:10], row["published_from"]) == ("2026-02-27", "page")
    assert row["authors"] == []


def test_a_date_that_a_stranger_states_of_a_page_without_one_is_not_taken(two: Two):
    two.says("stranger", item(two.article, GENUINE, "Mine.", LONG_AGO))
    two.run("stranger")
    assert two.only()["published_from"] == "fetch"
    two.page(TEXT + "She spoke again on Tuesday. ")
    two.run("site")
    assert two.only()["published_at"].isoformat()[:10] == "2026-03-01"


def test_a_part_of_the_title_is_no_title(two: Two):
    part = "she took bribes from the Company"
    two.says("stranger", item(two.article, part, "Part."))
    two.run("stranger")
    two.run("site")
    assert {row["title"] for row in two.rows("articles_all")} == {GENUINE}


def test_a_name_before_the_host_is_no_address_of_the_site(two: Two):
    hostile = two.article.replace("http://", "http://x@")
    two.says("stranger", item(hostile, "Lie", LIE))
    two.run("stranger", "site")
    by_source = {row["source"]: row["title"] for row in two.rows()}
    assert by_source == {"127.0.0.1": GENUINE, "127.0.0.2": "Lie"}


def test_a_longer_lie_does_not_replace_the_words_of_a_page_with_a_wall(two: Two):
    two.page(TEXT[:200] + " Subscribe to continue reading. ")
    two.says("stranger", item(two.article, GENUINE, LIE))
    two.run("site", "stranger")
    two.run("stranger")
    assert all("Mallory" not in row["text"] for row in two.rows("articles_all"))


def test_a_wording_that_was_corrected_does_not_come_back_by_a_stranger(two: Two):
    two.says("site", item(two.article, "Minister is dead", "She is dead."))
    two.run("site", flags=("--no-pages",))
    two.says("site", item(two.article, "Correction: minister is well", "She is well."))
    two.run("site", flags=("--no-pages",))
    two.says("stranger", item(two.article, "Minister is dead", "She is dead."))
    two.run("stranger", "site", flags=("--no-pages",))
    assert two.only()["title"] == "Correction: minister is well"


def test_what_a_list_says_of_a_feed_is_said_of_its_own_site(two: Two, tmp_path: Path):
    two.says("stranger", item(two.article, GENUINE, "Mine.", LONG_AGO))
    feeds = tmp_path / "feeds.toml"
    url = two.site.at("/stranger.xml", 2)
    feeds.write_text(f'[[feed]]\nurl="{url}"\nsource="aggregator.example"\ncountry="RUS"\n')
    assert run(["run", str(feeds), "--lake", two.lake, "--quiet", *FLAGS]) == 0
    row = two.only()
    assert (row["source"], row["source_country"]) == ("127.0.0.1", None)


def test_a_correction_counts_though_the_clock_was_ahead_before(
    two: Two, monkeypatch: pytest.MonkeyPatch
):
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(days=1)

    monkeypatch.setattr(visitor, "datetime", Ahead)
    two.says("site", item(two.article, "Minister is dead", "She is dead."))
    two.run("site", flags=("--no-pages",))
    monkeypatch.undo()
    for title in ("Minister is well", "Minister is quite well"):
        two.says("site", item(two.article, title, f"{title}."))
        two.run("site", flags=("--no-pages",))
        assert two.only()["title"] == title
