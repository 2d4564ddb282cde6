"""Names that never change: what makes two feeds, articles, revisions or failures the same."""

import hashlib
import re
import unicodedata
from uuid import UUID, uuid5

# Fixed for ever: every article_id of every lake is derived from it.
NAMESPACE = UUID("5f0c4b0e-6f0b-5b9e-9a53-0d6e7b6a2c11")

SLUG_LIMIT = 80  # file systems allow 255 bytes a name; 80 leaves room and stays readable


def digest(*parts: str, length: int = 32) -> str:
    """The first `length` hex digits (of 64) of the SHA-256 of the parts, unambiguously joined.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def shard_of(name: str, shards: int) -> int:
    """The part of so many to which what bears this name always belongs.

    >>> shard_of("civil.ge", 4) == shard_of("civil.ge", 4), shard_of("civil.ge", 1)
    (True, 0)
    """
    return int(digest(name, length=8), 16) % shards


def slug(text: str) -> str:
    """An ASCII name that is safe in a path, and different for different texts.

    >>> slug("Civil.ge")
    'civil.ge'
    >>> slug("../etc").startswith("etc-"), slug("")
    (True, 'unknown')
    """
    if not text:
        return "unknown"
    lowered = text.lower()
    name = re.sub(r"[^a-z0-9.]+", "-", lowered).strip("-.")
    if name != lowered or len(name) > SLUG_LIMIT:
        name = f"{name[: SLUG_LIMIT - 9].strip('-.') or 'x'}-{digest(text, length=8)}"
    return name


def feed_id(url: str) -> str:
    """The stable name of a feed: its host, for people, and a hash of its whole URL.

    >>> feed_id("https://civil.ge/feed")
    'civil.ge-bf9e1124'
    """
    host = re.sub(r"^[a-z]+://(www\.)?", "", url.lower()).split("/")[0].split(":")[0]
    return f"{re.sub(r'[^a-z0-9.]+', '-', host)[:40].strip('-.') or 'feed'}-{digest(url, length=8)}"


def article_id(canonical_url: str) -> str:
    """The stable name of an article: uuid5 of its canonical URL.

    >>> article_id("https://civil.ge/archives/1") == article_id("https://civil.ge/archives/1")
    True
    """
    return str(uuid5(NAMESPACE, canonical_url.encode("utf-8", "replace").decode()))


def normalised(text: str) -> str:
    """Text as compared: NFC, white space folded, no invisible characters.

    >>> normalised(" two \\n lines\\u200b ")
    'two lines'
    """
    visible = unicodedata.normalize("NFC", text)
    for character in set(visible):  # few; character by character a long text takes 80 MB
        if unicodedata.category(character) == "Cf":
            visible = visible.replace(character, "")
    return " ".join(visible.split())


def revision(title: str, text: str) -> str:
    """The name of one wording of an article: 32 hex digits of its normalised title and text.

    >>> revision("Title", "a  b") == revision("Title ", "a b")
    True
    """
    return digest(normalised(title), normalised(text))


def failure_id(step: str, *element: str) -> str:
    """The name of a dead letter: by its step and by what names the element there.

    >>> failure_id("ReadArticles", "an entry") == failure_id("ReadArticles", "another")
    False
    """
    return digest(step, *element)
