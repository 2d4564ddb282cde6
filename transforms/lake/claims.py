"""What is settled of each article for ever: its date, its wordings, and which batch holds each.

The claim is made before any row is written, so the partition of a row depends neither on when nor
by which feed it came, and whoever finds a wording claimed looks at one batch, never at a day.

Claims lie together in documents of at most `MOST`, named by the first hex digits of the article's
id. A document that grows beyond that is parted into sixteen with one digit more: it is frozen, its
parts are put where there are none, and then it says for ever that it is parted. Whoever meets a
frozen one finishes that. So a lake of a million articles has some thousand documents, each read and
replaced whole.
"""

import json
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.wire import iso
from newsbeam.transforms.lake.storage import Lake, NotThere, Version, side_by_side
from newsbeam.transforms.lake.tables import DamagedFile, day_of, is_ours, read_columns

PROVISIONAL = "?"  # after a date
MOST = 512  # claims of a document: about 80 kB
DIGITS = "0123456789abcdef"
FROZEN = b'{"frozen": true,\n'  # how a document begins that is about to be parted
PARTED = b'{"parted": true}'
REMEMBERED = 256  # documents kept in memory as they came: 20 MB at the most


@dataclass(frozen=True)
class Wording:
    """One wording of an article: the batch that was to hold it, "" once it is known to be there,
    and the visits of feeds that brought it."""

    batch: str = ""
    visits: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()  # batches that were to hold it before, and may hold annotations


@dataclass(frozen=True)
class Claim:
    """What is settled of an article."""

    date: datetime | None = None  # None while only dead letters are known of it
    wordings: dict[str, Wording] = field(default_factory=dict)  # by revision
    letters: dict[str, str] = field(default_factory=dict)  # open ones: their day, by failure_id
    is_provisional: bool = False  # the date is not the site's own: only another's feed knew it

    @property
    def may_move(self) -> bool:
        """Whether later wordings may stand under another date: a wording on its way may not, for it
        is looked for under this one."""
        return self.is_provisional and not any(one.batch for one in self.wordings.values())


Document = dict[str, str]  # claims as JSON, by article: most are only passed on
Change = Callable[[str, Claim], Claim]
NOTHING = Claim()


def to_bytes(document: Document) -> bytes:
    """The document as JSON, an article a line."""
    lines = (f'"{name}": {claim}' for name, claim in document.items())
    return ("{" + ",\n".join(lines) + "}").encode()


def to_json(claim: Claim) -> str:
    """The claim as one line of JSON."""
    wordings = {
        revision: [" ".join((w.batch, *w.sealed)), *w.visits]
        for revision, w in claim.wordings.items()
    }
    date = iso(claim.date) + PROVISIONAL * claim.is_provisional if claim.date else None
    return json.dumps([date, wordings, *([claim.letters] if claim.letters else [])])


def from_bytes(data: bytes) -> Document | None:
    """The document, None where it is parted; ValueError if it is damaged.

    Its claims are not looked at: of a hundred, one is asked for.
    """
    if data == PARTED:
        return None
    lines = data.removeprefix(FROZEN).decode().removeprefix("{").split(",\n")
    if not lines[-1].endswith("}") or not data.startswith(b"{"):
        raise ValueError("the document is cut")
    lines[-1] = lines[-1][:-1]
    document = {}
    for line in filter(None, lines):
        name, _, claim = line.partition('": ')
        if claim[:1] + claim[-1:] != "[]":
            raise ValueError("a line is no claim")
        document[name[1:]] = claim
    return document


def from_json(text: str) -> Claim:
    """The claim that `to_json` was given; ValueError, TypeError, … if it is damaged."""
    date, wordings, *letters = json.loads(text)
    known = {}
    for revision, (batches, *visits) in wordings.items():
        batch, *sealed = batches.split(" ")
        known[revision] = Wording(batch, tuple(visits), tuple(sealed))
    moment = datetime.fromisoformat(date.removesuffix(PROVISIONAL)) if date else None
    is_provisional = bool(date) and date.endswith(PROVISIONAL)
    return Claim(moment, known, letters[0] if letters else {}, is_provisional)


def digits_of(article_id: str) -> str:
    """The hex digits by which an article's document is found.

    >>> digits_of("0f5c4b0e-6f0b")
    '0f5c4b0e6f0b'
    """
    return article_id.replace("-", "")


def name_of(prefix: str) -> str:
    """Where the claims of the articles whose digits begin with `prefix` lie.

    >>> name_of("0f5")
    'state/claims/0/0f5.json'
    """
    return f"state/claims/{prefix[0]}/{prefix}.json"


