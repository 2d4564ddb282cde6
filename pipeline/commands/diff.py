"""`newsbeam diff`: what changed between two wordings of an article, or two versions."""

import sys

from newsbeam.analysis.differences import between_versions, between_wordings, versions, wordings
from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, Record, open_record
from newsbeam.pipeline.commands.reading import lake_to_read
from newsbeam.pipeline.errors import DONE, UsageError, did_you_mean
from newsbeam.pipeline.lake_options import DiffOptions, article_named
from newsbeam.pipeline.progress import log

SHOWN = 10  # versions or revisions that an error names


def main(options: DiffOptions) -> int:
    """Answer on standard output."""
    try:
        with open_record(lake_to_read(options.lake)) as record:
            if options.versions:
                _of_versions(record, options)
            else:
                _of_article(record, options)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE


def _of_versions(record: Record, options: DiffOptions) -> None:
    assert options.versions
    known = versions(record)
    for version in options.versions:
        if version not in known:
            near = did_you_mean(version, {one: one for one in known})
            named = ", ".join(known[-SHOWN:]) or "none: nothing was annotated"
            raise UsageError(f"no annotation is of version {version!r}{near}; there are {named}")
    answer = between_versions(record, *options.versions)
    write_answer(answer, options.format, sys.stdout)
    if not answer.num_rows:
        log.info("no wording was read by both versions: nothing can be compared")


def _of_article(record: Record, options: DiffOptions) -> None:
    asked = options.article or ""
    article = article_named(asked)
    known = wordings(record, article)
    if not known:
        raise UsageError(f"{asked} is no article of this lake: newsbeam query finds its id")
    if len(known) < 2:
        log.info("this article has one wording: nothing changed")
        return
    before, after = known[-2:]
    if options.revisions:
        chosen = [[one for one in known if one.startswith(r)] for r in options.revisions]
        if any(len(those) != 1 for those in chosen):
            named = ", ".join(one[:12] for one in known[-SHOWN:])
            raise UsageError(f"a revision is named by how it begins; this article has {named}")
        (before,), (after,) = chosen
    write_answer(between_wordings(record, article, before, after), options.format, sys.stdout)
    log.info("from revision %s to %s, of %d", before[:12], after[:12], len(known))
