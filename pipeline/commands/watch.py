"""`newsbeam watch`: what is new about a list of actors, topics and words."""

import sys

from newsbeam.analysis.choice import Choice, Chosen
from newsbeam.analysis.emptiness import why_no_answer
from newsbeam.analysis.output import write_answer
from newsbeam.analysis.query import QueryError, Record, as_answer, open_record
from newsbeam.analysis.syndication import json_feed, rss
from newsbeam.analysis.watch import COLUMNS, SPARE, new_articles
from newsbeam.pipeline.commands.reading import asked_of, lake_to_read
from newsbeam.pipeline.errors import DONE, UsageError
from newsbeam.pipeline.progress import log
from newsbeam.pipeline.reading_options import WatchOptions
from newsbeam.transforms.text.knowledge_files import BadKnowledge, text_of
from newsbeam.transforms.text.watch_list import WatchList, read_watch_list

FEEDS = {"rss": rss, "jsonfeed": json_feed}


def main(options: WatchOptions) -> int:
    """Write the newest articles, the latest first, to standard output."""
    try:
        watched = read_watch_list(text_of(options.watch, "TOML"), options.watch)
    except BadKnowledge as error:
        raise UsageError(str(error)) from None
    lake = lake_to_read(options.lake)
    try:
        with open_record(lake, options.since and options.since.date()) as record:
            _write(record, watched, options)
    except QueryError as error:
        raise UsageError(str(error)) from None
    return DONE


def _write(record: Record, watched: WatchList, options: WatchOptions) -> None:
    asked = asked_of(record, options)
    words = dict(zip(watched.words, watched.patterns, strict=True))
    chosen = Chosen(record, Choice(**asked))
    rows = new_articles(chosen, watched.actors, watched.topics, words, options.limit)
    if options.format in FEEDS:
        sys.stdout.write(FEEDS[options.format](watched.title, watched.link, rows))
    else:
        write_answer(as_answer(rows, COLUMNS), options.format, sys.stdout, SPARE)
    if not rows:
        log.info("%s", why_no_answer(record, f"article of what {options.watch} names", asked))
