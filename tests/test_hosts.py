"""Politeness towards hosts, on a clock that the test turns."""

import asyncio
from math import inf

import pytest

from newsbeam.transforms.http import hosts
from newsbeam.transforms.http.hosts import AT_ONCE_WITHOUT_DELAY, Host, host_at, host_of

NOW = 1000.0


@pytest.fixture(autouse=True)
def _nobody_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "HOSTS", {})


def known(name: str, delay: float = 5.0, now: float = NOW) -> Host:
    return host_at(f"http://{name}/feed", delay, now)


async def turns_to_be_had(host: Host) -> int:
    """How many may ask the host at the same time."""
    taken = 0
    while not host.turns.locked():
        await host.turns.acquire()
        taken += 1
    return taken


def test_only_one_request_is_under_way_per_host() -> None:
    host = known("news.example")
    assert asyncio.run(turns_to_be_had(host)) == 1
    assert known("www.news.example") is host
    assert not known("other.example").turns.locked()


def test_without_delay_four_run_at_once() -> None:
    assert asyncio.run(turns_to_be_had(known("127.0.0.1", delay=0.0))) == AT_ONCE_WITHOUT_DELAY


def test_starts_are_the_delay_apart() -> None:
    host = known("news.example")
    assert host.wait(5.0, NOW) == -inf
    host.started = NOW
    assert (host.wait(5.0, NOW + 2), host.wait(5.0, NOW + 5)) == (3.0, 0.0)


def test_a_longer_delay_asked_for_by_robots_counts() -> None:
    host = known("news.example")
    host.started = NOW
    assert host.wait(60.0, NOW + 5) == 55.0


def test_a_pause_stops_the_host_and_no_other() -> None:
    host = known("news.example")
    host.pause(120.0, NOW)
    host.pause(30.0, NOW)  # a shorter one does not end it
    assert host.wait(0.0, NOW) == 120.0
    assert host.wait(0.0, NOW + 120) == 0
    assert known("other.example").wait(0.0, NOW) == -inf


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:1.2.3.4]", "localhost", ""])
def test_hosts_that_many_services_share_are_not_paused(host: str) -> None:
    shared = known(host)
    shared.pause(120.0, NOW)
    assert shared.wait(0.0, NOW) == -inf


def test_idle_hosts_are_forgotten_busy_and_paused_ones_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts, "REMEMBERED", 10)
    asyncio.run(turns_to_be_had(known("busy.example")))
    known("paused.example").pause(9999.0, NOW)
    for number in range(8):
        known(f"{number}.example").started = NOW
    known("new.example", now=NOW + 1000)
    assert set(hosts.HOSTS) == {"busy.example", "paused.example", "new.example"}


def test_one_host_has_many_spellings() -> None:
    spellings = ["http://NEWS.example/a", "https://www.news.example:443/", "http://news.example./"]
    assert {host_of(url) for url in spellings} == {"news.example"}
    assert host_of("http://[bad") == ""
