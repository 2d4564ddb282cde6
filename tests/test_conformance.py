"""Other projects' collections of feeds: which are read, which are refused and why.

Where a feed's fields are agreed between two other readings, ours are held against them.
"""

import gzip
import json
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsbeam.schemas.article import Entry, ParsedFeed
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed

FEEDS = Path(__file__).parents[2] / "shared" / "data" / "feeds"
pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the feed collections are not on this machine"
)
# What lies beside the feeds: expected values, and pages for other kinds of test.
NO_FEEDS = re.compile(
    r"SOURCE\.txt$|\.html?$|sitemap|(?:^|/)output/|expected\.json$|\.ya?ml$|\.spc$"
)


def members() -> Iterator[tuple[str, str, bytes]]:
    """Each feed: its collection, its name, its bytes."""
    for archive in sorted(FEEDS.glob("*.tar.gz")):
        with tarfile.open(archive) as tar:
            names = {one.name for one in tar if one.isfile()}
            for name in sorted(names):
                beside = name.endswith(".json") and f"{name.removesuffix('.json')}.xml" in names
                member = tar.extractfile(name)
                if member and not beside and not NO_FEEDS.search(name):
                    yield archive.name, name, member.read()
    for file in sorted((FEEDS / "live").glob("*.gz")):
        yield "live", file.name, gzip.decompress(file.read_bytes())


def agreed() -> dict[tuple[str, str], list[dict[str, str]]]:
    """The items on whose fields two other readings of a feed agree."""
    found = {}
    with gzip.open(FEEDS / "expected_consensus.jsonl.gz") as lines:
        for one in map(json.loads, lines):
            archive, _, name = one["packed_as"].removeprefix("feeds/").partition("#")
            key = (archive, name) if name else ("live", Path(archive).name)
            found[key] = one.get("items", [])
    return found


def fields(entry: Entry) -> dict[str, str]:
    def moment(when: object) -> str:
        return f"{when:%Y-%m-%dT%H:%M:%SZ}" if when else ""

    return {"title": entry.title, "link": entry.url, "id": entry.entry_id,
            "published": moment(entry.published), "updated": moment(entry.updated)}  # fmt: skip


def compare(parsed: ParsedFeed, items: list[dict[str, str]]) -> Counter[bool]:
    """How many agreed fields are read so, and how many otherwise."""
    said: Counter[bool] = Counter()
    for entry, item in zip(parsed.entries, items, strict=False):
        ours = fields(entry)
        for name in ours.keys() & item.keys():
            said[" ".join(ours[name].split()) == " ".join(item[name].split())] += 1
    return said


def reason(words: str) -> str:
    """The kind of a refusal: its words up to what is particular."""
    return re.split(r"[:(,;«“\"]", words)[0].strip()


@pytest.mark.slow
def test_collections_of_feeds_are_read(capsys: pytest.CaptureFixture[str]):
    expected = agreed()
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    refusals: defaultdict[str, list[str]] = defaultdict(list)
    for collection, name, body in members():
        row = table[collection]
        row["feeds"] += 1
        try:
            parsed = parse_feed(body, {}, "")
        except NotAFeed as refused:  # and nothing else is ever raised
            row["refused"] += 1
            refusals[f"{collection}: {reason(str(refused))}"].append(name)
            continue
        said = compare(parsed, expected.get((collection, name), []))
        row["right"] += said[True]
        row["other"] += said[False]
    with capsys.disabled():
        for collection, row in table.items():
            print(
                f"\n{collection:30}",
                *(f"{row[c]:6}" for c in ("feeds", "refused", "right", "other")),
                end="",
            )
        for why, names in sorted(refusals.items()):
            print(f"\n  {why}: {len(names)}, e.g. {names[0]}", end="")
    right, other = (sum(row[c] for row in table.values()) for c in ("right", "other"))
    assert right >= 0.998 * (right + other)
    assert sum(row["refused"] for row in table.values()) <= 0.03 * sum(
        row["feeds"] for row in table.values()
    )
