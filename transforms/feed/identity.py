"""Which article an entry is: its address says so, and where that is not enough, its own name. Pure.

Two faults are to be kept apart. An address that several notices, podcasts or minutes share would
swallow all but one of them; a token in the path or an edited slug would make an article anew at
every poll, though the entry's own id stays.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from newsbeam.schemas.article import Entry
from newsbeam.schemas.ids import article_id, digest, normalised
from newsbeam.schemas.memory import FeedMemory
from newsbeam.schemas.wire import iso
from newsbeam.transforms.page.urls import canonical_url, identity_url

LONGEST_ID = 100  # characters of an entry's id that stand in an address as they are


@dataclass(frozen=True)
class Identity:
    """The article that an entry is, and what the feed's memory calls the entry."""

    url: str  # canonical: the article's id is made of it
    key: str
    name: str = ""  # by which the entry is found again at another address
    is_apart: bool = False  # it shares its address with other articles: the page is not its own


def entry_hash(entry: Entry) -> str:
    """Changes when the feed says something else of an entry; another date of it is no news."""
    updated = iso(entry.updated) if entry.updated else ""
    return digest(entry.title, entry.summary, entry.content, updated, length=16)


def name_of(entry: Entry) -> str:
    """An entry's id with its date, or without one with its title: an id alone may be a place in a
    list that is given anew each day. Empty where the id is the address, or there is none.
    """
    if not entry.entry_id or canonical_url(entry.entry_id) == canonical_url(entry.url):
        return ""
    beside = iso(entry.published) if entry.published else normalised(entry.title)
    return digest(entry.entry_id, beside, length=12)


def are_articles(entries: Sequence[Entry]) -> bool:
    """Whether entries of one address are articles of their own: each has a title and a date of its
    own, and an id of its own unless all have the same. A live blog repeats its title.
    """
    titles = {normalised(entry.title) for entry in entries}
    dates = {entry.published for entry in entries}
    ids = {entry.entry_id for entry in entries}
    return (
        len(titles) == len(dates) == len(entries)
        and len(ids) in (1, len(entries))
        and "" not in titles
        and None not in dates
    )


def apart(url: str, entry: Entry, is_unique: bool) -> str:
    """The address of an entry that shares one with other articles: with its id, if that is its own.

    >>> apart("https://e.org/notices", Entry(entry_id="notice-7"), True)
    'https://e.org/notices#notice-7'
    """
    own = quote(entry.entry_id, safe="") if is_unique else ""
    if not 0 < len(own) <= LONGEST_ID:
        day = iso(entry.published) if entry.published else ""
        own = digest(entry.entry_id, normalised(entry.title), day, length=16)
    return f"{url}#{own}"


def identities(feed_url: str, entries: Sequence[Entry], memory: FeedMemory) -> list[Identity]:
    """The identity of each entry, by what the feed says now and what is remembered of it."""
    urls = [identity_url(feed_url, entry) for entry in entries]
    names = [name_of(entry) for entry in entries]
    ids = Counter(entry.entry_id for entry in entries)
    sharing: dict[str, list[Entry]] = defaultdict(list)
    for entry, url in zip(entries, urls, strict=True):
        sharing[url].append(entry)
    remembered = {seen.name: (key, seen.url) for key, seen in memory.entries.items() if seen.name}
    shared = {url.partition("#")[0] for _, url in remembered.values() if "#" in url}
    named = Counter(names)

    def identity(entry: Entry, url: str, name: str) -> Identity:
        if name in remembered and named[name] == 1:
            key, first_url = remembered[name]
            return Identity(first_url, key, name, is_apart="#" in first_url)
        known = memory.entries.get(article_id(url))
        is_first = known is not None and known.hash == entry_hash(entry)  # it had the address alone
        same = sharing[url]
        if not is_first and (url in shared or (len(same) > 1 and are_articles(same))):
            own = apart(url, entry, bool(name_of(entry)) and ids[entry.entry_id] == 1)
            return Identity(own, article_id(own), name or digest(own, length=12), is_apart=True)
        if len(same) > 1:
            own = digest(entry.entry_id or entry.title, length=8)
            return Identity(url, f"{article_id(url)}/{own}")
        return Identity(url, article_id(url), name)

    return [identity(*one) for one in zip(entries, urls, names, strict=True)]
