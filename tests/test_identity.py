"""Which article an entry is: none is swallowed by another, and none is made anew at every poll."""

from dataclasses import replace
from datetime import timedelta

import pytest

import made
from newsbeam.schemas.article import Entry, ParsedFeed
from newsbeam.schemas.memory import FeedMemory, Seen
from newsbeam.transforms.feed.identity import identities
from newsbeam.transforms.feed.memory import from_json, to_json
from newsbeam.transforms.feed.sorting import sort_entries

FEED = made.FEED.url
LIST = "https://harbour.example/notices/"


def notice(n: int, **said: object) -> Entry:
    """One of several notices at one address."""
    values = {
        "url": LIST,
        "entry_id": f"notice-{n}",
        "title": f"Notice {n}",
        "published": made.NOON - timedelta(days=n),
    }
    return replace(Entry(), **{**values, **said})


def poll(memory: FeedMemory, *entries: Entry) -> tuple[list[str], FeedMemory]:
    """The articles that are new at a visit, and what is remembered after it, through the lake."""
    found = sort_entries(made.FEED, made.NOON, ParsedFeed(entries=entries, n_items=9), memory)
    seen = {
        one.origin.entry_key: Seen(
            one.origin.entry_hash,
            made.NOON,
            name=one.name,
            url=one.canonical_url if one.name else "",
        )
        for one in found.new
    }
    memory = from_json(to_json(replace(memory, entries={**memory.entries, **seen})))
    return [one.canonical_url for one in found.new], memory


def urls(*entries: Entry) -> list[str]:
    return [one.url for one in identities(FEED, entries, made.EMPTY_MEMORY)]


def test_notices_of_one_address_are_articles_of_their_own_and_stay_so():
    new, memory = poll(made.EMPTY_MEMORY, notice(1), notice(2), notice(3))
    assert new == [f"{LIST.rstrip('/')}#notice-{n}" for n in (1, 2, 3)]
    assert poll(memory, notice(2), notice(3))[0] == []
    assert poll(memory, notice(3))[0] == []  # alone in the feed now
    assert poll(memory, notice(4), notice(3))[0] == [f"{LIST.rstrip('/')}#notice-4"]
    assert poll(memory, notice(5))[0] == [f"{LIST.rstrip('/')}#notice-5"]


def test_an_edited_notice_is_a_wording_of_it():
    new, memory = poll(made.EMPTY_MEMORY, notice(1), notice(2))
    again, _ = poll(memory, notice(1, title="Notice 1, corrected"), notice(2))
    assert again == new[:1]


def test_a_notice_that_had_the_address_alone_keeps_it():
    first, memory = poll(made.EMPTY_MEMORY, notice(1))
    assert first == [LIST.rstrip("/")]
    second, _ = poll(memory, notice(2), notice(1))
    assert second == [f"{LIST.rstrip('/')}#notice-2"]


@pytest.mark.parametrize("entry_id", ["", LIST, "the-list"])
def test_ids_that_say_nothing_do_not_make_several_notices_one(entry_id: str):
    several = [notice(n, entry_id=entry_id) for n in (1, 2, 3)]
    assert len(set(urls(*several))) == 3
    new, memory = poll(made.EMPTY_MEMORY, *several)
    assert len(new) == 3
    assert poll(memory, several[1])[0] == []


@pytest.mark.parametrize(
    "updates",
    [
        [notice(n, title="Storm: live") for n in (1, 2)],  # one title
        [notice(n, published=made.NOON) for n in (1, 2)],  # one date
        [notice(n, published=None) for n in (1, 2)],
        [notice(1), notice(2), notice(2, title="Notice 2, again", published=made.NOON)],  # one id
    ],
)
def test_a_live_blog_is_one_article(updates: list[Entry]):
    assert len(set(urls(*updates))) == 1


def moved(link: str, **said: object) -> Entry:
    return notice(1, url=link, title="Ferry line to open", entry_id="ferry-4711", **said)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (moved("https://e.org/ferry-to-open/"), moved("https://e.org/ferry-is-late/")),  # slug
        (moved("https://e.org/a/CBMi1"), moved("https://e.org/a/CBMi2")),  # token
        (moved("https://e.org/a;jsessionid=1A"), moved("https://e.org/a;jsessionid=2B")),
        (moved("https://e.org/a?s=1&x=9"), moved("https://e.org/b?s=2&x=8")),
    ],
)
def test_an_entry_whose_id_and_date_stay_is_the_article_that_it_was(one: Entry, other: Entry):
    (address,), memory = poll(made.EMPTY_MEMORY, one)
    assert poll(memory, other)[0] == []
    edited = replace(other, title="Ferry line is late")
    assert poll(memory, edited)[0] == [address]


def test_an_id_that_is_a_place_in_a_list_names_no_article():
    first = notice(1, url="https://e.org/a", entry_id="1")
    _, memory = poll(made.EMPTY_MEMORY, first)
    next_day = notice(2, url="https://e.org/b", entry_id="1")
    assert poll(memory, next_day)[0] == ["https://e.org/b"]


def test_one_id_for_all_entries_merges_none():
    _, memory = poll(made.EMPTY_MEMORY, moved("https://e.org/a"))
    two = (moved("https://e.org/b"), moved("https://e.org/c"))
    assert poll(memory, *two)[0] == ["https://e.org/b", "https://e.org/c"]
