"""The commands of the console script, one a file or a family of them a file."""

from newsbeam.pipeline.flags import Options
from newsbeam.pipeline.lake_options import DiffOptions, ForgetOptions, LakeOptions, SqlOptions
from newsbeam.pipeline.options import (
    AccuracyOptions,
    DemoOptions,
    DiscoverOptions,
    EnrichOptions,
    KnowledgeOptions,
    ReplayOptions,
    ReprocessOptions,
    RunOptions,
    SchemaOptions,
    StageOptions,
)
from newsbeam.pipeline.reading_options import (
    CooccurOptions,
    ExportOptions,
    FailuresOptions,
    FeedsOptions,
    GapsOptions,
    QueryOptions,
    ReportOptions,
    TimelineOptions,
    TopOptions,
    WatchOptions,
)

# Each command: the file of `commands/` that does it, where its words go, what it does, examples.
COMMANDS: dict[str, tuple[str, type[Options], str, tuple[str, ...]]] = {
    "demo": (
        "demo", DemoOptions, "run everything on a small sample newsroom, no internet",
        ("", "--open"),
    ),
    "run": (
        "run", RunOptions, "poll feeds and write the record",
        (
            "https://civil.ge/feed --lake ./lake",
            "feeds.toml --lake ./lake --streaming --every 5m",
            "--documents archive.jsonl.gz --lake ./lake",
        ),
    ),
    "discover": (
        "discover", DiscoverOptions, "the feeds and news sitemaps that a site names",
        ("https://civil.ge", "https://civil.ge --format toml > feeds.toml"),
    ),
    "parse": ("stages", StageOptions, "feed files → one JSON line an entry", ("feed.xml",)),
    "extract": ("stages", StageOptions, "pages → one JSON line a page", ("page.html",)),
    "enrich": (
        "stages", EnrichOptions, "documents → one JSON line an enriched document",
        ("archive.jsonl.gz | head -1",),
    ),
    "schema": ("schema", SchemaOptions, "the JSON Schema of a table's rows", ("articles",)),
    "query": (
        "reading", QueryOptions, "read-only SQL over the tables",
        (
            '"SELECT title, source FROM articles LIMIT 5" --lake ./lake',
            '"SELECT * FROM quotes_named" --lake ./lake --format csv > q.csv',
            "--file who-said-what.sql --lake ./lake",
        ),
    ),
    "sql": (
        "sql", SqlOptions, "the statements that open the lake in another engine",
        ("--dialect duckdb --lake ./lake", "--dialect bigquery --lake gs://bucket/lake"),
    ),
    "lake": ("lake", LakeOptions, "what is in a lake, in one screen", ("./lake",)),
    "check": (
        "lake", LakeOptions, "whether every file and row of a lake is right, and how to mend it",
        ("./lake", "./lake --format json"),
    ),
    "top": (
        "reading", TopOptions, "who and what is most in the news",
        ("actors --lake ./lake --since 7d", "topics --lake ./lake --source civil.ge"),
    ),
    "timeline": (
        "reading", TimelineOptions, "on which days an actor is in the news",
        ('"European Union" --lake ./lake --since 30d', "Q458 --lake ./lake --format csv"),
    ),
    "cooccur": (
        "reading", CooccurOptions, "who is named together with an actor",
        ('"European Union" --lake ./lake --since 30d',),
    ),
    "watch": (
        "watch", WatchOptions, "what is new about a list of actors, topics and words",
        (
            "watch.toml --lake ./lake --since 1d",
            "watch.toml --lake ./lake --format rss > /srv/www/watch.xml",
        ),
    ),
    "feeds": (
        "ledger", FeedsOptions, "how each feed is, in words, and what to do about it",
        ("--lake ./lake", "feeds.toml --lake ./lake"),
    ),
    "gaps": (
        "ledger", GapsOptions, "when the record is blind, feed by feed, and why",
        ("--lake ./lake --since 7d", "--lake ./lake --format csv > gaps.csv"),
    ),
    "failures": (
        "ledger", FailuresOptions, "what could not be read, and what to do about it",
        ("--lake ./lake",),
    ),
    "replay": (
        "replay", ReplayOptions, "run again what could not be read",
        ("--lake ./lake", "--lake ./lake --undated now"),
    ),
    "reprocess": (
        "reprocess", ReprocessOptions, "annotate again what is there, with the present version",
        ("--lake ./lake --since 30d", "--lake ./lake --source civil.ge --knowledge mine.csv"),
    ),
    "kb": (
        "kb", KnowledgeOptions, "the knowledge base: who is known, and your own layers over it",
        (
            'show "Nikol Pashinyan"',
            'add "Nino Beridze" --file mine.csv --country GEO',
            "check mine.csv",
            "export --knowledge mine.csv > all.csv",
        ),
    ),
    "accuracy": (
        "accuracy", AccuracyOptions, "how right this build is on labelled data, with intervals",
        ("gold.jsonl", "conll2003.conll.gz --format json"),
    ),
    "export": (
        "export", ExportOptions, "what was received, in a form that others read",
        ("warc --lake ./lake --out ./archive --since 7d",),
    ),
    "diff": (
        "diff", DiffOptions, "what changed between two wordings of an article, or two versions",
        ("https://civil.ge/archives/1 --lake ./lake", "--versions 0.1.0 0.2.0 --lake ./lake"),
    ),
    "forget": (
        "forget", ForgetOptions, "take an article or a source out of the lake, and keep it out",
        ("https://civil.ge/archives/1 --lake ./lake", "--source civil.ge --lake ./lake"),
    ),
    "report": (
        "reading", ReportOptions, "one self-contained page, for a browser or as mail",
        (
            "--lake ./lake --out report.html",
            '--lake ./lake --out week.html --since 7d --title "The week"',
        ),
    ),
}  # fmt: skip
