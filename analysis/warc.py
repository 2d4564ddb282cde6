"""The kept bytes as WARC (ISO 28500), the form that web archives and their tools read.

An answer is a `resource` record: its address, its time, its bytes and their digest. The headers of
the answer are not kept, and none are made up.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.warcwriter import WARCWriter

from newsbeam.analysis.choice import Choice
from newsbeam.analysis.query import Record
from newsbeam.schemas.version import VERSION

BytesOf = Callable[[str, datetime], bytes | None]
LARGEST = 1_000_000_000  # bytes of a file, about: what the standard advises (clause 9)

_KEPT = """
    SELECT coalesce(url, canonical_url) AS url, fetched_at AS received_at, raw_sha256,
           'text/html' AS kind
    FROM articles_all WHERE raw_sha256 IS NOT NULL AND {articles}
    UNION SELECT feed_url, polled_at, raw_sha256, 'application/xml'
    FROM polls WHERE raw_sha256 IS NOT NULL AND {polls}
    ORDER BY received_at, url, raw_sha256
"""


def write_warc(
    record: Record, bytes_of: BytesOf, out: Path, choice: Choice
) -> tuple[list[Path], int]:
    """Writes the kept answers of a period and a source; the files, and how many are kept no more.

    The period is that in which they were received. `bytes_of` gives the bytes with a hash that were
    received then, None where they are gone.
    """
    files: list[Path] = []
    gone = 0
    writer: WARCWriter | None = None
    handle: Any = None
    try:
        for row in kept(record, choice):
            body = bytes_of(row["raw_sha256"], row["received_at"])
            if body is None:
                gone += 1
                continue
            if writer is None or handle.tell() > LARGEST:
                if handle:
                    handle.close()
                files.append(out / f"newsbeam-{len(files) + 1:05}.warc.gz")
                handle = files[-1].open("wb")
                writer = WARCWriter(handle, gzip=True, warc_version="1.1")
                about = {"software": f"newsbeam/{VERSION}", "format": "WARC File Format 1.1"}
                writer.write_record(writer.create_warcinfo_record(files[-1].name, about))
            _write(writer, row, body)
    finally:
        if handle:
            handle.close()
    return files, gone


def kept(record: Record, choice: Choice) -> Iterator[dict[str, Any]]:
    """What was kept: address, time, hash and kind of each answer, in the order of time."""
    asked = {"since": choice.since, "until": choice.until, "source": choice.source}
    params = {name: value for name, value in asked.items() if value}

    def where(moment: str) -> str:
        said = {
            "since": f"{moment} >= $since",
            "until": f"{moment} < $until",
            "source": "source = $source",
        }
        return " AND ".join(["true", *(said[name] for name in params)])

    sql = _KEPT.format(articles=where("fetched_at"), polls=where("polled_at"))
    yield from record.rows(sql, params)


def _write(writer: WARCWriter, row: dict[str, Any], body: bytes) -> None:
    at: datetime = row["received_at"].astimezone(UTC)
    writer.write_record(
        writer.create_warc_record(
            row["url"],
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=row["kind"],
            warc_headers_dict={"WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        )
    )
