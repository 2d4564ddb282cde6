"""Read the entries out of each feed document, in a process that can be killed."""

from dataclasses import dataclass, replace

import apache_beam as beam

from newsbeam.schemas.journey import Parsed, Polled
from newsbeam.schemas.ledger import PollStatus
from newsbeam.transforms import metrics, sandbox
from newsbeam.transforms.feed.parse import NotAFeed, parse_feed

PARSE_SECONDS = 5  # a feed of 1,000 items takes 0.2 s; quadratic ones would take hours


def with_status(polled: Polled, status: PollStatus, detail: str) -> Parsed:
    """A poll that brought bytes, but none that could be read as a feed."""
    metrics.count("feeds_failed")
    return Parsed(replace(polled, poll=replace(polled.poll, status=status, detail=detail[:300])))


def parsed(polled: Polled) -> Parsed:
    """The poll with its entries, or with the reason why there are none."""
    if not polled.body or polled.poll.status not in ("ok", "truncated"):
        return Parsed(polled)
    address = polled.headers.get("content-location", polled.feed.url)
    try:
        feed = sandbox.run(
            "read",
            parse_feed,
            polled.body,
            polled.headers,
            address,
            seconds=PARSE_SECONDS,
        )
    except NotAFeed as reason:
        return with_status(polled, "not_a_feed", str(reason))
    except sandbox.Killed as reason:
        status: PollStatus = "parse_timeout" if reason.kind == "timeout" else "worker_crash"
        return with_status(polled, status, str(reason))
    except Exception as error:  # a fault of the parser must not stop the other feeds
        return with_status(polled, "parse_error", f"{type(error).__name__}: {error}")
    poll = polled.poll
    if poll.status == "ok" and feed.torn:
        detail = "the document ends before its end: more may have been sent"
        poll = replace(poll, status="truncated", detail=detail)
    elif poll.status == "ok" and not feed.n_items:
        poll = replace(poll, status="empty")
    return Parsed(replace(polled, poll=poll), feed)


@dataclass
class ParseEntries(beam.PTransform):
    """Feed documents → their entries; one that is no feed goes on without any, and says why."""

    def expand(self, polled: beam.PCollection[Polled]) -> beam.PCollection[Parsed]:
        return polled | beam.Map(parsed)
