"""Dead letters: each is one small file by its name, so that the table `failures` is the open ones.

Filing puts the file where there is none, withdrawing deletes it. The article's claim remembers
which letters are open and under which day, so nothing is searched for.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from newsbeam.schemas.ids import failure_id
from newsbeam.schemas.journey import Origin, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.tables import TABLES
from newsbeam.transforms.lake.claims import Claim, Claims
from newsbeam.transforms.lake.storage import Lake, side_by_side
from newsbeam.transforms.lake.tables import day_of, file_name, to_parquet

FAILURES = TABLES["failures"]
MESSAGE = 300  # characters; errors about text can quote all of it
READING = ("ReadArticles", "ReadDocuments")  # the steps that fail before there is a wording
ENRICHING = "EnrichArticles"


def reading_letter(step: str, origin: Origin) -> str:
    """The name of the letter of an entry or a document that cannot be read."""
    seen = origin.sighting
    place = (seen.feed_id, seen.article_id) if seen else ("", "")
    return failure_id(step, *place, origin.entry_hash)


def enriching_letter(article_id: str, revision: str) -> str:
    """The name of the letter of a wording that cannot be enriched."""
    return failure_id(ENRICHING, article_id, revision)


def kind_and_message(error: Exception) -> tuple[str, str]:
    """What a dead letter says of an error: one word and a sentence; "kind: words" names its own.

    >>> kind_and_message(ValueError("not_json: a comma is missing"))
    ('not_json', 'a comma is missing')
    >>> kind_and_message(KeyError("x"))
    ('KeyError', "'x'")
    """
    kind, _, words = str(error).partition(": ")
    if words and kind.replace("_", "").isalnum():
        return kind, words[:MESSAGE]
    return type(error).__name__, str(error)[:MESSAGE]


def _file(letter: str, day: str) -> str:
    return file_name(FAILURES, day, letter)


def file_letters(lake: Lake, claims: Claims, letters: Iterable[tuple[str, Failure]]) -> None:
    """Open dead letters, each with the article that its element was to become.

    One that fails again next month is the same letter, under its first day. Should somebody write
    the article at the same time, the letter does not stay.
    """
    by_article: dict[str, dict[str, Failure]] = defaultdict(dict)
    for article_id, failure in letters:
        by_article[article_id][failure.failure_id] = failure
    if not by_article:
        return

    def note(article_id: str, claim: Claim) -> Claim:
        days = {name: day_of(row.failed_at) for name, row in by_article[article_id].items()}
        return replace(claim, letters={**days, **claim.letters})

    claimed = claims.change(by_article, note)

    def put(letter: tuple[str, Failure]) -> None:
        article_id, row = letter
        name = _file(row.failure_id, claimed[article_id].letters[row.failure_id])
        lake.put_new(name, to_parquet(FAILURES, [row]))

    side_by_side(put, [(a, row) for a, rows in by_article.items() for row in rows.values()])
    still = claims.read(by_article)
    side_by_side(
        lake.delete,
        [
            _file(name, claimed[article_id].letters[name])
            for article_id, rows in by_article.items()
            for name in rows
            if name not in still[article_id].letters
        ],
    )


def withdraw_letters(
    lake: Lake, claims: Claims, known: dict[str, Claim], outcomes: Iterable[Outcome]
) -> None:
    """Close the letters that these outcomes show to be untrue; `known` are the articles' claims."""
    untrue: dict[str, dict[str, str]] = defaultdict(dict)
    for outcome in outcomes:
        open_letters = known[outcome.article_id].letters
        names = {reading_letter(step, outcome.origin) for step in READING}
        names.add(enriching_letter(outcome.article_id, outcome.revision))
        for name in names & open_letters.keys():
            untrue[outcome.article_id][name] = open_letters[name]
    if not untrue:
        return

    def forget(article_id: str, claim: Claim) -> Claim:
        left = {name: day for name, day in claim.letters.items() if name not in untrue[article_id]}
        return replace(claim, letters=left)

    files = [_file(*letter) for letters in untrue.values() for letter in letters.items()]
    side_by_side(lake.delete, files)  # before, or a kill in between would leave them open
    claims.change(untrue, forget)
    side_by_side(lake.delete, files)  # and after: somebody may just have filed them