class Claims:
    """The claims of a lake. Documents read lately are remembered; a stale one costs another try."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self._parted: set[str] = set()
        self._recent: OrderedDict[str, tuple[bytes | None, Version]] = OrderedDict()

    def read(self, article_ids: Iterable[str]) -> dict[str, Claim]:
        """The claims of these articles as they are now, an empty one where nobody made any."""
        return {
            article_id: claim
            for _, _, _, claims in self._documents(set(article_ids), remembered=False)
            for article_id, claim in claims.items()
        }

    def change(self, article_ids: Iterable[str], change: Change) -> dict[str, Claim]:
        """The claims of these articles after `change(article_id, claim)`, saved, whoever else
        changes them at the same time; `change` may be called again with a newer claim."""
        waiting, changed = set(article_ids), {}
        while waiting:
            groups = list(self._documents(waiting))
            for claims in side_by_side(lambda group: self._changed(change, *group), groups):
                changed.update(claims)
                waiting.difference_update(claims)
        return changed

    def _changed(
        self,
        change: Change,
        prefix: str,
        document: Document,
        version: Version,
        claims: dict[str, Claim],
    ) -> dict[str, Claim]:
        """The changed claims of one document, none where somebody was faster or it was parted."""
        claims = {name: change(name, claims[name]) for name in sorted(claims)}
        after = {**document, **{name: to_json(claim) for name, claim in claims.items()}}
        if after == document:
            return claims
        if len(after) > MOST:
            self._part(prefix, document, version)
            return {}
        return claims if self._replace(prefix, to_bytes(after), version) else {}

    def _documents(
        self, ids: set[str], remembered: bool = True
    ) -> Iterator[tuple[str, Document, Version, dict[str, Claim]]]:
        """Each document with claims of these articles: prefix, content, version, those claims."""
        level = self._grouped(ids, 1)
        while level:
            if not remembered:
                for prefix in level:
                    self._recent.pop(prefix, None)
            found = side_by_side(lambda group: self._read(*group), level.items())
            parted: set[str] = set()
            for prefix, (document, version, claims) in zip(level, found, strict=True):
                if document is None:
                    parted |= level[prefix]
                else:
                    yield prefix, document, version, claims
            level = self._grouped(parted, len(next(iter(level))) + 1) if parted else {}

    def _grouped(self, ids: set[str], length: int) -> dict[str, set[str]]:
        """The articles by the first digits of theirs, past what is known to be parted.

        All groups of a level have the same length, so that one round of reads serves them.
        """
        groups: dict[str, set[str]] = defaultdict(set)
        for article_id in ids:
            groups[digits_of(article_id)[:length]].add(article_id)
        if groups and self._parted.issuperset(groups):
            return self._grouped(ids, length + 1)
        return groups

    def _read(
        self, prefix: str, ids: set[str]
    ) -> tuple[Document | None, Version, dict[str, Claim]]:
        """A document, its version and the claims of these articles; None where it is parted,
        rebuilt where it is damaged."""
        if prefix in self._parted:
            return None, "", {}
        data, version = self._recent.get(prefix) or self.lake.read_versioned(name_of(prefix))
        if data is None and len(prefix) == 1 and not self.lake.folders("articles"):
            return {}, version, dict.fromkeys(ids, NOTHING)
        try:
            document = from_bytes(data or b"")  # one that is gone is as good as damaged
            said = document or {}
            claims = {one: from_json(said[one]) if one in said else NOTHING for one in ids}
        except (ValueError, TypeError, LookupError, AttributeError):
            self._rebuild(prefix, version)
            return self._read(prefix, ids)
        if document is None:
            self._parted.add(prefix)
        elif data and data.startswith(FROZEN):
            self._finish_parting(prefix, document, version)
            return self._read(prefix, ids)
        elif data:
            self._remember(prefix, data, version)
        return document, version, claims

    def _replace(self, prefix: str, data: bytes, version: Version) -> bool:
        after = self.lake.put_if(name_of(prefix), data, version)
        if after:
            self._remember(prefix, data, after)
        else:
            self._recent.pop(prefix, None)
        return bool(after)

    def _remember(self, prefix: str, data: bytes, version: Version) -> None:
        self._recent[prefix] = data, version
        while len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    def _part(self, prefix: str, document: Document, version: Version) -> None:
        """Freeze a document, so that nobody adds to it, and make sixteen of it."""
        self._recent.pop(prefix, None)
        frozen = FROZEN + to_bytes(document)[1:]
        if after := self.lake.put_if(name_of(prefix), frozen, version):
            self._finish_parting(prefix, document, after)

    def _finish_parting(self, prefix: str, document: Document, version: Version) -> None:
        parts: dict[str, Document] = {f"{prefix}{digit}": {} for digit in DIGITS}
        for article_id, claim in document.items():
            parts[digits_of(article_id)[: len(prefix) + 1]][article_id] = claim
        side_by_side(
            lambda part: self.lake.put_new(name_of(part[0]), to_bytes(part[1])), parts.items()
        )
        self.lake.put_if(name_of(prefix), PARTED, version)  # else somebody else was faster

    def _rebuild(self, prefix: str, version: Version) -> None:
        """Make a damaged document anew: parted if it has parts, else from the rows.

        This reads every file of `articles` and `failures`, once. Rows do not know a batch that is
        being written at this moment.
        """
        self._recent.pop(prefix, None)
        if self.lake.read_versioned(name_of(prefix + "0"))[0] is not None:
            self.lake.put_if(name_of(prefix), PARTED, version)
            return
        found: dict[str, Claim] = {}
        for article_id, revision, date in rows_of(
            self.lake, "articles", "article_id", "revision", "published_at"
        ):
            if digits_of(article_id).startswith(prefix):
                found.setdefault(article_id, Claim(date)).wordings[revision] = Wording()
        for article_id, letter, failed_at in rows_of(
            self.lake, "failures", "article_id", "failure_id", "failed_at"
        ):
            if digits_of(article_id or "").startswith(prefix):
                found.setdefault(article_id, Claim()).letters[letter] = day_of(failed_at)
        document = {article_id: to_json(claim) for article_id, claim in found.items()}
        self.lake.put_if(name_of(prefix), to_bytes(document), version)  # else it is made already


def rows_of(lake: Lake, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The values of some columns of every row of a table; a damaged file is passed over."""
    for name in lake.list(table):
        if is_ours(TABLES[table], name):
            try:
                yield from read_columns(lake, name, columns)
            except (NotThere, DamagedFile):
                continue


@cache
def claims_of(lake: Lake) -> Claims:
    """The claims of a lake, one object a process."""
    return Claims(lake)
