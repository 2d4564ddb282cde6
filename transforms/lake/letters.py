"""Dead letters: each is one small file by its name, so that the table `failures` is the open ones.

Filing puts the file where there is none, withdrawing deletes it. The article's claim remembers
which letters are open and under which day, so nothing is searched for.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from newsbeam.schemas.ids import failure_id
from newsbeam.schemas.journey import AnnotatedArticle, Origin, Outcome
from newsbeam.schemas.ledger import Failure
from newsbeam.schemas.tables import TABLES
from newsbeam.schemas.wire import to_json
from newsbeam.transforms.lake.batches import visit_mark
from newsbeam.transforms.lake.claims import Claim, Claims
from newsbeam.transforms.lake.forgotten import forgotten
from newsbeam.transforms.lake.storage import Lake, side_by_side
from newsbeam.transforms.lake.tables import day_of, file_name, to_parquet

log = logging.getLogger("newsbeam")

FAILURES = TABLES["failures"]
MESSAGE = 300  # characters; errors about text can quote all of it
READING, DOCUMENTS = "ReadArticles", "ReadDocuments"  # steps before there is a wording
ENRICHING = "EnrichArticles"  # its letters stand beside their article, and say what it lacks
REPLAYED = ("article_id", "revision", "url", "title", "text", "raw_sha256")  # of such an article


def reading_letter(origin: Origin) -> str:
    """The name of the letter of an entry that cannot be read."""
    seen = origin.sighting
    place = (seen.feed_id, seen.article_id) if seen else ("", "")
    return failure_id(READING, *place, origin.entry_hash)


def document_letter(article_id: str, wording: str = "") -> str:
    """The name of the letter of a document that cannot be taken: first its article, then its words.

    So each wording has a letter of its own, and all letters of one article can be told by how they
    begin: without a wording, the beginning alone.
    """
    of_article = failure_id(DOCUMENTS, article_id)[:16]
    return of_article + failure_id(DOCUMENTS, wording)[:16] if wording else of_article


def enriching_letter(article_id: str, revision: str) -> str:
    """The name of the letter of a wording that some annotator cannot read."""
    return failure_id(ENRICHING, article_id, revision)


def enriching_failure(one: AnnotatedArticle) -> Failure:
    """The dead letter of an article that is written, but not with all its annotations."""
    article, lacking = one.article, " and ".join(one.problems)
    why = "; ".join(f"{table}: {problem}" for table, problem in one.problems.items())
    return Failure(
        failure_id=enriching_letter(article.article_id, article.revision),
        step=ENRICHING,
        error="annotator_failed",
        message=(
            f"The article is there without its {lacking}; newsbeam enrich shows it again from this "
            f"letter's element ({why})"
        )[:MESSAGE],
        element=to_json({name: getattr(article, name) for name in REPLAYED}),
        feed_id=article.feed_id,
        url=article.url,
        failed_at=article.first_seen_at,
        run_id=article.run_id,
        article_id=article.article_id,
    )


def kind_and_message(error: Exception) -> tuple[str, str]:
    """What a dead letter says of an error: one word and a sentence; "kind: words" names its own.

    An error that nobody foresaw is a fault of newsbeam, and says so: `--verbose` shows where.

    >>> kind_and_message(ValueError("not_json: a comma is missing"))
    ('not_json', 'a comma is missing')
    >>> kind_and_message(KeyError("x"))
    ('fault', "a fault of newsbeam, please report it ('x')")
    """
    kind, _, words = str(error).partition(": ")
    if words and kind.islower() and kind.replace("_", "").isalpha():
        return kind, words[:MESSAGE]
    if kind := getattr(error, "kind", ""):  # work that was ended from outside
        return kind, str(error)[:MESSAGE]
    log.debug("an element becomes a dead letter", exc_info=error)
    return "fault", f"a fault of newsbeam, please report it ({error})"[:MESSAGE]


def _file(letter: str, day: str) -> str:
    return file_name(FAILURES, day, letter)


def file_letters(lake: Lake, claims: Claims, outcomes: Iterable[Outcome]) -> None:
    """Open the dead letters of those outcomes that have one.

    One that fails again next month is the same letter, under its first day. Should somebody write
    the article at the same time, the letter does not stay: who writes it looks for letters after
    its claim says that it is there, and here that claim is looked at when a letter is noted.
    """
    by_article: dict[str, dict[str, tuple[Outcome, Failure]]] = defaultdict(dict)
    for outcome in outcomes:
        if row := outcome.failure:
            by_article[outcome.article_id][row.failure_id] = outcome, row
    if not by_article:
        return
    for article_id in forgotten(lake).articles & by_article.keys():
        del by_article[article_id]

    def true_letters(article_id: str, claim: Claim) -> dict[str, Failure]:
        return {
            name: row
            for name, (outcome, row) in by_article[article_id].items()
            if not _is_untrue(name, outcome, claim)
        }

    def note(article_id: str, claim: Claim) -> Claim:
        letters = true_letters(article_id, claim)
        days = {name: day_of(row.failed_at) for name, row in letters.items()}
        return replace(claim, letters={**days, **claim.letters})

    files: dict[tuple[str, str], tuple[str, Failure]] = {}
    for article_id, claim in claims.change(by_article, note).items():
        for name, row in true_letters(article_id, claim).items():
            files[article_id, name] = _file(name, claim.letters[name]), row
    side_by_side(
        lambda letter: lake.put_new(letter[0], to_parquet(FAILURES, [letter[1]])), files.values()
    )
    still = claims.read({article_id for article_id, _ in files})
    withdrawn = [
        place for (article_id, name), (place, _) in files.items()
        if name not in still[article_id].letters
    ]  # fmt: skip
    side_by_side(lake.delete, withdrawn)


def count_attempt(lake: Lake, letter: Failure) -> None:
    """Note in a letter that is still open that it was tried once more."""
    name = _file(letter.failure_id, day_of(letter.failed_at))
    data, version = lake.read_versioned(name)
    if data is not None:
        tried = replace(letter, attempts=letter.attempts + 1)
        lake.put_if(name, to_parquet(FAILURES, [tried]), version)


def _is_untrue(letter: str, outcome: Outcome, claim: Claim) -> bool:
    """Whether the article is known to be there that this letter says could not be had."""
    return any(
        visit_mark(outcome.origin) in wording.visits
        or letter
        in (
            document_letter(outcome.article_id, revision),
            enriching_letter(outcome.article_id, revision),
        )
        for revision, wording in claim.wordings.items()
        if not wording.batch
    )


def withdraw_letters(
    lake: Lake, claims: Claims, known: dict[str, Claim], outcomes: Iterable[Outcome]
) -> None:
    """Close the letters that these outcomes show to be untrue; `known` are the articles' claims."""
    untrue: dict[str, dict[str, str]] = defaultdict(dict)
    for outcome in outcomes:
        open_letters = known[outcome.article_id].letters
        names = {reading_letter(outcome.origin)}
        if outcome.result in ("written", "merged") and not outcome.failure:  # with all annotations
            names.add(enriching_letter(outcome.article_id, outcome.revision))
        if not outcome.origin.sighting:  # a document: it takes the place of what was wrong with it
            begin = document_letter(outcome.article_id)
            names |= {name for name in open_letters if name.startswith(begin)}
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
