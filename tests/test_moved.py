"""A feed that has moved for good is asked at its new address, once that is sure."""

from datetime import timedelta

import pytest

from newsbeam.schemas.ledger import PollStatus
from newsbeam.schemas.memory import FeedMemory
from newsbeam.transforms.feed.schedule import MOVED_TO, address_of

from .test_schedule import HEALTHY, NOW, after

OLD, MOVED = HEALTHY.url, "https://new.example/feed"


def visits(*said: tuple[float, str, PollStatus]) -> FeedMemory:
    """The memory after visits at these hours, which were led to these addresses."""
    memory = HEALTHY
    for hours, target, status in said:
        memory = after(memory, status, {MOVED_TO: target}, now=NOW + timedelta(hours=hours))
    return memory


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ([], OLD),
        ([(0, MOVED, "ok"), (12, MOVED, "ok")], OLD),  # twice
        ([(0, MOVED, "ok"), (1, MOVED, "ok"), (2, MOVED, "ok")], OLD),  # in two hours: a hotel
        ([(0, MOVED, "ok"), (12, MOVED, "ok"), (25, MOVED, "ok")], MOVED),
        ([(0, MOVED, "ok"), (12, "", "ok"), (25, MOVED, "ok"), (26, MOVED, "ok")], OLD),
        ([(0, MOVED, "ok"), (12, "https://x.example", "ok"), (25, MOVED, "ok")], OLD),
        ([(0, MOVED, "ok"), (12, MOVED, "timeout"), (25, MOVED, "ok")], OLD),  # read twice
        ([(0, MOVED, "ok"), (12, MOVED, "ok"), (25, MOVED, "ok"), (26, "", "ok")], MOVED),
        (
            [(0, MOVED, "ok"), (12, MOVED, "ok"), (25, MOVED, "ok"),
             *((26 + n, "", "dns") for n in range(3))],
            OLD,
        ),
        (
            [(0, MOVED, "ok"), (12, MOVED, "ok"), (25, MOVED, "ok"),
             *((26 + n, "", "dns") for n in range(3)), (30, "", "ok"), (31, "", "ok")],
            OLD,
        ),
    ],
)  # fmt: skip
def test_a_new_address_is_asked_once_it_was_given_three_times_over_a_day(
    said: list[tuple[float, str, PollStatus]], asked: str
) -> None:
    assert address_of(visits(*said), OLD) == asked
